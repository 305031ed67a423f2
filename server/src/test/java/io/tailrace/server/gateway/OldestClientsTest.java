package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OldestClientsTest {

    private final OldestClients clients =
            OldestClients.parse("tailrace-js>=0.3, board>=2,@acme/app>=1.2.3").orElseThrow();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tailrace-js/0.2",
                "tailrace-js/0.2.99",
                "tailrace-js/0",
                "tailrace-js/v0.2",
                "tailrace-js/0.3-beta",
                "tailrace-js/0.3.0-rc.1",
                "tailrace-js",
                "tailrace-js/",
                "tailrace-js/new",
                "tailrace-js/99999999999",
                "board/1.9.9.9",
                "@acme/app/1.2"
            })
    void whatIsOlderIsNotServed(String client) {
        assertThat(clients.refuses(client)).as(client).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tailrace-js/0.3",
                "tailrace-js/0.3.0",
                "tailrace-js/0.3.1-beta",
                "tailrace-js/0.10",
                "tailrace-js/v1",
                "tailrace-js/0.3+build.7",
                "tailrace-java/0.1",
                "TAILRACE-JS/0.1",
                "board/2",
                "board/2.0.0 (on a phone)",
                "@acme/app/1.2.3",
                "/1",
                ""
            })
    void everybodyElseIs(String client) {
        assertThat(clients.refuses(client)).as(client).isEmpty();
    }

    @Test
    void saysWhichWouldBe() {
        assertThat(clients.refuses("@acme/app/1")).contains(new OldestClients.TooOld("@acme/app", "1.2.3"));
        assertThat(clients.refuses(null)).isEmpty();
        assertThat(OldestClients.ALL.refuses("tailrace-js/0")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "a>=", ">=1", "a>1", "a>=1,", "a>=1,a>=1", "a b>=1", "a>=1.", "a>=x", "a>=1234567890"})
    void whatIsNoListOfVersionsIsNone(String text) {
        assertThat(OldestClients.parse(text)).isEmpty();
    }
}

package io.tailrace.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.wire.ChannelName;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a line of the journal tells, and what it does not. */
@Tag("R-75")
class JournalTest {

    private final List<String> lines = new ArrayList<>();

    private Journal journal(int key) {
        return new Journal(lines::add, InstantSource.system(), new byte[] {(byte) key});
    }

    private void request(Journal journal, String tenant, String user) {
        journal.line("request")
                .user(tenant, user)
                .channel(new ChannelName("board:1"))
                .seq(7)
                .type("card.moved")
                .write();
    }

    private static String user(String line) {
        return line.replaceFirst(".*\"user\":\"([^\"]+)\".*", "$1");
    }

    @Test
    void aUserIsAHashThatOnlyTheSameKeyGivesAgain() {
        request(journal(1), "acme", "ada.lovelace");
        request(journal(1), "acme", "ada.lovelace");
        request(journal(2), "acme", "ada.lovelace");
        request(journal(1), "rival", "ada.lovelace");
        assertThat(lines).allSatisfy(line -> assertThat(line)
                .doesNotContain("lovelace")
                .contains("\"channel\":\"board:1\"", "\"seq\":7", "\"type\":\"card.moved\""));
        var users = lines.stream().map(JournalTest::user).toList();
        assertThat(users).allMatch(user -> user.matches("[0-9a-f]{12}"));
        assertThat(users.get(0))
                .isEqualTo(users.get(1))
                .isNotEqualTo(users.get(2))
                .isNotEqualTo(users.get(3));
    }

    @Test
    void aFaultTellsClassAndPlaceAndNotItsMessage() {
        journal(1)
                .fault(
                        "POST /v1/writes",
                        new IllegalStateException(
                                "the payload of somebody", new IllegalArgumentException("and more of it")));
        assertThat(lines).singleElement().satisfies(line -> assertThat(line)
                .contains("IllegalStateException", "IllegalArgumentException", "JournalTest", "POST /v1/writes")
                .doesNotContain("payload of somebody", "more of it"));
    }
}

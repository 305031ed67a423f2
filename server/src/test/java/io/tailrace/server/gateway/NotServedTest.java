package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a client is told whose version is no longer served. */
class NotServedTest {

    private static final String OLD = "channel=chat:a&client=tailrace-js/0.2.9";

    private static GatewayFixture fixture;
    private static GatewayFixture.Node node;
    private static String token;

    @BeforeAll
    static void start() {
        fixture = new GatewayFixture(GatewayOptions.DEFAULT.withOldestClients(
                OldestClients.parse("tailrace-js>=0.3").orElseThrow()));
        node = fixture.node();
        token = fixture.token("u1");
        fixture.append("chat:a", 5);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static String dismissed(String query, @Nullable String position) {
        try (var stream = node.stream(query, token, position)) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("content-type")).contains("text/event-stream");
            assertThat(stream.next().retry()).isBetween(1_000L, 5_000L);
            var end = stream.next();
            assertThat(end.event()).isEqualTo("end");
            assertThat(end.data())
                    .isEqualTo("{\"reason\":\"client-not-served\",\"client\":\"tailrace-js\",\"minimum\":\"0.3\"}");
            assertThat(stream.next(Duration.ofSeconds(5))).isEmpty();
            return Objects.requireNonNull(end.id());
        }
    }

    @Test
    void aStreamSaysWhyAndEndsAndAnEventSourceThatComesAgainIsStopped() {
        String id = dismissed(OLD, null);
        assertThat(id).isEqualTo("x.");
        try (var again = node.stream(OLD, token, id)) {
            assertThat(again.status()).isEqualTo(204);
        }
        assertThat(node.gateway.active()).isZero();
    }

    @Test
    void whoWasInTheMiddleIsToldTooAndLosesNothingOnceItIsServed() {
        String id = dismissed(OLD, "3");
        assertThat(id).isEqualTo("x.3");
        try (var again = node.stream(OLD, token, id);
                var updated = node.stream("channel=chat:a&client=tailrace-js/0.3", token, id)) {
            assertThat(again.status()).isEqualTo(204);
            assertThat(StreamTest.seqs(updated, 2)).containsExactly(4L, 5L);
        }
    }

    @Test
    void aPositionThatIsNoneStaysOne() {
        String id = dismissed(OLD, "nonsense");
        try (var updated = node.stream("channel=chat:a&client=tailrace-js/0.3", token, id)) {
            assertThat(updated.named("snapshot.required").data()).contains("\"head\":5");
        }
        var longest = "v." + "A".repeat(126);
        assertThat(dismissed(OLD, longest)).isEqualTo("x." + Progress.UNKNOWN);
    }

    @Test
    void aPollIsRefused() {
        var answer = node.send("GET", "/v1/stream?wait=1&" + OLD, token, null);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body())
                .contains("/problems/client-not-served", "\"client\":\"tailrace-js\"", "\"minimum\":\"0.3\"");
    }

    @Test
    void othersAreServed() {
        for (String client : new String[] {"", "&client=tailrace-js/0.3", "&client=other/0.1"}) {
            try (var stream = node.stream("channel=chat:a" + client, token, null)) {
                assertThat(stream.named("open").id()).isEqualTo("5");
            }
        }
    }
}

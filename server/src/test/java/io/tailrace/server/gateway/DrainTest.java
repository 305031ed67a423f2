package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node that goes, is full, or has lost its database: streams are told kindly, and go on. */
class DrainTest {

    @Test
    @Tag("R-52")
    void aDrainSendsEveryStreamAwayWithinItsSpreadAndLetsNobodyIn() throws Exception {
        try (var fixture = new GatewayFixture()) {
            var node = fixture.node();
            var token = fixture.token("u1");
            var streams = IntStream.range(0, 20)
                    .mapToObj(i -> node.stream("channel=chat:drain", token, null))
                    .toList();
            streams.forEach(stream -> stream.named("open"));
            var poll = CompletableFuture.supplyAsync(
                    () -> node.send("GET", "/v1/stream?channel=chat:drain&wait=30", token, null));
            Eventually.until("all are in", () -> node.gateway.active() == 21);
            long started = System.nanoTime();
            node.gateway.drain(Duration.ofSeconds(4));
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
            for (var stream : streams) {
                assertThat(stream.named("reconnect").retry()).isPositive();
                assertThat(stream.next(Duration.ofSeconds(2))).isEmpty();
                stream.close();
            }
            assertThat(poll.get().statusCode()).isEqualTo(200);
            try (var late = node.stream("channel=chat:drain", token, null)) {
                assertPutOff(late);
            }
        }
    }

    private static void assertPutOff(io.tailrace.server.SseReader stream) {
        assertThat(stream.status()).isEqualTo(200);
        assertThat(stream.header("content-type")).contains("text/event-stream");
        assertThat(stream.next().retry()).isBetween(1_000L, 5_000L);
        assertThat(stream.next(Duration.ofSeconds(5))).isEmpty();
    }

    @Test
    void aFullNodePutsStreamsOffKindlyAndRefusesPolls() {
        try (var fixture = new GatewayFixture(GatewayOptions.DEFAULT.withStreams(1))) {
            var node = fixture.node();
            var token = fixture.token("u1");
            try (var first = node.stream("channel=chat:a", token, null);
                    var second = node.stream("channel=chat:a", token, null)) {
                first.named("open");
                assertPutOff(second);
                var poll = node.send("GET", "/v1/stream?channel=chat:a&wait=1", token, null);
                assertThat(poll.statusCode()).isEqualTo(503);
                assertThat(poll.headers().firstValue("retry-after")).isPresent();
            }
        }
    }

    @Test
    @Tag("R-82")
    void streamsStayOpenWhileTheDatabaseIsAwayAndSaySo() {
        try (var postgres = PostgresServer.launch(PostgresServer.Version.DEBIAN_15);
                var fixture = new GatewayFixture(GatewayOptions.DEFAULT, postgres)) {
            var node = fixture.node();
            var token = fixture.token("u1");
            List<String> many = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                many.add("chat:m" + i);
            }
            var manyClient = new Client(many, token);
            manyClient.connect(node);
            try (var stream = node.stream("channel=chat:away", token, null)) {
                stream.named("open");
                fixture.append("chat:away", 1);
                assertThat(stream.events(1)).hasSize(1);
                postgres.stop();
                assertThat(stream.named("degraded").data()).contains("\"database\":\"away\"");
                try (var late = node.stream("channel=chat:other@5", token, null)) {
                    assertThat(late.status()).isEqualTo(200);
                    assertThat(late.next().retry()).isNotNull();
                    assertThat(late.next(Duration.ofSeconds(20))).isEmpty();
                }
                postgres.start();
                assertThat(stream.named("degraded").data()).contains("\"database\":\"back\"");
                Eventually.eventually(() -> fixture.append("chat:away", 1));
                assertThat(StreamTest.seq(stream.events(1).getFirst())).isEqualTo(2);
                var heads = new java.util.TreeMap<String, Long>();
                many.forEach(channel -> heads.put(channel, fixture.append(channel, 1)));
                manyClient.catchUp(heads);
                manyClient.cut();
            }
        }
    }
}

package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.Audit;
import io.tailrace.server.SseReader;
import io.tailrace.testkit.Eventually;
import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams as clients behind difficult networks ask for them. Time stands still for windows unless a test moves it. */
class DeliveryTest {

    private GatewayFixture fixture;
    private GatewayFixture.Node node;
    private String token;

    @BeforeEach
    void start() {
        fixture = new GatewayFixture(GatewayOptions.DEFAULT.withCompressed(1));
        node = fixture.node();
        token = fixture.token("u1");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void pass(Duration time) {
        fixture.time.pass(time);
        node.gateway.wakeAll();
    }

    @ParameterizedTest
    @CsvSource({
        "'', 15000",
        "&heartbeat=0, 5000",
        "&heartbeat=4, 5000",
        "&heartbeat=5, 5000",
        "&heartbeat=6, 6000",
        "&heartbeat=119, 119000",
        "&heartbeat=120, 120000",
        "&heartbeat=121, 120000",
        "&heartbeat=999999, 120000",
        "&compat=1, 10000",
        "&compat=1&heartbeat=7, 7000",
        "&compat=1&heartbeat=60, 10000",
        "&compat=0&heartbeat=60, 60000"
    })
    void openTellsWhichHeartbeatHoldsAndItComes(String query, long millis) {
        try (var stream = node.stream("channel=chat:beat" + query, token, null)) {
            assertThat(stream.named("open").data()).contains("\"heartbeat_ms\":" + millis + ",");
            assertThat(heartbeat(stream, Duration.ofMillis(millis)).id()).isNull();
        }
    }

    /** The next heartbeat, {@code after} the last write, which may be noted a moment after it is seen here. */
    private SseReader.Frame heartbeat(SseReader stream, Duration after) {
        pass(after);
        try {
            return stream.next(Duration.ofSeconds(2)).orElseThrow();
        } catch (AssertionError notedLater) {
            pass(after);
            return stream.next();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "&padding=0, 0",
        "&padding=1, 1",
        "&padding=2, 2",
        "&padding=16384, 16384",
        "&compat=1, 2048",
        "&compat=1&padding=0, 0",
        "&compat=1&padding=100, 100"
    })
    void paddingIsACommentThatComesFirst(String query, int bytes) {
        fixture.append("chat:pad", 2);
        try (var plain = node.stream("channel=chat:pad", token, "1");
                var stream = node.stream("channel=chat:pad" + query, token, "1")) {
            assertThat(plain.next().retry()).isPositive();
            long without = plain.bytes();
            Eventually.until("the first write is there", () -> stream.bytes() >= without + bytes);
            while (stream.next().retry() == null) {
                // a padding of one byte is an empty line
            }
            assertThat(stream.named("open").id()).isEqualTo("1");
            assertThat(StreamTest.seqs(stream, 1)).containsExactly(2L);
        }
    }

    @Test
    @Tag("R-25")
    void compatibilityModeEndsWithinAMinuteAndResumes() {
        var before = new java.util.ArrayList<SseReader>();
        for (int i = 0; i < 10; i++) {
            before.add(node.stream("channel=chat:compat&compat=1", token, null));
        }
        before.forEach(stream -> assertThat(stream.named("open").data()).contains("\"compat\":true"));
        try (var ordinary = node.stream("channel=chat:compat", token, null)) {
            assertThat(ordinary.named("open").data()).doesNotContain("\"compat\"");
            pass(Duration.ofSeconds(48));
            assertThat(node.gateway.active()).isEqualTo(11);
            pass(Duration.ofSeconds(8));
            for (SseReader stream : before) {
                assertThat(stream.named("reconnect").retry()).isBetween(100L, 1_000L);
                assertThat(stream.next(Duration.ofSeconds(5))).isEmpty();
                stream.close();
            }
            fixture.append("chat:compat", 1);
            assertThat(StreamTest.seqs(ordinary, 1)).containsExactly(1L);
        }
        try (var stream = node.stream("channel=chat:compat&compat=1", token, "0")) {
            assertThat(StreamTest.seqs(stream, 1)).containsExactly(1L);
        }
    }

    @Test
    void aShorterLifeThanCompatibilityModeStays() {
        var short1 = GatewayOptions.DEFAULT.withLife(Duration.ofSeconds(2), Duration.ofSeconds(3));
        var compat = new Delivery(Duration.ofSeconds(10), 0, Duration.ZERO, true, false);
        var pace = new Pace(java.time.InstantSource.system(), System::nanoTime, new Random(1));
        for (int i = 0; i < 100; i++) {
            assertThat(compat.life(pace, short1)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(3));
            assertThat(compat.life(pace, GatewayOptions.DEFAULT))
                    .isBetween(Duration.ofSeconds(50), Duration.ofSeconds(55));
        }
    }

    @Test
    void eventsOfAWindowGoOutInOneWrite() {
        try (var plain = node.stream("channel=chat:flush", token, null);
                var stream = node.stream("channel=chat:flush&flush_ms=2000", token, null)) {
            plain.named("open");
            assertThat(stream.named("open").data()).contains("\"flush_ms\":2000");
            int chunks = stream.chunks();
            for (int i = 0; i < 10; i++) {
                fixture.append("chat:flush", 1);
            }
            assertThat(StreamTest.seqs(plain, 10)).endsWith(10L);
            assertThat(stream.chunks()).as("they wait").isEqualTo(chunks);
            assertThat(StreamTest.seqs(stream, 10)).startsWith(1L).endsWith(10L);
            assertThat(stream.chunks()).isEqualTo(chunks + 1);
            fixture.append("chat:flush", 1);
            assertThat(StreamTest.seqs(stream, 1)).containsExactly(11L);
            assertThat(stream.chunks()).as("a window of its own").isEqualTo(chunks + 2);
        }
    }

    @Test
    void whatHasGatheredToABoundGoesAtOnce() {
        try (var stream = node.stream("channel=chat:much&flush_ms=2000", token, null)) {
            stream.named("open");
            long started = System.nanoTime();
            fixture.append("chat:much", 40, "x".repeat(1_000));
            assertThat(StreamTest.seqs(stream, 28)).endsWith(28L);
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofMillis(1_900));
            assertThat(stream.chunks()).isLessThan(8);
            assertThat(StreamTest.seqs(stream, 12)).endsWith(40L);
        }
    }

    @Test
    @Tag("R-72")
    void whatDoesNotWaitTakesAlongWhatDoes() throws Exception {
        var leaver = fixture.token("leaver");
        try (var stream = node.stream("channel=chat:left&channel=chat:kept&flush_ms=2000", leaver, null)) {
            stream.named("open");
            int chunks = stream.chunks();
            fixture.append("chat:kept", 1);
            fixture.log
                    .members()
                    .remove(
                            ChannelId.of(GatewayFixture.TENANT, "chat:left"),
                            "leaver",
                            Audit.By.of(new io.tailrace.wire.Actor(
                                    GatewayFixture.TENANT, "admin", null, null, java.time.Instant.now())));
            fixture.append("chat:left", 1);
            assertThat(stream.next().data()).contains("chat:kept");
            assertThat(stream.next().event()).isEqualTo("revoked");
            assertThat(stream.chunks()).isLessThanOrEqualTo(chunks + 2);
        }
    }

    @Test
    void expiryAndSnapshotRequiredDoNotWait() {
        var brief = fixture.token("u1", "*", Duration.ofSeconds(30));
        fixture.append("chat:now", 3);
        try (var stream = node.stream("channel=chat:now&flush_ms=2000", brief, "nonsense")) {
            long started = System.nanoTime();
            stream.named("snapshot.required");
            stream.named("auth.expiring");
            pass(Duration.ofSeconds(33));
            assertThat(stream.named("end").data()).contains("expired");
            assertThat(stream.next(Duration.ofSeconds(1))).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofMillis(1_900));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip=1", "gzip=1&padding=4096", "gzip=1&flush_ms=50", "gzip=1&compat=1"})
    void aCompressedStreamIsTheSame(String query) {
        fixture.append("chat:gzip", 1_000);
        try (var stream = SseReader.open(
                node.uri("/v1/stream?channel=chat:gzip@0&" + query), token, "Accept-Encoding", "br, gzip")) {
            assertThat(stream.header("content-encoding")).contains("gzip");
            assertThat(stream.header("vary")).contains("Accept-Encoding");
            assertThat(stream.header("cache-control")).contains("no-store, no-transform");
            assertThat(stream.next().retry()).isPositive();
            assertThat(stream.bytes()).isGreaterThanOrEqualTo(query.contains("4096") ? 4_096 : 20);
            assertThat(stream.named("open").data()).contains("\"gzip\":true");
            long before = stream.bytes();
            assertThat(StreamTest.seqs(stream, 1_000)).startsWith(1L).endsWith(1_000L);
            fixture.append("chat:gzip", 1);
            assertThat(StreamTest.seqs(stream, 1)).containsExactly(1_001L);
            assertThat(stream.bytes() - before).as("of about 130,000").isLessThan(50_000);
            pass(Duration.ofMinutes(11));
            stream.named("reconnect");
            assertThat(stream.next(Duration.ofSeconds(5))).isEmpty();
            assertThat(stream.wholeGzip()).isTrue();
        }
    }

    @Test
    void onlyWhoTakesItIsCompressedAndOnlySoMany() {
        var asked = node.uri("/v1/stream?channel=chat:few&gzip=1");
        for (String[] headers : List.of(
                new String[] {}, new String[] {"Accept-Encoding", "br"}, new String[] {"Accept-Encoding", "gzip;q=0"
                })) {
            try (var stream = SseReader.open(asked, token, headers)) {
                assertThat(stream.header("content-encoding")).isEmpty();
                assertThat(stream.named("open").data()).doesNotContain("gzip");
            }
        }
        try (var notAsked = SseReader.open(node.uri("/v1/stream?channel=chat:few"), token, "Accept-Encoding", "gzip")) {
            assertThat(notAsked.header("content-encoding")).isEmpty();
        }
        try (var first = SseReader.open(asked, token, "Accept-Encoding", "gzip");
                var second = SseReader.open(asked, token, "Accept-Encoding", "gzip")) {
            assertThat(first.named("open").data()).contains("\"gzip\":true");
            assertThat(second.header("content-encoding")).isEmpty();
            fixture.append("chat:few", 1);
            assertThat(StreamTest.seqs(second, 1)).containsExactly(1L);
            assertThat(StreamTest.seqs(first, 1)).containsExactly(1L);
        }
        Eventually.eventually(() -> {
            node.gateway.wakeAll();
            try (var next = SseReader.open(asked, token, "Accept-Encoding", "gzip")) {
                assertThat(next.header("content-encoding")).contains("gzip");
            }
        });
    }
}

package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.server.SseReader;
import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.EventDraft;
import io.tailrace.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Readers that take little, or nothing. */
@Tag("R-40")
class SlowReaderTest {

    private static final int RECEIVE_BUFFER = 4_096;

    /** A raw connection with a small receive buffer that has asked for a stream. */
    private static Socket asks(GatewayFixture.Node node, String token, String query) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(RECEIVE_BUFFER);
        socket.connect(new InetSocketAddress("127.0.0.1", node.port()));
        socket.getOutputStream()
                .write(("GET /v1/stream?" + query + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void aReaderOfTwoKilobytesASecondReplaysTenThousandEventsAndIsNotEnded() throws Exception {
        var options = GatewayOptions.DEFAULT.withLife(Duration.ofDays(1), Duration.ofDays(1));
        try (var fixture = new GatewayFixture(options)) {
            var node = fixture.node();
            fixture.append("chat:slow", 10_000);
            var token = fixture.token("u1", "*", Duration.ofDays(1));
            try (var line = new SlowLine(node.port(), 2_048, () -> fixture.time.pass(Duration.ofSeconds(1)));
                    var stream = SseReader.open(
                            URI.create("http://127.0.0.1:" + line.port() + "/v1/stream?channel=chat:slow@0"), token)) {
                var events = stream.events(10_000);
                assertThat(events).extracting(StreamTest::seq).endsWith(9_999L, 10_000L);
                assertThat(Duration.ofSeconds(line.seconds())).isGreaterThan(Duration.ofMinutes(10));
                assertThat(fixture.journal).noneMatch(entry -> entry.contains("stream.end"));
            }
        }
    }

    @Test
    @Tag("R-41")
    void aReaderThatTakesNothingIsCutAndNobodyElseIsHurt() throws Exception {
        try (var fixture = new GatewayFixture(GatewayOptions.DEFAULT.withWriteTimeout(Duration.ofSeconds(2)))) {
            var node = fixture.node();
            var token = fixture.token("u1");
            try (var stalled = asks(node, token, "channel=chat:stall");
                    var other = node.stream("channel=chat:stall", token, null)) {
                other.named("open");
                Eventually.until("both are open", () -> node.gateway.active() == 2);
                long seq = 0;
                var big = "{\"pad\":\"" + "x".repeat(60_000) + "\"}";
                for (int i = 0; i < 60; i++) {
                    seq = fixture.append("chat:stall", big);
                    assertThat(StreamTest.seq(other.events(1).getFirst())).isEqualTo(seq);
                }
                Eventually.until("the stalled one is cut", () -> node.gateway.active() == 1);
                assertThat(fixture.journal).anyMatch(line -> line.contains("stream.end") && line.contains("stalled"));
                fixture.append("chat:stall", 1);
                assertThat(StreamTest.seq(other.events(1).getFirst())).isEqualTo(seq + 1);
                stalled.setSoTimeout(10_000);
                assertThat(drained(stalled.getInputStream())).isTrue();
            }
        }
    }

    /** What a reader of notices was given and told. */
    private static final class Account {
        private final List<Long> seqs = new ArrayList<>();
        private long signals;
        private long dropped;

        /** Reads up to the event with this seq and the signal of this text. */
        void readUpTo(SseReader stream, long seq, String text) throws IOException {
            boolean told = false;
            boolean any = text.isEmpty();
            while (!told && !any || seqs.isEmpty() || seqs.getLast() < seq) {
                var frame = stream.next();
                var data = new ObjectMapper().readTree(frame.data());
                if (frame.durable()) {
                    seqs.add(data.path("seq").asLong());
                } else if ("signal".equals(frame.event())) {
                    signals++;
                    told |= data.path("data").asText().equals(text);
                } else if ("degraded".equals(frame.event())) {
                    data.path("dropped").forEach(count -> dropped += count.asLong());
                }
            }
        }
    }

    @Test
    @Tag("R-41")
    void amidAFloodOfSignalsASlowReaderHasEachEventOnceAndIsToldWhatItMissed() throws Exception {
        int events = 200;
        try (var fixture = new GatewayFixture()) {
            var node = fixture.node();
            var channel = ChannelId.of(GatewayFixture.TENANT, "chat:flood");
            var token = fixture.token("u1");
            try (var line = new SlowLine(node.port(), 2_048, () -> LockSupport.parkNanos(40_000_000));
                    var slow = SseReader.open(
                            URI.create("http://127.0.0.1:" + line.port() + "/v1/stream?channel=chat:flood"), token);
                    var quick = node.stream("channel=chat:flood", token, null)) {
                slow.named("open");
                quick.named("open");
                for (int i = 0; i < events; i++) {
                    for (int j = 0; j < 100; j++) {
                        var wave =
                                new EventDraft("wave", Json.parse("\"" + "x".repeat(300) + "\""), "k" + j, null, null);
                        assertThat(node.signals.event(channel, "ada", null, wave))
                                .isTrue();
                    }
                    fixture.append("chat:flood", 1);
                }
                node.signals.event(
                        channel, "ada", null, new EventDraft("wave", Json.parse("\"the last\""), "last", null, null));
                var ofQuick = new Account();
                ofQuick.readUpTo(quick, events, "the last");
                var ofSlow = new Account();
                ofSlow.readUpTo(slow, events, "the last");
                var all = LongStream.rangeClosed(1, events).boxed().toList();
                assertThat(ofQuick.seqs).isEqualTo(all);
                assertThat(ofSlow.seqs).isEqualTo(all);
                fixture.append("chat:flood", 1); // degraded follows what it is about
                ofSlow.readUpTo(slow, events + 1, "");
                ofQuick.readUpTo(quick, events + 1, "");
                assertThat(ofSlow.dropped).isPositive();
                assertThat(ofSlow.signals + ofSlow.dropped).isEqualTo(ofQuick.signals + ofQuick.dropped);
                assertThat(fixture.journal).noneMatch(entry -> entry.contains("stream.end"));
            }
        }
    }

    @Test
    @Tag("R-54")
    void connectionsThatBreakUnderItsHandsDoNotStopTheLoop() throws Exception {
        try (var fixture = new GatewayFixture()) {
            var node = fixture.node();
            var token = fixture.token("u1");
            try (var other = node.stream("channel=chat:break", token, null)) {
                other.named("open");
                for (int round = 0; round < 5; round++) {
                    var breaking = new ArrayList<Socket>();
                    for (int i = 0; i < 60; i++) {
                        var socket = asks(node, token, "channel=chat:break");
                        socket.setSoLinger(true, 0); // closing resets it
                        breaking.add(socket);
                    }
                    Eventually.until("all are open", () -> node.gateway.active() == 61);
                    var breaker = Thread.ofVirtual().start(() -> breaking.forEach(SlowReaderTest::close));
                    for (int i = 0; i < 10; i++) {
                        fixture.append("chat:break", "{\"pad\":\"" + "x".repeat(50_000) + "\"}");
                        other.events(1);
                    }
                    breaker.join();
                    Eventually.until("all have ended", () -> node.gateway.active() == 1);
                }
                fixture.time.pass(Duration.ofSeconds(16));
                assertThat(other.named("heartbeat").data()).isNotNull();
            }
            Eventually.until("its leaving is seen", () -> node.gateway.active() == 0);
        }
    }

    @Test
    @Tag("R-82")
    void aReplayThatMetAnOutageGoesOnSoonAfterIt() throws Exception {
        try (var postgres = PostgresServer.launch(PostgresServer.Version.DEBIAN_15);
                var fixture = new GatewayFixture(GatewayOptions.DEFAULT, postgres)) {
            var node = fixture.node();
            for (int i = 0; i < 10; i++) {
                fixture.append("chat:outage", 500, "x".repeat(2_000));
            }
            try (var reader = asks(node, fixture.token("u1"), "channel=chat:outage@0&heartbeat=120")) {
                var in = reader.getInputStream();
                assertThat(in.readNBytes(1_000)).hasSize(1_000);
                postgres.stop();
                reader.setSoTimeout(4_000);
                assertThatThrownBy(() -> readUntil(in, "\"seq\":5000,"))
                        .as("it needs the log")
                        .isInstanceOf(SocketTimeoutException.class);
                postgres.start();
                reader.setSoTimeout(15_000);
                readUntil(in, "\"seq\":5000,");
            }
        }
    }

    /** As under load: nothing tells the stream that the log answers again. */
    @Test
    @Tag("R-82")
    void aReplayThatFailsOnceIsTriedAgainBeforeTheNextHeartbeat() {
        try (var fixture = new GatewayFixture()) {
            var node = fixture.node();
            fixture.append("chat:once", 2_000);
            fixture.failures.set(1);
            try (var stream = node.stream("channel=chat:once@0&heartbeat=120", fixture.token("u1"), null)) {
                assertThat(StreamTest.seq(stream.events(2_000).getLast())).isEqualTo(2_000);
            }
            assertThat(fixture.failures).hasValue(0);
        }
    }

    private static void readUntil(InputStream in, String mark) throws IOException {
        var tail = new StringBuilder();
        byte[] buffer = new byte[8_192];
        while (tail.indexOf(mark) < 0) {
            int read = in.read(buffer);
            if (read < 0) {
                throw new IOException("ended");
            }
            tail.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
            tail.delete(0, Math.max(0, tail.length() - buffer.length - mark.length()));
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the connection has ended behind what is still in it. */
    private static boolean drained(InputStream in) {
        try {
            in.skip(Long.MAX_VALUE);
            return in.read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }
}

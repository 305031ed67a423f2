package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.openapi.ExchangeCheck;
import io.tailrace.server.SseReader;
import io.tailrace.server.SseReader.Frame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A client that reads, one way or the other: by a stream, or by polls in turn. Frames are the same. */
interface Reading extends AutoCloseable {

    /** The next frame but {@code open} and heartbeats; empty at the end. Fails when none comes. */
    Optional<Frame> next();

    /** The last position that it was given; null: none yet. */
    @Nullable
    String position();

    @Override
    void close();

    /** By a stream. */
    final class Streaming implements Reading {

        private final SseReader stream;
        private @Nullable String position;

        Streaming(GatewayFixture.Node node, String query, String token, @Nullable String position) {
            this.stream = node.stream(query, token, position);
            this.position = position;
            assertThat(stream.status()).isEqualTo(200);
        }

        @Override
        public Optional<Frame> next() {
            while (true) {
                var frame = stream.next(Duration.ofSeconds(20));
                frame.map(Frame::id).ifPresent(id -> position = id);
                boolean heard = frame.map(it ->
                                it.data() != null && !"open".equals(it.event()) && !"heartbeat".equals(it.event()))
                        .orElse(true);
                if (heard) {
                    return frame;
                }
            }
        }

        @Override
        public @Nullable String position() {
            return position;
        }

        @Override
        public void close() {
            stream.close();
        }
    }

    /** By polls, each with the position of the one before, and what it said of the moment. */
    final class Polling implements Reading {

        private static final ObjectMapper JSON = new ObjectMapper();

        /** Sooner than a client would: it is the test that waits. */
        private static final Duration AGAIN = Duration.ofMillis(50);

        private final GatewayFixture.Node node;
        private final String query;
        private final String token;
        private final Queue<Frame> frames = new ArrayDeque<>();
        private @Nullable String position;

        /** What stands for the frames that were taken: some of an answer, or all. */
        private @Nullable String taken;

        private @Nullable String moment;
        private boolean over;

        Polling(GatewayFixture.Node node, String query, String token, @Nullable String position) {
            this.node = node;
            this.query = query;
            this.token = token;
            this.position = position;
            this.taken = position;
        }

        @Override
        public Optional<Frame> next() {
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (frames.isEmpty() && !over) {
                assertThat(System.nanoTime()).as("a frame in time").isLessThan(deadline);
                poll();
            }
            var frame = Optional.ofNullable(frames.poll());
            taken = frames.isEmpty() ? position : frame.map(Frame::id).orElse(taken);
            return frame;
        }

        private void poll() {
            var asked = "/v1/stream?" + query + "&wait=20" + (moment == null ? "" : "&moment=" + moment);
            var answer = position == null
                    ? node.send("GET", asked, token, null)
                    : node.send("GET", asked, token, null, "Last-Event-ID", position);
            if (answer.statusCode() == 503) { // as while the epoch changes
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                LockSupport.parkNanos(AGAIN.toNanos());
                return;
            }
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            try {
                take(JSON.readTree(answer.body()));
            } catch (JsonProcessingException e) {
                throw new AssertionError(e);
            }
        }

        private void take(JsonNode answer) {
            for (JsonNode frame : answer.path("frames")) {
                var event = frame.path("event").asText(null);
                var data = frame.path("data").toString();
                ExchangeCheck.check(event, data);
                frames.add(new Frame(event, frame.path("id").asText(null), data, null));
                over |= "end".equals(event) || "reconnect".equals(event);
            }
            position = answer.path("id").asText();
            moment = answer.path("moment").asText();
            assertThat(position).matches("[A-Za-z0-9._~-]{1,128}");
        }

        @Override
        public @Nullable String position() {
            return taken;
        }

        @Override
        public void close() {}
    }
}

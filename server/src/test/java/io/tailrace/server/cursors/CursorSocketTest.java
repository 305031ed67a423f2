package io.tailrace.server.cursors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.log.LogUnavailable;
import io.tailrace.server.access.Identity;
import io.tailrace.server.http.Duplex;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Json;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a socket says when the node, and not its client, is at fault. */
class CursorSocketTest {

    private static final Identity ADA = new Identity(
            new Actor("acme", "ada", null, null, Instant.EPOCH),
            List.of(),
            Instant.EPOCH.plusSeconds(60),
            Identity.Credential.TOKEN);

    private final Wire wire = new Wire("{\"token\":\"next\"}");

    @Test
    @Tag("R-33")
    void rightsThatCannotBeAskedForSendTheClientAwayToComeBack() {
        var socket = socket(() -> {
            throw new LogUnavailable("away", new IllegalStateException());
        });
        assertThat(socket.serve()).isEqualTo(CloseCode.GOING_AWAY);
        assertThat(wire.closeCode()).isEqualTo(1001);
    }

    @Test
    @Tag("R-33")
    void aFaultIsToldToTheClientAndThrown() {
        var socket = socket(() -> {
            throw new IllegalStateException("a fault");
        });
        assertThatThrownBy(socket::serve).hasMessage("a fault");
        assertThat(wire.closeCode()).isEqualTo(1011);
    }

    private CursorSocket socket(Supplier<Identity> renewal) {
        var channel = ADA.channel(new ChannelName("doc:1"));
        var canvas = new Canvas("node", "run", System::nanoTime, Clock.systemUTC());
        return new CursorSocket(ADA, channel, canvas, new Stay(renewal), wire);
    }

    private record Stay(Supplier<Identity> renewal) implements Stays {

        @Override
        public CursorOptions options() {
            return CursorOptions.DEFAULT;
        }

        @Override
        public InstantSource clock() {
            return () -> Instant.EPOCH;
        }

        @Override
        public void move(CursorSocket socket, Json position) {}

        @Override
        public Identity renewed(CursorSocket socket, String token) {
            return renewal.get();
        }

        @Override
        public void sent(int cursors) {}
    }

    /** A client that says one thing, and hangs up once it was told goodbye. */
    private static final class Wire implements Duplex {

        private static final int CLOSE = 0x88;

        private final Queue<byte[]> toRead = new ConcurrentLinkedQueue<>();
        private final Queue<byte[]> written = new ConcurrentLinkedQueue<>();

        Wire(String message) {
            byte[] text = message.getBytes(StandardCharsets.UTF_8);
            toRead.add(ByteBuffer.allocate(6 + text.length)
                    .put((byte) 0x81)
                    .put((byte) (0x80 | text.length))
                    .putInt(0) // a mask that changes nothing
                    .put(text)
                    .array());
        }

        @Override
        public byte @Nullable [] read(int millis) throws IOException {
            byte[] next = toRead.poll();
            if (next == null && closeCode() == 0) {
                throw new SocketTimeoutException();
            }
            return next;
        }

        @Override
        public void write(byte[] bytes) {
            written.add(bytes);
        }

        @Override
        public void abort() {}

        int closeCode() {
            return written.stream()
                    .map(ByteBuffer::wrap)
                    .filter(frame -> (frame.get(0) & 0xff) == CLOSE)
                    .mapToInt(frame -> frame.getShort(2))
                    .findFirst()
                    .orElse(0);
        }
    }
}

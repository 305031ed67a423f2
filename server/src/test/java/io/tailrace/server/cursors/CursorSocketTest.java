package io.tailrace.server.cursors;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.log.LogUnavailable;
import io.tailrace.server.access.Identity;
import io.tailrace.server.cursors.Cursor.Owner;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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

    private static final Identity BARRED =
            new Identity(ADA.actor(), List.of(), Instant.EPOCH.plusSeconds(90), Identity.Credential.TOKEN);

    private final Wire wire = new Wire();
    private final Canvas canvas = new Canvas("node", "run", System::nanoTime, Clock.systemUTC());
    private final AtomicBoolean fresh = new AtomicBoolean(true);
    private final List<Json> moves = new CopyOnWriteArrayList<>();

    @Test
    @Tag("R-33")
    void rightsThatCannotBeAskedForSendTheClientAwayToComeBack() {
        wire.says("{\"token\":\"next\"}");
        var socket = socket(() -> {
            throw new LogUnavailable("away", new IllegalStateException());
        });
        assertThat(socket.serve()).isEqualTo(CloseCode.GOING_AWAY);
        assertThat(wire.closeCode()).isEqualTo(1001);
    }

    @Test
    @Tag("R-33")
    void aFaultIsToldToTheClientAndThrown() {
        wire.says("{\"token\":\"next\"}");
        var socket = socket(() -> {
            throw new IllegalStateException("a fault");
        });
        assertThatThrownBy(socket::serve).hasMessage("a fault");
        assertThat(wire.closeCode()).isEqualTo(1011);
    }

    @Test
    @Tag("R-72")
    void whileItIsNotKnownWhoMayBeHereNothingIsTakenAndNothingSent() throws InterruptedException {
        fresh.set(false);
        canvas.move(new Owner("bob", null), new Json("{\"x\":0}"));
        wire.says("{\"cursor\":{\"x\":1}}");
        wire.says("{\"cursor\":{\"x\":2}}");
        var socket = socket(() -> ADA);
        var serving = Thread.ofVirtual().start(socket::serve);
        eventually(() -> assertThat(wire.silences).hasValueGreaterThan(3));
        assertThat(moves).isEmpty();
        assertThat(wire.written).isEmpty();

        fresh.set(true);
        eventually(() -> assertThat(moves).containsExactly(new Json("{\"x\":2}")));
        eventually(() -> assertThat(wire.written).hasSize(1));
        socket.close(CloseCode.FORBIDDEN);
        serving.join();
        assertThat(wire.closeCode()).isEqualTo(4403);
    }

    @Test
    @Tag("R-72")
    void newCredentialsAreCheckedOnceTheyAreItsOwn() {
        wire.says("{\"token\":\"next\"}");
        assertThat(socket(() -> BARRED).serve()).isEqualTo(CloseCode.FORBIDDEN);
        assertThat(wire.closeCode()).isEqualTo(4403);
    }

    private CursorSocket socket(Supplier<Identity> renewal) {
        var channel = ADA.channel(new ChannelName("doc:1"));
        return new CursorSocket(ADA, channel, canvas, new Stay(renewal, fresh, moves), wire);
    }

    private record Stay(Supplier<Identity> renewal, AtomicBoolean isFresh, List<Json> moves) implements Stays {

        @Override
        public CursorOptions options() {
            return CursorOptions.DEFAULT;
        }

        @Override
        public InstantSource clock() {
            return () -> Instant.EPOCH;
        }

        @Override
        public void move(CursorSocket socket, Json position) {
            moves.add(position);
        }

        @Override
        public Identity identified(CursorSocket socket, String token) {
            return renewal.get();
        }

        @Override
        public void recheck(CursorSocket socket) {
            if (socket.identity() == BARRED) {
                socket.close(CloseCode.FORBIDDEN);
            }
        }

        @Override
        public boolean fresh(CursorSocket socket) {
            return isFresh.get();
        }

        @Override
        public void sent(int cursors) {}
    }

    /** A client that says what it is told to, and hangs up once it was told goodbye. */
    private static final class Wire implements Duplex {

        private static final int CLOSE = 0x88;

        private final Queue<byte[]> toRead = new ConcurrentLinkedQueue<>();
        private final Queue<byte[]> written = new ConcurrentLinkedQueue<>();

        private final AtomicInteger silences = new AtomicInteger();

        void says(String message) {
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
                silences.incrementAndGet();
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

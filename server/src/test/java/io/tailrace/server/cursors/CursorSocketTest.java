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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a socket says by itself: that its credentials end, and that the node is at fault. */
class CursorSocketTest {

    private static final Identity ADA = new Identity(
            new Actor("acme", "ada", null, null, Instant.EPOCH),
            List.of(),
            Instant.EPOCH.plusSeconds(60),
            Identity.Credential.TOKEN);

    private static final String TOKEN = "{\"token\":\"next\"}";
    private static final String NOTICE = "{\"event\":\"auth.expiring\",\"expires_at\":\"%s\"}";

    private static final Identity BARRED =
            new Identity(ADA.actor(), List.of(), Instant.EPOCH.plusSeconds(90), Identity.Credential.TOKEN);

    private final Wire wire = new Wire();

    /** A moment before the client is told that its credentials end. */
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH.minusMillis(1));

    private final Canvas canvas = new Canvas("node", "run", System::nanoTime, Clock.systemUTC());
    private final AtomicBoolean fresh = new AtomicBoolean(true);
    private final List<Json> moves = new CopyOnWriteArrayList<>();

    @Test
    @Tag("R-33")
    void rightsThatCannotBeAskedForSendTheClientAwayToComeBack() {
        wire.says(TOKEN);
        var socket = socket(() -> {
            throw new LogUnavailable("away", new IllegalStateException());
        });
        assertThat(socket.serve()).isEqualTo(CloseCode.GOING_AWAY);
        assertThat(wire.closeCode()).isEqualTo(1001);
    }

    @Test
    @Tag("R-33")
    void aFaultIsToldToTheClientAndThrown() {
        wire.says(TOKEN);
        var socket = socket(() -> {
            throw new IllegalStateException("a fault");
        });
        assertThatThrownBy(socket::serve).hasMessage("a fault");
        assertThat(wire.closeCode()).isEqualTo(1011);
    }

    @Test
    @Tag("R-73")
    void aMessageThatNeverEndsDoesNotOutliveItsToken() {
        var endless = new EndlessMessage();
        var socket = socket(endless, stay(() -> Instant.EPOCH.plusSeconds(endless.pieces)));
        assertThat(socket.serve()).isEqualTo(CloseCode.EXPIRED);
        assertThat(endless.pieces).isBetween(60, 70);
    }

    @Test
    @Tag("R-74")
    void aMessageInTooManyPiecesIsAFlood() {
        var endless = new EndlessMessage();
        assertThat(socket(endless, stay(() -> Instant.EPOCH)).serve()).isEqualTo(CloseCode.POLICY);
    }

    @Test
    @Tag("R-73")
    void aMinuteBeforeItsCredentialsEndTheClientIsToldAndThenItIsClosed() {
        var end = serving(socket(() -> {
            throw new AssertionError("nobody renews");
        }));
        wire.awaitsPong();
        assertThat(wire.texts()).isEmpty();
        now.set(Instant.EPOCH);
        eventually(() -> assertThat(wire.texts()).containsExactly(NOTICE.formatted("1970-01-01T00:01:00Z")));
        now.set(Instant.EPOCH.plusSeconds(62));
        wire.awaitsPong();
        assertThat(wire.closeCode()).as("clocks may differ by two seconds").isZero();
        now.set(Instant.EPOCH.plusSeconds(62).plusMillis(1));
        assertThat(end.join()).isEqualTo(CloseCode.EXPIRED);
        assertThat(wire.closeCode()).isEqualTo(4401);
        assertThat(wire.texts()).hasSize(1);
    }

    @Test
    @Tag("R-26")
    @Tag("R-73")
    void whoRenewsGoesOnInPlaceAndIsToldAgain() {
        now.set(Instant.EPOCH);
        var renewed = new Identity(ADA.actor(), List.of(), Instant.EPOCH.plusSeconds(600), ADA.by());
        var end = serving(socket(() -> renewed));
        eventually(() -> assertThat(wire.texts()).hasSize(1));
        wire.says(TOKEN);
        wire.awaitsPong();
        now.set(Instant.EPOCH.plusSeconds(500));
        wire.awaitsPong();
        assertThat(wire.texts()).hasSize(1);
        now.set(Instant.EPOCH.plusSeconds(540));
        eventually(() -> assertThat(wire.texts())
                .containsExactly(NOTICE.formatted("1970-01-01T00:01:00Z"), NOTICE.formatted("1970-01-01T00:10:00Z")));
        now.set(Instant.EPOCH.plusSeconds(603));
        assertThat(end.join()).isEqualTo(CloseCode.EXPIRED);
    }

    @Test
    @Tag("R-73")
    void whoRenewsWithTheSameTokenIsNotToldTwice() {
        now.set(Instant.EPOCH);
        var end = serving(socket(() -> ADA));
        eventually(() -> assertThat(wire.texts()).hasSize(1));
        for (int i = 0; i < 5; i++) {
            wire.says(TOKEN);
            wire.awaitsPong();
        }
        assertThat(wire.texts()).hasSize(1);
        now.set(Instant.EPOCH.plusSeconds(63));
        assertThat(end.join()).isEqualTo(CloseCode.EXPIRED);
    }

    private static CompletableFuture<CloseCode> serving(CursorSocket socket) {
        var end = new CompletableFuture<CloseCode>();
        Thread.ofVirtual().start(() -> {
            try {
                end.complete(socket.serve());
            } catch (RuntimeException | Error failed) {
                end.completeExceptionally(failed);
            }
        });
        return end.orTimeout(15, TimeUnit.SECONDS);
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
        wire.says(TOKEN);
        assertThat(socket(() -> BARRED).serve()).isEqualTo(CloseCode.FORBIDDEN);
        assertThat(wire.closeCode()).isEqualTo(4403);
    }

    private CursorSocket socket(Supplier<Identity> renewal) {
        return socket(wire, new Stay(renewal, now::get, fresh, moves));
    }

    private CursorSocket socket(Duplex connection, Stay stay) {
        return new CursorSocket(ADA, ADA.channel(new ChannelName("doc:1")), canvas, stay, connection);
    }

    private Stay stay(InstantSource clock) {
        return new Stay(() -> ADA, clock, fresh, moves);
    }

    private record Stay(Supplier<Identity> renewal, InstantSource clock, AtomicBoolean isFresh, List<Json> moves)
            implements Stays {

        @Override
        public CursorOptions options() {
            return CursorOptions.DEFAULT;
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

    /** A client that begins a message, and goes on with empty pieces until it is cut off. */
    private static final class EndlessMessage implements Duplex {

        private static final int FAR_TOO_MANY = 1 << 20;

        private volatile int pieces;
        private volatile boolean cut;

        @Override
        public byte @Nullable [] read(int millis) {
            boolean first = pieces == 0;
            pieces = pieces + 1;
            return cut || pieces > FAR_TOO_MANY ? null : new byte[] {(byte) (first ? 1 : 0), (byte) 0x80, 0, 0, 0, 0};
        }

        @Override
        public void write(byte[] bytes) {
            cut |= (bytes[0] & 0xff) == Wire.CLOSE;
        }

        @Override
        public void abort() {
            cut = true;
        }
    }

    /** A client that says what it is made to, and hangs up once it was told goodbye. */
    private static final class Wire implements Duplex {

        private static final int TEXT = 0x81;
        private static final int CLOSE = 0x88;
        private static final int PING = 0x89;
        private static final int PONG = 0x8a;

        private final BlockingQueue<byte[]> toRead = new LinkedBlockingQueue<>();
        private final Queue<byte[]> written = new ConcurrentLinkedQueue<>();
        private final AtomicInteger silences = new AtomicInteger();

        void says(String message) {
            toRead.add(frame(TEXT, message));
        }

        /** Everything that was said before was heard, and everything was looked at, once this returns. */
        void awaitsPong() {
            String mark = Integer.toString(frames(PONG).size());
            toRead.add(frame(PING, mark));
            eventually(() -> assertThat(frames(PONG)).contains(mark));
            String again = mark + " again";
            toRead.add(frame(PING, again));
            eventually(() -> assertThat(frames(PONG)).contains(again));
        }

        private static byte[] frame(int first, String text) {
            byte[] payload = text.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(6 + payload.length)
                    .put((byte) first)
                    .put((byte) (0x80 | payload.length))
                    .putInt(0) // a mask that changes nothing
                    .put(payload)
                    .array();
        }

        @Override
        public byte @Nullable [] read(int millis) throws IOException {
            if (closeCode() != 0) {
                return null;
            }
            try {
                byte[] next = toRead.poll(1, TimeUnit.MILLISECONDS); // so that the socket looks around often
                if (next == null) {
                    silences.incrementAndGet();
                    throw new SocketTimeoutException();
                }
                return next;
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void write(byte[] bytes) {
            written.add(bytes);
        }

        @Override
        public void abort() {}

        List<String> texts() {
            return frames(TEXT);
        }

        /** The payloads of frames, all of them short, that begin with this byte. */
        private List<String> frames(int first) {
            return written.stream()
                    .filter(frame -> (frame[0] & 0xff) == first)
                    .map(frame -> new String(frame, 2, frame.length - 2, StandardCharsets.UTF_8))
                    .toList();
        }

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

package io.tailrace.server.gateway;

import io.tailrace.server.http.TakenSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a socket without ever waiting for it. What it does not take at once is kept, at most the one batch that was
 * being written, and nothing more is accepted before that is gone: a slow client holds one batch here and one send
 * buffer in the kernel, and the rest stays in the ring or the log.
 *
 * <p>Protocol: whoever drives the stream calls {@link #write}, {@link #flush} and {@link #finish}, one thread at a time.
 * {@code waitingSince} is written by it and read by the watchdog, which may close the socket under it; {@code wake} then
 * has the stream look, and find it closed.
 */
final class SocketWriter implements ConnectionWriter {

    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final long NOTHING = Long.MIN_VALUE;

    private final TakenSocket socket;
    private final SocketChannel channel;
    private final boolean chunked;
    private final LongSupplier nanos;
    private final Runnable wake;
    private @Nullable ByteBuffer kept;
    private volatile long waitingSince = NOTHING;
    private volatile boolean cut;

    /** @param wake has the stream driven once more; any thread */
    SocketWriter(TakenSocket socket, LongSupplier nanos, Runnable wake) {
        this.socket = socket;
        this.channel = socket.channel();
        this.chunked = socket.chunked();
        this.nanos = nanos;
        this.wake = wake;
    }

    @Override
    public void write(SseBuffer frames) throws ConnectionGone {
        var bytes = chunked ? frames.chunk() : frames.content();
        send(bytes);
        if (bytes.hasRemaining()) {
            kept = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
            waitingSince = nanos.getAsLong();
        }
    }

    @Override
    public boolean behind() {
        return kept != null;
    }

    /** Writes what was kept, as far as the socket takes it. @return whether nothing is left */
    boolean flush() throws ConnectionGone {
        ByteBuffer bytes = kept;
        if (bytes == null) {
            return true;
        }
        if (send(bytes) > 0) {
            waitingSince = nanos.getAsLong();
        }
        if (bytes.hasRemaining()) {
            return false;
        }
        kept = null;
        waitingSince = NOTHING;
        return true;
    }

    /** Ends the answer, so that the client knows that nothing was lost. */
    void finish() throws ConnectionGone {
        if (chunked && kept == null) {
            send(ByteBuffer.wrap(LAST_CHUNK));
        }
    }

    private int send(ByteBuffer bytes) throws ConnectionGone {
        try {
            return channel.write(bytes);
        } catch (IOException gone) {
            throw new ConnectionGone(gone);
        }
    }

    @Override
    public OptionalLong stuckSince() {
        long since = waitingSince;
        return since == NOTHING ? OptionalLong.empty() : OptionalLong.of(since);
    }

    @Override
    public void cut() {
        if (waitingSince != NOTHING) {
            cut = true;
            socket.close();
            wake.run();
        }
    }

    @Override
    public boolean wasCut() {
        return cut;
    }
}

package io.tailrace.server.gateway;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A stream as gzip (RFC 1952): each write can be decompressed as soon as it is there. Used by whoever drives the stream, but
 * for {@link #close}, which comes once, at its end, and lets go of the memory: something may hold on to the stream for a while.
 */
final class Gzip implements AutoCloseable {

    /** Bytes that one holds, all of them on the heap. */
    static final int STREAM_BYTES = Deflate.BYTES + 512;

    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;
    private static final byte DEFLATE = 8;
    private static final byte UNKNOWN_SYSTEM = (byte) 0xff;

    private volatile @Nullable Deflate deflate = new Deflate();
    private final CRC32 sum = new CRC32();
    private final Runnable closed;
    private int total;
    private boolean begun;

    /** @param closed gives back its place */
    Gzip(Runnable closed) {
        this.closed = closed;
    }

    /** Puts in place of what {@code frames} holds the same, compressed. */
    void pack(SseBuffer frames) {
        var window = deflate;
        if (window == null) {
            return; // it is over: nobody will send this
        }
        byte[] plain = frames.take();
        sum.update(plain);
        total += plain.length;
        if (begun) {
            frames.bytes(window.pack(plain));
        } else {
            begun = true;
            frames.bytes(ByteBuffer.allocate(HEADER_BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putShort((short) 0x8b1f)
                    .put(DEFLATE)
                    .put(HEADER_BYTES - 1, UNKNOWN_SYSTEM)
                    .rewind());
            frames.bytes(window.store(plain)); // padding that is compressed pushes nothing through
        }
    }

    /** Adds the end, so that the client knows that nothing is missing. */
    void end(SseBuffer frames) {
        frames.bytes(Deflate.end());
        frames.bytes(ByteBuffer.allocate(TRAILER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) sum.getValue())
                .putInt(total)
                .flip());
    }

    @Override
    public void close() {
        deflate = null;
        closed.run();
    }
}

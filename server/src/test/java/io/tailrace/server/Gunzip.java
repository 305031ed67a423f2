package io.tailrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Decompresses gzip as it comes, piece by piece, and holds its end against what came. */
public final class Gunzip {

    private static final int HEADER = 10;
    private static final int TRAILER = 8;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 sum = new CRC32();
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private final ByteArrayOutputStream tail = new ByteArrayOutputStream();
    private int total;

    /** What this piece adds; a piece that was flushed gives all that went into it. */
    public byte[] more(byte[] piece) {
        int from = Math.min(HEADER - head.size(), piece.length);
        head.write(piece, 0, from);
        if (head.size() == HEADER) {
            assertThat(head.toByteArray()).startsWith(0x1f, 0x8b, 8, 0);
        }
        inflater.setInput(piece, from, piece.length - from);
        var out = new ByteArrayOutputStream();
        try {
            var buffer = new byte[8_192];
            for (int n = inflater.inflate(buffer); n > 0; n = inflater.inflate(buffer)) {
                out.write(buffer, 0, n);
            }
        } catch (DataFormatException e) {
            throw new AssertionError("not gzip", e);
        }
        if (inflater.finished()) {
            tail.write(piece, piece.length - inflater.getRemaining(), inflater.getRemaining());
        }
        sum.update(out.toByteArray());
        total += out.size();
        return out.toByteArray();
    }

    /** Whether the end has come, and fits. */
    public boolean whole() {
        if (tail.size() != TRAILER) {
            return false;
        }
        var end = ByteBuffer.wrap(tail.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        return end.getInt() == (int) sum.getValue() && end.getInt() == total;
    }
}

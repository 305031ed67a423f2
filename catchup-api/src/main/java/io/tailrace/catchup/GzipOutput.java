package io.tailrace.catchup;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Writes as gzip (RFC 1952), with one of {@link Deflaters}, which it gives back when it is closed. Used by one thread. */
final class GzipOutput extends DeflaterOutputStream {

    private static final byte[] HEADER = {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, (byte) 0xff};
    private static final int BUFFER = 4_096;

    private final Deflaters from;
    private final CRC32 sum = new CRC32();
    private boolean closed;

    GzipOutput(OutputStream out, Deflater deflater, Deflaters from) throws IOException {
        super(out, deflater, BUFFER);
        this.from = from;
        out.write(HEADER);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        super.write(bytes, offset, length);
        sum.update(bytes, offset, length);
    }

    @Override
    public void finish() throws IOException {
        super.finish();
        out.write(ByteBuffer.allocate(2 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) sum.getValue())
                .putInt((int) def.getBytesRead())
                .array());
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            finish();
        } finally {
            from.giveBack(def);
        }
        out.close();
    }
}

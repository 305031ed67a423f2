package io.tailrace.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Writes answers, most of them as they are. Those to {@code HEAD} lose their body here, where nothing can forget it: a
 * body would be read as the next answer. Those to HTTP/1.0 lose their chunks. Used by the connection's thread, and by
 * whoever writes a lasting answer in its place.
 */
final class Answers implements DataWriter {

    private static final byte[] END = {'\r', '\n', '\r', '\n'};

    private final DataWriter inner;
    private boolean old;
    private boolean bodiless;
    private boolean headWritten;
    private boolean silent;
    private Unchunked unchunked = Unchunked.NONE;

    Answers(DataWriter inner) {
        this.inner = inner;
    }

    /** The next request is of HTTP/1.0, or not. */
    void old(boolean isOld) {
        old = isOld;
    }

    /** Whether the answer at hand is to HTTP/1.0, and so without chunks. */
    boolean isOld() {
        return old;
    }

    /** Writes nothing from now on: somebody else does. */
    void silence() {
        silent = true;
    }

    /** The next answer is to {@code HEAD}, or not. */
    void begin(boolean toHead) {
        bodiless = toHead;
        headWritten = false;
        unchunked = Unchunked.NONE;
    }

    @Override
    public void write(BufferData buffer) {
        if (plain()) {
            inner.write(buffer);
        } else {
            byte[] bytes = filtered(buffer.readBytes());
            if (bytes.length > 0) {
                inner.write(BufferData.create(bytes));
            }
        }
    }

    @Override
    public void writeNow(BufferData buffer) {
        if (plain()) {
            inner.writeNow(buffer);
        } else {
            byte[] bytes = filtered(buffer.readBytes());
            if (bytes.length > 0) {
                inner.writeNow(BufferData.create(bytes));
            }
        }
    }

    @Override
    public void write(BufferData... buffers) {
        if (plain()) {
            inner.write(buffers);
        } else {
            Arrays.stream(buffers).forEach(this::write);
        }
    }

    @Override
    public void writeNow(BufferData... buffers) {
        if (plain()) {
            inner.writeNow(buffers);
        } else {
            Arrays.stream(buffers).forEach(this::writeNow);
        }
    }

    @Override
    public void flush() {
        inner.flush();
    }

    private boolean plain() {
        return !old && !bodiless && !silent;
    }

    private byte[] filtered(byte[] bytes) {
        if (silent) {
            return new byte[0];
        }
        if (headWritten) {
            return body(bytes);
        }
        int end = headEnd(bytes);
        if (bytes.length > 9 && bytes[9] == '1') {
            return bytes; // an interim answer: 100 Continue
        }
        headWritten = true;
        byte[] head = Arrays.copyOf(bytes, end);
        if (old && Http10.chunked(head)) {
            unchunked = new Unchunked();
            head = Http10.withoutChunks(head);
        }
        return Http10.joined(head, body(Arrays.copyOfRange(bytes, end, bytes.length)));
    }

    private byte[] body(byte[] bytes) {
        return bodiless ? new byte[0] : unchunked.of(bytes);
    }

    /** Where the head ends: Helidon writes it in one piece. */
    private static int headEnd(byte[] bytes) {
        for (int i = 0; i + END.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + END.length, END, 0, END.length)) {
                return i + END.length;
            }
        }
        throw new IllegalStateException("an answer's head came in pieces");
    }

    /** Takes chunks (RFC 9112, section 7.1) apart, without extensions and trailers, which we do not send. */
    private static class Unchunked {

        static final Unchunked NONE = new Unchunked() {
            @Override
            byte[] of(byte[] bytes) {
                return bytes;
            }
        };

        private int size;
        private int left;
        private boolean inSize = true;

        byte[] of(byte[] bytes) {
            var out = new ByteArrayOutputStream(bytes.length);
            for (int i = 0; i < bytes.length; ) {
                if (inSize) {
                    sizeByte(bytes[i++]);
                } else {
                    int n = Math.min(left, bytes.length - i);
                    out.write(bytes, i, n);
                    i += n;
                    left -= n;
                    inSize = left == 0;
                }
            }
            return out.toByteArray();
        }

        /** A byte of a line: its digits are a size, and the line break behind a chunk is a size of nothing. */
        private void sizeByte(byte b) {
            if (b == '\n') {
                left = size;
                inSize = size == 0;
                size = 0;
            } else if (b != '\r') {
                size = size * 16 + Character.digit(b, 16);
            }
        }
    }
}

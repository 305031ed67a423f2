package io.tailrace.server.gateway;

import io.tailrace.server.hub.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Frames as {@code text/event-stream} (WHATWG HTML, section 9.2), gathered for one write. Used by one thread at a time.
 * There is room in front of and behind them, so that they can be made a chunk without being copied.
 */
final class SseBuffer implements FrameSink {

    /** Bytes that it keeps room for when it is emptied. */
    static final int KEPT_BYTES = 512;

    /** Room for a chunk's size and line break; all sizes of an {@code int} fit. */
    private static final int HEAD = 10;

    private static final int TAIL = 2;
    private static final byte[] HEX = ascii("0123456789abcdef");
    private static final byte[] RETRY = ascii("retry: ");
    private static final byte[] ID = ascii("id: ");
    private static final byte[] EVENT = ascii("event: ");
    private static final byte[] DATA = ascii("data: ");

    private final int kept;
    private byte[] bytes;
    private int end = HEAD;

    SseBuffer() {
        this(KEPT_BYTES);
    }

    /** @param kept bytes that it keeps room for when it is emptied */
    SseBuffer(int kept) {
        this.kept = kept + HEAD + TAIL;
        this.bytes = new byte[this.kept];
    }

    @Override
    public void frame(String event, @Nullable String id, byte[] json) {
        if (id != null) {
            line(ID, id);
        }
        line(EVENT, event);
        append(DATA);
        append(json);
        append('\n');
        append('\n');
    }

    @Override
    public void event(Frame frame, @Nullable String id) {
        if (id != null) {
            line(ID, id);
        }
        append(frame.block(), frame.dataFrom());
    }

    @Override
    public void event(Frame frame) {
        append(frame.block(), 0);
    }

    /** A block of its own that sets the client's delay before it reconnects. */
    void retry(long millis) {
        line(RETRY, Long.toString(millis));
        append('\n');
    }

    /** The same in one block with a frame that has no id. */
    void retry(long millis, String event, byte[] json) {
        line(RETRY, Long.toString(millis));
        frame(event, null, json);
    }

    @Override
    public int size() {
        return end - HEAD;
    }

    boolean isEmpty() {
        return end == HEAD;
    }

    /** The frames, valid until the next call. */
    ByteBuffer content() {
        return ByteBuffer.wrap(bytes, HEAD, size());
    }

    /** The frames as one chunk (RFC 9112, section 7.1); valid until the next call, which has to be {@link #clear}. */
    ByteBuffer chunk() {
        int size = size();
        append('\r');
        append('\n');
        int from = HEAD;
        bytes[--from] = '\n';
        bytes[--from] = '\r';
        do {
            bytes[--from] = HEX[size & 0xf];
            size >>>= 4;
        } while (size > 0);
        return ByteBuffer.wrap(bytes, from, end - from);
    }

    /** Starts anew. */
    void clear() {
        end = HEAD;
        if (bytes.length > kept) {
            bytes = new byte[kept];
        }
    }

    /** What was gathered, as text: for tests and logs of tests. */
    @Override
    public String toString() {
        return new String(bytes, HEAD, size(), StandardCharsets.UTF_8);
    }

    private void line(byte[] field, String value) {
        append(field);
        reserve(value.length());
        for (int i = 0; i < value.length(); i++) {
            bytes[end++] = (byte) value.charAt(i);
        }
        append('\n');
    }

    private void append(byte[] more) {
        append(more, 0);
    }

    private void append(byte[] more, int from) {
        int length = more.length - from;
        reserve(length);
        System.arraycopy(more, from, bytes, end, length);
        end += length;
    }

    private void append(char one) {
        reserve(1);
        bytes[end++] = (byte) one;
    }

    private void reserve(int more) {
        if (bytes.length - end < more + TAIL) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, end + more + TAIL));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

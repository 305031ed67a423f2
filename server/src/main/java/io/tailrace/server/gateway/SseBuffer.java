package io.tailrace.server.gateway;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Frames as {@code text/event-stream} (WHATWG HTML, section 9.2), gathered for one write. Used by one thread. It shrinks
 * back when emptied, so that an idle stream holds next to nothing.
 */
final class SseBuffer implements FrameSink {

    private static final int IDLE_BYTES = 512;
    private static final byte[] RETRY = ascii("retry: ");
    private static final byte[] ID = ascii("id: ");
    private static final byte[] EVENT = ascii("event: ");
    private static final byte[] DATA = ascii("data: ");

    private byte[] bytes = new byte[IDLE_BYTES];
    private int size;

    @Override
    public void frame(@Nullable String event, @Nullable String id, byte[] json) {
        if (id != null) {
            line(ID, id);
        }
        if (event != null) {
            line(EVENT, event);
        }
        append(DATA);
        append(json);
        append('\n');
        append('\n');
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
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The bytes so far, valid up to {@link #size} and until the next call. */
    byte[] array() {
        return bytes;
    }

    /** Starts anew. */
    void clear() {
        size = 0;
        if (bytes.length > IDLE_BYTES) {
            bytes = new byte[IDLE_BYTES];
        }
    }

    /** What was gathered, as text: for tests and logs of tests. */
    @Override
    public String toString() {
        return new String(bytes, 0, size, StandardCharsets.UTF_8);
    }

    private void line(byte[] field, String value) {
        append(field);
        reserve(value.length());
        for (int i = 0; i < value.length(); i++) {
            bytes[size++] = (byte) value.charAt(i);
        }
        append('\n');
    }

    private void append(byte[] more) {
        reserve(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
    }

    private void append(char one) {
        reserve(1);
        bytes[size++] = (byte) one;
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

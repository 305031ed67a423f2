package io.tailrace.server.gateway;

import io.tailrace.server.hub.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Frames as {@code text/event-stream} (WHATWG HTML, section 9.2), gathered for one write. Used by one thread at a time.
 * There is room in front of and behind them, so that they can be made a chunk without being copied. A buffer that is
 * emptied remembers the one event that it held: the next stream of the same channel sends just that.
 */
final class SseBuffer implements FrameSink {

    /** Bytes that a buffer of one stream keeps room for when it is emptied. */
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
    private final boolean direct;
    private ByteBuffer bytes;
    private int end = HEAD;

    /** The event that {@code bytes} holds from their beginning and nothing else, or held before they were emptied. */
    private @Nullable Frame only;

    private SseBuffer(int kept, boolean direct) {
        this.kept = kept + HEAD + TAIL;
        this.direct = direct;
        this.bytes = allocate(this.kept);
    }

    /** For one stream: it shrinks when it is emptied, so that an idle stream holds next to nothing. */
    static SseBuffer ofStream() {
        return new SseBuffer(KEPT_BYTES, false);
    }

    /**
     * For many streams, one after the other: outside the heap, where sockets take it from without a copy. It keeps the
     * size that it once needed: memory outside the heap is given back by a full collection only, and in a storm of
     * streams that catch up, each with more than a batch, there is none for long.
     */
    static SseBuffer shared() {
        return new SseBuffer(GatewayOptions.BATCH_BYTES, true);
    }

    private ByteBuffer allocate(int size) {
        return direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
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
        if (end > HEAD) {
            append(frame.block(), 0);
        } else if (only == frame) {
            end = HEAD + frame.block().length;
        } else {
            append(frame.block(), 0);
            only = frame;
        }
    }

    /** A comment of so many bytes with its line break, at the beginning of the block that comes next; 0: none. */
    void padding(int size) {
        if (size > 0) {
            reserve(size);
            bytes.put(end, (byte) ':');
            for (int at = end + 1; at < end + size - 1; at++) {
                bytes.put(at, (byte) ' ');
            }
            bytes.put(end + size - 1, (byte) '\n');
            end += size;
        }
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
        return bytes.limit(end).position(HEAD);
    }

    /** The frames as one chunk (RFC 9112, section 7.1); valid until the next call, which has to be {@link #clear}. */
    ByteBuffer chunk() {
        int size = size();
        bytes.limit(bytes.capacity());
        bytes.put(end, (byte) '\r').put(end + 1, (byte) '\n');
        int from = HEAD;
        bytes.put(--from, (byte) '\n').put(--from, (byte) '\r');
        do {
            bytes.put(--from, HEX[size & 0xf]);
            size >>>= 4;
        } while (size > 0);
        return bytes.limit(end + TAIL).position(from);
    }

    /** The frames, out of the buffer, which holds nothing any more. */
    byte[] take() {
        var taken = new byte[size()];
        bytes.limit(bytes.capacity()).get(HEAD, taken);
        end = HEAD;
        return taken;
    }

    /** Bytes that are no frame as such: they were compressed. */
    void bytes(ByteBuffer more) {
        int length = more.remaining();
        reserve(length);
        bytes.put(end, more, more.position(), length);
        end += length;
    }

    /** Starts anew. */
    void clear() {
        end = HEAD;
        if (!direct && bytes.capacity() > kept) {
            bytes = allocate(kept);
            only = null;
        }
    }

    /** What was gathered, as text: for tests and logs of tests. */
    @Override
    public String toString() {
        byte[] text = new byte[size()];
        bytes.limit(bytes.capacity()).get(HEAD, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private void line(byte[] field, String value) {
        append(field);
        append(value.getBytes(StandardCharsets.ISO_8859_1));
        append('\n');
    }

    private void append(byte[] more) {
        append(more, 0);
    }

    private void append(byte[] more, int from) {
        int length = more.length - from;
        reserve(length);
        bytes.put(end, more, from, length);
        end += length;
    }

    private void append(char one) {
        reserve(1);
        bytes.put(end++, (byte) one);
    }

    private void reserve(int more) {
        only = null;
        bytes.limit(bytes.capacity());
        if (bytes.capacity() - end < more + TAIL) {
            var larger = allocate(Math.max(bytes.capacity() * 2, end + more + TAIL));
            bytes = larger.put(HEAD, bytes, HEAD, end - HEAD);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

package io.tailrace.client.sse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Parses a stream of Server-Sent Events (WHATWG HTML, section 9.2) from bytes that come in pieces of any size: a cut
 * between CR and LF, or inside of a character, changes nothing. Lines end with LF, CR or CRLF; one byte order mark at
 * the beginning is skipped; what is no UTF-8 becomes U+FFFD; an id with U+0000 is ignored. A frame that the stream
 * breaks off in is never dispatched.
 *
 * <p>Used by one thread at a time.
 */
public final class SseParser {

    /** The largest frame by default: 8 MiB, far above what a server sends, far below what hurts. */
    public static final int MAX_FRAME_BYTES = 8 << 20;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final int MAX_RETRY_DIGITS = 9;

    private final Consumer<SseFrame> frames;
    private final int bound;
    private Line line = new Line();
    private Line data = new Line();
    private boolean hasData;
    private String event = "";
    private String idOfBlock = "";
    private String lastId = "";
    private long retryMillis = -1;
    private boolean afterCr;
    private int marked;

    /** With the bound of {@link #MAX_FRAME_BYTES}. @param frames is given each frame, on the thread that pushes bytes */
    public SseParser(Consumer<SseFrame> frames) {
        this(frames, MAX_FRAME_BYTES);
    }

    /**
     * With a bound of its own.
     *
     * @param frames is given each frame, on the thread that pushes bytes
     * @param bound bytes of the longest line and of the data of the largest frame, at least 1
     */
    public SseParser(Consumer<SseFrame> frames, int bound) {
        this.frames = frames;
        this.bound = bound;
    }

    /** What the stream last asked to wait before a reconnect, in milliseconds; -1: it did not ask. */
    public long retryMillis() {
        return retryMillis;
    }

    /** The id of the last frame that carried one; empty: none did. */
    public String lastId() {
        return lastId;
    }

    /**
     * Takes the next bytes.
     *
     * @param bytes holds them; not kept
     * @param offset of the first
     * @param length how many
     * @throws FrameTooLongException when a frame is larger than the bound; the parser is of no use after that
     */
    public void push(byte[] bytes, int offset, int length) throws FrameTooLongException {
        int at = offset;
        int end = offset + length;
        at = skipMark(bytes, at, end);
        int start = at;
        for (; at < end; at++) {
            byte b = bytes[at];
            if (b != '\n' && b != '\r') {
                afterCr = false;
                continue;
            }
            boolean secondHalf = b == '\n' && afterCr && at == start && line.isEmpty();
            afterCr = b == '\r';
            if (!secondHalf) {
                keep(bytes, start, at);
                endOfLine();
            }
            start = at + 1;
        }
        keep(bytes, start, end);
    }

    /** Bytes of a mark that turn out to be none are given back as the beginning of the first line. */
    private int skipMark(byte[] bytes, int offset, int end) throws FrameTooLongException {
        int at = offset;
        while (marked < BYTE_ORDER_MARK.length && at < end) {
            if (bytes[at] != BYTE_ORDER_MARK[marked]) {
                keep(BYTE_ORDER_MARK, 0, marked);
                marked = BYTE_ORDER_MARK.length;
                return at;
            }
            marked++;
            at++;
        }
        return at;
    }

    private void keep(byte[] bytes, int from, int to) throws FrameTooLongException {
        if (to - from > bound - line.size()) {
            throw new FrameTooLongException(bound);
        }
        line.write(bytes, from, to - from);
    }

    private void endOfLine() throws FrameTooLongException {
        if (line.isEmpty()) {
            dispatch();
            return;
        }
        int colon = line.indexOf((byte) ':');
        if (colon != 0) {
            field(colon);
        }
        line = line.emptied();
    }

    private void field(int colon) throws FrameTooLongException {
        int nameEnd = colon < 0 ? line.size() : colon;
        int value = colon < 0 ? nameEnd : line.at(colon + 1) == ' ' ? colon + 2 : colon + 1;
        switch (line.text(0, nameEnd)) {
            case "data" -> addData(value);
            case "event" -> event = line.text(value, line.size());
            case "id" -> {
                var id = line.text(value, line.size());
                idOfBlock = id.indexOf('\0') < 0 ? id : idOfBlock;
            }
            case "retry" -> retry(line.text(value, line.size()));
            default -> {} // fields to come
        }
    }

    private void addData(int value) throws FrameTooLongException {
        if (line.size() - value > bound - data.size() - 1) {
            throw new FrameTooLongException(bound);
        }
        if (hasData) {
            data.write('\n');
        }
        line.copyTo(data, value);
        hasData = true;
    }

    private void retry(String digits) {
        boolean number = !digits.isEmpty() && digits.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        if (number) {
            retryMillis = digits.length() > MAX_RETRY_DIGITS ? Integer.MAX_VALUE : Long.parseLong(digits);
        }
    }

    private void dispatch() {
        lastId = idOfBlock;
        if (hasData) {
            var frame = new SseFrame(event.isEmpty() ? "message" : event, data.text(0, data.size()), lastId);
            data = data.emptied();
            hasData = false;
            event = "";
            frames.accept(frame);
        }
        event = "";
    }

    /** Bytes that grow, and whose store is given up when one frame has made it large. */
    private static final class Line extends ByteArrayOutputStream {

        private static final int KEPT = 64 << 10;

        Line() {
            super(256);
        }

        boolean isEmpty() {
            return count == 0;
        }

        /** The byte; -1 past the end. */
        int at(int index) {
            return index < count ? buf[index] : -1;
        }

        int indexOf(byte wanted) {
            for (int i = 0; i < count; i++) {
                if (buf[i] == wanted) {
                    return i;
                }
            }
            return -1;
        }

        String text(int from, int to) {
            return from >= to ? "" : new String(buf, from, to - from, StandardCharsets.UTF_8);
        }

        void copyTo(Line other, int from) {
            if (from < count) {
                other.write(buf, from, count - from);
            }
        }

        Line emptied() {
            if (buf.length > KEPT) {
                return new Line();
            }
            reset();
            return this;
        }
    }
}

package io.tailrace.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * HTTP/1.1 answers, one after another on a connection, as their bytes come: heads, and bodies by length, in chunks or to
 * the end of the connection (RFC 9112, section 6). Used by one thread; a body of a stream costs no allocation.
 */
final class ResponseParser {

    /** Who reads the answers. */
    interface Sink {
        /** An answer begins. */
        void head(int status, int retryAfterSeconds);

        void body(byte[] bytes, int from, int to);

        /** The answer is whole; another may follow. */
        void end();
    }

    private enum State {
        HEAD,
        LENGTH,
        CHUNK_SIZE,
        CHUNK_EXTENSION,
        CHUNK_DATA,
        CHUNK_END,
        TRAILER,
        TO_THE_END
    }

    private static final int MAX_HEAD = 16 * 1024;
    private static final int FIRST_HEAD = 512;

    private final Sink sink;
    private State state = State.HEAD;
    private byte[] head = new byte[FIRST_HEAD];
    private int headSize;
    private long remaining;
    private int trailerLine;

    ResponseParser(Sink sink) {
        this.sink = sink;
    }

    /** @throws IllegalStateException for what is no answer */
    void accept(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            at = switch (state) {
                case HEAD -> head(bytes, at, to);
                case LENGTH, CHUNK_DATA -> counted(bytes, at, to);
                case CHUNK_SIZE, CHUNK_EXTENSION -> size(bytes[at], at);
                case CHUNK_END -> {
                    if (bytes[at] == '\n') {
                        startChunk();
                    }
                    yield at + 1;
                }
                case TRAILER -> trailer(bytes[at], at);
                case TO_THE_END -> {
                    sink.body(bytes, at, to);
                    yield to;
                }
            };
        }
    }

    private int head(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            if (headSize == head.length) {
                if (headSize == MAX_HEAD) {
                    throw new IllegalStateException("an answer whose head does not end");
                }
                head = Arrays.copyOf(head, head.length * 2);
            }
            byte next = bytes[at];
            head[headSize++] = next;
            if (next == '\n' && headSize > 3 && head[headSize - 3] == '\n') {
                begin();
                return at + 1;
            }
        }
        return to;
    }

    private void begin() {
        var text = new String(head, 0, headSize, StandardCharsets.ISO_8859_1);
        headSize = 0;
        if (!text.startsWith("HTTP/1.")) {
            throw new IllegalStateException(
                    "no answer of HTTP/1: " + text.lines().findFirst().orElse(""));
        }
        int status = Integer.parseInt(text, 9, 12, 10);
        var lower = text.toLowerCase(Locale.ROOT);
        long length = number(lower, "\ncontent-length:", -1);
        sink.head(status, (int) number(lower, "\nretry-after:", -1));
        if (lower.contains("\ntransfer-encoding: chunked")) {
            startChunk();
        } else if (length > 0) {
            state = State.LENGTH;
            remaining = length;
        } else if (length == 0 || status == 204 || status == 304) {
            finish();
        } else {
            state = State.TO_THE_END;
        }
    }

    private static long number(String head, String name, long otherwise) {
        int at = head.indexOf(name);
        if (at < 0) {
            return otherwise;
        }
        int from = at + name.length();
        int to = head.indexOf('\r', from);
        try {
            return Long.parseLong(head.substring(from, to).strip());
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private int counted(byte[] bytes, int from, int to) {
        int count = (int) Math.min(remaining, to - from);
        remaining -= count;
        sink.body(bytes, from, from + count);
        if (remaining == 0) {
            if (state == State.LENGTH) {
                finish();
            } else {
                state = State.CHUNK_END;
            }
        }
        return from + count;
    }

    private void startChunk() {
        state = State.CHUNK_SIZE;
        remaining = 0;
    }

    private int size(byte next, int at) {
        if (next == '\n') {
            state = remaining == 0 ? State.TRAILER : State.CHUNK_DATA;
            trailerLine = 0;
        } else if (state == State.CHUNK_SIZE) {
            int digit = Character.digit(next, 16);
            if (digit >= 0) {
                remaining = remaining << 4 | digit;
            } else {
                state = State.CHUNK_EXTENSION;
            }
        }
        return at + 1;
    }

    private int trailer(byte next, int at) {
        if (next == '\n') {
            if (trailerLine == 0) {
                finish();
            }
            trailerLine = 0;
        } else if (next != '\r') {
            trailerLine++;
        }
        return at + 1;
    }

    private void finish() {
        state = State.HEAD;
        sink.end();
    }
}

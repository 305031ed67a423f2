package io.tailrace.bench.load;

/**
 * Server-Sent Events as their bytes come, in any pieces. Builds nothing: of each frame it keeps the numbers that the
 * bench asks about, found by the names before them: {@code "channel":"…-7"} (the digits at its end), {@code "seq":7} and
 * {@code "t":7}, each the last of its frame, and {@code retry: 7}. So it costs a few nanoseconds per byte and no
 * allocation, and would be a poor parser of anybody else's JSON. Used by one thread.
 */
final class SseScanner {

    /** Who reads the frames; numbers that a frame does not have are -1. */
    interface Sink {
        /** A frame without {@code event:}, that is, of the default kind. */
        void message(int channel, long seq, long time);

        /** A frame of a kind of its own. */
        void named(Kind kind, int channel, long seq);

        /** The delay before coming back that the server asks for. */
        void retry(long millis);
    }

    /** Kinds of frames that mean something to a reader. */
    enum Kind {
        /** The stream is live from the position that the frame tells. */
        OPEN,
        /** Events were lost, and it is said. */
        SNAPSHOT_REQUIRED,
        /** Please come back. */
        RECONNECT,
        OTHER
    }

    private static final long SEQ = tag("\"seq\":");
    private static final long TIME = tag("\"t\":");
    private static final long CHANNEL = tag("nnel\":\"");
    private static final long EVENT = tag("event:");
    private static final long RETRY = tag("retry:");
    private static final long MASK_4 = -1L >>> 32;
    private static final long MASK_6 = -1L >>> 16;
    private static final long MASK_7 = -1L >>> 8;

    private static final long OPEN_NAME = tag("open");
    private static final long REQUIRED_NAME = tag("required");
    private static final long RECONNECT_NAME = tag("econnect");

    private static final int NO_NUMBER = 0;
    private static final int OF_SEQ = 1;
    private static final int OF_TIME = 2;
    private static final int OF_CHANNEL = 3;
    private static final int OF_RETRY = 4;
    private static final int OF_EVENT = 5;

    private final Sink sink;
    private long window;
    private long number;
    private int reading;
    private int line;
    private boolean named;
    private Kind kind = Kind.OTHER;
    private int channel = -1;
    private long seq = -1;
    private long time = -1;

    SseScanner(Sink sink) {
        this.sink = sink;
    }

    void accept(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            byte next = bytes[at];
            if (next == '\n') {
                endOfLine();
                continue;
            }
            if (next == '\r') {
                continue;
            }
            line++;
            if (reading != NO_NUMBER) {
                read(next);
            }
            window = (window << 8) | (next & 0xff);
            if (next == ':') {
                colon();
            } else if (next == '"' && (window & MASK_7) == CHANNEL) {
                begin(OF_CHANNEL);
            }
        }
    }

    private void colon() {
        long six = window & MASK_6;
        if (six == SEQ) {
            begin(OF_SEQ);
        } else if ((window & MASK_4) == TIME) {
            begin(OF_TIME);
        } else if (line == 6 && six == EVENT) {
            reading = OF_EVENT;
        } else if (line == 6 && six == RETRY) {
            begin(OF_RETRY);
        }
    }

    private void begin(int what) {
        reading = what;
        number = 0;
    }

    private void read(byte next) {
        if (next >= '0' && next <= '9') {
            number = number * 10 + (next - '0');
        } else if (reading == OF_CHANNEL) {
            if (next == '"') {
                endOfNumber();
            } else {
                number = 0;
            }
        } else if (reading != OF_EVENT && next != ' ') {
            endOfNumber();
        }
    }

    private void endOfNumber() {
        switch (reading) {
            case OF_SEQ -> seq = number;
            case OF_TIME -> time = number;
            case OF_CHANNEL -> channel = (int) number;
            case OF_RETRY -> sink.retry(number);
            default -> {}
        }
        reading = NO_NUMBER;
    }

    private void endOfLine() {
        if (reading == OF_EVENT) {
            named = true;
            kind = kind();
            reading = NO_NUMBER;
        } else if (reading != NO_NUMBER) {
            endOfNumber();
        }
        if (line == 0) {
            endOfFrame();
        }
        line = 0;
        window = 0;
    }

    private Kind kind() {
        if ((window & MASK_4) == OPEN_NAME) {
            return Kind.OPEN;
        }
        if (window == REQUIRED_NAME) {
            return Kind.SNAPSHOT_REQUIRED;
        }
        return window == RECONNECT_NAME ? Kind.RECONNECT : Kind.OTHER;
    }

    private void endOfFrame() {
        if (named) {
            sink.named(kind, channel, seq);
        } else if (seq >= 0) {
            sink.message(channel, seq, time);
        }
        named = false;
        channel = -1;
        seq = -1;
        time = -1;
    }

    private static long tag(String text) {
        long tag = 0;
        for (int i = 0; i < text.length(); i++) {
            tag = tag << 8 | text.charAt(i);
        }
        return tag;
    }
}

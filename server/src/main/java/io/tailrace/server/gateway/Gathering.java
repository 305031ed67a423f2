package io.tailrace.server.gateway;

/**
 * What a stream with a batching window holds back: everything that it has to send, from the first of it on for as long as
 * the window lasts, then all goes out in one write. It goes at once when {@link #MOST_BYTES} have gathered, or when
 * something is among it that does not wait.
 *
 * <p>Protocol: the thread that drives the stream owns it. {@code alarm} is the driver's, and the loop's that keeps its time:
 * there is one alarm at a time, for windows end in the order in which they begin.
 */
final class Gathering {

    /** Bytes that a stream holds back at most, unless a single event is longer: what HTTP/2 carries in one frame. */
    static final int MOST_BYTES = 16 * 1024;

    private static final long NONE = Long.MAX_VALUE;

    private final SseBuffer frames = SseBuffer.ofStream();
    private final long window;
    private long dueAt = NONE;
    private volatile long alarm = NONE;

    /** @param window in nanoseconds */
    Gathering(long window) {
        this.window = window;
    }

    /** Where it gathers. */
    SseBuffer frames() {
        return frames;
    }

    /** Notes that there may be something now; whether it has to wait still. */
    boolean holds(long now) {
        if (frames.isEmpty()) {
            dueAt = NONE;
            return false;
        }
        if (dueAt == NONE) {
            dueAt = now + window;
        }
        return now - dueAt < 0;
    }

    /** It has gone out. */
    void gone() {
        dueAt = NONE;
    }

    /** Nanoseconds until it goes out; {@link Long#MAX_VALUE}: there is nothing. */
    long dueIn(long now) {
        return dueAt == NONE ? NONE : Math.max(0, dueAt - now);
    }

    /** When to set an alarm, which is set then; {@link Long#MAX_VALUE}: none is needed. */
    long takeAlarm() {
        if (dueAt == NONE || alarm != NONE) {
            return NONE;
        }
        alarm = dueAt;
        return alarm;
    }

    /** The alarm of that moment has gone off; whether it is this one's. */
    boolean alarmed(long at) {
        if (alarm != at) {
            return false;
        }
        alarm = NONE;
        return true;
    }
}

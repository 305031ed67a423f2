package io.tailrace.client;

/** What a client spares. */
public enum Profile {
    /** A mains-powered device on a network that costs nothing: heartbeats of 15 s, frames at once, 20 cursors a second. */
    DEFAULT(15, 0, 50),
    /**
     * A phone: heartbeats of 60 s, so that its radio sleeps, frames gathered for 250 ms, 5 cursors a second. A connection
     * that died unnoticed is noticed after two and a half minutes, or when the platform tells, see
     * {@link Tailrace#networkAvailable}.
     */
    MOBILE(60, 250, 200);

    private final int heartbeatSeconds;
    private final int flushMillis;
    private final int cursorMillis;

    Profile(int heartbeatSeconds, int flushMillis, int cursorMillis) {
        this.heartbeatSeconds = heartbeatSeconds;
        this.flushMillis = flushMillis;
        this.cursorMillis = cursorMillis;
    }

    /** Seconds between the heartbeats that are asked for. */
    int heartbeatSeconds() {
        return heartbeatSeconds;
    }

    /** For how many milliseconds the server gathers frames; 0: not at all. */
    int flushMillis() {
        return flushMillis;
    }

    /** Milliseconds between two cursors at least. */
    int cursorMillis() {
        return cursorMillis;
    }
}

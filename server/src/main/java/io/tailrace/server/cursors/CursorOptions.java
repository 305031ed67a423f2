package io.tailrace.server.cursors;

import java.time.Duration;

/**
 * How cursors behave.
 *
 * @param tick from one frame to the next at least, default 50 ms
 * @param writeTimeout how long a client may take nothing of what it is sent, default 30 s
 * @param ping how often a client is asked for a sign of life, default 20 s; after twice and a quarter of it without one
 *     the socket ends
 */
public record CursorOptions(Duration tick, Duration writeTimeout, Duration ping) {

    public static final CursorOptions DEFAULT =
            new CursorOptions(Duration.ofMillis(50), Duration.ofSeconds(30), Duration.ofSeconds(20));

    /** The same with another tick. */
    public CursorOptions withTick(Duration other) {
        return new CursorOptions(other, writeTimeout, ping);
    }

    Duration silence() {
        return ping.multipliedBy(9).dividedBy(4);
    }
}

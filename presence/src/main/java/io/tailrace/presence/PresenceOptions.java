package io.tailrace.presence;

import java.time.Duration;

/**
 * How presence keeps time.
 *
 * @param heartbeat how often a device says that it is here, default 30 s, at least 1 s
 * @param batch how long changes of a channel are gathered after one was told, 50 ms to 2 s, default 500 ms
 * @param listed members that are named; of more only the number is told, default 500: more than a document has at work
 */
public record PresenceOptions(Duration heartbeat, Duration batch, int listed) {

    /** Lists of more members than are listed are told no more often than this. */
    public static final Duration SLOWEST_BATCH = Duration.ofSeconds(2);

    private static final Duration QUICKEST_BATCH = Duration.ofMillis(50);
    private static final int BEATS = 3;

    public static final PresenceOptions DEFAULT =
            new PresenceOptions(Duration.ofSeconds(30), Duration.ofMillis(500), 500);

    /** @throws IllegalArgumentException when a component is out of its bounds */
    public PresenceOptions {
        if (heartbeat.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("heartbeat is at least 1 s");
        }
        if (batch.compareTo(QUICKEST_BATCH) < 0 || batch.compareTo(SLOWEST_BATCH) > 0) {
            throw new IllegalArgumentException("batch is 50 ms to 2 s");
        }
        if (listed < 1 || listed > Presence.MAX_PAGE) {
            throw new IllegalArgumentException("listed is 1 to " + Presence.MAX_PAGE);
        }
    }

    /** How long a lease lasts: three heartbeats. */
    public Duration ttl() {
        return heartbeat.multipliedBy(BEATS);
    }

    /** From one look at a channel where nobody is to the next, unless a hint comes. */
    public Duration quietLook() {
        return ttl().multipliedBy(4);
    }

    /** From one sweep to the next at most, as long as somebody is here: later, the store must have been away. */
    public Duration sweepGap() {
        return heartbeat.multipliedBy(3).dividedBy(2);
    }
}

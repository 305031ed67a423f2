package io.tailrace.server.hub;

/** What hubs count. Called under locks and from any thread: must be quick. */
public interface HubMeters {

    /** Counts nothing. */
    HubMeters NONE = new HubMeters() {};

    /**
     * A frame was let through to readers.
     *
     * @param committedAt when its event was committed, Unix milliseconds by the database's clock. Alert when the 99th
     *     percentile of the age stays above a second
     */
    default void delivered(long committedAt) {}

    /** The log was read for a gap and brought so many events. Alert when it happens all the time: the bus loses. */
    default void gapFetched(int events) {}

    /** The log could not be read, for a gap, an audit or a replay. Alert when it goes on: nothing new is delivered. */
    default void readFailed() {}

    /** Heads of so many hubs were compared with the log in one statement. */
    default void audited(int hubs) {}

    /** An audit found events that the bus had not brought. Alert on a steady rate: the bus loses. */
    default void auditFoundMore() {}

    /** A reader that came with a position found what it had missed in the ring. */
    default void ringHit() {}

    /** A reader got a page that was read before. */
    default void pageHit() {}

    /** A page was read from the log for replay. Alert when it grows with the number of readers rather than channels. */
    default void pageRead(int events) {}

    /** So many frames found no room in the hold-back; the log is read instead. */
    default void heldBackOverflow(int frames) {}

    /** A hub began anew: another epoch, or a log that went back. Alert always: readers were told to resync. */
    default void begunAnew() {}
}

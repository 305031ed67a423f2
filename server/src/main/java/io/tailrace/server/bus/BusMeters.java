package io.tailrace.server.bus;

/** What a bus counts. Called from any thread: must be quick. */
public interface BusMeters {

    /** Counts nothing. */
    BusMeters NONE = new BusMeters() {};

    /** So many announcements were taken by the bus. */
    default void published(int announcements) {}

    /** So many were not, and readers get theirs late. Alert when it goes on for a minute. */
    default void dropped(int announcements) {}

    /** An announcement came in. */
    default void received() {}

    /** The listening connection came (true) or went. Alert when it stays away for a minute, or flaps. */
    default void up(boolean up) {}
}

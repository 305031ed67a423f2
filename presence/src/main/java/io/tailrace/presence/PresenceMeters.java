package io.tailrace.presence;

/** What presence counts. Called from any thread: must be quick. */
public interface PresenceMeters {

    /** Counts nothing. */
    PresenceMeters NONE = new PresenceMeters() {};

    /** A device said that it is here, or left. */
    default void beat() {}

    /** The store was looked at for a channel. Alert when it grows beyond beats and watched channels. */
    default void looked() {}

    /** So many users were told to have joined, changed or left. */
    default void changed(int joined, int updated, int left) {}

    /** The store could not be asked. Alert when it goes on for a minute. */
    default void unavailable() {}
}

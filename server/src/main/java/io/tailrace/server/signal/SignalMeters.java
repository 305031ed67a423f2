package io.tailrace.server.signal;

/** What the ephemeral side counts. Called from any thread: must be quick. */
public interface SignalMeters {

    /** Counts nothing. */
    SignalMeters NONE = new SignalMeters() {};

    /** A signal was taken from a client. */
    default void taken() {}

    /** One was replaced by a later one of its author before it went out. */
    default void merged() {}

    /** One could not be passed on. Alert when it goes on for a minute: the bus is away or too slow. */
    default void lost() {}

    /** A board was shown to so many readers. */
    default void shown(int readers) {}

    /** Receipts were kept in one statement. */
    default void kept(int receipts) {}

    /** Receipts could not be kept, and are tried again. Alert when it goes on for a minute. */
    default void notKept(int receipts) {}
}

package io.tailrace.log;

/** What the log tells about itself. Called on the thread that uses it: must be quick and never block. */
public interface LogMeters {

    /** Tells nobody. */
    LogMeters NONE = new LogMeters() {};

    /**
     * The database gave an append up, or its connection broke, and it is submitted once more. Alert when it lasts five
     * minutes: locks are held too long, or backends die.
     */
    default void resubmitted() {}

    /** Writes whose outcome stayed unknown or that found no database. Alert on any rate that lasts a minute. */
    default void undecided(int writes) {}

    /** A batch was split because PostgreSQL refused a value. Alert on any: validation lets something through. */
    default void split() {}

    /** A read found rows missing above the floor. Alert on any: data was lost outside of Tailrace. */
    default void incomplete() {}

    /** The epoch was raised. Alert on any that no restore or failover explains. */
    default void newEpoch(int epoch) {}

    /** A sweep has ended. Alert when none did for an hour. */
    default void swept(Retention.Swept swept) {}
}

package io.tailrace.server.write;

import java.time.Duration;

/** What the write path tells about itself. Called on its own threads: must be quick and never block. */
public interface WriteMeters {

    /** Tells nobody. */
    WriteMeters NONE = new WriteMeters() {};

    /**
     * One append of a lane has ended, whatever its outcomes. Alert when {@code took} stays above 250 ms (the 99th
     * percentile over five minutes): the database is slow to commit.
     *
     * @param writes how many rode in it
     */
    default void appended(int writes, Duration took) {}

    /** Bytes waiting in a lane, after each change. Alert above half of {@link WriteOptions#laneBytes}. */
    default void queued(int lane, long bytes) {}

    /** A write was refused because its lane was full or it waited too long. Alert on any rate that lasts a minute. */
    default void overloaded() {}

    /**
     * Committed events were not announced by this node, for its queue was full or the bus did not take them; the relay
     * and the hubs' audits cover them. Alert when it lasts five minutes: delivery is slow.
     */
    default void unannounced(int events) {}

    /** Committed events were handed to the bus, {@code late} after the commit of the oldest of them. */
    default void announced(int events, Duration late) {}
}

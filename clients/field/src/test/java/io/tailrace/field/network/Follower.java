package io.tailrace.field.network;

import java.util.List;

/** A client that follows a channel through a line. Close it. */
interface Follower extends AutoCloseable {

    /** The events that it was given, in that order. */
    List<Received> received();

    /** The items as it shows them, {@code key=value} in the order of keys; empty while it knows none. */
    String items();

    /** What else it said, for a failure's message. */
    String said();

    @Override
    void close();

    /**
     * An event.
     *
     * @param seq of the event
     * @param at milliseconds since 1970
     */
    record Received(long seq, long at) {}
}

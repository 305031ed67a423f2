package io.tailrace.server.bus;

import io.tailrace.wire.ChannelId;

/** What nodes tell each other about a channel. Duplicates and losses are harmless. */
public sealed interface Announcement {

    ChannelId channel();

    /** The log's epoch. */
    int epoch();

    /** The event's number, or the head's. */
    long seq();

    /** The tenant's access epoch stamped on the event. */
    long accessEpoch();

    /**
     * An event was committed.
     *
     * @param json the event as frames carry it, UTF-8; shared, never changed
     */
    @SuppressWarnings("ArrayRecordComponent") // identity does not matter: announcements are never compared
    record Appended(ChannelId channel, int epoch, long seq, long accessEpoch, byte[] json) implements Announcement {}

    /** The head has moved to {@code seq}; the events are in the log. */
    record HeadMoved(ChannelId channel, int epoch, long seq, long accessEpoch) implements Announcement {}
}

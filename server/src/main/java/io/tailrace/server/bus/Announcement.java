package io.tailrace.server.bus;

import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Event;
import io.tailrace.wire.JsonCodec;

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
     * @param at when, Unix milliseconds by the database's clock
     * @param json the event as frames carry it, UTF-8; shared, never changed
     */
    @SuppressWarnings("ArrayRecordComponent") // identity does not matter: announcements are never compared
    record Appended(ChannelId channel, int epoch, long seq, long accessEpoch, long at, byte[] json)
            implements Announcement {

        /** Encodes {@code event}: once per write, whatever the number of nodes and streams. */
        public static Appended of(String tenant, int epoch, long accessEpoch, Event event) {
            return new Appended(
                    new ChannelId(tenant, event.channel()),
                    epoch,
                    event.seq(),
                    accessEpoch,
                    event.at().toEpochMilli(),
                    JsonCodec.writeBytes(event));
        }
    }

    /** The head has moved to {@code seq}; the events are in the log. */
    record HeadMoved(ChannelId channel, int epoch, long seq, long accessEpoch) implements Announcement {}
}

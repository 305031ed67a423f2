package io.tailrace.server.hub;

import io.tailrace.wire.ChannelId;

/** The hubs of this node. Any thread. */
public interface Hubs {

    /**
     * Attaches a reader; the hub starts if it is the first. Never blocks.
     *
     * @param reader woken on the hub's thread whenever there may be more after any cursor
     */
    Tail attach(ChannelId channel, Tail.Reader reader);
}

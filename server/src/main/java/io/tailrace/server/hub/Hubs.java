package io.tailrace.server.hub;

import io.tailrace.wire.ChannelId;

/** The hubs of this node. Any thread. */
public interface Hubs {

    /**
     * Attaches a reader; the hub starts if it is the first. Never blocks.
     *
     * @param wake run on the hub's thread whenever there may be more after any cursor; must be quick and never block
     */
    Tail attach(ChannelId channel, Runnable wake);
}

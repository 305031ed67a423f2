package io.tailrace.catchup;

import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.util.Optional;

/** Waits for a channel to move; the server's hubs implement it. */
public interface HeadWatch {

    /**
     * Blocks until the channel has an event after {@code after} that this node may deliver, or the time is up, or the
     * node drains.
     *
     * @return whether there is one
     */
    boolean awaitBeyond(ChannelId channel, long after, Duration timeout) throws InterruptedException;

    /**
     * How long a client that found nothing should stay away, because the node drains: another time for each. Empty: the node
     * does not.
     */
    Optional<Duration> drainsFor();
}

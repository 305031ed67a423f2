package io.tailrace.server.write;

import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.util.Optional;

/** How often a channel may be written to. */
@FunctionalInterface
public interface WriteRate {

    /**
     * Asks for one write more.
     *
     * @param perSecond what the channel's contract allows
     * @return empty when it may go on; otherwise when to try again
     */
    Optional<Duration> excess(ChannelId channel, int perSecond);
}

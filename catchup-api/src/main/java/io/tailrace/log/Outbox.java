package io.tailrace.log;

import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * What was committed and may not have been announced: one mark per append and channel, written in the append's
 * transaction. The node that wrote it announces the events and settles the mark; the relay announces what stays.
 */
public interface Outbox {

    /**
     * A mark.
     *
     * @param id its own
     * @param channel what was appended to
     * @param seq the channel's head right after the append
     */
    record Mark(long id, ChannelId channel, long seq) {}

    /** Marks at least as old as {@code age}, oldest first, at most {@code limit}. */
    List<Mark> unsettled(Duration age, int limit);

    /** Forgets marks whose events were announced; unknown ids are ignored. */
    void settle(Collection<Long> ids);

    /** Forgets marks older than {@code age}: the audits of the hubs cover them. Returns how many. */
    int drop(Duration age);
}

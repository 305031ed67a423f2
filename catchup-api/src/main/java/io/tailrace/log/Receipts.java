package io.tailrace.log;

import io.tailrace.wire.ChannelId;
import java.time.Instant;
import java.util.List;

/**
 * How far users have read channels; markers only move forward. Every method blocks on the database and throws {@link
 * LogUnavailable} when it cannot be asked.
 */
public interface Receipts {

    /** Markers that one {@link #advance} takes, and one {@link #page} gives, at most. */
    int MAX_PAGE = 1_000;

    /**
     * That a user has read a channel up to an event.
     *
     * @param seq at least 1; past the channel's head it counts as the head
     */
    record Read(ChannelId channel, String user, long seq) {}

    /** A marker, and when it came to where it is, by the clock of the database. */
    record Receipt(ChannelId channel, String user, long seq, Instant at) {}

    /**
     * Moves markers forward; those of channels that do not exist are ignored.
     *
     * @param reads 1 to {@value #MAX_PAGE}, one at most of each user and channel
     * @return those that moved
     */
    List<Receipt> advance(List<Read> reads);

    /**
     * The markers of a channel, by user.
     *
     * @param after only those of users after this one, in the order of code points; empty: from the first
     * @param limit 1 to {@value #MAX_PAGE}
     */
    List<Receipt> page(ChannelId channel, String after, int limit);
}

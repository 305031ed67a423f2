package io.tailrace.log;

import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Contract;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The log of all channels. Every method blocks on the database and may be called by any number of threads; reads throw
 * {@link LogUnavailable} when it cannot be asked.
 */
public interface EventLog {

    /** Events that one {@link #read} gives at most, whatever is asked for. */
    int MAX_PAGE = 1_000;

    /** Bytes of data after which a page that a {@link Reader} asks for ends, whatever is asked for: 8 MiB. */
    int MAX_PAGE_BYTES = 8 << 20;

    /** The same for a page that a node reads for its own needs: 1 MiB. */
    int NODE_PAGE_BYTES = 1 << 20;

    /** Events that a {@link #snapshot} of a channel without keyed state gives at most: its last ones. */
    int SNAPSHOT_PAGE = 100;

    /** Writes that one {@link #append} takes at most. */
    int MAX_BATCH = 1_000;

    /**
     * Appends a batch in one transaction: every write is decided on its own, those to one channel in the order given.
     * Never throws for what the database does: the outcomes tell.
     *
     * @param batch 1 to {@value #MAX_BATCH} writes
     * @return an outcome for each write, in the same order
     */
    List<AppendOutcome> append(List<Append> batch);

    /**
     * Reads events after {@code after}, ascending, checked for continuity. A page ends early behind the event with which
     * it reaches {@value #MAX_PAGE_BYTES} bytes.
     *
     * @param after the last event already known, at least 0
     * @param limit 1 to {@value #MAX_PAGE}
     */
    ReadOutcome read(ChannelId channel, long after, int limit, Reader reader);

    /**
     * The same for a node's own needs, without an actor: rights are checked where the events are delivered. A page ends
     * early behind the event with which it reaches {@value #NODE_PAGE_BYTES} bytes.
     */
    ReadOutcome read(ChannelId channel, long after, int limit);

    /**
     * The state of a channel and the position to tail from.
     *
     * @param contract decides what the items are
     * @param min refuse anything older than this {@code seq}, at least 0
     */
    SnapshotOutcome snapshot(ChannelId channel, Contract contract, long min, Reader reader);

    /** The ends of each channel, in one statement; channels that never were have seq 0. */
    Map<ChannelId, Head> heads(Collection<ChannelId> channels);

    /**
     * Whether a stream may resume after {@code after}: the age and count of what it missed, judged against the window.
     *
     * @return empty when {@code after} is within the window; otherwise the ends of the log, for
     *     {@code snapshot.required}
     */
    Optional<Head> pastWindow(ChannelId channel, long after, Contract.ReplayWindow window);
}

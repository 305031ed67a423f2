package io.tailrace.log;

import io.tailrace.wire.Event;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What became of one {@link Append}. Only the first two mean that the write is in the log. */
public sealed interface AppendOutcome {

    /**
     * Appended and committed.
     *
     * @param epoch the log's epoch
     * @param accessEpoch the tenant's access epoch as read under the locks; a node delivers the event only once it has
     *     applied the access changes up to it
     * @param mark the outbox mark of this append and channel, to be settled once the event is announced
     */
    record Committed(long seq, Instant at, int epoch, long accessEpoch, long mark) implements AppendOutcome {}

    /** Appended by an earlier try with the same key and draft. */
    record Replayed(long seq, Instant at) implements AppendOutcome {}

    /** The key stands for another draft. */
    record KeyReused() implements AppendOutcome {}

    /**
     * The condition does not hold; nothing was recorded.
     *
     * @param current the latest event of the key; null: the key does not exist
     */
    record Stale(@Nullable Event current) implements AppendOutcome {}

    /** The actor was removed, denied or revoked before the lock was taken. */
    record Forbidden() implements AppendOutcome {}

    /** The channel does not exist and its namespace makes channels by {@code PUT} only. */
    record NoChannel() implements AppendOutcome {}

    /** The contract is no longer the one that the draft was validated against: validate again. */
    record ContractChanged() implements AppendOutcome {}

    /** PostgreSQL refused a value of this write; the rest of the batch is not affected. */
    record Rejected(String reason) implements AppendOutcome {}

    /** Not committed: the database could not be reached, or gave up, before anything was sent that could commit. */
    record Unavailable() implements AppendOutcome {}

    /** It may be committed or not: a retry of the same key tells. */
    record Unknown() implements AppendOutcome {}
}

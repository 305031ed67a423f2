package io.tailrace.log;

import io.tailrace.wire.IdempotencyKey;

/** What must be the current revision of a write's key for the write to happen. */
public sealed interface IfMatch {

    /**
     * The key's latest event has this {@code seq}.
     *
     * @param seq at least 0; 0: the key must not exist
     */
    record Revision(long seq) implements IfMatch {}

    /**
     * The key's latest event is the one that an earlier write of the same principal appended: how an offline queue
     * names a revision that it does not know yet. A key that was never recorded matches nothing.
     */
    record Earlier(IdempotencyKey key) implements IfMatch {}
}

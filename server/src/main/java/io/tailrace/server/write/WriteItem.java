package io.tailrace.server.write;

import io.tailrace.log.IfMatch;
import io.tailrace.wire.EventDraft;
import io.tailrace.wire.IdempotencyKey;
import org.jspecify.annotations.Nullable;

/**
 * One write as its author asks for it, whichever endpoint it came by.
 *
 * @param ifMatch the condition; null: none
 */
record WriteItem(
        IdempotencyKey key, EventDraft draft, @Nullable IfMatch ifMatch) {

    /** @throws IllegalArgumentException for a condition on a write without a key */
    WriteItem {
        if (ifMatch != null && draft.key() == null) {
            throw new IllegalArgumentException("a condition compares the revision of a key, and the write names none");
        }
    }
}

package io.tailrace.log;

import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.EventDraft;
import io.tailrace.wire.IdempotencyKey;
import io.tailrace.wire.Standing;
import org.jspecify.annotations.Nullable;

/**
 * One write, authorised and validated, as the log takes it.
 *
 * @param channel where to
 * @param actor who writes; with {@code key} the scope of idempotency
 * @param standing where the right to write comes from, checked again under the lock
 * @param by whose name the event carries: the actor's user, or another for backends with {@code publish_as}
 * @param key the idempotency key
 * @param draft what to append
 * @param ifMatch the condition; null: none
 * @param trace W3C trace id of the write; null: none
 * @param address where the write came from, which the audit keeps of one in another's name; null: not known
 * @param contractVersion version of the contract that the draft was validated against, see {@link Contracts}
 */
public record Append(
        ChannelId channel,
        Actor actor,
        Standing standing,
        String by,
        IdempotencyKey key,
        EventDraft draft,
        @Nullable IfMatch ifMatch,
        @Nullable String trace,
        @Nullable String address,
        long contractVersion) {

    /** Who writes in the name of {@link #by}; null: {@code by} itself does. */
    public @Nullable String via() {
        return by.equals(actor.user()) ? null : actor.user();
    }
}

package io.tailrace.client.queue;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A write that waits for the server.
 *
 * @param idempotencyKey stands for this write for ever, a UUIDv7; a retry under it is never applied twice
 * @param channel to append to
 * @param type of the event
 * @param data of the event, one JSON value
 * @param key of the item in a keyed channel; null: none
 * @param ref by which the author knows its own event
 * @param ifMatch what the latest event of {@code key} must be: a seq as digits, {@code 0} for none, or the idempotency key
 *     of an earlier write; null: anything
 * @param atMillis when it was made, in milliseconds of the Unix epoch by this device's clock
 */
public record QueuedWrite(
        String idempotencyKey,
        String channel,
        String type,
        String data,
        @Nullable String key,
        String ref,
        @Nullable String ifMatch,
        long atMillis) {

    private static final int ENVELOPE = 256;

    /** About as many bytes as it takes in a request and in a store. */
    public int bytes() {
        return data.getBytes(StandardCharsets.UTF_8).length + (key == null ? 0 : key.length()) + ENVELOPE;
    }
}

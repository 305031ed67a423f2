package io.tailrace.wire;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One event of a durable channel, as frames and history carry it.
 *
 * @param channel where it stands
 * @param seq its number in the channel: 1, 2, 3 … without a gap, given at commit
 * @param type as in the draft
 * @param key as in the draft
 * @param ref as in the draft
 * @param data as in the draft, in compact form
 * @param by the user who wrote it, or in whose name a backend did
 * @param via the backend that wrote it in the name of {@code by}; null: {@code by} itself did
 * @param at when it was committed by the clock of the database; for display only, order is by {@code seq}
 * @param trace W3C trace id (32 hex digits) of the write; null when it carried none
 */
@JsonPropertyOrder({"channel", "seq", "type", "key", "ref", "data", "by", "via", "at", "trace"})
public record Event(
        ChannelName channel,
        long seq,
        String type,
        @Nullable String key,
        @Nullable String ref,
        Json data,
        String by,
        @Nullable String via,
        Instant at,
        @Nullable String trace) {}

package io.tailrace.wire;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The acknowledgement of a write: it is in the log, at this {@code seq}, and stays there. A replay of the same key
 * has the same receipt. Components as in {@link Event}.
 */
@JsonPropertyOrder({"channel", "seq", "type", "key", "ref", "data", "by", "via", "at"})
public record WriteReceipt(
        ChannelName channel,
        long seq,
        String type,
        @Nullable String key,
        @Nullable String ref,
        Json data,
        String by,
        @Nullable String via,
        Instant at) {

    /**
     * The receipt of {@code draft}, committed at {@code seq}.
     *
     * @param by whose name it carries
     * @param via who wrote it in that name; null: {@code by} itself
     */
    public static WriteReceipt of(
            ChannelName channel, long seq, EventDraft draft, String by, @Nullable String via, Instant at) {
        return new WriteReceipt(channel, seq, draft.type(), draft.key(), draft.ref(), draft.data(), by, via, at);
    }
}

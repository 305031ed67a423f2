package io.tailrace.wire;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The acknowledgement of a write: it is in the log, at this {@code seq}, and stays there. A replay of the same key
 * has the same receipt. Components as in {@link Event}.
 */
@JsonPropertyOrder({"channel", "seq", "type", "key", "ref", "data", "by", "at"})
public record WriteReceipt(
        ChannelName channel,
        long seq,
        String type,
        @Nullable String key,
        @Nullable String ref,
        Json data,
        String by,
        Instant at) {

    /** The receipt of {@code draft}, committed at {@code seq}. */
    public static WriteReceipt of(ChannelName channel, long seq, EventDraft draft, String by, Instant at) {
        return new WriteReceipt(channel, seq, draft.type(), draft.key(), draft.ref(), draft.data(), by, at);
    }
}

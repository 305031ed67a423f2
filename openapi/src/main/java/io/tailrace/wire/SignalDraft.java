package io.tailrace.wire;

import org.jspecify.annotations.Nullable;

/**
 * What a client signals: the body of {@code POST /v1/channels/{channel}/signals}.
 *
 * @param kind what is signalled, as event types are written; {@code typing} ends by itself
 * @param data more about it, at most {@value #MAX_DATA_BYTES} bytes in its compact form; null, or JSON null: nothing
 * @param resource what of the channel it is about: 1 to {@value #MAX_RESOURCE_LENGTH} characters without control
 *     characters; null: all of it
 */
public record SignalDraft(
        String kind, @Nullable Json data, @Nullable String resource) {

    /** Bytes of the largest data. */
    public static final int MAX_DATA_BYTES = 4_096;

    /** Characters (code points) in the longest resource. */
    public static final int MAX_RESOURCE_LENGTH = 128;

    /** @throws IllegalArgumentException when a component is out of its bounds */
    public SignalDraft {
        if (!EventType.matches(kind)) {
            throw new IllegalArgumentException("kind" + EventType.RULE);
        }
        data = data == null || data.isNull() ? null : data;
        if (data != null && data.bytes() > MAX_DATA_BYTES) {
            throw new IllegalArgumentException("data is at most " + MAX_DATA_BYTES + " bytes");
        }
        EventDraft.requireLine(resource, MAX_RESOURCE_LENGTH, "resource");
    }
}

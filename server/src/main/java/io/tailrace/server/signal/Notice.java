package io.tailrace.server.signal;

import org.jspecify.annotations.Nullable;

/**
 * One frame that is no durable event, encoded once per node.
 *
 * @param priority what it gives way to
 * @param key what it is about: a newer notice of the same key replaces it; null: nothing replaces it
 * @param order among notices of one key the higher stays, whichever comes last; equal: the last to come
 * @param event the frame's name
 * @param json the frame's data, UTF-8 without line breaks; shared, never changed
 * @param expired what is told when nothing replaced it for {@link Priority#keeps}; null: nothing
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Notice(
        Priority priority, @Nullable String key, long order, String event, byte[] json, byte @Nullable [] expired) {

    private static final int OVERHEAD = 100;

    /** One that nothing follows. */
    static Notice of(Priority priority, @Nullable String key, long order, String event, byte[] json) {
        return new Notice(priority, key, order, event, json, null);
    }

    /** Bytes that it counts for. */
    int weight() {
        return OVERHEAD + json.length + (expired == null ? 0 : expired.length) + (key == null ? 0 : key.length());
    }
}

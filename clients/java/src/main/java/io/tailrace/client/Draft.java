package io.tailrace.client;

import org.jspecify.annotations.Nullable;

/** An event to write. Immutable: each method gives another draft. */
public final class Draft {

    private final String type;
    private final @Nullable Object value;
    private final @Nullable String json;
    private final @Nullable String key;
    private final @Nullable String ref;
    private final @Nullable String ifMatch;

    private Draft(
            String type,
            @Nullable Object value,
            @Nullable String json,
            @Nullable String key,
            @Nullable String ref,
            @Nullable String ifMatch) {
        this.type = type;
        this.value = value;
        this.json = json;
        this.key = key;
        this.ref = ref;
        this.ifMatch = ifMatch;
    }

    /**
     * An event whose data is an object.
     *
     * @param type of the event, up to 128 characters
     * @param data made JSON of by the client's {@link io.tailrace.client.json.DataAdapter} when it is written; null is JSON's
     */
    public static Draft of(String type, @Nullable Object data) {
        return new Draft(type, data, null, null, null, null);
    }

    /**
     * An event whose data is JSON text.
     *
     * @param type of the event, up to 128 characters
     * @param json one JSON value, which is sent as it is
     */
    public static Draft json(String type, String json) {
        return new Draft(type, null, json, null, null, null);
    }

    /** About an item of a keyed channel. @param key of the item, 1 to 256 characters */
    public Draft key(String key) {
        return new Draft(type, value, json, key, ref, ifMatch);
    }

    /** With a mark of the author's own, instead of one that is made. @param ref unique, 1 to 64 characters */
    public Draft ref(String ref) {
        return new Draft(type, value, json, key, ref, ifMatch);
    }

    /** Only when the latest event of the key is this one. @param seq of the event; 0: there is none */
    public Draft ifMatch(long seq) {
        return new Draft(type, value, json, key, ref, Long.toString(seq));
    }

    /** Only when the latest event of the key is that of an earlier write, which may still wait in the queue. */
    public Draft ifMatch(Write earlier) {
        return new Draft(type, value, json, key, ref, earlier.idempotencyKey());
    }

    /** @param revision as {@link Keyed.Item#revision} gives it */
    Draft ifMatch(String revision) {
        return new Draft(type, value, json, key, ref, revision);
    }

    String type() {
        return type;
    }

    @Nullable
    Object value() {
        return value;
    }

    /** Null: there is a {@link #value}. */
    @Nullable
    String json() {
        return json;
    }

    @Nullable
    String key() {
        return key;
    }

    @Nullable
    String ref() {
        return ref;
    }

    @Nullable
    String ifMatch() {
        return ifMatch;
    }
}

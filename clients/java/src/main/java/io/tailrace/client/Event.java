package io.tailrace.client;

import com.google.gson.JsonObject;
import io.tailrace.client.json.Data;
import io.tailrace.client.json.DataAdapter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One event of a durable channel; also the receipt of a write.
 *
 * @param channel of the event
 * @param seq its number in the channel, from 1, without gaps; order is by it
 * @param type as its author named it
 * @param key of the item it is about; null: none
 * @param ref its author's own mark; null: none
 * @param data what it carries
 * @param by the user who wrote it, or in whose name a backend did
 * @param via the backend that wrote it in the name of {@code by}; null: {@code by} did
 * @param at when it was committed, by the server's clock; for display only
 */
public record Event(
        String channel,
        long seq,
        String type,
        @Nullable String key,
        @Nullable String ref,
        Data data,
        String by,
        @Nullable String via,
        Instant at) {

    static Event of(JsonObject object, DataAdapter adapter) throws MalformedException {
        long seq = Json.number(object, "seq", 0);
        if (seq < 1) {
            throw new MalformedException("an event without seq", null);
        }
        return new Event(
                Json.text(object, "channel"),
                seq,
                Json.text(object, "type"),
                Json.optional(object, "key"),
                Json.optional(object, "ref"),
                new Data(Json.raw(object, "data", "null"), adapter),
                Json.text(object, "by"),
                Json.optional(object, "via"),
                Json.time(object, "at"));
    }
}

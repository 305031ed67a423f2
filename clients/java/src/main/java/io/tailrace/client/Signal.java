package io.tailrace.client;

import com.google.gson.JsonObject;
import io.tailrace.client.json.Data;
import io.tailrace.client.json.DataAdapter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something of the moment, which nobody keeps: a signal of a user, or an event of an ephemeral channel.
 *
 * @param channel of it
 * @param kind of the signal, such as {@code typing}; of an event its type
 * @param event whether it is an event of an ephemeral channel
 * @param key of an event; null: none
 * @param ref the author's own mark; null: none
 * @param resource what of the channel it is about; null: the channel
 * @param data what its author sent with it; {@code null} where nothing. For {@code typing}, {@code false} is its end.
 * @param by the user
 * @param device that the author's token is bound to; null: to none
 * @param at by the server's clock; for display only
 */
public record Signal(
        String channel,
        String kind,
        boolean event,
        @Nullable String key,
        @Nullable String ref,
        @Nullable String resource,
        Data data,
        String by,
        @Nullable String device,
        Instant at) {

    static Signal of(JsonObject object, DataAdapter adapter) throws MalformedException {
        var kind = Json.optional(object, "kind");
        return new Signal(
                Json.text(object, "channel"),
                kind == null ? Json.text(object, "type") : kind,
                kind == null,
                Json.optional(object, "key"),
                Json.optional(object, "ref"),
                Json.optional(object, "resource"),
                new Data(Json.raw(object, "data", "null"), adapter),
                Json.text(object, "by"),
                Json.optional(object, "device"),
                Json.time(object, "at"));
    }
}

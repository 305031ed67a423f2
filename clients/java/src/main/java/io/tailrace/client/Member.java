package io.tailrace.client;

import com.google.gson.JsonObject;
import io.tailrace.client.json.Data;
import io.tailrace.client.json.DataAdapter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A user who is here, with one device or several; what differs between them is that of the most active one. All of it is
 * what clients said: data, never markup.
 *
 * @param user who
 * @param state {@code active}, {@code idle} or {@code away}, or what a later server says
 * @param mode {@code viewing}, {@code editing} or {@code admin}, or what a later server says
 * @param resource what of the channel; null: the channel
 * @param meta what the client says of itself, an object; {@code null} where nothing
 * @param devices how many, at least 1
 * @param lastSeen by the server's clock
 */
public record Member(
        String user, String state, String mode, @Nullable String resource, Data meta, int devices, Instant lastSeen) {

    /** Null: it names nobody. */
    static @Nullable Member of(JsonObject object, DataAdapter adapter) {
        var user = Json.optional(object, "user");
        if (user == null) {
            return null;
        }
        var state = Json.optional(object, "state");
        var mode = Json.optional(object, "mode");
        return new Member(
                user,
                state == null ? "active" : state,
                mode == null ? "viewing" : mode,
                Json.optional(object, "resource"),
                new Data(Json.raw(object, "meta", "null"), adapter),
                (int) Json.number(object, "devices", 1),
                Json.time(object, "last_seen"));
    }
}

package io.tailrace.client;

import com.google.gson.JsonObject;
import io.tailrace.client.json.DataAdapter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is here, or what has changed about it.
 *
 * @param channel that they are in
 * @param whole everybody, in place of what was known; null: what follows is what has changed
 * @param joined who has come
 * @param updated who is different now
 * @param left users who have gone
 * @param count how many are here, which may be more than are named
 */
public record PresenceChange(
        String channel,
        @Nullable List<Member> whole,
        List<Member> joined,
        List<Member> updated,
        List<String> left,
        int count) {

    static PresenceChange of(JsonObject object, DataAdapter adapter) throws MalformedException {
        return new PresenceChange(
                Json.text(object, "channel"),
                object.has("members") ? Json.list(object, "members", one -> Member.of(one, adapter)) : null,
                Json.list(object, "joined", one -> Member.of(one, adapter)),
                Json.list(object, "updated", one -> Member.of(one, adapter)),
                Json.list(object, "left", one -> Json.optional(one, "user")),
                (int) Json.number(object, "count", 0));
    }
}

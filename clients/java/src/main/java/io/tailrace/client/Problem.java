package io.tailrace.client;

import com.google.gson.JsonObject;
import io.tailrace.client.json.DataAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Why a server refused (RFC 9457).
 *
 * @param type stable, such as {@code /problems/forbidden}; {@code about:blank} where something between refused, a proxy say
 * @param title the same for every occurrence
 * @param status of HTTP
 * @param detail about this occurrence; null: none
 * @param pointer where in the request, a JSON pointer; null: it does not say
 * @param channel which one, where several were asked for; null: it does not say
 * @param current with a conflict, the latest event of the key; null: there is none
 * @param retryAfterMillis when a retry makes sense, in milliseconds; -1: it does not say
 */
public record Problem(
        String type,
        String title,
        int status,
        @Nullable String detail,
        @Nullable String pointer,
        @Nullable String channel,
        @Nullable Event current,
        long retryAfterMillis) {

    /** The last part of {@link #type}: {@code forbidden}. */
    public String name() {
        return type.substring(type.lastIndexOf('/') + 1);
    }

    static Problem of(JsonObject object, int status, DataAdapter adapter) {
        var type = Json.optional(object, "type");
        var title = Json.optional(object, "title");
        long retryAfter = Json.number(object, "retry_after", -1);
        return new Problem(
                type == null ? "about:blank" : type,
                title == null ? "HTTP " + status : title,
                (int) Json.number(object, "status", status),
                Json.optional(object, "detail"),
                Json.optional(object, "pointer"),
                Json.optional(object, "channel"),
                current(object, adapter),
                retryAfter < 0 ? -1 : Math.min(retryAfter, 86_400) * 1_000);
    }

    /** What a status says by itself. */
    static Problem of(int status, String title) {
        return new Problem("about:blank", title, status, null, null, null, null, -1);
    }

    Problem withRetryAfter(long millis) {
        return new Problem(type, title, status, detail, pointer, channel, current, millis);
    }

    /** What will pass: too many requests, a server that is not ready, a fault of it. */
    boolean passing() {
        return status == 408 || status == 429 || status >= 500;
    }

    private static @Nullable Event current(JsonObject object, DataAdapter adapter) {
        var current = Json.inner(object, "current");
        try {
            return current == null ? null : Event.of(current, adapter);
        } catch (MalformedException e) {
            return null;
        }
    }
}

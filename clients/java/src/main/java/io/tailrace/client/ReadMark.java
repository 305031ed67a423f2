package io.tailrace.client;

import com.google.gson.JsonObject;
import java.time.Instant;

/**
 * How far a user has read a channel. It only moves forward.
 *
 * @param channel that is read
 * @param user who reads
 * @param seq the last event that was read
 * @param at by the server's clock; for display only
 */
public record ReadMark(String channel, String user, long seq, Instant at) {

    static ReadMark of(JsonObject object) throws MalformedException {
        return new ReadMark(
                Json.text(object, "channel"),
                Json.text(object, "user"),
                Json.number(object, "seq", 0),
                Json.time(object, "at"));
    }
}

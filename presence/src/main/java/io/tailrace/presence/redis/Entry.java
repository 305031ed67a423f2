package io.tailrace.presence.redis;

import io.tailrace.presence.Member;
import io.tailrace.presence.Mode;
import io.tailrace.presence.State;
import io.tailrace.wire.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A device as the script keeps it.
 *
 * @param n its name
 * @param s its state
 * @param m its mode
 * @param r its resource
 * @param d its meta, JSON text
 * @param t its last beat, Unix milliseconds by the clock of Redis
 * @param l 1 when its lease has lapsed
 */
record Entry(
        String n,
        State s,
        Mode m,
        @Nullable String r,
        @Nullable String d,
        long t,
        @Nullable Integer l) {

    Member.Device device() {
        return new Member.Device(s, m, r, d == null ? null : new Json(d), Instant.ofEpochMilli(t), l != null);
    }
}

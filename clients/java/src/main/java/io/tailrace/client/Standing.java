package io.tailrace.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Keeps the state that applications see: what changed, since when. Used on the loop. */
final class Standing {

    private final Loop loop;
    private final Value<ConnectionState> value;

    Standing(Loop loop, Callbacks callbacks) {
        this.loop = loop;
        this.value = new Value<>(
                new ConnectionState(ConnectionState.Name.IDLE, Instant.ofEpochMilli(loop.wall()), null, null, null),
                callbacks);
    }

    Observable<ConnectionState> value() {
        return value;
    }

    /** @param retryIn milliseconds until the next try; below 0: none is waited for */
    void is(ConnectionState.Name name, @Nullable String node, long retryIn, @Nullable String reason) {
        var before = value.value();
        long now = loop.wall();
        var since = before.name() == name ? before.since() : Instant.ofEpochMilli(now);
        value.set(new ConnectionState(
                name, since, node, retryIn < 0 ? null : Instant.ofEpochMilli(now + retryIn), reason));
    }
}

package io.tailrace.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the client is connected.
 *
 * @param name in a word
 * @param since when, by this device's clock
 * @param node that serves, as it names itself; null: none does, or it did not say
 * @param retryAt when the next try is due, by this device's clock; null: none is waited for
 * @param reason what went wrong last, in words for a log; null: nothing
 */
public record ConnectionState(
        Name name,
        Instant since,
        @Nullable String node,
        @Nullable Instant retryAt,
        @Nullable String reason) {

    /** The states. */
    public enum Name {
        /** No channel is followed, so that there is nothing to connect for; writes go out nevertheless. */
        IDLE,
        /** A connection is being made. */
        CONNECTING,
        /** Connected, and up to date. */
        LIVE,
        /** Connected, and what was missed is on its way. */
        CATCHING_UP,
        /** Connected, and the server says that events come late. */
        DEGRADED,
        /** Streams do not get through; the same is fetched by polling. */
        POLLING,
        /** Not connected: no network, or no server. */
        OFFLINE,
        /** Not connected: the server does not take the token, or wants no more of this client. */
        UNAUTHORIZED,
        /** Closed by the application. */
        CLOSED
    }
}

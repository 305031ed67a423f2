package io.tailrace.server.gateway;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tailrace.wire.ChannelName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The data of frames that are not events, and the bodies of {@code /streams/{stream}}. */
final class Payloads {

    private Payloads() {}

    /** Where a channel of a stream stands. */
    enum Status {
        /** What is written is sent as it comes. */
        @JsonProperty("live")
        LIVE,
        /** Older events are sent first. */
        @JsonProperty("replaying")
        REPLAY,
        /** {@code snapshot.required} follows. */
        @JsonProperty("snapshot.required")
        SNAPSHOT_REQUIRED
    }

    /** @param seq the last event that was sent, or that the stream starts after */
    record Followed(long seq, Status status) {}

    /**
     * {@code open}, and the answer of {@code GET /streams/{stream}}.
     *
     * @param flushMs how long events are gathered; null: not at all
     * @param compat true in compatibility mode; null: not
     * @param gzip true when the stream is compressed; null: it is not
     */
    record Open(
            String stream,
            String node,
            Map<String, Followed> channels,
            long heartbeatMs,
            @Nullable Long flushMs,
            @Nullable Boolean compat,
            @Nullable Boolean gzip,
            Instant expiresAt) {

        /** The same with other channels. */
        Open with(Map<String, Followed> others) {
            return new Open(stream, node, others, heartbeatMs, flushMs, compat, gzip, expiresAt);
        }
    }

    record SnapshotRequired(ChannelName channel, long floor, long head) {}

    record Revoked(ChannelName channel, long seq) {}

    record Reconnect(long afterMs) {}

    record Heartbeat(Instant at) {}

    record AuthExpiring(Instant expiresAt) {}

    /**
     * It is over for good.
     *
     * @param client name of a client that is not served; null: about something else
     * @param minimum the oldest version of it that is; null: likewise
     */
    record End(
            String reason,
            @Nullable String client,
            @Nullable String minimum) {

        End(String reason) {
            this(reason, null, null);
        }
    }

    /**
     * Something is less than it should be.
     *
     * @param dropped frames that were left out, by class; events never are
     * @param database {@code away} or {@code back}: events come late meanwhile; null: not about the database
     */
    record Degraded(Map<String, Long> dropped, @Nullable String database) {}

    /**
     * The body of {@code PATCH /streams/{stream}}.
     *
     * @param add channels, as the query of a stream names them; null: none
     * @param remove channel names; null: none
     */
    record Change(@Nullable List<String> add, @Nullable List<ChannelName> remove) {}

    /** The answer of {@code PUT /streams/{stream}/token}. */
    record Renewed(Instant expiresAt) {}
}

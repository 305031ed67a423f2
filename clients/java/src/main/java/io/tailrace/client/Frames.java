package io.tailrace.client;

import com.google.gson.JsonObject;
import io.tailrace.client.json.DataAdapter;
import java.util.ArrayList;
import java.util.List;

/**
 * Sorts frames: what concerns a channel goes to the roster, what concerns the connection to whoever holds it. A frame of
 * an unknown name, and one without what it must have, is passed over. Used on the loop.
 */
final class Frames {

    private final Roster roster;
    private final DataAdapter adapter;
    private final Connection connection;

    /** What frames say to whoever holds the connection. */
    interface Connection {

        /** The stream begins. */
        void opened(Opened opened);

        /** The connection lives. */
        void heartbeat();

        /** The credentials end soon. */
        void expiring();

        /** Events come late, or no longer. */
        void late(boolean late);

        /** The stream ends now; come again. */
        void reconnect(long afterMillis);

        /** The stream ends for good. */
        void end(String reason);

        /** A channel may not be read any more. */
        void revoked(String channel);
    }

    /** {@code open}, as far as it matters here. */
    record Opened(String stream, String node, long heartbeatMillis, List<Placed> channels) {}

    /** A channel of a stream. */
    record Placed(String channel, long seq, String status) {}

    Frames(Roster roster, DataAdapter adapter, Connection connection) {
        this.roster = roster;
        this.adapter = adapter;
        this.connection = connection;
    }

    /** @param event the frame's name; {@code message} for durable events */
    void frame(String event, JsonObject data) throws MalformedException {
        switch (event) {
            case "message" -> roster.event(Event.of(data, adapter));
            case "open" -> connection.opened(opened(data));
            case "snapshot.required" -> {
                var wire = roster.wire(Json.text(data, "channel"));
                if (wire != null) {
                    wire.snapshotRequired(Json.number(data, "head", 0));
                }
            }
            case "presence" -> {
                var change = PresenceChange.of(data, adapter);
                roster.tell(change.channel(), listener -> listener.onPresence(change));
            }
            case "signal" -> {
                var signal = Signal.of(data, adapter);
                roster.tell(signal.channel(), listener -> listener.onSignal(signal));
            }
            case "receipt" -> {
                var mark = ReadMark.of(data);
                roster.tell(mark.channel(), listener -> listener.onReadMark(mark));
            }
            case "revoked" -> {
                var channel = Json.text(data, "channel");
                connection.revoked(channel);
                roster.revoked(channel, Json.number(data, "seq", 0));
            }
            default -> ofConnection(event, data);
        }
    }

    private void ofConnection(String event, JsonObject data) {
        switch (event) {
            case "heartbeat" -> connection.heartbeat();
            case "auth.expiring" -> connection.expiring();
            case "degraded" -> {
                var database = Json.optional(data, "database");
                if (database != null) {
                    connection.late(database.equals("away"));
                }
            }
            case "reconnect" -> connection.reconnect(Json.number(data, "after_ms", 0));
            case "end" -> {
                var reason = Json.optional(data, "reason");
                connection.end(reason == null ? "" : reason);
            }
            default -> {} // frames to come
        }
    }

    /** {@code open}, and what {@code PATCH} answers. */
    static Opened opened(JsonObject data) throws MalformedException {
        var channels = new ArrayList<Placed>();
        var placed = Json.inner(data, "channels");
        if (placed != null) {
            for (var entry : placed.entrySet()) {
                if (entry.getValue() instanceof JsonObject one) {
                    var status = Json.optional(one, "status");
                    channels.add(
                            new Placed(entry.getKey(), Json.number(one, "seq", 0), status == null ? "live" : status));
                }
            }
        }
        var node = Json.optional(data, "node");
        return new Opened(
                Json.text(data, "stream"),
                node == null ? "" : node,
                Math.max(1_000, Json.number(data, "heartbeat_ms", 15_000)),
                channels);
    }
}

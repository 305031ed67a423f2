package io.tailrace.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tailrace.client.json.Data;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/**
 * Live cursors of a channel, over a WebSocket that is open from the beginning until {@link #close}, and opened again when
 * it is lost. Moves are sent 20 times a second at most (5 on {@link Profile#MOBILE}), the latest only; what cannot be sent
 * is dropped, never queued. Where WebSockets do not get through, moves go as signals of the kind {@code cursor}, four
 * times a second at most, and those of others come the same way. Safe for any thread.
 */
public final class Cursors implements AutoCloseable {

    /** Failures in a row after which moves go as signals. */
    static final int FALLS_BACK_AFTER = 3;

    /** Milliseconds between two moves as signals; the server joins what is closer. */
    static final long SIGNAL_EVERY = 250;

    /** Cursors of others that are kept at most. */
    static final int MAX_OTHERS = 1_000;

    /** The largest cursor, in bytes. */
    static final int MAX_BYTES = 512;

    /** Bytes that may wait in the socket before moves are dropped. */
    private static final long MAX_QUEUED = 4 << 10;

    private static final String KIND = "cursor";

    private final Client client;
    private final String channel;
    private final Value<List<Cursor>> others;
    private final Map<String, Cursor> known = new LinkedHashMap<>();
    private final Backoff backoff;
    private @Nullable WebSocket socket;
    private @Nullable String latest;
    private Loop.Timer retry = () -> {};
    private Loop.Timer pace = () -> {};
    private Runnable unwatch = () -> {};
    private long lastSent = Long.MIN_VALUE / 2;
    private boolean open;
    private boolean paced;
    private boolean signalling;
    private boolean closed;
    private int attempt;

    /**
     * Where somebody's cursor is.
     *
     * @param user whose
     * @param device of the user; null: the token is bound to none
     * @param cursor an object as the user's client sent it: data, never markup
     * @param at by the server's clock
     */
    public record Cursor(String user, @Nullable String device, Data cursor, Instant at) {}

    Cursors(Client client, String channel) {
        this.client = client;
        this.channel = channel;
        this.others = new Value<>(List.of(), client.callbacks);
        this.backoff = new Backoff(client.random);
        client.loop.run(() -> {
            client.cursors.add(this);
            connect();
        });
    }

    /**
     * Moves the own cursor.
     *
     * @param cursor an object that is made JSON of, at most 512 bytes; null hides it
     * @throws IllegalArgumentException when it is longer
     */
    public void move(@Nullable Object cursor) {
        var json = client.adapter.write(cursor);
        if (json.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new IllegalArgumentException("a cursor has at most " + MAX_BYTES + " bytes");
        }
        client.loop.run(() -> {
            latest = json;
            send();
        });
    }

    /** Hides the own cursor. */
    public void hide() {
        move(null);
    }

    /** Where the others are; never the own. */
    public Observable<List<Cursor>> others() {
        return others;
    }

    /** Ends it; others see the cursor go. Idempotent. */
    @Override
    public void close() {
        client.loop.run(() -> {
            closed = true;
            attempt++;
            retry.cancel();
            pace.cancel();
            unwatch.run();
            client.cursors.remove(this);
            if (socket != null) {
                socket.close(1000, null);
                socket = null;
            }
        });
    }

    /** On the loop. */
    void reconnectNow() {
        if (socket != null) {
            socket.cancel();
            socket = null;
        }
        open = false;
        connect();
    }

    private void send() {
        if (paced || latest == null || !open && !signalling) {
            return;
        }
        long every = open ? client.setup.profile().cursorMillis() : SIGNAL_EVERY;
        long wait = lastSent + every - client.loop.ticks();
        if (wait > 0) {
            paced = true;
            pace = client.loop.after(wait, () -> {
                paced = false;
                send();
            });
            return;
        }
        var json = latest;
        latest = null;
        lastSent = client.loop.ticks();
        if (open && socket != null) {
            if (socket.queueSize() < MAX_QUEUED) {
                socket.send("{\"cursor\":" + json + "}");
            }
        } else {
            client.exchange(ApiRequest.send(
                    "POST", "{\"kind\":\"" + KIND + "\",\"data\":" + json + "}", "channels", channel, "signals"));
        }
    }

    private void connect() {
        retry.cancel();
        if (closed || socket != null) {
            return;
        }
        int mine = ++attempt;
        client.tokens.get((token, fault) -> {
            if (mine != attempt || closed) {
                return;
            }
            if (token == null) {
                lost(mine, null);
                return;
            }
            var request = client.http
                    .request(ApiRequest.get("channels", channel, "cursors"), client.nodes.current(), token)
                    .newBuilder()
                    .header("Sec-WebSocket-Protocol", "tailrace.cursors.v1")
                    .build();
            socket = client.okhttp.newWebSocket(request, new Listening(mine, token));
        });
    }

    private void lost(int mine, @Nullable Problem refused) {
        if (mine != attempt || closed) {
            return;
        }
        open = false;
        socket = null;
        if (refused != null && (refused.status() == 403 || refused.status() == 409)) {
            closed = true; // not offered, or not allowed
            return;
        }
        if (backoff.failures() + 1 >= FALLS_BACK_AFTER && !signalling) {
            signalling = true;
            unwatch = client.roster.watch(channel, new Signals());
            send();
        }
        retry = client.loop.after(backoff.next(refused == null ? -1 : refused.retryAfterMillis()), this::connect);
    }

    private final class Listening extends WebSocketListener {

        private final int mine;
        private final String token;

        Listening(int mine, String token) {
            this.mine = mine;
            this.token = token;
        }

        @Override
        public void onOpen(WebSocket opened, Response response) {
            client.loop.run(() -> {
                if (mine == attempt && !closed) {
                    open = true;
                    signalling = false;
                    unwatch.run();
                    backoff.reset();
                    known.clear();
                    publish();
                    send();
                }
            });
        }

        @Override
        public void onMessage(WebSocket from, String text) {
            client.loop.run(() -> {
                if (mine == attempt && !closed) {
                    message(from, text);
                }
            });
        }

        @Override
        public void onClosing(WebSocket from, int code, String reason) {
            from.close(1000, null);
            client.loop.run(() -> {
                if (code == 4401) {
                    client.tokens.spent(token);
                }
                lost(mine, code == 4403 ? Problem.of(403, "the right is gone") : null);
            });
        }

        @Override
        public void onFailure(WebSocket from, Throwable why, @Nullable Response response) {
            var problem = response == null ? null : Http.problem(response, "", client.adapter);
            client.loop.run(() -> {
                if (problem != null && problem.status() == 401) {
                    client.tokens.spent(token);
                }
                lost(mine, problem);
            });
        }

        private void message(WebSocket from, String text) {
            try {
                var message = Json.object(text);
                if ("auth.expiring".equals(Json.optional(message, "event"))) {
                    client.tokens.spent(token);
                    client.tokens.get((fresh, fault) -> {
                        if (fresh != null) {
                            from.send("{\"token\":" + Json.quoted(fresh) + "}");
                        }
                    });
                    return;
                }
                apply(message);
            } catch (MalformedException notOurs) {
                from.cancel();
            }
        }
    }

    private void apply(JsonObject message) {
        if (message.get("cursors") instanceof JsonArray cursors) {
            for (var element : cursors) {
                if (element instanceof JsonObject one) {
                    put(one, "cursor");
                }
            }
        }
        if (message.get("left") instanceof JsonArray left) {
            for (var element : left) {
                if (element instanceof JsonObject one) {
                    known.remove(id(one));
                } else if (element.isJsonPrimitive()) {
                    var user = element.getAsString();
                    known.values().removeIf(cursor -> cursor.user().equals(user));
                }
            }
        }
        publish();
    }

    private void put(JsonObject one, String member) {
        var user = Json.optional(one, "user");
        if (user == null) {
            return;
        }
        var json = Json.raw(one, member, "null");
        known.remove(id(one));
        if (!json.equals("null")) {
            known.put(
                    id(one),
                    new Cursor(
                            user, Json.optional(one, "device"), new Data(json, client.adapter), Json.time(one, "at")));
            if (known.size() > MAX_OTHERS) {
                known.remove(known.keySet().iterator().next());
            }
        }
    }

    private static String id(JsonObject one) {
        var device = Json.optional(one, "device");
        return Json.optional(one, "user") + '\n' + (device == null ? "" : device);
    }

    private void publish() {
        others.set(new ArrayList<>(known.values()));
    }

    private final class Signals implements ChannelListener {

        @Override
        public void onSignal(Signal signal) {
            if (!signalling || !signal.kind().equals(KIND)) {
                return;
            }
            var key = signal.by() + '\n' + (signal.device() == null ? "" : signal.device());
            known.remove(key);
            if (!signal.data().isNull()) {
                known.put(key, new Cursor(signal.by(), signal.device(), signal.data(), signal.at()));
            }
            publish();
        }
    }
}

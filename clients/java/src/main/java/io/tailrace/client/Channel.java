package io.tailrace.client;

import java.lang.reflect.Type;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A channel. Safe for any thread. Futures are completed on the executor of {@link TailraceBuilder#callbacks}; where a
 * server refuses they fail with {@link RefusedException}, where none answers with {@link UnreachableException}.
 */
public final class Channel {

    /** Events of a page of history at most. */
    public static final int MAX_PAGE = 1_000;

    private final Client client;
    private final String name;

    Channel(Client client, String name) {
        this.client = client;
        this.name = name;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /**
     * Follows the channel. All subscriptions of a client share one connection, 500 channels at most; what is beyond is
     * told by {@link ChannelListener#onRefused}.
     *
     * @param listener is told what comes
     * @param start where to begin
     * @return ends it, and tells where it stands
     */
    public Subscription subscribe(ChannelListener listener, Start start) {
        return client.follow(name, listener, start, client.callbacks::run);
    }

    /** Follows the channel from now on. */
    public Subscription subscribe(ChannelListener listener) {
        return subscribe(listener, Start.now());
    }

    /**
     * Writes an event: into the queue, and from there, in order, to the server.
     *
     * @param draft of the event
     * @return tells what becomes of it
     * @throws RuntimeException when its data cannot be made JSON, the adapter's own exception
     */
    public Write write(Draft draft) {
        return client.write(name, draft);
    }

    /** Writes an event without a key. */
    public Write write(String type, @Nullable Object data) {
        return write(Draft.of(type, data));
    }

    /**
     * The last events before one, {@link #MAX_PAGE} at most.
     *
     * @param before not this one, nor later ones; at most one past the channel's last
     * @param limit events at most, at least 1
     */
    public CompletableFuture<History> historyBefore(long before, int limit) {
        return page(then -> client.pages.before(name, before, limit, then));
    }

    /**
     * The events after one, {@link #MAX_PAGE} at most.
     *
     * @param after the last one already known; 0: none
     * @param limit events at most, at least 1
     */
    public CompletableFuture<History> historyAfter(long after, int limit) {
        return page(then -> client.pages.after(name, 0, after, limit, then));
    }

    /** The last events. @param limit events at most, 1 to {@link #MAX_PAGE} */
    public CompletableFuture<History> historyLast(int limit) {
        return page(then -> client.pages.last(name, limit, then));
    }

    /** The channel's state. */
    public CompletableFuture<Snapshot> snapshot() {
        var future = new CompletableFuture<Snapshot>();
        client.loop.run(() -> client.pages.snapshot(name, 0, new Answering<>(client, future)));
        return future;
    }

    /**
     * State that is shown before it is confirmed, of a keyed channel. Follows the channel until it is closed.
     *
     * @param type of the items' data
     */
    public <T> Keyed<T> keyed(Class<T> type) {
        return keyed(type, event -> false);
    }

    /**
     * State that is shown before it is confirmed, of a keyed channel. Follows the channel until it is closed.
     *
     * @param type of the items' data
     * @param removes types of events that take their item away, beside those whose data is {@code null}
     */
    public <T> Keyed<T> keyed(Type type, Predicate<String> removes) {
        return new Keyed<>(client, name, type, removes);
    }

    /** Who is here. Each call gives another view, of another device to be. */
    public Presence presence() {
        return new Presence(client, name);
    }

    /** Live cursors, over a connection of their own while they are open. */
    public Cursors cursors() {
        return new Cursors(client, name);
    }

    /**
     * Says that the user types; call it at every key. Sent every three seconds at most, and ended by the server when it is
     * not said again.
     *
     * @param resource what of the channel; null: the channel
     */
    public void typing(@Nullable String resource) {
        client.loop.run(() -> {
            if (client.typing.due(name, resource)) {
                send("typing", "true", resource);
            }
        });
    }

    /** Says that the user no longer types. @param resource as it was */
    public void stoppedTyping(@Nullable String resource) {
        client.loop.run(() -> {
            if (client.typing.ended(name, resource)) {
                send("typing", "false", resource);
            }
        });
    }

    /**
     * Signals something to whoever listens at the moment. It is not kept, and may get lost.
     *
     * @param kind written as types of events are
     * @param data made JSON of, at most 4,096 bytes; null is left out
     * @param resource what of the channel; null: the channel
     */
    public CompletableFuture<Void> signal(String kind, @Nullable Object data, @Nullable String resource) {
        return send(kind, data == null ? null : client.adapter.write(data), resource);
    }

    private CompletableFuture<Void> send(String kind, @Nullable String json, @Nullable String resource) {
        var body = new StringBuilder("{\"kind\":").append(Json.quoted(kind));
        if (json != null) {
            body.append(",\"data\":").append(json);
        }
        if (resource != null) {
            body.append(",\"resource\":").append(Json.quoted(resource));
        }
        return client.exchange(ApiRequest.send("POST", body.append('}').toString(), "channels", name, "signals"))
                .thenApply(done -> null);
    }

    /**
     * Says how far the user has read. The marker only moves forward; call it as often as you like: one request is under way
     * at a time, with the latest, and what failed is tried again while the client lives.
     *
     * @param seq of the last event that was read, at least 1
     */
    public void read(long seq) {
        client.loop.run(() -> client.reads.read(name, seq));
    }

    private interface Asking {
        void ask(Pages.Then<Pages.Page> then);
    }

    private CompletableFuture<History> page(Asking asking) {
        var future = new CompletableFuture<Pages.Page>();
        client.loop.run(() -> asking.ask(new Answering<>(client, future)));
        return future.thenApply(page -> new History(page.events(), page.head()));
    }

    private record Answering<T>(Client client, CompletableFuture<T> future) implements Pages.Then<T> {

        @Override
        public void got(T answer) {
            client.callbacks.run(() -> future.complete(answer));
        }

        @Override
        public void refused(Problem problem) {
            client.callbacks.run(() -> future.completeExceptionally(new RefusedException(problem)));
        }

        @Override
        public void unreachable(Exception why) {
            client.callbacks.run(() -> future.completeExceptionally(new UnreachableException("no answer", why)));
        }
    }
}

package io.tailrace.client;

import java.lang.reflect.Type;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The items of a keyed channel, with the own writes applied at once: shown as pending until the server has decided, kept
 * when it confirms, taken back when it does not. Own writes of an earlier process are among them, and those made through
 * {@link Channel#write} too. Safe for any thread.
 *
 * @param <T> what an item's data is read as
 */
public final class Keyed<T> implements Observable<Keyed.State<T>>, AutoCloseable {

    private final Client client;
    private final String channel;
    private final Type type;
    private final Predicate<String> removes;
    private final KeyedFold fold = new KeyedFold();
    private final Value<State<T>> state;
    private final WriteQueue.Watcher watcher = new Watcher();
    private final Subscription subscription;
    private final Stop connection;
    private boolean loaded;
    private boolean connected;
    private boolean due;

    /**
     * An item, as it is to be shown.
     *
     * @param value its data
     * @param seq of the latest event that is known of it; 0: none yet
     * @param by who wrote that event; null: there is none yet
     * @param pending whether an own write on it is not settled
     * @param revision for a write that shall only apply to what is shown here
     */
    public record Item<T>(T value, long seq, @Nullable String by, boolean pending, String revision) {}

    /**
     * All items.
     *
     * @param items by key, in the order of keys; unmodifiable
     * @param lost own writes that were taken back, by key, until {@link #dismiss} or another write to that key; unmodifiable
     * @param unreadable keys whose data does not fit the type, and why; unmodifiable
     * @param seq of the last event that was applied
     * @param stale whether others may have changed it since: not loaded yet, or not connected
     */
    public record State<T>(
            Map<String, Item<T>> items,
            Map<String, Outcome> lost,
            Map<String, RuntimeException> unreadable,
            long seq,
            boolean stale) {}

    Keyed(Client client, String channel, Type type, Predicate<String> removes) {
        this.client = client;
        this.channel = channel;
        this.type = type;
        this.removes = removes;
        this.state = new Value<>(new State<>(Map.of(), Map.of(), Map.of(), 0, true), client.callbacks);
        client.loop.run(() -> {
            client.watchers.add(watcher);
            client.writes.waiting().forEach(watcher::added);
        });
        this.subscription = client.follow(channel, new Tail(), Start.state(), Runnable::run);
        this.connection = client.standing.value().listen(this::connection);
    }

    @Override
    public State<T> value() {
        return state.value();
    }

    @Override
    public Stop listen(Consumer<? super State<T>> listener) {
        return state.listen(listener);
    }

    /**
     * Writes an item, whatever it is now.
     *
     * @param type of the event
     * @param key of the item
     * @param value of the item
     */
    public Write put(String type, String key, @Nullable T value) {
        return client.write(channel, Draft.of(type, value).key(key));
    }

    /**
     * Writes an item unless it is no longer what {@link #value} shows at this moment; then it is a conflict.
     *
     * @param type of the event
     * @param key of the item; one that is not shown must not exist
     * @param value of the item
     */
    public Write putIfUnchanged(String type, String key, @Nullable T value) {
        var shown = value().items().get(key);
        return putIf(type, key, value, shown == null ? "0" : shown.revision());
    }

    /**
     * Writes an item when it still is what a person saw.
     *
     * @param type of the event
     * @param key of the item
     * @param value of the item
     * @param revision {@link Item#revision} of what was seen; {@code 0}: there was none
     */
    public Write putIf(String type, String key, @Nullable T value, String revision) {
        return client.write(channel, Draft.of(type, value).key(key).ifMatch(revision));
    }

    /** Takes away what {@link State#lost} tells of a key. */
    public void dismiss(String key) {
        client.loop.run(() -> {
            fold.dismiss(key);
            changed();
        });
    }

    /** Follows no longer. Own writes go on. Idempotent. */
    @Override
    public void close() {
        connection.close();
        subscription.close();
        client.loop.run(() -> client.watchers.remove(watcher));
    }

    private void connection(ConnectionState now) {
        boolean up =
                switch (now.name()) {
                    case LIVE, DEGRADED, POLLING, CATCHING_UP -> true;
                    case IDLE, CONNECTING, OFFLINE, UNAUTHORIZED, CLOSED -> false;
                };
        client.loop.run(() -> {
            connected = up;
            changed();
        });
    }

    private final class Watcher implements WriteQueue.Watcher {

        @Override
        public void added(Write write) {
            if (write.channel().equals(channel)) {
                fold.added(write);
                changed();
            }
        }

        @Override
        public void settled(Write write, Outcome outcome) {
            if (write.channel().equals(channel)) {
                fold.settled(write, outcome);
                changed();
            }
        }
    }

    private final class Tail implements ChannelListener {

        @Override
        public void onSnapshot(Snapshot snapshot) {
            fold.snapshot(snapshot.seq(), Positions.epoch(snapshot.position()), snapshot.items());
            loaded = true;
            changed();
        }

        @Override
        public void onEvent(Event event) {
            fold.event(event);
            changed();
        }

        @Override
        public void onRevoked(long seq) {
            loaded = false;
            changed();
        }

        @Override
        public void onRefused(Problem problem) {
            loaded = false;
            changed();
        }
    }

    /** However much changes at once, it is told once. On the loop. */
    private void changed() {
        if (!due) {
            due = true;
            client.loop.run(() -> {
                due = false;
                publish();
            });
        }
    }

    private void publish() {
        var before = state.value();
        var items = new TreeMap<>(before.items());
        var lost = new TreeMap<>(before.lost());
        var unreadable = new TreeMap<>(before.unreadable());
        for (var key : fold.takeChanged()) {
            items.remove(key);
            lost.remove(key);
            unreadable.remove(key);
            var shown = fold.shown(key);
            if (shown != null && shown.lost() != null) {
                lost.put(key, shown.lost());
            }
            if (shown != null) {
                try {
                    var item = item(shown);
                    if (item != null) {
                        items.put(key, item);
                    }
                } catch (RuntimeException misfit) {
                    unreadable.put(key, misfit);
                }
            }
        }
        state.set(new State<>(
                Collections.unmodifiableMap(items),
                Collections.unmodifiableMap(lost),
                Collections.unmodifiableMap(unreadable),
                fold.seq(),
                !loaded || !connected));
    }

    /** Null: there is none, or no longer. */
    private @Nullable Item<T> item(KeyedFold.Shown shown) {
        var top = shown.top();
        var event = shown.event();
        var kind = top != null ? top.type() : event != null ? event.type() : null;
        var data = top != null ? top.data() : event != null ? event.data().text() : null;
        if (kind == null || data == null || removes.test(kind)) {
            return null;
        }
        T value = client.adapter.read(data, type);
        if (value == null) {
            return null;
        }
        return new Item<>(
                value,
                event == null ? 0 : event.seq(),
                event == null ? null : event.by(),
                top != null,
                top != null ? top.idempotencyKey() : event == null ? "0" : Long.toString(event.seq()));
    }
}

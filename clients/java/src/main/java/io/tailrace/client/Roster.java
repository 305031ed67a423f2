package io.tailrace.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The channels that are followed, by name. Used on the loop. */
final class Roster {

    /** Channels that one client follows at most; a stream takes no more. */
    static final int MAX_CHANNELS = 500;

    private final TreeMap<String, Wire> wires = new TreeMap<>();
    private final Consumer<Event> seen;
    private final Changes changes;
    private long version;

    /** Who wants to know. */
    interface Changes {

        /** The list is another one. */
        void listChanged();

        /** Somebody is behind, or no longer. */
        void progressChanged();
    }

    /** @param seen is told each event that comes, perhaps more than once */
    Roster(Consumer<Event> seen, Changes changes) {
        this.seen = seen;
        this.changes = changes;
    }

    /** Counts changes of the list. */
    long version() {
        return version;
    }

    boolean isEmpty() {
        return wires.isEmpty();
    }

    Set<String> names() {
        return new TreeSet<>(wires.keySet());
    }

    /** A channel that is followed; null: it is not. */
    @Nullable
    Wire wire(String channel) {
        return wires.get(channel);
    }

    List<Wire> wires() {
        return new ArrayList<>(wires.values());
    }

    /** A channel, followed from now on when it was not; null: there are {@link #MAX_CHANNELS} of others. */
    @Nullable
    Wire join(String channel) {
        var wire = wires.get(channel);
        if (wire == null && wires.size() < MAX_CHANNELS) {
            wire = new Wire(channel);
            wires.put(channel, wire);
        }
        return wire;
    }

    /** A follower has joined; the list counts as changed by the first one. */
    void joined(Wire wire) {
        if (wire.followers() == 1) {
            version++;
            changes.listChanged();
        }
    }

    /** A follower has left. */
    void left(Wire wire) {
        if (wire.followers() == 0 && wires.remove(wire.channel, wire)) {
            version++;
            changes.listChanged();
        }
    }

    /** Follows a channel for what is of the moment. @return ends it. Told on the loop; no more when it is revoked */
    Runnable watch(String channel, ChannelListener watcher) {
        var wire = join(channel);
        if (wire == null) {
            return () -> {};
        }
        wire.watchers.add(watcher);
        joined(wire);
        return () -> {
            if (wire.watchers.remove(watcher)) {
                left(wire);
            }
        };
    }

    void changed() {
        changes.progressChanged();
    }

    void seen(Event event) {
        seen.accept(event);
    }

    void event(Event event) {
        seen.accept(event);
        var wire = wires.get(event.channel());
        if (wire != null) {
            wire.event(event);
        }
    }

    void revoked(String channel, long seq) {
        end(channel, reader -> reader.revoked(seq));
    }

    void refused(String channel, Problem problem) {
        end(channel, reader -> reader.refused(problem));
    }

    private void end(String channel, Consumer<Reader> how) {
        var wire = wires.get(channel);
        if (wire != null) {
            List.copyOf(wire.readers).forEach(how);
            wire.watchers.clear();
            left(wire);
        }
    }

    /** Tells all who follow a channel something of the moment. */
    void tell(String channel, Consumer<ChannelListener> what) {
        var wire = wires.get(channel);
        if (wire != null) {
            List.copyOf(wire.watchers).forEach(what);
            List.copyOf(wire.readers).forEach(reader -> reader.tell(() -> what.accept(reader.listener())));
        }
    }

    /** The connection is gone. */
    void disconnected() {
        wires.values().forEach(wire -> {
            wire.live = false;
            wire.replaying = false;
        });
    }

    boolean catchingUp() {
        return wires.values().stream().anyMatch(Wire::catchingUp);
    }
}

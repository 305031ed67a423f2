package io.tailrace.client;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One channel, as the connection follows it for all who subscribed. Used on the loop. */
final class Wire {

    /** Subscriptions of one channel at most. */
    static final int MAX_READERS = 1_000;

    final String channel;
    final List<Reader> readers = new ArrayList<>();

    /** Parts of the client that only want to know what is of the moment; told on the loop. */
    final List<ChannelListener> watchers = new ArrayList<>();

    /** The last event that the connection brought, or where it starts; -1: not known. */
    long seq = -1;

    /** The log's epoch that {@link #seq} belongs to; 0: not known. */
    int epoch;

    /** The connection brings it, and has brought all that was missed. */
    boolean live;

    /** The connection's replay has not come to its end yet. */
    boolean replaying;

    Wire(String channel) {
        this.channel = channel;
    }

    /** The channel for a request: with where to start, where that is known. */
    String asked() {
        if (seq >= 0) {
            return channel + "@" + Positions.of(epoch, seq);
        }
        String first = readers.isEmpty() ? null : readers.get(0).start();
        return first == null ? channel : channel + "@" + first;
    }

    /** Whether its place is known to nobody. */
    boolean nowhere() {
        return seq < 0 && (readers.isEmpty() || readers.get(0).start() == null);
    }

    /** A snapshot tells where it could start, when no connection has told yet. */
    void started(long at, int of) {
        if (seq < 0) {
            seq = at;
            epoch = of;
        } else if (epoch == 0) {
            epoch = of;
        }
    }

    /** A connection brings what comes after {@code start}. */
    void placed(long start, @Nullable Integer of) {
        if (of != null) {
            epoch = of;
        }
        seq = Math.max(seq, start);
        live = !replaying;
        List.copyOf(readers).forEach(reader -> reader.placed(start, epoch));
        List.copyOf(watchers).forEach(watcher -> watcher.onLive(start));
    }

    void event(Event event) {
        seq = Math.max(seq, event.seq());
        List.copyOf(readers).forEach(reader -> reader.event(event));
    }

    /** The log does not go on from where it was; the connection goes on after {@code head}. */
    void snapshotRequired(long head) {
        seq = head;
        epoch = 0;
        List.copyOf(readers).forEach(reader -> reader.snapshotRequired(head));
    }

    /** What was missed has come. */
    void caughtUp() {
        replaying = false;
        live = true;
        List.copyOf(readers).forEach(Reader::live);
    }

    int followers() {
        return readers.size() + watchers.size();
    }

    boolean catchingUp() {
        return replaying || readers.stream().anyMatch(Reader::catchingUp);
    }
}

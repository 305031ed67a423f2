package io.tailrace.server.bus;

import io.tailrace.wire.ChannelId;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The ephemeral bus of a single node, and of several in one process.
 *
 * <p>Protocol: {@code deliveries} holds what listeners are to be told, in order; one thread tells them. Messages are
 * dropped when too many wait; confirmations are always taken.
 */
public final class LocalEphemeralBus implements EphemeralBus {

    private record Place(ChannelId channel, Topic topic) {}

    /** A listener that hears nothing more once its subscription has ended. */
    private static final class Ear {
        private final Listener listener;
        private volatile boolean ended;

        Ear(Listener listener) {
            this.listener = listener;
        }

        void message(byte[] message) {
            if (!ended) {
                listener.message(message);
            }
        }

        void confirmed() {
            if (!ended) {
                listener.confirmed();
            }
        }
    }

    private final ConcurrentMap<Place, List<Ear>> ears = new ConcurrentHashMap<>();
    private final Deliveries deliveries = new Deliveries("local-ephemeral-bus");

    @Override
    public boolean offer(ChannelId channel, Topic topic, byte[] message) {
        if (!deliveries.hasRoom(1)) {
            return false;
        }
        for (Ear ear : ears.getOrDefault(new Place(channel, topic), List.of())) {
            deliveries.add(() -> ear.message(message));
        }
        return true;
    }

    @Override
    public Bus.Subscription subscribe(ChannelId channel, Topic topic, Listener listener) {
        var place = new Place(channel, topic);
        var ear = new Ear(listener);
        ears.compute(place, (any, present) -> {
            var all = present == null ? new CopyOnWriteArrayList<Ear>() : present;
            all.add(ear);
            return all;
        });
        deliveries.add(ear::confirmed);
        return () -> {
            ear.ended = true;
            ears.computeIfPresent(place, (any, present) -> {
                present.remove(ear);
                return present.isEmpty() ? null : present;
            });
        };
    }

    @Override
    public boolean up() {
        return deliveries.open();
    }

    @Override
    public void close() {
        deliveries.close();
    }
}

package io.tailrace.server.bus;

import io.tailrace.wire.ChannelId;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The ephemeral bus of a single node, and of several in one process.
 *
 * <p>Protocol: {@code deliveries} holds what listeners are to be told, in order; one thread tells them. Messages are
 * dropped when {@value #MAX_DELIVERIES} wait; confirmations are always taken.
 */
public final class LocalEphemeralBus implements EphemeralBus {

    /** What waits at most before messages are dropped. */
    static final int MAX_DELIVERIES = 65_536;

    private static final System.Logger LOG = System.getLogger(LocalEphemeralBus.class.getName());

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
    private final BlockingQueue<Runnable> deliveries = new LinkedBlockingQueue<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("local-ephemeral-bus").unstarted(this::deliver);
    private volatile boolean open = true;

    public LocalEphemeralBus() {
        thread.start();
    }

    private void deliver() {
        while (open) {
            try {
                deliveries.take().run();
            } catch (InterruptedException e) {
                return; // closed
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a listener of the ephemeral bus failed", e);
            }
        }
    }

    @Override
    public boolean offer(ChannelId channel, Topic topic, byte[] message) {
        if (!open || deliveries.size() >= MAX_DELIVERIES) {
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
        return open;
    }

    @Override
    public void close() {
        open = false;
        thread.interrupt();
    }
}

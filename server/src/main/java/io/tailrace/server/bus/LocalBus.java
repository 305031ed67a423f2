package io.tailrace.server.bus;

import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The bus of a single node, and of several in one process: no Redis, the same promises.
 *
 * <p>Protocol: {@code deliveries} holds what listeners are to be told, in order; one thread tells them. Publishing
 * refuses when too many wait; confirmations are always taken, one for each subscription.
 */
public final class LocalBus implements Bus {

    private static final System.Logger LOG = System.getLogger(LocalBus.class.getName());

    private final ConcurrentMap<ChannelId, List<Listener>> listeners = new ConcurrentHashMap<>();
    private final List<Consumer<byte[]>> broadcasts = new CopyOnWriteArrayList<>();
    private final ConcurrentMap<String, Handler> nodes = new ConcurrentHashMap<>();
    private final Deliveries deliveries = new Deliveries("local-bus");

    @Override
    public boolean publish(Collection<? extends Announcement> announcements) {
        if (!deliveries.hasRoom(announcements.size())) {
            return false;
        }
        for (Announcement announcement : announcements) {
            for (Listener listener : listeners.getOrDefault(announcement.channel(), List.of())) {
                deliveries.add(() -> listener.announced(announcement));
            }
        }
        return true;
    }

    @Override
    public Subscription subscribe(ChannelId channel, Listener listener) {
        var subscribed = new Subscribed(listener);
        listeners.compute(channel, (id, present) -> {
            var all = present == null ? new CopyOnWriteArrayList<Listener>() : present;
            all.add(subscribed);
            return all;
        });
        deliveries.add(subscribed::confirmed);
        return () -> {
            subscribed.end();
            listeners.computeIfPresent(channel, (id, present) -> {
                present.remove(subscribed);
                return present.isEmpty() ? null : present;
            });
        };
    }

    @Override
    public void broadcast(byte[] message) {
        if (deliveries.hasRoom(broadcasts.size())) {
            broadcasts.forEach(listener -> deliveries.add(() -> listener.accept(message)));
        }
    }

    @Override
    public Subscription hear(Consumer<byte[]> listener) {
        broadcasts.add(listener);
        return () -> broadcasts.remove(listener);
    }

    @Override
    public boolean up() {
        return deliveries.open();
    }

    @Override
    public Subscription serve(String node, Handler handler) {
        nodes.put(node, handler);
        return () -> nodes.remove(node, handler);
    }

    @Override
    public Optional<byte[]> ask(String node, byte[] request, Duration timeout) {
        Handler handler = nodes.get(node);
        if (handler == null) {
            return Optional.empty();
        }
        var answer = new CompletableFuture<byte[]>();
        Thread.ofVirtual().name("bus-request").start(() -> {
            try {
                answer.complete(handler.answer(request));
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a request of another node failed", e);
            }
        });
        try {
            return Optional.of(answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException | ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        deliveries.close();
    }

    /** A listener that hears nothing more once its subscription has ended. */
    private static final class Subscribed implements Listener {

        private final Listener listener;
        private final AtomicBoolean ended = new AtomicBoolean();

        Subscribed(Listener listener) {
            this.listener = listener;
        }

        void end() {
            ended.set(true);
        }

        @Override
        public void announced(Announcement announcement) {
            if (!ended.get()) {
                listener.announced(announcement);
            }
        }

        @Override
        public void confirmed() {
            if (!ended.get()) {
                listener.confirmed();
            }
        }

        @Override
        public void interrupted() {
            // it never is
        }
    }
}

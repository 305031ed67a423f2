package io.tailrace.server.bus;

import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Carries announcements to every node that has readers of the channel, and short requests to a single node. Best effort:
 * whatever it loses, audits find in the log. Durable and ephemeral traffic use instances of their own.
 */
public interface Bus extends AutoCloseable {

    /**
     * Publishes in the given order. Blocks at most for a bounded time, never throws.
     *
     * @return whether the bus took all of them; if not, readers are late until their next audit or the relay
     */
    boolean publish(Collection<? extends Announcement> announcements);

    /** Starts to listen; {@link Listener#confirmed} follows, now or whenever the bus is there. Never blocks. */
    Subscription subscribe(ChannelId channel, Listener listener);

    /** Sends to every node, this one too; best effort. Blocks at most for a bounded time, never throws. */
    void broadcast(byte[] message);

    /**
     * Hears what is broadcast.
     *
     * @param listener called on the bus's own thread: must be quick and never block
     */
    Subscription hear(Consumer<byte[]> listener);

    /** Whether the bus answers at the moment. */
    boolean up();

    /** Serves requests that other nodes send to {@code node}, which is this one. */
    Subscription serve(String node, Handler handler);

    /**
     * Sends a request to one node and waits for its answer.
     *
     * @return empty when nobody answered in time or the bus is down
     */
    Optional<byte[]> ask(String node, byte[] request, Duration timeout);

    @Override
    void close();

    /** Called on the bus's own thread: must be quick and never block. */
    interface Listener extends BusStates {

        void announced(Announcement announcement);
    }

    /** Answers a request of another node; called on a thread of its own. */
    @FunctionalInterface
    interface Handler {
        byte[] answer(byte[] request);
    }

    /** Ends what it stands for; idempotent, never blocks. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}

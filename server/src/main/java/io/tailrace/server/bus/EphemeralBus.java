package io.tailrace.server.bus;

import io.tailrace.wire.ChannelId;

/**
 * Carries what is of the moment to every node that cares: signals, receipts, that a member list changed, cursors. What
 * is lost is lost; whoever needs to know looks again once it is {@link Listener#confirmed} anew. It shares neither
 * connections nor threads nor queues with the durable {@link Bus}. Any thread.
 */
public interface EphemeralBus extends AutoCloseable {

    /** What a message is about; a node listens to each by itself. */
    enum Topic {
        /** Signals, receipts and changes of member lists: for nodes with streams of the channel. */
        NEWS("s"),
        /** Cursors: for nodes with cursor sockets of the channel. */
        CURSORS("c");

        private final String letter;

        Topic(String letter) {
            this.letter = letter;
        }

        String letter() {
            return letter;
        }
    }

    /**
     * Has {@code message} sent to every listener of the topic, this node's too; those of one caller arrive in order. Never
     * blocks.
     *
     * @return false when it was dropped, because too much is waiting
     */
    boolean offer(ChannelId channel, Topic topic, byte[] message);

    /** Starts to listen; {@link Listener#confirmed} follows, now or whenever the bus is there. Never blocks. */
    Bus.Subscription subscribe(ChannelId channel, Topic topic, Listener listener);

    /** Whether the bus answers at the moment. */
    boolean up();

    @Override
    void close();

    /** Called on the bus's own thread: must be quick and never block. */
    interface Listener extends BusStates {

        /** @param message not changed, and not to be changed */
        void message(byte[] message);

        @Override
        default void confirmed() {}

        @Override
        default void interrupted() {}
    }
}

package io.tailrace.client;

/**
 * What a channel tells. Methods are called one at a time and in order, on the executor of
 * {@link TailraceBuilder#callbacks}; while one takes its time, no more than a few hundred frames are read ahead. What they
 * throw goes to their thread's handler of uncaught exceptions, and the next call comes nevertheless.
 */
public interface ChannelListener {

    /** The next durable event: each once, in order of {@code seq}, without gaps but for a snapshot between. */
    default void onEvent(Event event) {}

    /** The channel's state, in place of all that was told before. */
    default void onSnapshot(Snapshot snapshot) {}

    /** All that had happened before the connection was made has been told. @param seq of the last event */
    default void onLive(long seq) {}

    /** Who is here, or what has changed about it. Begins anew with each connection. */
    default void onPresence(PresenceChange change) {}

    /** Something of the moment. */
    default void onSignal(Signal signal) {}

    /** How far somebody has read. */
    default void onReadMark(ReadMark mark) {}

    /** The right to read the channel is gone; nothing more comes. @param seq as of this event; 0: it was not said */
    default void onRevoked(long seq) {}

    /** The channel cannot be followed; nothing more comes. */
    default void onRefused(Problem problem) {}
}

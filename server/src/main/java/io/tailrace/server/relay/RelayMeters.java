package io.tailrace.server.relay;

/** What the relay counts. Called on its own thread. */
public interface RelayMeters {

    /** Counts nothing. */
    RelayMeters NONE = new RelayMeters() {};

    /** Whether this node is the relay. Alert when no node is for a minute. */
    default void relaying(boolean relaying) {}

    /**
     * So many channels were announced, for so many marks that nobody had settled. Alert on a steady rate without
     * applications that append by themselves: nodes fail to publish.
     */
    default void announced(int channels, int marks) {}

    /** So many marks were dropped unannounced. Alert always: the bus was away for longer than marks live. */
    default void dropped(int marks) {}
}

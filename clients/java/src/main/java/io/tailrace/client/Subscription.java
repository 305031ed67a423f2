package io.tailrace.client;

import org.jspecify.annotations.Nullable;

/** What {@link Channel#subscribe} began. Safe for any thread. */
public interface Subscription extends AutoCloseable {

    /** The channel's name. */
    String channel();

    /** The last event that was told, or the snapshot's; -1: it is not known yet where it begins. */
    long seq();

    /**
     * Where another subscription may go on, in this process or a later one, by {@link Start#at}; kept together with what
     * the application made of the events, nothing is missed and nothing comes twice. Null: not known yet.
     */
    @Nullable
    String position();

    /** Ends it; what is on its way to the listener may still come. Idempotent. */
    @Override
    void close();
}

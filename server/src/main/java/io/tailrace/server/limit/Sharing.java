package io.tailrace.server.limit;

import java.time.Duration;
import java.util.function.Consumer;

/** How nodes hold limits together: each tells what it let through, and hears what all did. Any thread. */
public interface Sharing extends AutoCloseable {

    /** A node that is alone, and told nothing. */
    Sharing ALONE = (account, perSecond, units, owed) -> {};

    /**
     * So many were let through here. Never blocks.
     *
     * @param account whose; the same on every node
     * @param perSecond what it may on all nodes together
     * @param units at least 1
     * @param owed told later, on another thread, how far ahead of an even rate all nodes together have let it come
     */
    void spent(String account, int perSecond, int units, Consumer<Duration> owed);

    /** Whether what is told arrives; while it does not, each node holds limits by itself. */
    default boolean up() {
        return true;
    }

    @Override
    default void close() {}
}

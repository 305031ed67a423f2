package io.tailrace.client;

import java.util.function.Consumer;

/**
 * A value that changes. Safe for any thread.
 *
 * @param <T> the value's type; values are immutable
 */
public interface Observable<T> {

    /** The value as of now. */
    T value();

    /**
     * Tells the value as it is, and each later one, in order, on the executor of {@link TailraceBuilder#callbacks}. A
     * listener that is slow misses values in between, never the last.
     *
     * @param listener is told; what it throws goes to its thread's handler of uncaught exceptions
     * @return ends it; idempotent
     */
    Stop listen(Consumer<? super T> listener);

    /** Ends what was begun. Idempotent, safe for any thread. */
    @FunctionalInterface
    interface Stop extends AutoCloseable {

        /** Ends it. */
        @Override
        void close();
    }
}

package io.tailrace.client;

/**
 * The client's one thread, its clocks and its timers. What a client knows is only touched on it, so nothing of it is
 * locked. Tests bring one whose time stands until they move it.
 */
interface Loop {

    /** Runs a task on the thread, after those before it. From any thread; after {@link #stop} nothing is run. */
    void run(Runnable task);

    /** Runs a task on the thread after a while. From any thread. @param millis at least 0 */
    Timer after(long millis, Runnable task);

    /** Milliseconds of a clock that nobody sets; only differences mean something. It may stand while a device sleeps. */
    long ticks();

    /** Milliseconds of the Unix epoch, by a clock that people set. */
    long wall();

    /** Runs nothing any more. From any thread; idempotent. */
    void stop();

    /** A task that waits for its time. */
    interface Timer {

        /** It shall not run any more; on the loop's thread it then does not. */
        void cancel();
    }
}

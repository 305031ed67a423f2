package io.tailrace.server.hub;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Time as hubs know it: how late it is, and calls that come later. Given to them, so that tests can hold it still. */
interface Timer extends AutoCloseable {

    /** Nanoseconds since some moment; compare by subtraction only. */
    long now();

    /** Runs {@code task} after {@code delay}, on a thread where it must be quick; never after {@link #close}. */
    void after(Duration delay, Runnable task);

    @Override
    void close();

    /** The machine's. */
    static Timer system() {
        return new SystemTimer();
    }

    /** One daemon thread. */
    final class SystemTimer implements Timer {

        private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("hub-timer").factory(), (task, ended) -> {});

        @Override
        public long now() {
            return System.nanoTime();
        }

        @Override
        public void after(Duration delay, Runnable task) {
            var unused = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            executor.shutdownNow();
        }
    }
}

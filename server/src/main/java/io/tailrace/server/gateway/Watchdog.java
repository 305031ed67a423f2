package io.tailrace.server.gateway;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Cuts connections whose write makes no progress: their threads are blocked and cannot notice themselves. One thread
 * looks at all of them, a few times within the bound.
 */
final class Watchdog implements AutoCloseable {

    private static final int LOOKS = 8;

    private final StreamRegistry registry;
    private final Pace pace;
    private final Duration bound;
    private final Thread thread = Thread.ofVirtual().name("watchdog").unstarted(this::run);
    private volatile boolean closed;

    Watchdog(StreamRegistry registry, Pace pace, Duration bound) {
        this.registry = registry;
        this.pace = pace;
        this.bound = bound;
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(bound.toNanos() / LOOKS);
            cut(bound);
        }
    }

    /** Cuts every connection whose write has made no progress for {@code stuck}. */
    void cut(Duration stuck) {
        long now = pace.now();
        for (Guest guest : registry.guests()) {
            var writer = guest.writer();
            if (writer != null) {
                writer.stuckSince().ifPresent(since -> {
                    if (now - since >= stuck.toNanos()) {
                        writer.cut();
                    }
                });
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}

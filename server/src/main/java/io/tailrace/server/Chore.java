package io.tailrace.server;

import io.tailrace.log.LogUnavailable;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Something that a node does again and again beside its requests, on a virtual thread of its own: first an interval
 * after {@link #start}, then an interval after it was last done. A failure is logged and the next turn comes; a
 * database that is away is not even logged, for health says so already.
 */
final class Chore implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Chore.class.getName());

    private final String name;
    private final Duration interval;
    private final Runnable work;
    private volatile boolean closed;
    private final Thread thread;

    Chore(String name, Duration interval, Runnable work) {
        this.name = name;
        this.interval = interval;
        this.work = work;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    /** Starts; once. */
    void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(interval.toNanos());
            if (!closed) {
                turn();
            }
        }
    }

    private void turn() {
        try {
            work.run();
        } catch (LogUnavailable away) {
            LOG.log(System.Logger.Level.DEBUG, "{0} waits for the database", name);
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.WARNING, name + " failed", failure);
        }
    }

    /** No further turn begins. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}

package io.tailrace.server.access;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs a task on a thread of its own, one at a time: for those who {@linkplain AccessChanges#listen listen} and whose
 * matter may wait some seconds, for events wait until all listeners have returned. Asked again while the task runs, it
 * runs once more. Any thread; never blocks.
 */
public final class Aside implements Runnable {

    private static final System.Logger LOG = System.getLogger(Aside.class.getName());

    private final String name;
    private final Runnable task;
    private final AtomicInteger asked = new AtomicInteger();

    /** @param name of the thread */
    public Aside(String name, Runnable task) {
        this.name = name;
        this.task = task;
    }

    @Override
    public void run() {
        if (asked.getAndIncrement() == 0) {
            Thread.ofVirtual().name(name).start(this::work);
        }
    }

    private void work() {
        int seen = asked.get();
        while (true) {
            try {
                task.run();
            } catch (RuntimeException failed) {
                LOG.log(System.Logger.Level.WARNING, name + " failed, and runs again at the next change", failed);
            }
            if (asked.compareAndSet(seen, 0)) {
                return;
            }
            seen = asked.get();
        }
    }
}

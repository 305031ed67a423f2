package io.tailrace.client;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs what listeners are told, one after the other and in order, on an executor that may have many threads. The lock
 * guards {@code waiting} and {@code running}. What may wait here is bounded by who puts it here: a stream is read on only
 * when its frames have been told, a page of history follows only when the one before has.
 */
final class Callbacks {

    private final Executor executor;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    Callbacks(Executor executor) {
        this.executor = executor;
    }

    /** Runs a task after those before it. From any thread. */
    void run(Runnable task) {
        synchronized (waiting) {
            waiting.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        submit();
    }

    private void submit() {
        try {
            executor.execute(this::drain);
        } catch (RejectedExecutionException ended) {
            synchronized (waiting) {
                running = false;
                waiting.clear();
            }
        }
    }

    private void drain() {
        for (var task = next(); task != null; task = next()) {
            try {
                task.run();
            } catch (RuntimeException | Error fault) {
                Daemon.report(fault);
            }
        }
    }

    private @Nullable Runnable next() {
        synchronized (waiting) {
            var task = waiting.poll();
            running = task != null;
            return task;
        }
    }
}

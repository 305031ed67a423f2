package io.tailrace.client;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What waits to be tried again, and can be hurried when the network is back. Used on the loop. */
final class Retries {

    private final Loop loop;
    private final Set<Waiting> waiting = new LinkedHashSet<>();

    Retries(Loop loop) {
        this.loop = loop;
    }

    /** Runs a task after a while, or when all are hurried. */
    Loop.Timer after(long millis, Runnable task) {
        var one = new Waiting(task);
        waiting.add(one);
        one.timer = loop.after(millis, one);
        return one;
    }

    /** Runs everything that waits, now. */
    void hurry() {
        List.copyOf(waiting).forEach(Waiting::run);
    }

    private final class Waiting implements Loop.Timer, Runnable {

        private final Runnable task;
        private Loop.Timer timer = () -> {};

        Waiting(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (waiting.remove(this)) {
                timer.cancel();
                task.run();
            }
        }

        @Override
        public void cancel() {
            waiting.remove(this);
            timer.cancel();
        }
    }
}

package io.tailrace.client;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** A loop on a thread of its own, whose time stands until a test moves it. */
final class ManualLoop implements Loop {

    private final ExecutorService executor =
            Executors.newSingleThreadExecutor(task -> Daemon.named("manual-loop", task));
    private final List<Due> due = new ArrayList<>();
    private volatile long ticks = 1_000_000;
    private volatile long wall = 1_800_000_000_000L;
    private long order;

    private record Due(long at, long order, Runnable task) {}

    @Override
    public void run(Runnable task) {
        try {
            executor.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | Error fault) {
                    Daemon.report(fault);
                }
            });
        } catch (RejectedExecutionException stopped) {
            return;
        }
    }

    @Override
    public Timer after(long millis, Runnable task) {
        synchronized (due) {
            var one = new Due(ticks + millis, order++, task);
            due.add(one);
            return () -> {
                synchronized (due) {
                    due.remove(one);
                }
            };
        }
    }

    /** Moves both clocks, in steps from timer to timer, each of which runs at its time. */
    void advance(long millis) {
        long until = ticks + millis;
        while (true) {
            idle();
            Due next;
            synchronized (due) {
                next = due.stream()
                        .filter(one -> one.at() <= until)
                        .min(Comparator.comparingLong(Due::at).thenComparingLong(Due::order))
                        .orElse(null);
                long to = next == null ? until : Math.max(ticks, next.at());
                wall += to - ticks;
                ticks = to;
                if (next == null) {
                    return;
                }
                due.remove(next);
            }
            run(next.task());
        }
    }

    /** The device sleeps: people's clock goes on, the other one stands. */
    void sleep(long millis) {
        wall += millis;
    }

    /** Waits until all that was given to it so far has run. */
    void idle() {
        var done = new CountDownLatch(1);
        run(done::countDown);
        try {
            if (!executor.isShutdown() && !done.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("the loop hangs");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public long ticks() {
        return ticks;
    }

    @Override
    public long wall() {
        return wall;
    }

    @Override
    public void stop() {
        executor.shutdown();
    }
}

package io.tailrace.client;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** On a daemon thread named {@code tailrace-client}, by the machine's clocks. */
final class SystemLoop implements Loop {

    private final ScheduledThreadPoolExecutor executor;

    SystemLoop() {
        executor = new ScheduledThreadPoolExecutor(1, task -> Daemon.named("tailrace-client", task));
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public void run(Runnable task) {
        try {
            executor.execute(guarded(task));
        } catch (RejectedExecutionException stopped) {
            return; // closed: nobody waits for it
        }
    }

    @Override
    public Timer after(long millis, Runnable task) {
        try {
            ScheduledFuture<?> future = executor.schedule(guarded(task), millis, TimeUnit.MILLISECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException stopped) {
            return () -> {};
        }
    }

    /** A fault in one task shall neither vanish nor stop the next. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error fault) {
                Daemon.report(fault);
            }
        };
    }

    @Override
    public long ticks() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public long wall() {
        return System.currentTimeMillis();
    }

    @Override
    public void stop() {
        executor.shutdownNow();
    }
}

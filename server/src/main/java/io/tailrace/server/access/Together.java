package io.tailrace.server.access;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** Runs tasks at once, each on a thread of its own, so that what they ask the database goes out together. */
public final class Together {

    private Together() {}

    /** Waits for all of {@code tasks}; throws what the first of them threw that failed. Blocks; any thread. */
    public static void run(Stream<Runnable> tasks) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var begun = tasks.map(threads::submit).toList();
            for (var each : begun) {
                each.get();
            }
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopping);
        }
    }
}

package io.tailrace.server.hub;

import io.tailrace.log.LogUnavailable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Runs reads of the log on virtual threads, a bounded number at once, first come first served. What waits here is
 * bounded by who asks: a hub has one read under way, a page of a replay too.
 */
final class LogReads {

    private final Executor threads = task -> Thread.ofVirtual().name("log-read").start(task);
    private final Semaphore permits;

    LogReads(int atOnce) {
        this.permits = new Semaphore(atOnce, true);
    }

    /** The result of {@code read}, or its exception; never blocks. */
    <T> CompletableFuture<T> submit(Supplier<T> read) {
        var result = new CompletableFuture<T>();
        threads.execute(() -> {
            permits.acquireUninterruptibly();
            try {
                result.complete(read.get());
            } catch (LogUnavailable e) {
                result.completeExceptionally(e);
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(new LogUnavailable("a read of the log failed", e));
            } finally {
                permits.release();
            }
        });
        return result;
    }
}

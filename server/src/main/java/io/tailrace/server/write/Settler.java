package io.tailrace.server.write;

import io.tailrace.log.LogUnavailable;
import io.tailrace.log.Outbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles the marks of announced events, many at a time and on a thread of its own, so that a slow database delays no
 * announcement. A mark that is not settled is announced once more by the relay, which harms nobody: so what finds the
 * queue full, or the database away, is forgotten.
 */
final class Settler implements AutoCloseable {

    /** Marks that may wait. */
    static final int CAPACITY = 100_000;

    /** Marks in one statement at most. */
    static final int MAX_SETTLED = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Settler.class);
    private static final Duration LAST_MARKS = Duration.ofSeconds(2);

    private final Outbox outbox;
    private final Duration pause;
    private final BlockingQueue<Long> marks = new LinkedBlockingQueue<>(CAPACITY);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /** @param pause how long marks are gathered */
    Settler(Outbox outbox, Duration pause) {
        this.outbox = outbox;
        this.pause = pause;
        this.thread = Thread.ofPlatform().daemon().name("write-settler").start(this::work);
    }

    /** Never blocks. */
    void settle(Collection<Long> announced) {
        announced.forEach(marks::offer);
    }

    private void work() {
        try {
            while (!closing.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                settleWaiting();
            }
            settleWaiting();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void settleWaiting() {
        List<Long> ids = new ArrayList<>();
        while (marks.drainTo(ids, MAX_SETTLED) > 0) {
            try {
                outbox.settle(ids);
            } catch (LogUnavailable e) {
                LOG.debug("{} marks are left to the relay", ids.size(), e);
            } catch (RuntimeException e) {
                LOG.warn("{} marks are left to the relay", ids.size(), e);
            }
            ids.clear();
        }
    }

    /** Settles what waits and ends. */
    @Override
    public void close() {
        closing.countDown();
        try {
            if (!thread.join(LAST_MARKS)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

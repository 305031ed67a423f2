package io.tailrace.server.write;

import io.tailrace.log.Append;
import io.tailrace.log.AppendOutcome;
import io.tailrace.log.EventLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lane: a queue and a thread that turns whatever has gathered into one append after the other.
 *
 * <p>Protocol: {@code lock} guards the queue and {@code open}, and is held for moments only. The thread takes a batch,
 * appends it without the lock, tells the authors, hands what was committed to the publisher, and comes back: so a lone
 * write goes at once, and what arrives during a commit shares the next. One append at a time and first come first
 * served keep the writes of a channel in order, in the log and towards the publisher.
 */
final class Lane implements AutoCloseable {

    /** Writes in one append at most, unless a single run has more: they gain little and make everyone wait longer. */
    static final int MAX_WRITES = 100;

    /** Bytes in one append at most, unless a single run is larger. */
    static final long MAX_BYTES = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final Duration LAST_APPENDS = Duration.ofSeconds(10);

    private final int number;
    private final EventLog log;
    private final Publisher publisher;
    private final AfterCommit afterCommit;
    private final WriteMeters meters;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final FairQueue queue;
    private boolean open = true;

    Lane(int number, EventLog log, Publisher publisher, AfterCommit afterCommit, long bytes, WriteMeters meters) {
        this.number = number;
        this.log = log;
        this.publisher = publisher;
        this.afterCommit = afterCommit;
        this.meters = meters;
        this.queue = new FairQueue(bytes);
        this.thread = Thread.ofPlatform().daemon().name("write-lane-" + number).start(this::work);
    }

    /** Queues {@code run}, or answers it {@code overloaded}; never blocks. */
    void submit(Run run) {
        lock.lock();
        try {
            if (!open) {
                run.overloaded();
            } else if (queue.offer(run)) {
                arrived.signal();
            }
            meters.queued(number, queue.bytes());
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        while (true) {
            List<Run> batch;
            try {
                batch = take();
            } catch (InterruptedException e) {
                return;
            }
            if (batch.isEmpty()) {
                return;
            }
            try {
                append(batch);
            } catch (RuntimeException e) {
                LOG.error("a lane met a fault of ours and goes on", e);
                batch.forEach(Run::undecided);
            }
        }
    }

    /** The next batch; empty once the lane is closed and drained. */
    private List<Run> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                List<Run> batch = queue.poll(MAX_WRITES, MAX_BYTES);
                meters.queued(number, queue.bytes());
                if (!batch.isEmpty() || !open) {
                    return batch;
                }
                arrived.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void append(List<Run> batch) {
        List<Append> writes =
                batch.stream().flatMap(run -> run.writes().stream()).toList();
        long start = System.nanoTime();
        List<AppendOutcome> outcomes = outcomes(writes);
        meters.appended(writes.size(), Duration.ofNanos(System.nanoTime() - start));
        List<Publisher.Committed> committed = committed(writes, outcomes);
        if (!committed.isEmpty()) {
            afterCommit.reached(AfterCommit.Point.COMMITTED);
        }
        int from = 0;
        for (Run run : batch) {
            int to = from + run.writes().size();
            run.decided(outcomes.subList(from, to));
            from = to;
        }
        if (!committed.isEmpty()) {
            afterCommit.reached(AfterCommit.Point.ACKNOWLEDGED);
            publisher.offer(committed);
        }
    }

    /** The log never throws for what the database does; a fault of ours must not end the lane. */
    private List<AppendOutcome> outcomes(List<Append> writes) {
        try {
            List<AppendOutcome> outcomes = log.append(writes);
            if (outcomes.size() == writes.size()) {
                return List.copyOf(outcomes);
            }
            LOG.error("an append of {} writes gave {} outcomes", writes.size(), outcomes.size());
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("an append of {} writes failed", writes.size(), e);
        }
        return Collections.nCopies(writes.size(), new AppendOutcome.Unknown());
    }

    private static List<Publisher.Committed> committed(List<Append> writes, List<AppendOutcome> outcomes) {
        var committed = new ArrayList<Publisher.Committed>();
        for (int i = 0; i < writes.size(); i++) {
            if (outcomes.get(i) instanceof AppendOutcome.Committed as) {
                committed.add(new Publisher.Committed(writes.get(i), as));
            }
        }
        return committed;
    }

    /** Refuses what comes from now on, appends what waits, and ends. */
    @Override
    public void close() {
        lock.lock();
        try {
            open = false;
            arrived.signal();
        } finally {
            lock.unlock();
        }
        try {
            if (!thread.join(LAST_APPENDS)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

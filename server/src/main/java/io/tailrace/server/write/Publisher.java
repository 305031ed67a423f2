package io.tailrace.server.write;

import io.tailrace.log.Append;
import io.tailrace.log.AppendOutcome;
import io.tailrace.server.bus.Announcement;
import io.tailrace.server.bus.Bus;
import io.tailrace.wire.Event;
import io.tailrace.wire.EventDraft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces committed events on the bus, encoded once.
 *
 * <p>Protocol: lanes offer what one append committed and go on; the publisher's own thread takes it from there. Since a
 * channel has one lane, and a lane offers in the order of its commits, the queue holds the events of each channel in
 * the order of {@code seq}. What finds the queue full, or the bus away, is let go: its marks stay unsettled, and the
 * relay announces them.
 */
final class Publisher implements AutoCloseable {

    /** An event that is in the log. */
    record Committed(Append write, AppendOutcome.Committed as) {

        Announcement announcement() {
            EventDraft draft = write.draft();
            var event = new Event(
                    write.channel().name(),
                    as.seq(),
                    draft.type(),
                    draft.key(),
                    draft.ref(),
                    draft.data(),
                    write.by(),
                    write.via(),
                    as.at(),
                    write.trace());
            return Announcement.Appended.of(write.channel().tenant(), as.epoch(), as.accessEpoch(), event);
        }
    }

    /** What one append committed. */
    private record Batch(List<Committed> events, long weight, long since) {}

    /** Appends that are announced in one go at most. */
    private static final int MAX_JOINED = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    private static final Batch END = new Batch(List.of(), 0, 0);

    private final Bus bus;
    private final Settler settler;
    private final long capacity;
    private final WriteMeters meters;
    private final BlockingQueue<Batch> queue = new LinkedBlockingQueue<>();
    private final AtomicLong waiting = new AtomicLong();
    private final Thread thread;

    /** @param capacity bytes that may wait */
    Publisher(Bus bus, Settler settler, long capacity, WriteMeters meters) {
        this.bus = bus;
        this.settler = settler;
        this.capacity = capacity;
        this.meters = meters;
        this.thread = Thread.ofPlatform().daemon().name("write-publisher").start(this::work);
    }

    /** Takes what one append committed; drops it when too much is waiting. Never blocks. */
    void offer(List<Committed> events) {
        long weight =
                events.stream().mapToLong(event -> Run.weight(event.write())).sum();
        if (waiting.addAndGet(weight) > capacity) {
            waiting.addAndGet(-weight);
            meters.unannounced(events.size());
            return;
        }
        queue.add(new Batch(events, weight, System.nanoTime()));
    }

    private void work() {
        var joined = new ArrayList<Batch>();
        boolean open = true;
        while (open) {
            joined.clear();
            try {
                joined.add(queue.take());
            } catch (InterruptedException e) {
                return;
            }
            queue.drainTo(joined, MAX_JOINED - 1);
            open = !joined.remove(END);
            try {
                publish(joined);
            } catch (RuntimeException e) {
                LOG.error("announcing failed; the relay will do it", e);
            }
        }
    }

    private void publish(List<Batch> batches) {
        if (batches.isEmpty()) {
            return;
        }
        waiting.addAndGet(-batches.stream().mapToLong(Batch::weight).sum());
        List<Committed> events =
                batches.stream().flatMap(batch -> batch.events().stream()).toList();
        if (bus.publish(events.stream().map(Committed::announcement).toList())) {
            meters.announced(
                    events.size(),
                    Duration.ofNanos(System.nanoTime() - batches.getFirst().since()));
            settler.settle(
                    events.stream().map(event -> event.as().mark()).distinct().toList());
        } else {
            meters.unannounced(events.size());
        }
    }

    /** Announces what waits and ends. */
    @Override
    public void close() {
        queue.add(END);
        try {
            if (!thread.join(LAST_WORDS)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

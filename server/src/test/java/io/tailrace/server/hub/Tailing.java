package io.tailrace.server.hub;

import io.tailrace.log.Head;
import io.tailrace.log.LogUnavailable;
import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A reader as a stream is one: pulls when woken, replays when behind, goes on after the head when lost. */
final class Tailing implements AutoCloseable {

    private final Semaphore woken = new Semaphore(0);
    private final List<Long> seqs = new CopyOnWriteArrayList<>();
    private final List<Head> lost = new CopyOnWriteArrayList<>();
    private final AtomicInteger faults = new AtomicInteger();
    private final Tail tail;
    private final Thread thread;
    private volatile boolean open = true;
    private volatile boolean started;
    private int epoch;
    private long after;

    private Tailing(Hubs hubs, ChannelId channel, @Nullable Long start, int epoch) {
        this.tail = hubs.attach(channel, woken::release);
        this.thread = Thread.ofVirtual().start(() -> run(start, epoch));
    }

    /** From now. */
    static Tailing live(Hubs hubs, ChannelId channel) {
        var tailing = new Tailing(hubs, channel, null, 0);
        io.tailrace.testkit.Eventually.until("it started", () -> tailing.started);
        return tailing;
    }

    /** After a position of the first epoch. */
    static Tailing after(Hubs hubs, ChannelId channel, long seq) {
        return new Tailing(hubs, channel, seq, 1);
    }

    private void run(@Nullable Long start, int startEpoch) {
        try {
            Head head = tail.head(Duration.ofMinutes(1)).orElseThrow();
            epoch = start == null ? head.epoch() : startEpoch;
            after = start == null ? head.seq() : start;
            started = true;
            while (open) {
                pull();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void pull() throws InterruptedException {
        switch (tail.next(epoch, after, 64 * 1024)) {
            case Tail.Next.Nothing ignored -> {
                woken.acquire();
                woken.drainPermits();
            }
            case Tail.Next.Behind ignored -> replay();
            case Tail.Next.Frames frames -> take(frames);
            case Tail.Next.Lost lostNow -> take(lostNow);
        }
    }

    private void replay() throws InterruptedException {
        try {
            take(tail.replay(epoch, after));
        } catch (LogUnavailable e) {
            faults.incrementAndGet();
            woken.tryAcquire(50, TimeUnit.MILLISECONDS);
        }
    }

    private void take(Tail.Next next) {
        switch (next) {
            case Tail.Next.Frames(var frames, var more) ->
                frames.forEach(frame -> {
                    seqs.add(frame.seq());
                    after = frame.seq();
                });
            case Tail.Next.Lost(Head head) -> {
                lost.add(head);
                epoch = head.epoch();
                after = head.seq();
            }
            case Tail.Next.Nothing ignored -> {}
            case Tail.Next.Behind ignored -> {}
        }
    }

    List<Long> seqs() {
        return seqs;
    }

    List<Head> lost() {
        return lost;
    }

    int faults() {
        return faults.get();
    }

    @Override
    public void close() {
        open = false;
        tail.close();
        thread.interrupt();
    }
}

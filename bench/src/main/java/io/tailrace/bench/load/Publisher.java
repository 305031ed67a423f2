package io.tailrace.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * Publishes events to channels in turn, at an even rate or as far ahead of the readers as it may. An event's time is when
 * it was due, so that a publisher that is held up does not hide what readers wait for. Public methods from any thread.
 */
public final class Publisher implements AutoCloseable {

    private static final Duration TICK = Duration.ofMillis(1);

    private final Loop loop = Loop.start("publisher");
    private final Outlet outlet;
    private final List<Poster> posters = new ArrayList<>();
    private final long[] seqs;
    private final Histogram micros = Tally.histogram();
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile int lastRefusal;
    private volatile boolean stopped;
    private long turn;

    /** For channels 0 to {@code channels}. */
    public Publisher(Outlet outlet, int channels) {
        this.outlet = outlet;
        this.seqs = new long[channels];
        for (int i = 0; i < outlet.connections(); i++) {
            posters.add(new Poster(loop, outlet.address(), outlet.depth(), this::answered));
        }
    }

    /** Publishes so many events per second until it is stopped. */
    public void atRate(double perSecond) {
        long interval = (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
        loop.execute(() -> tick(System.nanoTime(), interval));
    }

    private void tick(long firstDue, long interval) {
        if (stopped) {
            return;
        }
        long due = firstDue;
        var batches = new ArrayList<List<Draft>>();
        for (int i = 0; i < posters.size(); i++) {
            batches.add(new ArrayList<>());
        }
        for (; due - System.nanoTime() <= 0; due += interval) {
            draft(due, batches);
        }
        send(batches);
        long next = due;
        loop.after(TICK, () -> tick(next, interval));
    }

    /** Keeps {@code window} events published that not every reader has yet, by their sum of deliveries. */
    public void ahead(LongSupplier delivered, int readersPerChannel, int window) {
        loop.execute(() -> fill(delivered, readersPerChannel, window));
    }

    private void fill(LongSupplier delivered, int readersPerChannel, int window) {
        if (stopped) {
            return;
        }
        long room = window - (published.get() - delivered.getAsLong() / readersPerChannel);
        long now = System.nanoTime();
        var batches = new ArrayList<List<Draft>>();
        for (int i = 0; i < posters.size(); i++) {
            batches.add(new ArrayList<>());
        }
        for (; room > 0; room--) {
            draft(now, batches);
        }
        send(batches);
        loop.after(TICK, () -> fill(delivered, readersPerChannel, window));
    }

    private void draft(long due, List<List<Draft>> batches) {
        int channel = (int) (turn++ % seqs.length);
        batches.get(channel % batches.size()).add(new Draft(channel, ++seqs[channel], due));
    }

    private void send(List<List<Draft>> batches) {
        for (int i = 0; i < batches.size(); i++) {
            var drafts = batches.get(i);
            for (int from = 0; from < drafts.size(); from += outlet.batch()) {
                var some = drafts.subList(from, Math.min(drafts.size(), from + outlet.batch()));
                published.addAndGet(some.size());
                posters.get(i).post(new Poster.Post(outlet.request().of(some), some.size()));
            }
        }
    }

    private void answered(int events, int written, int status, long sentAt) {
        acknowledged.addAndGet(written);
        if (written < events) {
            refused.addAndGet(events - written);
            lastRefusal = status;
        }
        Tally.record(micros, sentAt, System.nanoTime());
    }

    /** Publishes nothing more; returns when all is answered, or the limit is over: whether it is. */
    public boolean stop(Duration limit) {
        stopped = true;
        long deadline = System.nanoTime() + limit.toNanos();
        while (loop.ask(() -> posters.stream().mapToInt(Poster::pending).sum()) > 0) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            java.util.concurrent.locks.LockSupport.parkNanos(TICK.toNanos());
        }
        return true;
    }

    /** Events that were handed over. */
    public long published() {
        return published.get();
    }

    /** Events that the server says it took. */
    public long acknowledged() {
        return acknowledged.get();
    }

    /** Events that it did not take, or did not answer. */
    public long refused() {
        return refused.get();
    }

    /** The status that last refused some; 0: the connection was lost. */
    public int lastRefusal() {
        return lastRefusal;
    }

    /** How long requests took since the last call, from being sent to the whole answer, in microseconds. */
    public Histogram takeMicros() {
        return loop.ask(() -> {
            var taken = micros.copy();
            micros.reset();
            return taken;
        });
    }

    @Override
    public void close() {
        stopped = true;
        loop.close();
    }
}

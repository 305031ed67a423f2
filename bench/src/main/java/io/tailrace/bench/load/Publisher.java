package io.tailrace.bench.load;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
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
    private final List<ArrayDeque<Draft>> waiting = new ArrayList<>();
    private final long[] seqs;
    private final Histogram micros = Tally.histogram();
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile int lastRefusal;
    private volatile boolean stopped;
    private long turn;

    /** Raised by each change of pace, which ends the one before; the loop's. */
    private int pace;

    /** For channels 0 to {@code channels}. */
    public Publisher(Outlet outlet, int channels) {
        this.outlet = outlet;
        this.seqs = new long[channels];
        for (int i = 0; i < outlet.connections(); i++) {
            posters.add(new Poster(loop, outlet, this::answered));
            waiting.add(new ArrayDeque<>());
        }
    }

    /** Publishes so many events per second from now on. */
    public void atRate(double perSecond) {
        long interval = (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
        loop.execute(() -> tick(System.nanoTime(), interval, ++pace));
    }

    private void tick(long firstDue, long interval, int own) {
        if (stopped || own != pace) {
            return;
        }
        long due = firstDue;
        for (; due - System.nanoTime() <= 0; due += interval) {
            draft(due);
        }
        send();
        long next = due;
        loop.after(TICK, () -> tick(next, interval, own));
    }

    /** Keeps {@code window} events published, from now on, that not every reader has yet, by their sum of deliveries. */
    public void ahead(LongSupplier delivered, int readersPerChannel, int window) {
        loop.execute(() -> fill(delivered, readersPerChannel, window, ++pace));
    }

    private void fill(LongSupplier delivered, int readersPerChannel, int window, int own) {
        if (stopped || own != pace) {
            return;
        }
        long room = window - (published.get() - delivered.getAsLong() / readersPerChannel);
        for (long now = System.nanoTime(); room > 0; room--) {
            draft(now);
        }
        send();
        loop.after(TICK, () -> fill(delivered, readersPerChannel, window, own));
    }

    private void draft(long due) {
        int channel = (int) (turn++ % seqs.length);
        waiting.get(channel % waiting.size()).add(new Draft(channel, ++seqs[channel], due));
        published.incrementAndGet();
    }

    private void send() {
        for (int i = 0; i < posters.size(); i++) {
            send(posters.get(i), waiting.get(i));
        }
    }

    /** What has gathered while the connection was busy goes in as few requests as it fits in. */
    private void send(Poster poster, ArrayDeque<Draft> drafts) {
        while (!drafts.isEmpty() && poster.pending() < outlet.depth()) {
            var some = new ArrayList<Draft>();
            while (!drafts.isEmpty() && some.size() < outlet.batch()) {
                some.add(drafts.remove());
            }
            var request = ByteBuffer.wrap(outlet.request().of(some));
            poster.post(new Poster.Post(request, some.size(), some.getFirst().time()));
        }
    }

    private void answered(Poster by, int events, int written, int status, long due) {
        acknowledged.addAndGet(written);
        if (written < events) {
            refused.addAndGet(events - written);
            lastRefusal = status;
        }
        Tally.record(micros, due, System.nanoTime());
        send(by, waiting.get(posters.indexOf(by)));
    }

    /** Publishes so many, as fast as they are taken, and stops: whether all were, within the limit. */
    public boolean publish(int events, Duration limit) {
        loop.ask(() -> {
            for (long now = System.nanoTime(); published.get() < events; ) {
                draft(now);
            }
            send();
            return true;
        });
        return stop(limit) && refused.get() == 0;
    }

    /** Publishes nothing more; returns when all is answered, or the limit is over: whether it is. */
    public boolean stop(Duration limit) {
        stopped = true;
        long deadline = System.nanoTime() + limit.toNanos();
        while (loop.ask(this::pending) > 0) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(TICK.toNanos());
        }
        return true;
    }

    private int pending() {
        return posters.stream().mapToInt(Poster::pending).sum()
                + waiting.stream().mapToInt(ArrayDeque::size).sum();
    }

    /** Events that were due. */
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

    /** How long requests took since the last call, from when they were due to the whole answer, in microseconds. */
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

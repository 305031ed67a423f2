package io.tailrace.bench.load;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Writers that each send the next request when the last one is answered, each on a connection of its own. Public methods
 * from any thread.
 */
public final class Writers implements AutoCloseable {

    private static final long PAUSE_NANOS = 1_000_000;
    private static final Duration AFTER_REFUSAL = Duration.ofMillis(50);

    private final Loop loop = Loop.start("writers");
    private final Outlet outlet;
    private final int channels;
    private final Histogram micros = Tally.histogram();
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private volatile int lastRefusal;
    private volatile boolean stopped;
    private int under;

    /** As many as the outlet has connections, to channels 0 to {@code channels} by chance. */
    public Writers(Outlet outlet, int channels) {
        this.outlet = outlet;
        this.channels = channels;
        loop.execute(() -> {
            for (int i = 0; i < outlet.connections(); i++) {
                next(new Poster(loop, outlet, this::answered));
            }
        });
    }

    private void next(Poster poster) {
        long now = System.nanoTime();
        var drafts = new ArrayList<Draft>(outlet.batch());
        for (int i = 0; i < outlet.batch(); i++) {
            drafts.add(new Draft(ThreadLocalRandom.current().nextInt(channels), 0, now));
        }
        under++;
        poster.post(new Poster.Post(ByteBuffer.wrap(outlet.request().of(drafts)), drafts.size(), now));
    }

    private void answered(Poster by, int events, int taken, int status, long due) {
        under--;
        written.addAndGet(taken);
        Tally.record(micros, due, System.nanoTime());
        if (taken < events) {
            (status == 0 ? unknown : refused).addAndGet(events - taken);
            lastRefusal = status;
            again(by, AFTER_REFUSAL);
        } else if (!stopped) {
            next(by);
        }
    }

    private void again(Poster by, Duration pause) {
        loop.after(pause, () -> {
            if (!stopped) {
                next(by);
            }
        });
    }

    /** Lets all finish what they have under way; whether they could within the limit. */
    public boolean stop(Duration limit) {
        stopped = true;
        long deadline = System.nanoTime() + limit.toNanos();
        while (loop.ask(() -> under) > 0) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    /** What was taken, by what the answers say. */
    public long written() {
        return written.get();
    }

    /** What was not. */
    public long refused() {
        return refused.get();
    }

    /** What was sent and not answered: it may have been taken. */
    public long unknown() {
        return unknown.get();
    }

    /** The status that last refused something; 0: the connection was lost. */
    public int lastRefusal() {
        return lastRefusal;
    }

    /** How long requests took since the last call, in microseconds. */
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

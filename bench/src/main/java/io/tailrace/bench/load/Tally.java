package io.tailrace.bench.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What the readers of one {@link Loop} have counted. Written on the loop's thread only; the number of deliveries may be
 * read by any.
 */
final class Tally {

    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(2);
    private static final int DIGITS = 3;

    private final Histogram micros = new Histogram(LONGEST_MICROS, DIGITS);
    private long count;
    private volatile long delivered;
    private long wrong;
    private String firstFault = "";

    /** A histogram for latencies in microseconds. */
    static Histogram histogram() {
        return new Histogram(LONGEST_MICROS, DIGITS);
    }

    /** Records, in a histogram of microseconds, how long {@code from} to {@code now} is, both of nanoTime. */
    static void record(Histogram micros, long from, long now) {
        micros.recordValue(Math.clamp(TimeUnit.NANOSECONDS.toMicros(now - from), 0, LONGEST_MICROS));
    }

    /** An event came that was published at {@code time}; negative: it does not say. */
    void delivered(long time, long now) {
        count++;
        if (time >= 0) {
            record(micros, time, now);
        }
    }

    /** Lets other threads see how many came. */
    void publish() {
        delivered = count;
    }

    /** Something was not as it must be. */
    void wrong(String what) {
        if (wrong++ == 0) {
            firstFault = what;
        }
    }

    long delivered() {
        return delivered;
    }

    long wrong() {
        return wrong;
    }

    String firstFault() {
        return firstFault;
    }

    /** Adds the latencies since the last call to {@code sum}, and starts anew. */
    void drainTo(Histogram sum) {
        sum.add(micros);
        micros.reset();
    }
}

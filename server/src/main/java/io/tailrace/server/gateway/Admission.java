package io.tailrace.server.gateway;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How fast streams open: an even rate, and one second of it at once after a pause; and only so many at a time, for a
 * machine that is slower than the rate. Who comes too early is told when to come back, one behind the other at the same
 * rate: so a storm returns as a steady flow, and not as the next storm.
 *
 * <p>Protocol: the monitor guards two moments and a number. {@code passedAt} is when all who were let in would have
 * passed at the even rate; {@code promised} is when the last of those who were told to wait comes back; {@code opening}
 * is how many are let in and not yet {@link #opened}. Any thread.
 */
final class Admission {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** The soonest return: a browser that comes back at once has not waited. */
    private static final long SOONEST = SECOND;

    /** The latest return: R-51's cap of a backoff. */
    private static final long LATEST = 30 * SECOND;

    /** Streams that open at once: more make each other slower, and none sooner. */
    static final int AT_ONCE = 500;

    private final LongSupplier nanos;
    private final long interval;
    private int opening;
    private long passedAt;
    private long promised;

    /** @param perSecond at least 1 */
    Admission(int perSecond, LongSupplier nanos) {
        this.nanos = nanos;
        this.interval = SECOND / perSecond;
        this.passedAt = nanos.getAsLong();
        this.promised = passedAt;
    }

    /**
     * Asks to be let in.
     *
     * @return zero: it is, and says when it has {@link #opened}; otherwise when to come back
     */
    synchronized Duration enter() {
        long now = nanos.getAsLong();
        long next = later(passedAt, now) + interval;
        if (next - now <= SECOND && opening < AT_ONCE) {
            passedAt = next;
            opening++;
            return Duration.ZERO;
        }
        promised = later(promised, now + SOONEST) + interval;
        return Duration.ofNanos(Math.min(promised - now, LATEST));
    }

    /** Who was let in needs no more to be done, whatever became of it. */
    synchronized void opened() {
        opening--;
    }

    /** Who was let in was refused for another reason: it took nobody's turn. */
    synchronized void giveBack() {
        passedAt -= interval;
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }
}

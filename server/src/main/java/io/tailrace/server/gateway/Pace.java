package io.tailrace.server.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Time and chance, as streams use them.
 *
 * @param clock the time of day: for the expiry of credentials
 * @param nanos a clock that only goes forward: for everything that is so long after something else
 * @param random spreads what must not happen to all streams at once; any thread
 */
record Pace(InstantSource clock, LongSupplier nanos, RandomGenerator random) {

    /** Of the machine. */
    static Pace system() {
        return new Pace(InstantSource.system(), System::nanoTime, new java.security.SecureRandom());
    }

    long now() {
        return nanos.getAsLong();
    }

    /** Nanoseconds until {@code time}, 0 when it has come; {@link Long#MAX_VALUE}: more than a day. */
    long until(Instant time) {
        var left = Duration.between(clock.instant(), time);
        return left.isNegative() ? 0 : left.toDays() > 1 ? Long.MAX_VALUE : left.toNanos();
    }

    /** A duration between the two. */
    Duration between(Duration least, Duration most) {
        long spread = most.minus(least).toMillis();
        return least.plusMillis(spread <= 0 ? 0 : random.nextLong(spread + 1));
    }
}

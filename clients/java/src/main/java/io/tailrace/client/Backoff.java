package io.tailrace.client;

import java.util.Random;

/**
 * How long to wait before the next try: full jitter, anything from nothing to twice as much as the time before, so that
 * many clients do not come back together. Used on the loop.
 */
final class Backoff {

    /** The span of the first wait, in milliseconds. */
    static final long BASE = 1_000;

    /** The longest span, in milliseconds. */
    static final long CAP = 30_000;

    /** The longest wait that a server may ask for, in milliseconds; more is a mistake, or an attack. */
    static final long LONGEST_ASKED = 15 * 60_000;

    private static final int MAX_SHIFT = 10;

    private final Random random;
    private int failures;

    Backoff(Random random) {
        this.random = random;
    }

    /**
     * Counts a failure.
     *
     * @param asked what the server asked to wait, in milliseconds; below 0: it did not
     * @return milliseconds to wait, at least what was asked
     */
    long next(long asked) {
        long span = Math.min(CAP, BASE << Math.min(failures, MAX_SHIFT));
        failures++;
        long jittered = (long) (random.nextDouble() * span);
        return asked < 0 ? jittered : Math.min(asked, LONGEST_ASKED) + (long) (random.nextDouble() * BASE);
    }

    /** How many failures in a row. */
    int failures() {
        return failures;
    }

    /** It works. */
    void reset() {
        failures = 0;
    }
}

package io.tailrace.server.limit;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Where refusals wait for those who go on asking. A refusal costs a node less than what was refused, but not nothing: of
 * a client that asks again at once, whatever it is told, many come in a second, and all neighbours wait for them. So the
 * first ones of a key are told at once, and the others after a pause that no client which heeds an answer ever meets.
 *
 * <p>The pause is that of the request's own thread, which is virtual and holds no more than its request. Any thread.
 */
final class Tarpit {

    /** Refusals of a key in a second that are told at once. */
    static final int PROMPT = 20;

    /**
     * How long any other is held at least, and at most: those who were refused together must not come back together, and
     * spend at once what the limit has gathered meanwhile.
     */
    static final Duration LEAST_HELD = Duration.ofMillis(500);

    static final Duration MOST_HELD = Duration.ofMillis(1_500);

    /** Refusals that may be held at once on a node, each by a connection; others are told at once. */
    static final int PLACES = 4_096;

    /** Keys whose refusals are counted at once. */
    private static final int WATCHED = 10_000;

    /** Lets time pass. */
    @FunctionalInterface
    interface Pause {

        void last(Duration time) throws InterruptedException;
    }

    /** Whom a refusal concerns. */
    private record Offender(String limit, Object key) {}

    private final Rates<Offender> refusals;
    private final Semaphore places = new Semaphore(PLACES);
    private final RandomGenerator random;
    private final Pause pause;

    /**
     * @param nanoTime as {@link System#nanoTime}
     * @param random asked by any thread
     */
    Tarpit(LongSupplier nanoTime, RandomGenerator random, Pause pause) {
        this.refusals = new Rates<>(WATCHED, nanoTime);
        this.random = random;
        this.pause = pause;
    }

    /**
     * Holds a refusal back, if it is one too many.
     *
     * @return how long it was held: nothing, or {@link #LEAST_HELD} to {@link #MOST_HELD}
     * @throws InterruptedException when the node stops
     */
    Duration hold(String limit, Object key) throws InterruptedException {
        if (refusals.ask(new Offender(limit, key), PROMPT, 1).passes() || !places.tryAcquire()) {
            return Duration.ZERO;
        }
        var held = Duration.ofMillis(random.nextLong(LEAST_HELD.toMillis(), MOST_HELD.toMillis() + 1));
        try {
            pause.last(held);
        } finally {
            places.release();
        }
        return held;
    }
}

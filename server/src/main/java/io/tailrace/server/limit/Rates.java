package io.tailrace.server.limit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How often something may happen, by key: an even rate, and one second of it at once after a pause.
 *
 * <p>Protocol: for each key one number, the nanosecond at which what was let through so far would have passed at the
 * even rate; each let through moves it on by its cost, atomically in the map. A key whose number has passed is as
 * good as unknown, and is forgotten when as many more are known as were busy the last time, so that nothing is held of
 * what rests. Any thread.
 *
 * @param <K> what is counted apart
 */
public final class Rates<K> {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** Keys at which idle ones are looked for, while few are busy. */
    static final int FEW = 1_000;

    private final ConcurrentHashMap<K, Long> passedAt = new ConcurrentHashMap<>();
    private final int maxKeys;
    private final LongSupplier nanoTime;
    private final long origin;
    private volatile int sweepAt; // two threads that sweep at once set much the same

    /**
     * @param maxKeys keys that may be known at once; while all are busy, more are let in unlimited rather than refused
     * @param nanoTime as {@link System#nanoTime}
     */
    public Rates(int maxKeys, LongSupplier nanoTime) {
        this.maxKeys = maxKeys;
        this.nanoTime = nanoTime;
        this.origin = nanoTime.getAsLong();
        this.sweepAt = Math.min(FEW, maxKeys);
    }

    private long now() {
        return nanoTime.getAsLong() - origin;
    }

    /**
     * What asking came to.
     *
     * @param delay how long until it might be let through; zero: it was
     * @param left how many more may follow at once
     */
    public record Verdict(Duration delay, int left) {

        public boolean passes() {
            return delay.isZero();
        }
    }

    /**
     * Asks for one more.
     *
     * @param perSecond 1 to 1,000,000,000
     * @return empty when it may; otherwise how long until it might
     */
    public Optional<Duration> excess(K key, int perSecond) {
        var verdict = ask(key, perSecond, 1);
        return verdict.passes() ? Optional.empty() : Optional.of(verdict.delay());
    }

    /**
     * Asks for {@code cost} more, all or none. What costs more than a second's worth passes after a pause, and is paid for
     * by a longer wait afterwards.
     *
     * @param perSecond 1 to 1,000,000,000
     * @param cost 0 or more; 0: how it stands
     */
    public Verdict ask(K key, int perSecond, int cost) {
        return ask(key, perSecond, cost, 0);
    }

    /**
     * Asks for {@code cost} where {@code paid} of it were let through before, all of the rest or nothing.
     *
     * @param paid 0 to {@code cost}
     */
    Verdict ask(K key, int perSecond, int cost, int paid) {
        if (passedAt.size() >= sweepAt && !passedAt.containsKey(key)) {
            forgetIdle();
            if (passedAt.size() >= maxKeys) {
                return new Verdict(Duration.ZERO, perSecond);
            }
        }
        long interval = SECOND / perSecond;
        long atOnce = Math.min(cost, perSecond) * interval;
        long[] wait = new long[1];
        long[] ahead = new long[1];
        passedAt.compute(key, (same, at) -> {
            long now = now(); // not before its turn has come: who had to wait for it would seem too early
            long start = Math.max(now, at == null ? now : at);
            long from = start - paid * interval;
            wait[0] = Math.max(0, from + atOnce - now - SECOND);
            ahead[0] = wait[0] > 0 ? start - now : from + cost * interval - now;
            return wait[0] > 0 ? at : Long.valueOf(from + cost * interval);
        });
        return new Verdict(Duration.ofNanos(wait[0]), (int) Math.max(0, (SECOND - ahead[0]) / interval));
    }

    /** What was let through elsewhere counts here too: all of it would have passed at the even rate no sooner than then. */
    void owe(K key, Duration ahead) {
        if (ahead.isPositive()) {
            passedAt.merge(key, now() + ahead.toNanos(), Math::max);
        }
    }

    private void forgetIdle() {
        long idle = now();
        passedAt.values().removeIf(at -> at <= idle);
        sweepAt = Math.clamp(2L * passedAt.size(), Math.min(FEW, maxKeys), maxKeys);
    }

    /** Keys that something is held of. */
    int known() {
        return passedAt.size();
    }
}

package io.tailrace.server.limit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How often something may happen, by key: an even rate, and one second of it at once after a pause.
 *
 * <p>Protocol: for each key one number, the nanosecond at which what was let through so far would have passed at the
 * even rate; each let through moves it on by one interval, atomically in the map. A key whose number has passed is as
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
     * Asks for one more.
     *
     * @param perSecond 1 to 1,000,000,000
     * @return empty when it may; otherwise how long until it might
     */
    public Optional<Duration> excess(K key, int perSecond) {
        if (passedAt.size() >= sweepAt && !passedAt.containsKey(key)) {
            forgetIdle();
            if (passedAt.size() >= maxKeys) {
                return Optional.empty();
            }
        }
        long interval = SECOND / perSecond;
        long[] wait = new long[1];
        passedAt.compute(key, (same, at) -> {
            long now = now(); // not before its turn has come: who had to wait for it would seem too early
            long next = Math.max(now, at == null ? now : at) + interval;
            wait[0] = next - now - SECOND;
            return wait[0] > 0 ? at : Long.valueOf(next);
        });
        return wait[0] > 0 ? Optional.of(Duration.ofNanos(wait[0])) : Optional.empty();
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

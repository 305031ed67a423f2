package io.tailrace.field.network;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * One direction of a line: says when bytes that come in now go out. All connections of the line share it, as they
 * share a radio. Stalls and jitter depend on the seed and on the offset of a byte in all that has passed, so that a
 * run can be repeated however its bytes are cut into reads.
 */
final class Pacer {

    /** Bytes that stall, or are late, together. */
    static final int BLOCK = 256;

    private final long bits;
    private final Profile profile;
    private final long seed;
    private final LongSupplier nanos;
    private long offset;
    private long freeAt;

    /**
     * @param bits per second; 0: no bound
     * @param nanos the time, of which only differences count
     */
    Pacer(long bits, Profile profile, long seed, LongSupplier nanos) {
        this.bits = bits;
        this.profile = profile;
        this.seed = seed;
        this.nanos = nanos;
        this.freeAt = nanos.getAsLong();
    }

    /** When {@code bytes} that are taken in now have all gone out, by the clock of the constructor. */
    synchronized long due(int bytes) {
        long now = nanos.getAsLong();
        long start = freeAt - now > 0 ? freeAt : now;
        long sending = bits == 0 ? 0 : bytes * 8L * 1_000_000_000L / bits;
        long first = Math.ceilDiv(offset, (long) BLOCK);
        offset += bytes;
        long end = Math.ceilDiv(offset, (long) BLOCK);
        long stalled = 0;
        for (long block = first; block < end; block++) {
            stalled +=
                    chance(block, 1) < profile.stallChance() ? profile.stall().toNanos() : 0;
        }
        freeAt = start + sending + stalled;
        return freeAt + profile.delay().toNanos() + (long) (chance(end, 2) * nanos(profile.jitter()));
    }

    private static long nanos(Duration duration) {
        return duration.toNanos();
    }

    /** From 0 to 1, evenly; the finalizer of SplitMix64 over what it depends on. */
    private double chance(long block, int what) {
        long mixed = seed + block * 0x9E3779B97F4A7C15L + what * 0xD1B54A32D192ED03L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return ((mixed ^ (mixed >>> 31)) >>> 11) * 0x1.0p-53;
    }
}

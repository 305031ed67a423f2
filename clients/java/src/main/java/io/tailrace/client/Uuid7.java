package io.tailrace.client;

import java.util.Random;
import java.util.UUID;

/**
 * Time-ordered UUIDs (RFC 9562, version 7), whose time tells the server how old an idempotency key is. Those made in one
 * millisecond, or while the clock stands or goes back, still ascend. Safe for any thread.
 */
final class Uuid7 {

    private static final int COUNTER_BITS = 12;

    private final Loop loop;
    private final Random random;
    private long last;

    Uuid7(Loop loop, Random random) {
        this.loop = loop;
        this.random = random;
    }

    /** The next one. */
    synchronized String next() {
        long now = loop.wall() << COUNTER_BITS;
        last = now > last ? now | random.nextInt(1 << (COUNTER_BITS - 1)) : last + 1;
        long high = last >>> COUNTER_BITS << 16 | 0x7000 | last & ((1 << COUNTER_BITS) - 1);
        long low = random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }
}

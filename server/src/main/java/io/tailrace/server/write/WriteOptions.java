package io.tailrace.server.write;

import java.time.Duration;

/**
 * The bounds of the write path of one node.
 *
 * @param laneBytes bytes that may wait in one lane; past it writes are answered {@code overloaded}. Default 8 MiB
 * @param patience how long a write may wait in its lane before it is given up. Default 2 s
 * @param publishBytes bytes of committed events that may wait for the bus; past it they are left to the relay. Default
 *     16 MiB
 * @param settlePause how long marks of announced events are gathered before they are settled; well under the age at
 *     which the relay takes over. Default 50 ms
 * @param idempotencyTtl how long keys live; UUIDv7 keys made longer ago are refused. Default 7 days
 */
public record WriteOptions(
        long laneBytes, Duration patience, long publishBytes, Duration settlePause, Duration idempotencyTtl) {

    /** Everything at its default. */
    public static final WriteOptions DEFAULT =
            new WriteOptions(8 << 20, Duration.ofSeconds(2), 16 << 20, Duration.ofMillis(50), Duration.ofDays(7));

    /** The same with other lifetimes of keys. */
    public WriteOptions withIdempotencyTtl(Duration ttl) {
        return new WriteOptions(laneBytes, patience, publishBytes, settlePause, ttl);
    }
}

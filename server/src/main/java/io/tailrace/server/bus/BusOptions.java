package io.tailrace.server.bus;

import java.net.URI;
import java.time.Duration;

/**
 * Where the Redis bus is, and how long it waits.
 *
 * @param redis {@code redis://} or {@code rediss://}, with user and password if need be
 * @param scope first part of every Redis channel: installations that share a Redis, and durable and ephemeral traffic,
 *     have scopes of their own
 * @param connect the longest wait for a connection, default 500 ms
 * @param publish the longest wait for the answer to what was published, default 500 ms
 * @param ping how often the listening connection is asked for a sign of life, default 500 ms
 * @param silence how long it may say nothing before it is given up, default 1,500 ms
 * @param retry how long publishing is not tried after it has failed twice, default 500 ms
 * @param maxBackoff the longest wait between attempts to listen again, spread by half, default 1 s
 */
public record BusOptions(
        URI redis,
        String scope,
        Duration connect,
        Duration publish,
        Duration ping,
        Duration silence,
        Duration retry,
        Duration maxBackoff) {

    /** The defaults for a Redis. */
    public static BusOptions of(URI redis, String scope) {
        return new BusOptions(
                redis,
                scope,
                Duration.ofMillis(500),
                Duration.ofMillis(500),
                Duration.ofMillis(500),
                Duration.ofMillis(1_500),
                Duration.ofMillis(500),
                Duration.ofSeconds(1));
    }

    /** Without the password, which nobody should find in a log. */
    @Override
    public String toString() {
        return "BusOptions[" + redis.getScheme() + "://" + redis.getHost() + ":" + redis.getPort() + ", " + scope + "]";
    }
}

package io.tailrace.server.bus;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Publishes to Redis, in pipelines, on a few connections of its own. Any thread; blocks for the connect and publish
 * times of {@link BusOptions} at most, and not at all while the breaker is open: it opens when two attempts in a row
 * have failed, and lets one try again from time to time. A connection that Redis has closed meanwhile (it was restarted)
 * is replaced once without being counted.
 */
final class RedisPublisher implements AutoCloseable {

    /** Connections at most. */
    static final int CONNECTIONS = 4;

    private static final int MAX_PIPELINE = 256;
    private static final int MAX_PIPELINE_BYTES = 1024 * 1024;
    private static final int FAILURES = 2;

    /** A message and where it goes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Message(byte[] topic, byte[] payload) {

        int size() {
            return topic.length + payload.length;
        }
    }

    private final RedisClient client;
    private final CircuitBreaker breaker;

    RedisPublisher(BusOptions options) {
        var pool = new ConnectionPoolConfig();
        pool.setMaxTotal(CONNECTIONS);
        pool.setMaxIdle(CONNECTIONS);
        pool.setMinIdle(0);
        pool.setMaxWait(options.publish());
        pool.setTestWhileIdle(false);
        pool.setJmxEnabled(false);
        this.client = RedisClient.builder()
                .hostAndPort(RedisAddress.hostAndPort(options.redis()))
                .clientConfig(RedisAddress.config(options, options.publish(), "publish"))
                .poolConfig(pool)
                .build();
        this.breaker = CircuitBreaker.of(
                "bus",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(FAILURES)
                        .minimumNumberOfCalls(FAILURES)
                        .failureRateThreshold(100)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitDurationInOpenState(options.retry())
                        .build());
    }

    /** Publishes in order; whether Redis took all of it. */
    boolean publish(List<Message> messages) {
        int from = 0;
        while (from < messages.size()) {
            int to = pipelineEnd(messages, from);
            if (guarded(messages.subList(from, to)).isEmpty()) {
                return false;
            }
            from = to;
        }
        return true;
    }

    /** Publishes one message; how many listened, or empty when Redis did not take it. */
    OptionalLong publish(Message message) {
        return guarded(List.of(message));
    }

    /** Trusts Redis again: another connection has just seen it alive. */
    void encourage() {
        breaker.reset();
    }

    private static int pipelineEnd(List<Message> messages, int from) {
        int to = from;
        long bytes = 0;
        while (to < messages.size() && to - from < MAX_PIPELINE && (to == from || bytes < MAX_PIPELINE_BYTES)) {
            bytes += messages.get(to++).size();
        }
        return to;
    }

    private OptionalLong guarded(List<Message> messages) {
        if (!breaker.tryAcquirePermission()) {
            return OptionalLong.empty();
        }
        long start = System.nanoTime();
        try {
            long listeners = attempt(messages);
            breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            return OptionalLong.of(listeners);
        } catch (JedisException e) {
            breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
            client.getPool().clear();
            return OptionalLong.empty();
        }
    }

    private long attempt(List<Message> messages) {
        try {
            return send(messages);
        } catch (JedisConnectionException e) {
            if (late(e)) {
                throw e;
            }
            client.getPool().clear();
            return send(messages);
        }
    }

    private static boolean late(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }

    private long send(List<Message> messages) {
        try (var pipeline = client.pipelined()) {
            messages.forEach(message -> pipeline.publish(message.topic(), message.payload()));
            long listeners = 0;
            for (Object answer : pipeline.syncAndReturnAll()) {
                switch (answer) {
                    case Long count -> listeners += count;
                    case JedisDataException refused -> throw refused;
                    default -> throw new JedisDataException("an answer to PUBLISH that is no number");
                }
            }
            return listeners;
        }
    }

    @Override
    public void close() {
        client.close();
    }
}

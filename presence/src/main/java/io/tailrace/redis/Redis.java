package io.tailrace.redis;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * A Redis or a Redis Cluster: which it is, it finds out when it first connects. Any thread; blocks for {@link #PATIENCE}
 * at most for a connection and for each answer, and not at all while the breaker is open: it opens when four questions in
 * a row came to nothing, and lets one try again from time to time.
 */
public final class Redis implements AutoCloseable {

    /** The longest wait for a connection, and for an answer. */
    static final Duration PATIENCE = Duration.ofMillis(500);

    /** Connections at most, to each Redis. */
    static final int CONNECTIONS = 8;

    private static final int DEFAULT_PORT = 6379;
    private static final int FAILURES = 4;
    private static final Duration RETRY = Duration.ofMillis(500);

    private final URI address;
    private final String purpose;
    private final CircuitBreaker breaker;
    private final Object connecting = new Object();
    private volatile @Nullable UnifiedJedis client;

    /**
     * Connects when it is first asked.
     *
     * @param address {@code redis://} or {@code rediss://}, with user and password if need be
     * @param purpose one word, in the name that Redis lists its connections by
     */
    public Redis(URI address, String purpose) {
        this.address = address;
        this.purpose = purpose;
        this.breaker = CircuitBreaker.of(
                purpose,
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(FAILURES)
                        .minimumNumberOfCalls(FAILURES)
                        .failureRateThreshold(100)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitDurationInOpenState(RETRY)
                        .build());
    }

    /**
     * Asks it something.
     *
     * @throws RedisAway when it does not answer, or refuses
     */
    public <T> T ask(Function<UnifiedJedis, T> question) {
        if (!breaker.tryAcquirePermission()) {
            throw new RedisAway(new IllegalStateException("breaker open"));
        }
        long start = System.nanoTime();
        try {
            var answer = question.apply(client());
            breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            return answer;
        } catch (JedisException e) {
            breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
            throw new RedisAway(e);
        }
    }

    private UnifiedJedis client() {
        var present = client;
        if (present != null) {
            return present;
        }
        synchronized (connecting) {
            present = client;
            if (present == null) {
                present = connect();
                client = present;
            }
            return present;
        }
    }

    private UnifiedJedis connect() {
        var host = new HostAndPort(address.getHost(), address.getPort() < 0 ? DEFAULT_PORT : address.getPort());
        var single = RedisClient.builder()
                .hostAndPort(host)
                .clientConfig(config())
                .poolConfig(pool())
                .build();
        if (!isCluster(single)) {
            return single;
        }
        single.close();
        return RedisClusterClient.builder()
                .nodes(Set.of(host))
                .clientConfig(config())
                .poolConfig(pool())
                .build();
    }

    private static boolean isCluster(RedisClient redis) {
        try {
            var info = (byte[]) redis.sendCommand(Command.INFO, "cluster");
            return new String(info, StandardCharsets.US_ASCII).contains("cluster_enabled:1");
        } catch (JedisDataException notTold) {
            return false;
        } catch (JedisException away) {
            redis.close();
            throw away;
        }
    }

    private JedisClientConfig config() {
        return DefaultJedisClientConfig.builder()
                .resp2()
                .connectionTimeoutMillis((int) PATIENCE.toMillis())
                .socketTimeoutMillis((int) PATIENCE.toMillis())
                .user(JedisURIHelper.getUser(address))
                .password(JedisURIHelper.getPassword(address))
                .ssl(JedisURIHelper.isRedisSSLScheme(address))
                .clientName("tailrace-" + purpose)
                .build();
    }

    private static ConnectionPoolConfig pool() {
        var pool = new ConnectionPoolConfig();
        pool.setMaxTotal(CONNECTIONS);
        pool.setMaxIdle(CONNECTIONS);
        pool.setMinIdle(0);
        pool.setMaxWait(PATIENCE);
        pool.setTestWhileIdle(false);
        pool.setJmxEnabled(false);
        return pool;
    }

    @Override
    public void close() {
        var present = client;
        if (present != null) {
            present.close();
        }
    }
}

package io.tailrace.server.bus;

import java.net.URI;
import java.time.Duration;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.util.JedisURIHelper;

/** What Jedis wants to know about a Redis. */
final class RedisAddress {

    private static final int DEFAULT_PORT = 6379;

    private RedisAddress() {}

    static HostAndPort hostAndPort(URI redis) {
        return new HostAndPort(redis.getHost(), redis.getPort() < 0 ? DEFAULT_PORT : redis.getPort());
    }

    /**
     * RESP2: in it, messages and answers of a listening connection come as plain arrays on 6.2 and 7 alike.
     *
     * @param patience the longest wait for bytes
     */
    static JedisClientConfig config(BusOptions options, Duration patience, String purpose) {
        return DefaultJedisClientConfig.builder()
                .resp2()
                .connectionTimeoutMillis((int) options.connect().toMillis())
                .socketTimeoutMillis((int) patience.toMillis())
                .user(JedisURIHelper.getUser(options.redis()))
                .password(JedisURIHelper.getPassword(options.redis()))
                .ssl(JedisURIHelper.isRedisSSLScheme(options.redis()))
                .clientName("tailrace-" + purpose)
                .build();
    }
}

package io.tailrace.presence.redis;

import io.tailrace.presence.PresenceUnavailable;
import io.tailrace.redis.Redis;
import io.tailrace.redis.RedisAway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** Runs the script. Any thread; blocks as {@link Redis} does. */
final class Store implements AutoCloseable {

    private final Redis redis;
    private final String script = text();
    private volatile @Nullable String hash;

    Store(URI address) {
        this.redis = new Redis(address, "presence");
    }

    private static String text() {
        try (var in = Objects.requireNonNull(Store.class.getResourceAsStream("presence.lua"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the script returns. */
    Object run(List<String> keys, List<String> arguments) {
        try {
            return redis.ask(client -> evaluate(client, keys, arguments));
        } catch (RedisAway away) {
            throw new PresenceUnavailable("Redis does not answer", away);
        }
    }

    private Object evaluate(UnifiedJedis client, List<String> keys, List<String> arguments) {
        String known = hash;
        if (known == null) {
            known = client.scriptLoad(script, keys.getFirst());
            hash = known;
        }
        try {
            return client.evalsha(known, keys, arguments);
        } catch (JedisNoScriptException forgotten) {
            return client.eval(script, keys, arguments);
        }
    }

    @Override
    public void close() {
        redis.close();
    }
}

package io.tailrace.server.limit;

import io.tailrace.redis.Redis;
import io.tailrace.redis.RedisAway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * What all nodes have let through, as Redis keeps it: for each account one number, by the clock of Redis, gone when it has
 * passed. One round trip for all accounts that are asked about; on a cluster one for each of its nodes.
 */
final class Totals implements AutoCloseable {

    /** The most that an account may be ahead: a clock that is set back locks nobody out for longer. */
    static final Duration MOST_AHEAD = Duration.ofMinutes(1);

    private static final long MICRO = Duration.ofNanos(1_000).toNanos();

    /** Anybody's account: who only looks wants to know whether Redis is there. */
    private static final String LOOK = "";

    private final Redis redis;
    private final String prefix;
    private final String script = text();

    /** @param scope first part of every key: installations that share a Redis have scopes of their own */
    Totals(URI address, String scope) {
        this.redis = new Redis(address, "limits");
        this.prefix = scope + ":l:";
    }

    private static String text() {
        try (var in = Objects.requireNonNull(Totals.class.getResourceAsStream("total.lua"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Adds what was let through here.
     *
     * @return of each, how far ahead of an even rate it is on all nodes together
     * @throws RedisAway when that cannot be told; of what was added then nothing is known
     */
    List<Duration> add(List<Tallies.Tally> tallies) {
        return redis.ask(client -> add(client, tallies));
    }

    private List<Duration> add(UnifiedJedis client, List<Tallies.Tally> tallies) {
        var answers = new ArrayList<Response<Object>>();
        try (var pipeline = client.pipelined()) {
            for (var tally : tallies) {
                answers.add(pipeline.eval(script, keys(tally.account()), arguments(tally.time())));
            }
            pipeline.sync();
        }
        var ahead = new ArrayList<Duration>();
        for (int i = 0; i < answers.size(); i++) {
            ahead.add(micros(answer(client, answers.get(i), tallies.get(i))));
        }
        return ahead;
    }

    /** A slot that has moved is asked for again, by a way that learns where it is. */
    private Object answer(UnifiedJedis client, Response<Object> response, Tallies.Tally tally) {
        try {
            return response.get();
        } catch (JedisDataException refused) {
            return client.eval(script, keys(tally.account()), arguments(tally.time()));
        } catch (IllegalStateException none) {
            throw new JedisConnectionException("a node of the cluster does not answer", none);
        }
    }

    /**
     * Asks for nothing.
     *
     * @throws RedisAway when there is no answer
     */
    void look() {
        redis.ask(client -> client.eval(script, keys(LOOK), arguments(Duration.ZERO)));
    }

    private List<String> keys(String account) {
        return List.of(prefix + account);
    }

    private static List<String> arguments(Duration spent) {
        return List.of(
                Long.toString(Math.ceilDiv(spent.toNanos(), MICRO)), Long.toString(MOST_AHEAD.toNanos() / MICRO));
    }

    private static Duration micros(Object answer) {
        return answer instanceof Long micros ? Duration.ofNanos(micros * MICRO) : Duration.ZERO;
    }

    @Override
    public void close() {
        redis.close();
    }
}

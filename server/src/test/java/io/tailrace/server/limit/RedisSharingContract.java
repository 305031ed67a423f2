package io.tailrace.server.limit;

import static io.tailrace.testkit.Eventually.eventually;
import static io.tailrace.testkit.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.testkit.RedisServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.SetParams;

/** What holds besides while a Redis goes and comes. */
abstract class RedisSharingContract extends SharingContract {

    private final RedisServer.Version version;
    private RedisServer redis;

    RedisSharingContract(RedisServer.Version version) {
        this.version = version;
    }

    @BeforeAll
    void start() {
        redis = RedisServer.launch(version);
    }

    @AfterAll
    void stop() {
        redis.close();
    }

    @Override
    URI redis() {
        return URI.create(redis.url());
    }

    @Test
    @Tag("R-82")
    void whileRedisIsAwayEachNodeHoldsTheLimitAndSaysSoOnce() {
        var two = List.of(node(), node());
        redis.kill();
        for (var node : two) {
            var account = account();
            eventually(() -> {
                assertThat(node.lets(account, 1)).as("its own limit").isFalse();
                assertThat(node.sharing.up()).isFalse();
            });
            assertThat(node.journal).hasSize(1).first().asString().contains("limits.alone");
        }
        redis.start();
        for (var node : two) {
            until("limits are shared again", node.sharing::up);
            eventually(
                    () -> assertThat(node.journal).hasSize(2).last().asString().contains("limits.shared"));
        }
        assertShared(two);
    }

    @Test
    @Tag("R-82")
    void aRedisThatHangsHoldsNobodyUp() {
        var node = node();
        var account = account();
        redis.freeze();
        try {
            eventually(() -> {
                long begun = System.nanoTime();
                node.lets(account, 1);
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(100));
                assertThat(node.sharing.up()).isFalse();
            });
        } finally {
            redis.thaw();
        }
        until("limits are shared again", node.sharing::up);
    }

    @Test
    void aClockThatWasSetBackCostsAMinuteAtMost() {
        var account = account();
        long tomorrow = System.currentTimeMillis() + Duration.ofDays(1).toMillis();
        try (var client = RedisClient.create("127.0.0.1", redis.port())) {
            client.set(key(account), tomorrow + "000", SetParams.setParams().ex(100));
        }
        var node = node();
        eventually(() -> {
            assertThat(node.lets(account, 1)).isFalse();
            assertThat(node.wait(account)).isLessThanOrEqualTo(Totals.MOST_AHEAD);
        });
    }

    @Test
    void nothingStaysForEver() {
        var account = account();
        assertThat(node().lets(account, 200)).isTrue();
        try (var client = RedisClient.create("127.0.0.1", redis.port())) {
            eventually(() -> assertThat(client.pttl(key(account))).isBetween(1L, 2_001L));
            eventually(() -> assertThat(client.exists(key(account))).isFalse());
        }
    }

    private static String key(String account) {
        return SCOPE + ":l:" + account;
    }
}

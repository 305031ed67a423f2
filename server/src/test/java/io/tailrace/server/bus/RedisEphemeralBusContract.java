package io.tailrace.server.bus;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.bus.EphemeralBus.Topic;
import io.tailrace.testkit.RedisServer;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the Redis form promises besides: it comes back by itself, and nobody waits for Redis. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RedisEphemeralBusContract extends EphemeralBusContract {

    private final RedisServer.Version version;
    private RedisServer redis;

    RedisEphemeralBusContract(RedisServer.Version version) {
        this.version = version;
    }

    @BeforeAll
    void startRedis() {
        redis = RedisServer.launch(version);
    }

    @AfterAll
    void stopRedis() {
        redis.close();
    }

    @Override
    List<EphemeralBus> open() {
        redis.start();
        return List.of(bus(), bus());
    }

    private EphemeralBus bus() {
        return RedisEphemeralBus.open(BusOptions.of(URI.create(redis.url()), "tailrace:x"), BusMeters.NONE);
    }

    @Test
    @Tag("R-82")
    void isThereAgainWhenRedisIsAndDropsMeanwhileWithoutWaiting() {
        var ear = listen(two, ROADMAP, Topic.NEWS);
        redis.kill();
        eventually(() -> assertThat(ear.interrupted).hasPositiveValue());
        for (int i = 0; i < 2 * RedisEphemeralBus.MAX_OUTGOING; i++) {
            one.offer(ROADMAP, Topic.NEWS, bytes("lost"));
        }
        redis.start();
        eventually(() -> assertThat(ear.confirmed).hasValueGreaterThan(1));
        eventually(() -> {
            one.offer(ROADMAP, Topic.NEWS, bytes("back"));
            assertThat(ear.heard).contains("back");
        });
    }
}

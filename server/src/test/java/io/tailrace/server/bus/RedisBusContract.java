package io.tailrace.server.bus;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.testkit.RedisServer;
import io.tailrace.wire.ChannelId;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisClient;

/** What the Redis form promises beyond the contract: it outlives every outage of Redis, and nobody waits for it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RedisBusContract extends BusContract {

    private static final Duration NOTICED = Duration.ofSeconds(3);

    private final RedisServer.Version version;
    private RedisServer redis;

    RedisBusContract(RedisServer.Version version) {
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
    List<Bus> open() {
        redis.start();
        return List.of(bus(), bus());
    }

    private Bus bus() {
        return RedisBus.open(BusOptions.of(URI.create(redis.url()), "tailrace"), BusMeters.NONE);
    }

    private void command(Command command, String... arguments) {
        try (var client = RedisClient.create("127.0.0.1", redis.port())) {
            client.sendCommand(command, arguments);
        }
    }

    private void hearsAgain(Recorder heard) {
        eventually(() -> assertThat(heard.interruptions()).isPositive());
        eventually(() -> assertThat(heard.confirmations()).isGreaterThanOrEqualTo(2));
        eventually(() -> assertThat(one.publish(List.of(event(ROADMAP, 2)))).isTrue());
        eventually(() -> assertThat(heard.seqs()).contains(2L));
        assertThat(two.up()).isTrue();
    }

    @Test
    @Tag("R-70")
    void installationsThatShareARedisHearNothingOfEachOther() {
        try (var other = RedisBus.open(BusOptions.of(URI.create(redis.url()), "other"), BusMeters.NONE)) {
            var heard = listenOnTwo(ROADMAP);
            eventually(
                    () -> assertThat(other.publish(List.of(event(ROADMAP, 1)))).isTrue());
            eventually(() -> assertThat(one.publish(List.of(event(ROADMAP, 2)))).isTrue());
            eventually(() -> assertThat(heard.seqs()).contains(2L));
            assertThat(heard.seqs()).doesNotContain(1L);
        }
    }

    @Test
    @Tag("R-82")
    void hearsAgainAfterRedisWasKilledAndRestarted() {
        var heard = listenOnTwo(ROADMAP);
        redis.kill();
        eventually(NOTICED, () -> assertThat(two.up()).isFalse());
        assertThat(one.publish(List.of(event(ROADMAP, 1)))).isFalse();
        redis.start();
        hearsAgain(heard);
    }

    /** Ten thousand channels, wanted one by one and then all again after an outage. */
    @Test
    @Tag("R-84")
    void commandsPerSecondAreBoundedWhateverComesBackAtOnce() {
        long begun = System.nanoTime();
        long before = subscribeCommands();
        var heard = new ArrayList<Recorder>();
        for (int number = 0; number < 10_000; number++) {
            heard.add(new Recorder());
            two.subscribe(ChannelId.of("acme", "board:" + number), heard.getLast());
        }
        eventually(() -> assertThat(heard).allMatch(any -> any.confirmations() >= 1));
        long rounds = Duration.ofNanos(System.nanoTime() - begun).dividedBy(RedisSubscriber.PACE);
        assertThat(subscribeCommands() - before).isLessThanOrEqualTo(rounds + 2);

        before = subscribeCommands();
        command(Command.CLIENT, "KILL", "TYPE", "pubsub");
        eventually(() -> assertThat(heard).allMatch(any -> any.confirmations() >= 2));
        assertThat(subscribeCommands() - before).isLessThan(60);
    }

    private long subscribeCommands() {
        try (var client = RedisClient.create("127.0.0.1", redis.port())) {
            var stats = new String((byte[]) client.sendCommand(Command.INFO, "commandstats"), StandardCharsets.UTF_8);
            var calls = Pattern.compile("cmdstat_subscribe:calls=(\\d+)").matcher(stats);
            return calls.find() ? Long.parseLong(calls.group(1)) : 0;
        }
    }

    @Test
    @Tag("R-82")
    void noticesARedisThatHangsAndHearsAgainWhenItGoesOn() {
        var heard = listenOnTwo(ROADMAP);
        redis.freeze();
        try {
            eventually(NOTICED, () -> assertThat(two.up()).isFalse());
        } finally {
            redis.thaw();
        }
        hearsAgain(heard);
    }

    @Test
    @Tag("R-82")
    void hearsAgainAfterItsConnectionWasKilled() {
        var heard = listenOnTwo(ROADMAP);
        command(Command.CLIENT, "KILL", "TYPE", "pubsub");
        hearsAgain(heard);
    }

    @Test
    @Tag("R-82")
    void publishesOnAfterItsConnectionsWereKilled() {
        var heard = listenOnTwo(ROADMAP);
        assertThat(one.publish(List.of(event(ROADMAP, 1)))).isTrue();
        command(Command.CLIENT, "KILL", "TYPE", "normal", "SKIPME", "yes");
        assertThat(one.publish(List.of(event(ROADMAP, 2)))).isTrue();
        eventually(() -> assertThat(heard.seqs()).containsExactly(1L, 2L));
    }

    @Test
    @Tag("R-82")
    void aFlushChangesNothing() {
        var heard = listenOnTwo(ROADMAP);
        command(Command.FLUSHALL);
        assertThat(one.publish(List.of(event(ROADMAP, 1)))).isTrue();
        eventually(() -> assertThat(heard.seqs()).containsExactly(1L));
        assertThat(heard.interruptions()).isZero();
    }

    @Test
    @Tag("R-82")
    void whatWasSubscribedDuringAnOutageIsConfirmedAfterIt() {
        redis.kill();
        eventually(NOTICED, () -> assertThat(two.up()).isFalse());
        var heard = new Recorder();
        two.subscribe(ROADMAP, heard);
        var left = new Recorder();
        two.subscribe(ROADMAP, left).close();
        redis.start();
        heard.awaitConfirmed();
        assertThat(left.confirmations()).isZero();
    }

    @Test
    @Tag("R-82")
    void publishersWaitForAHungRedisAFewTimesAndThenNoMore() {
        redis.freeze();
        long start = System.nanoTime();
        var taken = new AtomicInteger();
        try {
            for (int i = 0; i < 10_000; i++) {
                taken.addAndGet(one.publish(List.of(event(ROADMAP, i))) ? 1 : 0);
            }
        } finally {
            redis.thaw();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        assertThat(taken.get()).isZero();
        eventually(() -> assertThat(one.publish(List.of(event(ROADMAP, 1)))).isTrue());
    }

    @Test
    void askingWhileRedisIsAwayIsAnsweredWithNothingSoon() {
        redis.kill();
        long start = System.nanoTime();
        assertThat(one.ask("node", new byte[1], PATIENCE)).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }
}

package io.tailrace.server.hub;

import static io.tailrace.server.hub.HubFixture.got;
import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.bus.Bus;
import io.tailrace.server.bus.BusMeters;
import io.tailrace.server.bus.BusOptions;
import io.tailrace.server.bus.RedisBus;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.PostgresServer.Version;
import io.tailrace.testkit.RedisServer;
import io.tailrace.wire.ChannelId;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisClient;

/** A real Redis is killed, flushed, frozen and cut: delivery goes on, and nothing is lost or doubled. */
class RedisOutageTest {

    private static final ChannelId CHANNEL = ChannelId.of("acme", "board:roadmap");
    private static final Duration SLOWER = Duration.ofSeconds(4);

    private final RedisServer redis = RedisServer.launch(RedisServer.Version.SYSTEM);
    private final Bus bus = RedisBus.open(BusOptions.of(URI.create(redis.url()), "tailrace"), BusMeters.NONE);
    private final HubFixture node = new HubFixture(PostgresServer.shared(Version.DEBIAN_15), bus, HubOptions.DEFAULT);
    private Tailing reader;

    @BeforeEach
    void read() {
        eventually(() -> assertThat(bus.up()).isTrue());
        reader = node.live(CHANNEL);
        node.write(CHANNEL, 10);
        got(reader, 0, 10);
    }

    @AfterEach
    void end() {
        reader.close();
        node.close();
        bus.close();
        redis.close();
    }

    private void command(Command command, String... arguments) {
        try (var client = RedisClient.create("127.0.0.1", redis.port())) {
            client.sendCommand(command, arguments);
        }
    }

    private void deliveredWithin(Duration patience, long head) {
        eventually(patience, () -> assertThat(reader.seqs()).hasSize((int) head));
        got(reader, 0, head);
        assertThat(reader.lost()).isEmpty();
    }

    /** The bus is back: it delivers long before an audit would. */
    private void fastAgain(long head) {
        eventually(() -> assertThat(bus.up()).isTrue());
        eventually(() ->
                assertThat(bus.publish(node.announcements(CHANNEL, head - 1))).isTrue());
        assertThat(node.write(CHANNEL, 1)).isTrue();
        deliveredWithin(Duration.ofSeconds(2), head + 1);
    }

    @Test
    @Tag("R-82")
    void killedAndRestarted() {
        redis.kill();
        for (int i = 1; i <= 3; i++) {
            node.write(CHANNEL, 10);
            deliveredWithin(SLOWER, 10 + 10 * i);
        }
        var late = node.live(CHANNEL);
        node.write(CHANNEL, 1);
        deliveredWithin(SLOWER, 41);
        got(late, 40, 41);
        redis.start();
        fastAgain(41);
        late.close();
    }

    @Test
    @Tag("R-82")
    void frozenAndThawed() {
        redis.freeze();
        try {
            for (int i = 1; i <= 3; i++) {
                node.write(CHANNEL, 10);
                deliveredWithin(SLOWER, 10 + 10 * i);
            }
        } finally {
            redis.thaw();
        }
        fastAgain(40);
    }

    @Test
    @Tag("R-82")
    void flushedAndCutOffAgainAndAgain() {
        for (int i = 1; i <= 10; i++) {
            command(Command.FLUSHALL);
            command(Command.CLIENT, "KILL", "TYPE", "pubsub");
            node.write(CHANNEL, 10);
            deliveredWithin(SLOWER, 10 + 10 * i);
        }
        fastAgain(110);
    }
}

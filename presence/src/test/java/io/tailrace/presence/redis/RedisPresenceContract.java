package io.tailrace.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.presence.Attendance;
import io.tailrace.presence.Member;
import io.tailrace.presence.Mode;
import io.tailrace.presence.Presence;
import io.tailrace.presence.PresenceContract;
import io.tailrace.presence.PresenceMeters;
import io.tailrace.presence.PresenceUnavailable;
import io.tailrace.presence.Roster.Mark;
import io.tailrace.presence.State;
import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.RedisServer;
import io.tailrace.wire.ChannelId;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/** What the Redis form promises besides. */
abstract class RedisPresenceContract extends PresenceContract {

    private static final ChannelId DOC = ChannelId.of("acme", "doc:outage");

    private final RedisServer.Version version;
    private RedisServer redis;
    private RedisPresence presence;

    RedisPresenceContract(RedisServer.Version version) {
        this.version = version;
    }

    @BeforeAll
    void start() {
        redis = RedisServer.launch(version);
        presence = RedisPresence.at(URI.create(redis.url()), "t", OPTIONS, now::get);
    }

    @AfterAll
    void stop() {
        presence.close();
        redis.close();
    }

    @Override
    protected Presence presence() {
        return presence;
    }

    private static Attendance here(String user) {
        return new Attendance(user, "d1", Mode.VIEWING, State.ACTIVE, null, null);
    }

    @Test
    @Tag("R-82")
    void anOutageEndsNoLeaseAndFlagsNobody() {
        presence.join(DOC, here("ada"));
        var mark = presence.look(DOC, Mark.NONE).mark();
        now.addAndGet(600_000); // nobody swept: the store was away, and came back with what it had
        var after = presence.look(DOC, mark);
        assertThat(after.present()).isEmpty();
        assertThat(after.gone()).isEmpty();
        assertThat(after.held()).isTrue();
        assertThat(after.count()).isEqualTo(1);
        assertThat(presence.renew(DOC, "ada", "d1")).isTrue();
        for (int i = 0; i < 4; i++) {
            now.addAndGet(25_000);
            presence.renew(DOC, "ada", "d1");
        }
        var later = presence.look(DOC, mark);
        assertThat(later.held()).isFalse();
        assertThat(later.present()).isEmpty();
        assertThat(later.gone()).isEmpty();
    }

    @Test
    @Tag("R-82")
    void aStoreThatWasEmptiedIsOfAnotherGeneration() {
        var where = ChannelId.of("acme", "doc:flushed");
        presence.join(where, here("ada"));
        var mark = presence.look(where, Mark.NONE).mark();
        try (var client = RedisClient.create("127.0.0.1", redis.port())) {
            client.flushAll();
        }
        assertThat(presence.look(where, mark).present()).isEmpty();
        presence.join(where, here("bob"));
        var anew = presence.look(where, mark);
        assertThat(anew.whole()).isTrue();
        assertThat(anew.mark().generation()).isNotEqualTo(mark.generation());
        assertThat(anew.present()).extracting(Member::user).containsExactly("bob");
    }

    @Test
    @Tag("R-82")
    void whileRedisIsAwayItSaysSoAndComesBackByItself() {
        redis.kill();
        assertThatThrownBy(() -> presence.join(DOC, here("ada"))).isInstanceOf(PresenceUnavailable.class);
        redis.start();
        Eventually.eventually(() -> assertThat(presence.join(DOC, here("zoe"))).isTrue());
    }

    @Test
    void theClockIsThatOfRedis() {
        try (var real = RedisPresence.open(URI.create(redis.url()), "real", OPTIONS, PresenceMeters.NONE)) {
            real.join(DOC, here("ada"));
            long seen =
                    real.look(DOC, Mark.NONE).present().getFirst().lastSeen().toEpochMilli();
            assertThat(Math.abs(seen - System.currentTimeMillis())).isLessThan(60_000);
        }
    }

    @Test
    void nothingStaysForEver() {
        var where = ChannelId.of("acme", "doc:expiring");
        presence.join(where, here("ada"));
        presence.join(where, here("bob"));
        presence.leave(where, "bob", "d1");
        try (var client = RedisClient.create("127.0.0.1", redis.port())) {
            assertThat(client.keys("t:p:{doc:expiring/*")).isNotEmpty().allSatisfy(key -> assertThat(client.pttl(key))
                    .isBetween(1L, 4 * OPTIONS.ttl().toMillis()));
        }
    }
}

package io.tailrace.presence.redis;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.presence.Attendance;
import io.tailrace.presence.Mode;
import io.tailrace.presence.Presence;
import io.tailrace.presence.PresenceContract;
import io.tailrace.presence.State;
import io.tailrace.testkit.RedisCluster;
import io.tailrace.wire.ChannelId;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisShardedPubSub;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.util.JedisClusterCRC16;

/** The same on a Redis Cluster of three masters: where keys lie, and that topics of a channel can be sharded. */
@Tag("R-83")
class ClusterPresenceTest extends PresenceContract {

    private RedisCluster cluster;
    private RedisPresence presence;

    @BeforeAll
    void start() {
        cluster = RedisCluster.launch();
        presence = RedisPresence.at(URI.create(cluster.url()), "t", OPTIONS, now::get);
    }

    @AfterAll
    void stop() {
        presence.close();
        cluster.close();
    }

    @Override
    protected Presence presence() {
        return presence;
    }

    @Test
    void keysOfAChannelLieTogetherAndChannelsLieApart() {
        for (int i = 0; i < 60; i++) {
            presence.join(
                    ChannelId.of("acme", "spread:" + i),
                    new Attendance("ada", "d1", Mode.VIEWING, State.ACTIVE, null, null));
        }
        var masters = new TreeSet<Integer>();
        for (int port : cluster.ports()) {
            try (var client = RedisClient.create("127.0.0.1", port)) {
                for (int i = 0; i < 60; i++) {
                    Set<String> keys = client.keys("t:p:{spread:" + i + "/acme}:*");
                    if (!keys.isEmpty()) {
                        masters.add(port);
                        assertThat(keys).hasSize(4); // nobody has parted yet
                        assertThat(keys.stream().map(JedisClusterCRC16::getSlot).collect(Collectors.toSet()))
                                .hasSize(1);
                    }
                }
            }
        }
        assertThat(masters).hasSize(3);
    }

    @Test
    void topicsOfAChannelCanBeSharded() throws Exception {
        var host = new HostAndPort("127.0.0.1", cluster.ports().getFirst());
        List<String> heard = new CopyOnWriteArrayList<>();
        try (var client = RedisClusterClient.builder().nodes(Set.of(host)).build()) {
            var ear = new JedisShardedPubSub() {
                @Override
                public void onSMessage(String channel, String message) {
                    heard.add(message);
                }
            };
            String topic = "tailrace:x:s:{doc:brief/acme}";
            var listening = Thread.ofVirtual().start(() -> client.ssubscribe(ear, topic));
            eventually(() -> {
                client.spublish(topic, "hello");
                assertThat(heard).contains("hello");
            });
            ear.sunsubscribe();
            listening.join();
        }
    }
}

package io.tailrace.server.signal;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.server.ServerFixture;
import io.tailrace.server.SseReader;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.RedisServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import redis.clients.jedis.RedisClient;

/** Who is here, between two nodes, over real connections; leases of three seconds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PresenceTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> QUICK =
            Map.of("TAILRACE_PRESENCE_HEARTBEAT", "1s", "TAILRACE_PRESENCE_BATCH", "100ms");

    private RedisServer redis;
    private ServerFixture node;
    private ServerFixture other;

    @BeforeAll
    void start() {
        var postgres = PostgresServer.shared(PostgresServer.Version.DEBIAN_15);
        redis = RedisServer.launch(RedisServer.Version.SYSTEM);
        node = ServerFixture.start(postgres, postgres.createDatabase(), redis, QUICK);
        other = node.another();
    }

    @AfterAll
    void stop() {
        other.close();
        node.close();
        redis.close();
    }

    /** What a client knows from the frames of a stream; fails at a change that is none. */
    private static final class View {
        private final Map<String, String> members = new TreeMap<>();
        private int count;

        void apply(JsonNode frame) {
            if (frame.has("members")) {
                members.clear();
                frame.path("members").forEach(this::put);
            }
            frame.path("joined").forEach(member -> {
                assertThat(members).doesNotContainKey(member.path("user").asText());
                put(member);
            });
            frame.path("updated").forEach(member -> {
                assertThat(members).containsKey(member.path("user").asText());
                assertThat(members.get(member.path("user").asText())).isNotEqualTo(text(member));
                put(member);
            });
            frame.path("left").forEach(member -> assertThat(
                            members.remove(member.path("user").asText()))
                    .isNotNull());
            count = frame.path("count").asInt();
        }

        private void put(JsonNode member) {
            members.put(member.path("user").asText(), text(member));
        }

        private static String text(JsonNode member) {
            return member.path("state").asText() + " " + member.path("mode").asText() + " "
                    + member.path("resource").asText("-") + " "
                    + member.path("devices").asInt();
        }
    }

    private SseReader reading(ServerFixture at, String channel) {
        var reader = SseReader.open(at.uri("/v1/stream?channel=" + channel), at.token("watcher"));
        reader.named("open");
        return reader;
    }

    private static JsonNode presence(SseReader reader) throws IOException {
        return JSON.readTree(Objects.requireNonNull(reader.named("presence").data()));
    }

    private static View viewUntil(SseReader reader, View view, String... users) throws IOException {
        while (!view.members.keySet().equals(new TreeSet<>(List.of(users)))) {
            view.apply(presence(reader));
        }
        return view;
    }

    private HttpResponse<String> beat(ServerFixture at, String channel, String user, String body) {
        return at.send("PUT", "/v1/channels/" + channel + "/presence", body, at.token(user));
    }

    @Test
    @Tag("R-30")
    void whoComesStaysAndLeavesIsSeenOnEveryNode() throws IOException {
        try (var here = reading(node, "doc:seen");
                var there = reading(other, "doc:seen")) {
            var lease = JSON.readTree(beat(node, "doc:seen", "ada", "{\"mode\":\"editing\",\"resource\":\"p1\"}")
                    .body());
            assertThat(lease.path("heartbeat_ms").asLong()).as(lease.toString()).isEqualTo(1_000);
            assertThat(lease.path("ttl_ms").asLong()).isEqualTo(3_000);
            for (var reader : List.of(here, there)) {
                var view = viewUntil(reader, new View(), "ada");
                assertThat(view.members).containsEntry("ada", "active editing p1 1");
                assertThat(view.count).isEqualTo(1);
            }
            var listed = JSON.readTree(other.get("/v1/channels/doc:seen/presence", other.token("watcher"))
                    .body());
            assertThat(listed.path("members").path(0).path("user").asText()).isEqualTo("ada");
            assertThat(node.send("DELETE", "/v1/channels/doc:seen/presence", null, node.token("ada"))
                            .statusCode())
                    .isEqualTo(204);
            assertThat(presence(there).path("left").path(0).path("expired").asBoolean(true))
                    .isFalse();
        }
    }

    @Test
    @Tag("R-31")
    void whoFallsSilentIsAwayAndThenGone() throws IOException {
        try (var reader = reading(other, "doc:silent")) {
            beat(node, "doc:silent", "ghost", "{}");
            var view = viewUntil(reader, new View(), "ghost");
            view.apply(presence(reader));
            assertThat(view.members).containsEntry("ghost", "away viewing - 1");
            var gone = presence(reader);
            view.apply(gone);
            assertThat(view.members).isEmpty();
            assertThat(gone.path("left").path(0).path("expired").asBoolean()).isTrue();
        }
    }

    @Test
    @Tag("R-31")
    void whoComesLaterGetsTheListAndThenWhatChanges() throws IOException {
        try (var first = reading(node, "doc:later")) {
            beat(node, "doc:later", "user-0", "{}");
            viewUntil(first, new View(), "user-0");
            for (int i = 1; i < 20; i++) {
                beat(node, "doc:later", "user-" + i, "{}");
            }
            try (var late = reading(node, "doc:later")) {
                var list = presence(late);
                assertThat(list.has("members")).isTrue();
                var view = new View();
                view.apply(list);
                while (view.members.size() < 20) {
                    view.apply(presence(late));
                }
                assertThat(view.count).isEqualTo(20);
            }
        }
    }

    @Test
    @Tag("R-31")
    @Tag("R-82")
    void aFlushOfRedisEmptiesNobodyOut() throws Exception {
        try (var here = reading(node, "doc:flush");
                var there = reading(other, "doc:flush")) {
            var beating = Thread.ofVirtual().start(() -> {
                while (!Thread.interrupted()) {
                    beat(node, "doc:flush", "ada", "{}");
                    beat(other, "doc:flush", "bob", "{}");
                    LockSupport.parkNanos(300_000_000);
                }
            });
            var view = viewUntil(here, new View(), "ada", "bob");
            var viewThere = viewUntil(there, new View(), "ada", "bob");
            try (var client = RedisClient.create("127.0.0.1", redis.port())) {
                client.flushAll();
                eventually(() -> assertThat(client.hget("tailrace:p:{doc:flush/acme}:head", "count"))
                        .isEqualTo("2"));
            }
            beat(node, "doc:flush", "cy", "{}"); // what comes next is cy, and nothing about the others
            for (var each : List.of(Map.entry(here, view), Map.entry(there, viewThere))) {
                var next = presence(each.getKey());
                assertThat(next.path("joined").path(0).path("user").asText()).isEqualTo("cy");
                each.getValue().apply(next);
            }
            beating.interrupt();
            beating.join();
        }
    }

    @Test
    @Tag("R-30")
    @Tag("R-74")
    void modesGoNoFurtherThanRightsAndAreLoweredWhenThoseGo() throws IOException {
        var viewer = List.of(ServerFixture.grant("doc:*", "read", "presence"));
        assertThat(node.send(
                                "PUT",
                                "/v1/channels/doc:modes/presence",
                                "{\"mode\":\"editing\"}",
                                node.token("eve", viewer))
                        .statusCode())
                .isEqualTo(403);
        var boss = node.token("boss");
        node.append("doc:modes", "{\"type\":\"made\",\"data\":1}", boss);
        node.send("PUT", "/v1/channels/doc:modes/members/mem", "{\"role\":\"editor\"}", boss);
        try (var reader = reading(other, "doc:modes")) {
            var member = node.token("mem", List.of());
            assertThat(node.send("PUT", "/v1/channels/doc:modes/presence", "{\"mode\":\"editing\"}", member)
                            .statusCode())
                    .isEqualTo(200);
            var view = viewUntil(reader, new View(), "mem");
            assertThat(view.members).containsEntry("mem", "active editing - 1");
            node.send("PUT", "/v1/channels/doc:modes/members/mem", "{\"role\":\"viewer\"}", boss);
            view.apply(presence(reader));
            assertThat(view.members).containsEntry("mem", "active viewing - 1");
            node.send("DELETE", "/v1/channels/doc:modes/members/mem", null, boss);
            viewUntil(reader, view);
        }
    }

    @Test
    void aCrowdIsCountedAndPartlyNamed() throws IOException {
        try (var reader = reading(node, "doc:crowd")) {
            for (int i = 0; i < 520; i++) {
                beat(other, "doc:crowd", "user-" + i, "{}");
            }
            var view = new View();
            while (view.count < 520) {
                view.apply(presence(reader));
            }
            assertThat(view.members).hasSize(500);
            var all = JSON.readTree(node.get("/v1/channels/doc:crowd/presence?limit=1000", node.token("watcher"))
                    .body());
            assertThat(all.path("members").size()).isEqualTo(520);
        }
    }

    @Test
    void theContractAndRightsDecide() throws IOException {
        var boss = node.token("boss");
        node.send("PUT", "/v1/namespaces/lonely", "{\"presence\":false}", boss);
        assertThat(beat(node, "lonely:1", "ada", "{}").statusCode()).isEqualTo(409);
        assertThat(node.get("/v1/channels/lonely:1/presence", boss).statusCode())
                .isEqualTo(409);
        var reader = node.token("eve", List.of(ServerFixture.grant("doc:*", "read")));
        assertThat(node.send("PUT", "/v1/channels/doc:rights/presence", "{}", reader)
                        .statusCode())
                .isEqualTo(403);
        var bound =
                node.token("ada", Map.of("device", "phone", "grants", List.of(ServerFixture.grant("*", "presence"))));
        assertThat(node.send("PUT", "/v1/channels/doc:rights/presence", "{\"device\":\"laptop\"}", bound)
                        .statusCode())
                .isEqualTo(403);
        assertThat(node.send("PUT", "/v1/channels/doc:rights/presence", "{\"device\":\"phone\"}", bound)
                        .statusCode())
                .isEqualTo(200);
    }
}

package io.tailrace.server.process;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.RedisServer;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the removed are told when they come back, or had something under way. */
@Tag("R-71")
@Tag("R-72")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalIT {

    private static final String EVENT = "{\"type\":\"card.moved\",\"key\":\"card:1\",\"data\":{\"secret\":1}}";

    private final Client boss = new Client("boss");
    private PostgresServer postgres;
    private RedisServer redis;
    private String database;
    private ServerProcess one;
    private ServerProcess two;

    @BeforeAll
    void start() {
        postgres = PostgresServer.launch(PostgresServer.Version.DEBIAN_15);
        redis = RedisServer.launch(RedisServer.Version.SYSTEM);
        database = postgres.createDatabase();
        one = ServerProcess.start("refusing-one", postgres, database, redis, Map.of());
        two = ServerProcess.start("refusing-two", postgres, database, redis, Map.of());
    }

    @AfterAll
    void stop() {
        boss.close();
        two.close();
        one.close();
        redis.close();
        postgres.close();
    }

    private JsonNode manage(String method, String path, String body) throws Exception {
        var answer = boss.send(one.uri("/"), method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return Client.json(answer.body());
    }

    private static <T> FutureTask<T> begin(Callable<T> call) {
        var task = new FutureTask<>(call);
        Thread.ofVirtual().start(task);
        return task;
    }

    // Writes that wait while the right goes

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWriteThatWaitsAcrossTheRemovalComesBeforeItOrNotAtAll(boolean first) throws Exception {
        String channel = "chat:queued-" + first;
        manage("PUT", "/v1/channels/" + channel + "/members/stays", "{\"role\":\"viewer\"}");
        try (var user = new Client("queued", Client.token("queued", "write"))) {
            overtake(
                    user,
                    channel,
                    first,
                    HeldLock.ofChannel(postgres, database, channel),
                    () -> manage("DELETE", "/v1/channels/" + channel + "/members/queued", ""));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void soDoesOneOfAnEditorThatIsOnlyAViewerNow(boolean first) throws Exception {
        String channel = "chat:demoted-" + first;
        String member = "/v1/channels/" + channel + "/members/demoted";
        manage("PUT", member, "{\"role\":\"editor\"}");
        try (var user = new Client("demoted", Client.bareToken("demoted"));
                var stream = new Onlooker(two.uri("/"), channel, user.user(), user.token())) {
            long seq = overtake(
                    user,
                    channel,
                    first,
                    HeldLock.ofChannel(postgres, database, channel),
                    () -> manage("PUT", member, "{\"role\":\"viewer\"}"));
            eventually(() -> assertThat(stream.seq()).isEqualTo(seq)); // which goes on, for it still reads
            assertThat(stream.ended()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void soDoesOneWhoseTokensAreRevoked(boolean first) throws Exception {
        String channel = "chat:revoked-" + first;
        manage("PUT", "/v1/channels/" + channel + "/members/stays", "{\"role\":\"viewer\"}");
        try (var user = new Client("revoked-" + first, Client.token("revoked-" + first, "write"))) {
            overtake(user, channel, first, HeldLock.ofGate(postgres, database, "acme"), () -> {
                manage("POST", "/v1/revocations", "{\"kind\":\"user\",\"subject\":\"" + user.user() + "\"}");
                return manage("PUT", "/v1/channels/" + channel + "/members/later", "{\"role\":\"viewer\"}");
            });
        }
    }

    /**
     * Has a write on one node and a change on the other wait for the same lock.
     *
     * @param first whether the write came first
     * @return the seq of the change, which is the last
     */
    private long overtake(Client user, String channel, boolean first, HeldLock lock, Callable<JsonNode> change)
            throws Exception {
        Callable<HttpResponse<String>> write =
                () -> user.append(two.uri("/"), channel, channel, "{\"type\":\"m\",\"data\":1}");
        FutureTask<HttpResponse<String>> written;
        FutureTask<JsonNode> changed;
        try (lock) {
            if (first) {
                written = begin(write);
                lock.awaitWaiting(1);
                changed = begin(change);
            } else {
                changed = begin(change);
                lock.awaitWaiting(1);
                written = begin(write);
            }
            lock.awaitWaiting(2);
        }
        long seq = changed.get().path("seq").asLong();
        var answer = written.get();
        if (first) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            assertThat(Client.json(answer.body()).path("seq").asLong()).isLessThan(seq);
        } else {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
            assertThat(boss.history(one.uri("/"), channel))
                    .noneMatch(event -> event.path("by").asText().equals(user.user()));
        }
        var again = user.append(one.uri("/"), channel, channel + "-again", "{\"type\":\"m\",\"data\":2}");
        assertThat(again.statusCode()).as(again.body()).isEqualTo(403);
        return seq;
    }

    // Reads that wait while the right goes, and reads afterwards

    /** Whoever it is that is asked: a node, or a cache in front of one. */
    private record Door(String name, URI uri) {}

    private static List<String> reads(String channel, long head) {
        String path = "/v1/channels/" + channel;
        return List.of(
                path,
                path + "/events",
                path + "/events?after=0&limit=2&epoch=1", // full, and for ever as it is
                path + "/events?after=" + (head - 1) + "&wait=1",
                path + "/snapshot",
                path + "/receipts",
                "/v1/stream?channel=" + channel + "@0&wait=1");
    }

    @Test
    void theRemovedAndStrangersAreRefusedAtEveryDoorWhateverACacheHasSeen() throws Exception {
        String channel = "board:doors";
        for (int i = 0; i < 5; i++) {
            boss.append(one.uri("/"), channel, "doors-" + i, EVENT);
        }
        String granted = Client.token("granted", "read", "presence");
        String member = Client.bareToken("member");
        String stays = Client.token("stays", "read", "presence");
        manage("PUT", "/v1/channels/" + channel + "/members/member", "{\"role\":\"manager\"}");
        try (var varnish = new Varnish(two);
                var live = new Onlooker(varnish.blind(), channel, "granted", granted);
                var asWell = new Onlooker(varnish.usual(), channel, "member", member)) {
            var doors = List.of(
                    new Door("one", one.uri("/")),
                    new Door("two", two.uri("/")),
                    new Door("Varnish", varnish.usual()),
                    new Door("blind Varnish", varnish.blind()));
            theCacheKeepsWhatItMay(varnish);
            String ticket = ticket(channel, granted);
            everybodyReads(doors, channel, List.of(stays, granted, member), ticket);

            var waiting = new ArrayList<FutureTask<HttpResponse<String>>>();
            for (Door door : doors) {
                waiting.add(begin(() -> get(door, "/v1/channels/" + channel + "/events?after=6&wait=30", granted)));
                waiting.add(begin(() -> get(door, "/v1/stream?channel=" + channel + "@6&wait=30", member)));
            }
            eventually(() -> assertThat(boss.get(two.uri("/"), "/v1/channels/" + channel))
                    .isNotNull());
            long seq = manage("DELETE", "/v1/channels/" + channel + "/members/member", "")
                    .path("seq")
                    .asLong();
            manage("DELETE", "/v1/channels/" + channel + "/members/granted", "");
            boss.append(one.uri("/"), channel, "doors-after", EVENT);

            for (var answer : waiting) {
                assertThat(answer.get().body()).doesNotContain("\"seq\":" + (seq + 2), "secret");
            }
            eventually(() -> assertThat(live.ended() && asWell.ended()).isTrue());
            assertThat(live.seq()).isLessThanOrEqualTo(seq);
            assertThat(asWell.seq()).isLessThan(seq);
            nobodyElseReads(doors, channel, List.of(granted, member, Client.bareToken("stranger")), ticket);
            assertThat(get(doors.getLast(), reads(channel, 6).get(1), stays).statusCode())
                    .isEqualTo(200);
        }
    }

    private static HttpResponse<String> get(Door door, String path, String token, String... more) throws Exception {
        var headers = new ArrayList<String>(List.of(more));
        if (!token.isEmpty()) {
            headers.addAll(List.of("Authorization", "Bearer " + token));
        }
        return CLIENT.fetch(door.uri().resolve(path), headers.toArray(String[]::new));
    }

    private static final Client CLIENT = new Client("nobody");

    /** Streams and polls that are open. */
    private double reading(ServerProcess node) throws Exception {
        return boss.fetch(node.admin("/metrics"))
                .body()
                .lines()
                .filter(line -> line.startsWith("tailrace_stream_active"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private void theCacheKeepsWhatItMay(Varnish varnish) throws Exception {
        for (URI door : List.of(varnish.usual(), varnish.blind())) {
            eventually(() -> assertThat(boss.fetch(door.resolve("/problems/forbidden"))
                            .headers()
                            .firstValue("X-Varnish"))
                    .as("two numbers: it was in the cache")
                    .hasValueSatisfying(numbers -> assertThat(numbers).contains(" ")));
        }
    }

    private String ticket(String channel, String token) throws Exception {
        try (var client = new Client("granted", token)) {
            var answer = client.send(one.uri("/"), "POST", "/v1/tickets", "{\"channels\":[\"" + channel + "\"]}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            return Client.json(answer.body()).path("ticket").asText();
        }
    }

    /** Twice, so that what may be cached is. */
    private void everybodyReads(List<Door> doors, String channel, List<String> tokens, String ticket) throws Exception {
        for (Door door : doors) {
            for (String path : reads(channel, 6)) {
                for (int time = 0; time < 2; time++) {
                    for (String token : tokens) {
                        var answer = get(door, path, token);
                        assertThat(answer.statusCode())
                                .as(door.name() + path + answer.body())
                                .isEqualTo(200);
                        assertThat(answer.headers().firstValue("Cache-Control"))
                                .as(path)
                                .hasValueSatisfying(value -> assertThat(value).containsAnyOf("no-store", "private"));
                    }
                }
            }
            String page = reads(channel, 6).get(2) + "&ticket=" + ticket;
            assertThat(get(door, page, "").statusCode()).isEqualTo(200);
            assertThat(get(door, page, "").statusCode()).isEqualTo(200);
        }
    }

    private void nobodyElseReads(List<Door> doors, String channel, List<String> tokens, String ticket)
            throws Exception {
        for (Door door : doors) {
            for (String token : tokens) {
                for (String path : reads(channel, 6)) {
                    var answer = get(door, path, token);
                    assertThat(answer.statusCode())
                            .as(door.name() + path + answer.body())
                            .isEqualTo(403);
                }
                var resumed = get(door, "/v1/stream?channel=" + channel, token, "Last-Event-ID", "3");
                assertThat(resumed.statusCode()).as(door.name()).isEqualTo(403);
            }
            assertThat(get(door, reads(channel, 6).get(2) + "&ticket=" + ticket, "")
                            .statusCode())
                    .as(door.name())
                    .isEqualTo(403);
            assertThat(get(door, reads(channel, 6).get(2), "").statusCode())
                    .as(door.name())
                    .isEqualTo(401);
        }
    }
}

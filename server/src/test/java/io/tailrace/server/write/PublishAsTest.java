package io.tailrace.server.write;

import static io.tailrace.server.write.AppendEventTest.header;
import static io.tailrace.server.write.AppendEventTest.json;
import static io.tailrace.server.write.AppendEventTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tailrace.server.ServerFixture;
import io.tailrace.server.SseReader;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A backend that writes in the name of users, over HTTP. */
class PublishAsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BY_BOB = "{\"type\":\"t\",\"key\":\"k\",\"data\":1,\"by\":\"bob\"}";

    private static ServerFixture node;
    private static String manager;
    private static String backend;

    @BeforeAll
    static void start() {
        node = ServerFixture.start();
        manager = node.token("ada");
        backend = node.token("importer", List.of(ServerFixture.grant("*", "publish_as", "read")));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static HttpResponse<String> append(String channel, String body, String key, String... headers) {
        var all = new java.util.ArrayList<>(List.of("Idempotency-Key", key));
        all.addAll(List.of(headers));
        return node.append(channel, body, backend, all.toArray(String[]::new));
    }

    private static void isBobsByTheBackend(JsonNode event) {
        assertThat(event.path("by").asText()).isEqualTo("bob");
        assertThat(event.path("via").asText()).isEqualTo("importer");
    }

    @Test
    @Tag("R-71")
    void theEventIsTheUsersAndTellsWhoWroteItWhereverItIsSeen() throws IOException {
        try (var live = node.stream("/v1/stream?channel=board:seen", backend)) {
            live.named("open");
            var receipt = json(append("board:seen", BY_BOB, "seen"));
            isBobsByTheBackend(receipt);
            isBobsByTheBackend(JSON.readTree(durable(live).data()));
            var read = json(node.get("/v1/channels/board:seen/events", backend))
                    .path("events")
                    .path(0);
            ((ObjectNode) read).remove("trace");
            assertThat(read).isEqualTo(receipt);
        }
        try (var replay = node.stream("/v1/stream?channel=board:seen@0", backend)) {
            isBobsByTheBackend(JSON.readTree(durable(replay).data()));
        }
        isBobsByTheBackend(json(node.get("/v1/channels/board:seen/snapshot", backend))
                .path("items")
                .path(0));
        isBobsByTheBackend(json(node.get("/v1/stream?channel=board:seen@0&wait=0", backend))
                .at("/frames")
                .findParent("by"));
        var stale = refused(append("board:seen", BY_BOB, "stale", "If-Match", "\"0\""), 412, "precondition-failed");
        isBobsByTheBackend(stale.path("current"));
    }

    private static SseReader.Frame durable(SseReader stream) {
        var frame = stream.next();
        while (!frame.durable()) {
            frame = stream.next();
        }
        return frame;
    }

    @Test
    @Tag("R-10")
    void aRetryGetsTheFirstAnswerAndAnotherNameIsAnotherDraft() throws IOException {
        var first = append("board:again", BY_BOB, "again");
        var again = append("board:again", BY_BOB, "again");
        assertThat(header(again, "Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.body()).isEqualTo(first.body());
        refused(append("board:again", BY_BOB.replace("bob", "eve"), "again"), 422, "idempotency-key-reused");
        var all = node.token("importer", List.of(ServerFixture.grant("*", "publish_as", "write")));
        refused(
                node.append("board:again", BY_BOB.replace(",\"by\":\"bob\"", ""), all, "Idempotency-Key", "again"),
                422,
                "idempotency-key-reused");
        var bob = node.token("bob");
        assertThat(node.append("board:again", BY_BOB, bob, "Idempotency-Key", "again")
                        .statusCode())
                .as("keys of the backend are not the user's")
                .isEqualTo(201);
    }

    @Test
    @Tag("R-71")
    void itTakesTheRightOnThatChannel() throws IOException {
        var writer = node.token("importer", List.of(ServerFixture.grant("*", "read", "write")));
        var elsewhere = node.token(
                "importer",
                List.of(ServerFixture.grant("board:other", "publish_as"), ServerFixture.grant("*", "write")));
        refused(node.append("board:right", BY_BOB, writer), 403, "forbidden");
        refused(node.append("board:right", BY_BOB, elsewhere), 403, "forbidden");
        refused(node.append("pulse:right", BY_BOB, writer), 403, "forbidden");
        node.send("PUT", "/v1/channels/board:right/members/boss", "{\"role\":\"manager\"}", manager);
        refused(node.append("board:right", BY_BOB, node.token("boss", List.of())), 403, "forbidden");
        refused(append("board:right", BY_BOB.replace(",\"by\":\"bob\"", ""), "own"), 403, "forbidden");
        assertThat(json(node.get("/v1/channels/board:right/events", manager))
                        .path("head")
                        .asLong())
                .as("only the membership")
                .isEqualTo(1);

        var bob = node.token("bob", List.of(ServerFixture.grant("*", "write")));
        var own = json(node.append("board:right", BY_BOB, bob));
        assertThat(own.path("by").asText()).isEqualTo("bob");
        assertThat(own.has("via")).isFalse();
    }

    @Test
    @Tag("R-15")
    void theItemsOfABatchAreEachInTheirName() throws IOException {
        var mixed = node.token(
                "importer",
                List.of(ServerFixture.grant("board:*", "publish_as"), ServerFixture.grant("board:batch", "write")));
        var results = results(
                mixed,
                item("p1", "board:batch", ",\"by\":\"bob\""),
                item("p2", "board:batch", ""),
                item("p3", "board:batch", ",\"by\":\"eve\""),
                item("p4", "board:batch2", ""),
                item("p5", "board:batch2", ",\"by\":\"bob\""),
                item("p6", "chat:batch", ",\"by\":\"bob\""),
                item("p1", "board:batch", ",\"by\":\"bob\""));
        assertThat(results)
                .extracting(result -> result.path("status").asInt())
                .containsExactly(201, 201, 201, 403, 201, 403, 201);
        assertThat(results)
                .extracting(result -> result.at("/receipt/by").asText() + "/"
                        + result.at("/receipt/via").asText())
                .containsExactly("bob/importer", "importer/", "eve/importer", "/", "bob/importer", "/", "bob/importer");
        assertThat(results.getLast().path("replayed").asBoolean()).isTrue();

        var entries = json(node.get("/v1/audit?limit=1000", manager)).path("entries");
        assertThat(StreamSupport.stream(entries.spliterator(), false)
                        .filter(entry -> entry.path("subject").asText().startsWith("board:batch"))
                        .map(entry -> entry.path("action").asText() + " "
                                + entry.path("subject").asText() + " "
                                + entry.path("by").asText() + " "
                                + entry.path("address").asText() + " "
                                + entry.path("detail")))
                .containsExactlyInAnyOrder(
                        "event.published_as board:batch importer 127.0.0.1"
                                + " {\"by\":\"bob\",\"events\":1,\"first_seq\":1,\"last_seq\":1}",
                        "event.published_as board:batch importer 127.0.0.1"
                                + " {\"by\":\"eve\",\"events\":1,\"first_seq\":3,\"last_seq\":3}",
                        "event.published_as board:batch2 importer 127.0.0.1"
                                + " {\"by\":\"bob\",\"events\":1,\"first_seq\":1,\"last_seq\":1}");
    }

    private static List<JsonNode> results(String token, String... items) throws IOException {
        var answer = node.post("/v1/writes", "{\"writes\":[" + String.join(",", items) + "]}", token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return StreamSupport.stream(json(answer).path("results").spliterator(), false)
                .toList();
    }

    private static String item(String key, String channel, String by) {
        return "{\"idempotency_key\":\"" + key + "\",\"channel\":\"" + channel + "\",\"type\":\"t\",\"data\":1" + by
                + "}";
    }

    @Test
    @Tag("R-72")
    void nobodyWritesInTheNameOfWhoWasShutOut() throws IOException {
        append("board:shut", BY_BOB, "before");
        node.send("DELETE", "/v1/channels/board:shut/members/bob", null, manager);
        refused(append("board:shut", BY_BOB, "after"), 403, "forbidden");
        assertThat(append("board:shut", BY_BOB.replace("bob", "eve"), "eve").statusCode())
                .isEqualTo(201);
        assertThat(append("board:shut", BY_BOB, "before").statusCode()).isEqualTo(201);

        var rex = BY_BOB.replace("bob", "rex");
        assertThat(append("pulse:shut", rex, "passed").statusCode()).isEqualTo(202);
        node.post("/v1/revocations", "{\"kind\":\"user\",\"subject\":\"rex\"}", manager);
        refused(append("board:shut", rex, "revoked"), 403, "forbidden");
        refused(append("pulse:shut", rex, "revoked-too"), 403, "forbidden");
    }

    @Test
    void whatIsOnlyPassedOnTellsItToo() throws IOException {
        try (var live = node.stream("/v1/stream?channel=pulse:told", backend)) {
            live.named("open");
            assertThat(append("pulse:told", BY_BOB, "told").statusCode()).isEqualTo(202);
            isBobsByTheBackend(JSON.readTree(live.named("signal").data()));
        }
    }

    @Test
    @Tag("R-70")
    void aBackendOfAnotherTenantWritesInItsOwn() throws IOException {
        var rival = node.token(
                "importer",
                Map.of("tenant", "rival", "grants", List.of(ServerFixture.grant("*", "publish_as", "read", "manage"))));
        append("board:walls", BY_BOB, "walls");
        node.send("DELETE", "/v1/channels/board:walls/members/bob", null, rival);
        assertThat(append("board:walls", BY_BOB, "walls-2").statusCode()).isEqualTo(201);
        refused(node.append("board:walls", BY_BOB, rival), 403, "forbidden");
        var theirs = json(node.append("board:walls", BY_BOB.replace("bob", "eve"), rival, "Idempotency-Key", "walls"));
        assertThat(theirs.path("seq").asInt()).isEqualTo(2);
        assertThat(json(node.get("/v1/channels/board:walls/events", backend))
                        .path("head")
                        .asLong())
                .isEqualTo(2);
        assertThat(node.get("/v1/audit", rival).body())
                .contains("\"subject\":\"board:walls\"")
                .doesNotContain("\"by\":\"bob\",\"events\"");
    }
}

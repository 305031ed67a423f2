package io.tailrace.server.cursors;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tailrace.server.ServerFixture;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Live cursors between two nodes, over real sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CursorsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ServerFixture node;
    private ServerFixture other;

    @BeforeAll
    void start() {
        node = ServerFixture.start();
        other = node.another();
    }

    @AfterAll
    void stop() {
        other.close();
        node.close();
    }

    static RawSocket open(ServerFixture at, String channel, String user) throws IOException {
        var socket = RawSocket.open(at.uri("/v1/channels/" + channel + "/cursors"), at.token(user));
        assertThat(socket.status()).as(socket.head()).isEqualTo(101);
        return socket;
    }

    /** Reads frames into a picture until it is as wanted. */
    static Map<String, String> until(RawSocket socket, Predicate<Map<String, String>> wanted) throws IOException {
        var picture = new TreeMap<String, String>();
        while (!wanted.test(picture)) {
            apply(socket.next(), picture);
        }
        return picture;
    }

    private static void apply(JsonNode frame, Map<String, String> picture) {
        frame.path("cursors").forEach(cursor -> {
            assertThat(Instant.parse(cursor.path("at").asText())).isNotNull();
            picture.put(cursor.path("user").asText(), cursor.path("cursor").toString());
        });
        frame.path("left").forEach(left -> picture.remove(left.path("user").asText()));
    }

    static void point(RawSocket socket, int x) throws IOException {
        socket.send("{\"cursor\":{\"x\":" + x + "}}");
    }

    @Test
    @Tag("R-33")
    void whereSomebodyPointsIsSeenOnBothNodesButNotByItself() throws IOException {
        try (var ada = open(node, "doc:both", "ada");
                var bob = open(node, "doc:both", "bob");
                var cy = open(other, "doc:both", "cy")) {
            assertThat(ada.head()).contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            eventuallyHears(ada, cy);
            point(ada, 7);
            until(bob, picture -> "{\"x\":7}".equals(picture.get("ada")));
            until(cy, picture -> "{\"x\":7}".equals(picture.get("ada")));
            point(bob, 8);
            assertThat(until(ada, picture -> "{\"x\":8}".equals(picture.get("bob"))))
                    .doesNotContainKey("ada");
            ada.send("{\"cursor\":null}");
            var picture = new TreeMap<>(Map.of("ada", "there"));
            while (picture.containsKey("ada")) {
                apply(cy.next(), picture);
            }
        }
    }

    /** Until the other node listens. */
    private static void eventuallyHears(RawSocket from, RawSocket to) {
        eventually(() -> {
            point(from, 1);
            assertThat(to.next().path("cursors")).isNotEmpty();
        });
    }

    @Test
    @Tag("R-33")
    @Tag("R-41")
    void ofManyMovesTheLastIsSeenInFewFrames() throws IOException {
        try (var ada = open(node, "doc:many", "ada");
                var bob = open(node, "doc:many", "bob")) {
            for (int i = 1; i <= 400; i++) {
                point(ada, i);
            }
            int frames = 0;
            var picture = new TreeMap<String, String>();
            while (!"{\"x\":400}".equals(picture.get("ada"))) {
                apply(bob.next(), picture);
                frames++;
            }
            assertThat(frames).isLessThan(100);
        }
    }

    @Test
    @Tag("R-33")
    void whoComesLaterSeesWhereOthersPoint() throws IOException {
        try (var ada = open(node, "doc:late", "ada")) {
            point(ada, 3);
            try (var late = open(other, "doc:late", "late")) {
                until(late, picture -> "{\"x\":3}".equals(picture.get("ada")));
            }
            try (var here = open(node, "doc:late", "here")) {
                until(here, picture -> "{\"x\":3}".equals(picture.get("ada")));
            }
        }
    }

    @Test
    @Tag("R-54")
    void whoLeavesIsSeenToHaveLeft() throws IOException {
        try (var bob = open(other, "doc:leave", "bob")) {
            try (var ada = open(node, "doc:leave", "ada")) {
                eventuallyHears(ada, bob);
            }
            var picture = new TreeMap<>(Map.of("ada", "there"));
            while (picture.containsKey("ada")) {
                apply(bob.next(), picture);
            }
        }
    }

    @Test
    @Tag("R-40")
    @Tag("R-41")
    void aClientThatDoesNotReadGetsFewerFramesAndTheLatest() throws Exception {
        try (var ada = open(node, "doc:slow", "ada");
                var slow = RawSocket.open(node.uri("/v1/channels/doc:slow/cursors"), node.token("slow"), 1_024);
                var quick = open(node, "doc:slow", "quick")) {
            String pad = "x".repeat(450);
            var picture = new TreeMap<String, String>();
            for (int i = 1; i <= 600; i++) {
                ada.send("{\"cursor\":{\"x\":" + i + ",\"pad\":\"" + pad + "\"}}");
                if (i % 3 == 0) {
                    apply(quick.next(), picture);
                }
            }
            var last = new TreeMap<String, String>();
            int frames = 0;
            while (!last.getOrDefault("ada", "").startsWith("{\"x\":600,")) {
                apply(slow.next(), last);
                frames++;
            }
            assertThat(frames).isLessThan(600);
        }
    }

    @Test
    @Tag("R-50")
    void credentialsAndRightsAreCheckedBeforeItIsAWebSocket() throws Exception {
        var path = "/v1/channels/doc:rights/cursors";
        assertThat(status(node, path, "")).isEqualTo(401);
        assertThat(status(node, path, "nonsense")).isEqualTo(401);
        assertThat(status(node, path, node.token("u", List.of(ServerFixture.grant("doc:*", "read", "presence")))))
                .isEqualTo(403);
        assertThat(status(node, path, node.token("u", List.of(ServerFixture.grant("doc:*", "cursors")))))
                .isEqualTo(101);
        assertThat(status(node, "/v1/channels/chat:1/cursors", node.token("u"))).isEqualTo(409);
        assertThat(status(node, "/v1/channels/%20/cursors", node.token("u"))).isEqualTo(400);
        assertThat(status(node, path, node.token("u"), "Sec-WebSocket-Protocol: chat"))
                .isEqualTo(400);
        assertThat(status(node, path, node.token("u"), "Sec-WebSocket-Key: short"))
                .isEqualTo(400);
        assertThat(status(node, path, node.token("u"), "Sec-WebSocket-Version: 8"))
                .isEqualTo(426);
        assertThat(status(node, path, node.token("u"), "Upgrade: h2c")).isEqualTo(426);
        HttpResponse<String> plain = node.get(path, node.token("u"));
        assertThat(plain.statusCode()).isEqualTo(426);
        assertThat(plain.body()).contains("/problems/websocket-required");
    }

    private static int status(ServerFixture at, String path, String token, String... headers) throws IOException {
        try (var socket = RawSocket.open(at.uri(path), token, headers)) {
            return socket.status();
        }
    }

    @Test
    @Tag("R-50")
    void aTicketOpensWhatItIsForAndOnlyFromOurOwnPages() throws IOException {
        var token = node.token("ada");
        var cursors = ticket(token, "cursors");
        var stream = ticket(token, "stream");
        var path = "/v1/channels/doc:ticket/cursors?ticket=";
        assertThat(status(node, path + cursors, "")).isEqualTo(101);
        assertThat(status(node, path + cursors, "", "Origin: http://127.0.0.1:" + node.port()))
                .isEqualTo(101);
        assertThat(status(node, path + cursors, "", "Origin: https://evil.example"))
                .isEqualTo(403);
        assertThat(status(node, path + stream, "")).isEqualTo(401);
        assertThat(status(node, "/v1/channels/doc:other/cursors?ticket=" + cursors, ""))
                .isEqualTo(403);
        assertThat(node.get("/v1/stream?channel=doc:ticket&wait=0&ticket=" + cursors, "")
                        .statusCode())
                .isEqualTo(401);
    }

    private String ticket(String token, String purpose) throws IOException {
        var answer = node.post("/v1/tickets", "{\"channels\":[\"doc:ticket\"],\"for\":\"" + purpose + "\"}", token);
        assertThat(answer.statusCode()).isEqualTo(201);
        return JSON.readTree(answer.body()).path("ticket").asText();
    }

    @Test
    @Tag("R-70")
    void anotherTenantSeesNothing() throws IOException {
        var eve = node.token("eve", Map.of("tenant", "evil", "grants", List.of(ServerFixture.grant("*", "cursors"))));
        try (var foreign = RawSocket.open(node.uri("/v1/channels/doc:walls/cursors"), eve);
                var ada = open(node, "doc:walls", "ada");
                var bob = open(node, "doc:walls", "bob")) {
            point(ada, 1);
            until(bob, picture -> picture.containsKey("ada"));
            foreign.frame(0x89, "x".getBytes(StandardCharsets.UTF_8));
            assertThat(foreign.next().asText()).isEqualTo("pong");
        }
    }

    @Test
    @Tag("R-71")
    void credentialsEndAndMayBeRenewed() throws IOException {
        var soon = node.token(
                "ada",
                Map.of(
                        "exp", Date.from(Instant.now().plusSeconds(2)),
                        "grants", List.of(ServerFixture.grant("*", "cursors"))));
        try (var ends = RawSocket.open(node.uri("/v1/channels/doc:ends/cursors"), soon);
                var goesOn = RawSocket.open(node.uri("/v1/channels/doc:ends/cursors"), soon);
                var stolen = RawSocket.open(node.uri("/v1/channels/doc:ends/cursors"), soon)) {
            assertThat(goesOn.next().path("event").asText()).isEqualTo("auth.expiring");
            goesOn.send("{\"token\":\"" + node.token("ada") + "\"}");
            stolen.send("{\"token\":\"" + node.token("bob") + "\"}");
            assertThat(stolen.closed()).isEqualTo(4403);
            assertThat(ends.closed()).isEqualTo(4401);
            goesOn.frame(0x89, new byte[0]);
            assertThat(goesOn.next().asText()).isEqualTo("pong");
        }
    }

    @Test
    @Tag("R-74")
    void whoIsRemovedIsClosedOnEveryNode() throws IOException {
        var boss = node.token("boss");
        node.append("doc:removed", "{\"type\":\"made\",\"data\":1}", boss);
        node.send("PUT", "/v1/channels/doc:removed/members/mem", "{\"role\":\"viewer\"}", boss);
        var member = node.token("mem", List.of());
        try (var here = RawSocket.open(node.uri("/v1/channels/doc:removed/cursors"), member);
                var there = RawSocket.open(other.uri("/v1/channels/doc:removed/cursors"), member)) {
            assertThat(here.status()).isEqualTo(101);
            assertThat(there.status()).isEqualTo(101);
            node.send("DELETE", "/v1/channels/doc:removed/members/mem", null, boss);
            assertThat(here.closed()).isEqualTo(4403);
            assertThat(there.closed()).isEqualTo(4403);
        }
    }

    @Test
    @Tag("R-33")
    void whereNoWebSocketGetsThroughASignalPoints() throws IOException {
        try (var bob = open(other, "doc:signalled", "bob")) {
            eventually(() -> {
                assertThat(node.post(
                                        "/v1/channels/doc:signalled/signals",
                                        "{\"kind\":\"cursor\",\"data\":{\"x\":5}}",
                                        node.token("ada"))
                                .statusCode())
                        .isEqualTo(202);
                assertThat(bob.next().path("cursors").path(0).path("user").asText())
                        .isEqualTo("ada");
            });
            node.post("/v1/channels/doc:signalled/signals", "{\"kind\":\"cursor\",\"data\":null}", node.token("ada"));
            var picture = new TreeMap<>(Map.of("ada", "there"));
            while (picture.containsKey("ada")) {
                apply(bob.next(), picture);
            }
        }
    }

    @Test
    void messagesAreAsTheirSchemaSays() throws IOException {
        var text = node.get("/cursors.v1.schema.json", "").body();
        var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(JSON.readTree(text).toString(), InputFormat.JSON);
        try (var ada = open(node, "doc:schema", "ada");
                var bob = open(node, "doc:schema", "bob")) {
            point(ada, 1);
            assertThat(schema.validate(bob.next().toString(), InputFormat.JSON)).isEmpty();
            ada.send("{\"cursor\":null}");
            assertThat(schema.validate(bob.next().toString(), InputFormat.JSON)).isEmpty();
        }
        var expiring = new String(Cursor.Expiring.json(Instant.now()), StandardCharsets.UTF_8);
        assertThat(schema.validate(expiring, InputFormat.JSON)).isEmpty();
        assertThat(schema.validate("{\"cursor\":{\"x\":1}}", InputFormat.JSON)).isEmpty();
        assertThat(schema.validate("{\"cursor\":7}", InputFormat.JSON)).isNotEmpty();
    }

    @Test
    void aUserMayHaveSoManySockets() throws IOException {
        var sockets = new java.util.ArrayList<RawSocket>();
        try {
            for (int i = 0; i < Cursors.MAX_OF_USER; i++) {
                sockets.add(open(node, "doc:full", "ada"));
            }
            eventually(() -> assertThat(status(node, "/v1/channels/doc:full/cursors", node.token("ada")))
                    .isEqualTo(429));
            assertThat(status(node, "/v1/channels/doc:full/cursors", node.token("bob")))
                    .isEqualTo(101);
        } finally {
            for (RawSocket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    @Tag("R-52")
    void aNodeThatStopsSendsItsSocketsAway() throws IOException {
        try (var third = node.another();
                var ada = open(third, "doc:drain", "ada")) {
            third.drain();
            assertThat(ada.closed()).isEqualTo(1001);
        }
    }
}

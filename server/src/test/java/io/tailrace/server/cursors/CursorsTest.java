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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    private static RawSocket open(ServerFixture at, String channel, String user) throws IOException {
        var socket = RawSocket.open(at.uri("/v1/channels/" + channel + "/cursors"), at.token(user));
        assertThat(socket.status()).as(socket.head()).isEqualTo(101);
        return socket;
    }

    /** Reads frames into a picture until it is as wanted. */
    private static Map<String, String> until(RawSocket socket, Predicate<Map<String, String>> wanted)
            throws IOException {
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

    private static void point(RawSocket socket, int x) throws IOException {
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

    @ParameterizedTest(name = "{0} closes with {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    not json                         | 1008
                    {"cursor":{"x":NaN}}             | 1008
                    {"cursor":{"x":1e999999999}}     | 0
                    {"cursor":{"x":Infinity}}        | 1008
                    {"cursor":7}                     | 1008
                    {"cursor":"here"}                | 1008
                    {"cursor":[1]}                   | 1008
                    {}                               | 1008
                    []                               | 1008
                    {"cursor":{},"cursor":{}}        | 1008
                    {"cursor":{"a":1,"a":2}}         | 1008
                    {"cursor":{},"more":1}           | 1008
                    {"cursor":{},"token":"x"}        | 1008
                    {"cursor":{"\\u0000":1}}         | 1008
                    {"token":"nonsense"}             | 4401
                    {"token":7}                      | 1008
                    """)
    void badMessagesCloseTheirSocketAndNoOther(String message, int code) throws IOException {
        try (var bad = open(node, "doc:bad", "bad");
                var good = open(node, "doc:bad", "good");
                var witness = open(node, "doc:bad", "witness")) {
            bad.send(message.strip());
            if (code == 0) {
                until(witness, picture -> picture.containsKey("bad"));
            } else {
                assertThat(bad.closed()).isEqualTo(code);
            }
            point(good, 5);
            until(witness, picture -> picture.containsKey("good"));
        }
    }

    @Test
    void badFramesCloseTheirSocketAndNoOther() throws IOException {
        var text = "{\"cursor\":{}}".getBytes(StandardCharsets.UTF_8);
        assertThat(closedBy(0x82, text)).isEqualTo(1003);
        assertThat(closedBy(0x83, text)).isEqualTo(1002);
        assertThat(closedBy(0xc1, text)).isEqualTo(1002);
        assertThat(closedBy(0x80, text)).isEqualTo(1002);
        assertThat(closedBy(0x09, text)).isEqualTo(1002);
        assertThat(closedBy(0x81, new byte[1 << 20])).isEqualTo(1009);
        assertThat(closedBy(0x81, new byte[] {(byte) 0xff})).isEqualTo(1007);
        assertThat(closedBy(0x89, new byte[126])).isEqualTo(1002);
        try (var unmasked = open(node, "doc:frames", "bad")) {
            unmasked.raw(new byte[] {(byte) 0x81, 2, '{', '}'});
            assertThat(unmasked.closed()).isEqualTo(1002);
        }
        try (var endless = open(node, "doc:frames", "bad")) {
            endless.raw(new byte[] {(byte) 0x81, (byte) 0xff, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0});
            assertThat(endless.closed()).isEqualTo(1009);
        }
    }

    private int closedBy(int first, byte[] payload) throws IOException {
        try (var bad = open(node, "doc:frames", "bad")) {
            try {
                bad.frame(first, payload);
            } catch (IOException cut) {
                // it was closed before all was sent
            }
            return bad.closed();
        }
    }

    @Test
    void messagesMayComeInPiecesAndPingsBetweenThem() throws IOException {
        try (var ada = open(node, "doc:pieces", "ada");
                var bob = open(node, "doc:pieces", "bob")) {
            byte[] first = RawSocket.encoded(0x01, "{\"cursor\":".getBytes(StandardCharsets.UTF_8));
            for (byte each : first) {
                ada.raw(new byte[] {each});
            }
            ada.frame(0x89, new byte[] {1});
            assertThat(ada.next().asText()).isEqualTo("pong");
            ada.frame(0x80, "{\"x\":9}}".getBytes(StandardCharsets.UTF_8));
            until(bob, picture -> "{\"x\":9}".equals(picture.get("ada")));
        }
    }

    @Test
    @Tag("R-75")
    void aFloodEndsWhoMakesIt() throws IOException {
        try (var flood = open(node, "doc:flood", "flood");
                var good = open(node, "doc:flood", "good");
                var witness = open(node, "doc:flood", "witness")) {
            var sending = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 10_000; i++) {
                        point(flood, i);
                    }
                } catch (IOException cut) {
                    // as it should be
                }
            });
            assertThat(flood.closed()).isIn(1008, 0); // a reset may overtake the frame
            point(good, 1);
            until(witness, picture -> picture.containsKey("good"));
            sending.interrupt();
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

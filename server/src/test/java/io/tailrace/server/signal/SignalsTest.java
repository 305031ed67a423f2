package io.tailrace.server.signal;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.server.ServerFixture;
import io.tailrace.server.SseReader;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Signals, receipts and ephemeral events between two nodes, over real connections. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignalsTest {

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

    /** A reader on the other node that hears what is signalled on this one. */
    private SseReader reading(String channel) {
        return reading(channel, channel + "=");
    }

    private SseReader reading(String channel, String probe) {
        var reader = SseReader.open(other.uri("/v1/stream?channel=" + channel), other.token("reader"));
        reader.named("open");
        eventually(
                () -> { // its node has to be heard by the bus first
                    signal(channel, "{\"kind\":\"probe\",\"resource\":\"" + probe + "\"}", "prober");
                    assertThat(reader.next(java.time.Duration.ofMillis(300))).isPresent();
                });
        return reader;
    }

    private HttpResponse<String> signal(String channel, String json, String user) {
        return node.post("/v1/channels/" + channel + "/signals", json, node.token(user));
    }

    private static JsonNode data(SseReader reader, String event, String by) throws IOException {
        while (true) {
            var data = JSON.readTree(reader.named(event).data());
            if (data.path("by").asText(data.path("user").asText()).equals(by)) {
                return data;
            }
        }
    }

    private static JsonNode refused(HttpResponse<String> response, int status, String problem) throws IOException {
        assertThat(response.statusCode()).isEqualTo(status);
        var body = JSON.readTree(response.body());
        assertThat(body.path("type").asText()).isEqualTo("/problems/" + problem);
        return body;
    }

    @Test
    @Tag("R-32")
    void whoTypesIsSeenOnAnotherNodeAndStopsByItself() throws IOException {
        try (var reader = reading("chat:typing")) {
            assertThat(signal("chat:typing", "{\"kind\":\"typing\",\"resource\":\"card:7\"}", "ada")
                            .statusCode())
                    .isEqualTo(202);
            var typing = data(reader, "signal", "ada");
            assertThat(typing.path("kind").asText()).isEqualTo("typing");
            assertThat(typing.path("resource").asText()).isEqualTo("card:7");
            assertThat(typing.has("seq")).isFalse();
            var ended = data(reader, "signal", "ada");
            assertThat(ended.path("data").asBoolean(true)).isFalse();
            assertThat(ended.path("resource").asText()).isEqualTo("card:7");
        }
    }

    @Test
    @Tag("R-32")
    void ofABurstTheLastIsSeenAndFewOthers() throws IOException {
        try (var reader = reading("chat:burst")) {
            for (int i = 1; i <= 50; i++) {
                signal("chat:burst", "{\"kind\":\"wave\",\"data\":" + i + "}", "ada");
            }
            int seen = 1;
            while (data(reader, "signal", "ada").path("data").asInt() < 50) {
                seen++;
            }
            assertThat(seen).isLessThan(30);
        }
    }

    @Test
    void whatIsSignalledIsNotKeptAndComesWithoutAPosition() throws IOException {
        try (var reader = reading("chat:fleeting")) {
            signal("chat:fleeting", "{\"kind\":\"wave\",\"data\":{\"text\":\"a\\r\\nid: 7\\n\\nevent: end\"}}", "ada");
            var frame = reader.named("signal");
            while (!String.valueOf(frame.data()).contains("wave")) {
                frame = reader.named("signal");
            }
            assertThat(frame.id()).isNull();
            assertThat(JSON.readTree(frame.data()).path("data").path("text").asText())
                    .isEqualTo("a\r\nid: 7\n\nevent: end");
            var history = node.get("/v1/channels/chat:fleeting/events?after=0", node.token("ada"));
            assertThat(JSON.readTree(history.body()).path("events")).isEmpty();
        }
    }

    @Test
    @Tag("R-20")
    void eventsOfAnEphemeralChannelReachWhoeverReads() throws IOException {
        try (var reader = SseReader.open(other.uri("/v1/stream?channel=pulse:now"), other.token("reader"))) {
            reader.named("open");
            eventually(() -> {
                assertThat(node.append("pulse:now", "{\"type\":\"probe\",\"data\":1}", node.token("prober"))
                                .statusCode())
                        .isEqualTo(202);
                assertThat(reader.next(java.time.Duration.ofMillis(300))).isPresent();
            });
            node.append(
                    "pulse:now",
                    "{\"type\":\"heart.beat\",\"key\":\"k\",\"ref\":\"mine\",\"data\":{\"bpm\":1e400}}",
                    node.token("ada"));
            var event = reader.named("signal");
            while (String.valueOf(event.data()).contains("probe")) {
                event = reader.named("signal");
            }
            assertThat(event.data()).contains("\"bpm\":1e400");
            var data = JSON.readTree(event.data());
            assertThat(data.path("type").asText()).isEqualTo("heart.beat");
            assertThat(data.path("key").asText()).isEqualTo("k");
            assertThat(data.path("ref").asText()).isEqualTo("mine");
            assertThat(data.path("by").asText()).isEqualTo("ada");
        }
    }

    @Test
    @Tag("R-32")
    void aReceiptIsKeptToldAndNeverGoesBack() throws IOException {
        for (int i = 0; i < 3; i++) {
            node.append("chat:read", "{\"type\":\"said\",\"data\":" + i + "}", node.token("bob"));
        }
        try (var reader = reading("chat:read")) {
            receipt("chat:read", 2, "ada");
            assertThat(data(reader, "receipt", "ada").path("seq").asLong()).isEqualTo(2);
            receipt("chat:read", 1, "ada");
            receipt("chat:read", 99, "ada");
            assertThat(data(reader, "receipt", "ada").path("seq").asLong()).isEqualTo(3);
            receipt("chat:read", 1, "bob");
            assertThat(data(reader, "receipt", "bob").path("seq").asLong()).isEqualTo(1);
            var kept = other.get("/v1/channels/chat:read/receipts?limit=1", other.token("reader"));
            var page = JSON.readTree(kept.body());
            assertThat(page.path("receipts").path(0).path("user").asText()).isEqualTo("ada");
            assertThat(page.path("receipts").path(0).path("seq").asLong()).isEqualTo(3);
            var next = other.get(
                    "/v1/channels/chat:read/receipts?after=" + page.path("next").asText(), other.token("reader"));
            assertThat(JSON.readTree(next.body())
                            .path("receipts")
                            .path(0)
                            .path("user")
                            .asText())
                    .isEqualTo("bob");
        }
    }

    private void receipt(String channel, long seq, String user) {
        assertThat(node.send("PUT", "/v1/channels/" + channel + "/receipt", "{\"seq\":" + seq + "}", node.token(user))
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    @Tag("R-21")
    void aPollBringsWhatAStreamWould() throws Exception {
        var token = other.token("reader");
        try (var probe = reading("chat:polled")) {
            var first = JSON.readTree(
                    other.get("/v1/stream?channel=chat:polled&wait=0", token).body());
            var answer = new String[1];
            var poll = Thread.ofVirtual()
                    .start(() -> answer[0] = other.get(
                                    "/v1/stream?channel=chat:polled&wait=25&last_event_id="
                                            + first.path("id").asText(),
                                    token)
                            .body());
            eventually(() -> {
                signal("chat:polled", "{\"kind\":\"wave\"}", "ada");
                assertThat(poll.isAlive()).isFalse();
            });
            assertThat(JSON.readTree(answer[0]).path("frames")).anySatisfy(frame -> {
                assertThat(frame.path("event").asText()).isEqualTo("signal");
                assertThat(frame.path("data").path("kind").asText()).isIn("wave", "probe");
            });
        }
    }

    @Test
    @Tag("R-70")
    void anotherTenantHearsNothing() throws IOException {
        try (var foreign = SseReader.open(
                        other.uri("/v1/stream?channel=chat:walls"),
                        other.token(
                                "eve",
                                Map.of(
                                        "tenant",
                                        "evil",
                                        "grants",
                                        List.of(ServerFixture.grant("*", "read", "presence")))));
                var reader = reading("chat:walls")) {
            foreign.named("open");
            signal("chat:walls", "{\"kind\":\"secret\"}", "ada");
            data(reader, "signal", "ada");
            node.post(
                    "/v1/channels/chat:walls/signals",
                    "{\"kind\":\"theirs\"}",
                    node.token(
                            "mallory",
                            Map.of("tenant", "evil", "grants", List.of(ServerFixture.grant("*", "presence")))));
            assertThat(foreign.named("signal").data()).contains("theirs");
        }
    }

    @Test
    void theContractDecidesWhatThereIs() throws IOException {
        var manager = node.token("boss");
        node.send("PUT", "/v1/namespaces/quiet", "{\"signals\":false,\"receipts\":false}", manager);
        refused(signal("quiet:1", "{\"kind\":\"typing\"}", "ada"), 409, "not-offered");
        refused(node.send("PUT", "/v1/channels/quiet:1/receipt", "{\"seq\":1}", manager), 409, "not-offered");
        refused(node.get("/v1/channels/quiet:1/receipts", manager), 409, "not-offered");
        refused(node.send("PUT", "/v1/channels/pulse:1/receipt", "{\"seq\":1}", manager), 409, "not-offered");
        refused(
                node.send("PUT", "/v1/namespaces/odd", "{\"durability\":\"ephemeral\",\"receipts\":true}", manager),
                400,
                "json-malformed");
    }

    @Test
    @Tag("R-70")
    void whoHasNoRightSignalsNothing() throws IOException {
        var reader = node.token("eve", List.of(ServerFixture.grant("chat:*", "read")));
        refused(node.post("/v1/channels/chat:rights/signals", "{\"kind\":\"typing\"}", reader), 403, "forbidden");
        var present = node.token("eve", List.of(ServerFixture.grant("chat:*", "presence")));
        refused(node.send("PUT", "/v1/channels/chat:rights/receipt", "{\"seq\":1}", present), 403, "forbidden");
        refused(node.get("/v1/channels/chat:rights/receipts", present), 403, "forbidden");
        refused(node.post("/v1/channels/chat:rights/signals", "{\"kind\":\"typing\"}", ""), 401, "unauthenticated");
    }
}

package io.tailrace.server.manage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.server.ServerFixture;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Channels, members, contracts and revocations over HTTP. */
class ManagementTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EVENT = "{\"type\":\"t\",\"data\":1}";

    private static ServerFixture node;
    private static String manager;

    @BeforeAll
    static void start() {
        node = ServerFixture.start();
        manager = node.token("ada");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aDeletedChannelGoesOnAfterItsHead() throws IOException {
        assertThat(put("/v1/channels/chat:gone", "{}").statusCode()).isEqualTo(201);
        node.append("chat:gone", EVENT, manager);
        node.append("chat:gone", EVENT, manager);
        assertThat(put("/v1/channels/chat:gone", null).statusCode()).isEqualTo(200);
        var described = json(node.get("/v1/channels/chat:gone", manager));
        assertThat(described.path("head").asInt()).isEqualTo(2);
        assertThat(described.path("contract").path("state").asText()).isEqualTo("none");

        assertThat(delete("/v1/channels/chat:gone").statusCode()).isEqualTo(204);
        assertThat(delete("/v1/channels/chat:gone").statusCode()).isEqualTo(204);
        refused(node.get("/v1/channels/chat:gone", manager), 404, "channel-not-found");

        assertThat(json(node.append("chat:gone", EVENT, manager)).path("seq").asInt())
                .isEqualTo(3);
        refused(node.get("/v1/channels/chat:gone/events?after=0", manager), 410, "below-floor");
    }

    @Test
    void aNamespaceMayWantItsChannelsMade() throws IOException {
        contract("made", "{\"create\":\"explicit\"}");
        refused(node.append("made:a", EVENT, manager), 404, "channel-not-found");
        put("/v1/channels/made:a", "{}");
        assertThat(node.append("made:a", EVENT, manager).statusCode()).isEqualTo(201);
        delete("/v1/channels/made:a");
        refused(node.append("made:a", EVENT, manager), 404, "channel-not-found");
    }

    @Test
    @Tag("R-71")
    void membersMayWhatTheirRoleSaysUntilTheyAreRemoved() throws IOException {
        var bob = node.token("bob", List.of());
        refused(node.append("board:team", EVENT, bob), 403, "forbidden");
        var added = put("/v1/channels/board:team/members/bob", "{\"role\":\"editor\"}");
        assertThat(json(added).path("seq").asInt()).isEqualTo(1);
        assertThat(json(node.get("/v1/channels/board:team/members/bob", manager))
                        .path("role")
                        .asText())
                .isEqualTo("editor");
        assertThat(node.append("board:team", EVENT, bob).statusCode()).isEqualTo(201);
        refused(send("PUT", "/v1/channels/board:team/members/eve", "{\"role\":\"viewer\"}", bob), 403, "forbidden");

        put("/v1/channels/board:team/members/bob", "{\"role\":\"viewer\"}");
        refused(node.append("board:team", EVENT, bob), 403, "forbidden");
        assertThat(node.get("/v1/channels/board:team/events", bob).statusCode()).isEqualTo(200);

        assertThat(json(delete("/v1/channels/board:team/members/bob"))
                        .path("seq")
                        .asInt())
                .isEqualTo(4);
        refused(node.get("/v1/channels/board:team/events", bob), 403, "forbidden");
        refused(node.get("/v1/channels/board:team/members/bob", manager), 404, "not-found");
    }

    @Test
    @Tag("R-72")
    void aRemovalOutranksGrants() throws IOException {
        var carol = node.token("carol", List.of(ServerFixture.grant("board:*", "read", "write")));
        node.append("board:shut", EVENT, carol);
        delete("/v1/channels/board:shut/members/carol");
        refused(node.append("board:shut", EVENT, carol), 403, "forbidden");
        refused(node.get("/v1/channels/board:shut/events", carol), 403, "forbidden");
        refused(node.get("/v1/channels/board:shut/snapshot", carol), 403, "forbidden");
        assertThat(node.append("board:open", EVENT, carol).statusCode()).isEqualTo(201);
    }

    @Test
    void managersSeeTheMembers() throws IOException {
        put("/v1/channels/board:list/members/zoe", "{\"role\":\"viewer\"}");
        var described = json(node.get("/v1/channels/board:list", manager));
        assertThat(described.path("members")).hasSize(1);
        assertThat(described.path("members").path(0).path("user").asText()).isEqualTo("zoe");
        var zoe = node.token("zoe", List.of());
        assertThat(json(node.get("/v1/channels/board:list", zoe)).has("members"))
                .isFalse();
        refused(node.get("/v1/channels/board:list", node.token("eve", List.of())), 403, "forbidden");
    }

    @Test
    @Tag("R-01")
    void contractsAreReplacedAndHeldTo() throws IOException {
        var contract = json(node.get("/v1/namespaces/board", manager));
        assertThat(contract.path("state").asText()).isEqualTo("keyed");

        contract(
                "cas",
                "{\"state\":\"keyed\",\"conflict\":\"compare-and-set\",\"max_event_bytes\":40,\"schemas\":{\"card\":"
                        + "{\"type\":\"object\",\"properties\":{\"at\":{\"type\":\"integer\"}}}}}");
        refused(
                node.append("cas:a", "{\"type\":\"card\",\"key\":\"k\",\"data\":{}}", manager),
                428,
                "precondition-required");
        var violated = refused(
                node.append("cas:a", "{\"type\":\"card\",\"data\":{\"at\":\"x\"}}", manager), 422, "schema-violated");
        assertThat(violated.path("pointer").asText()).isEqualTo("/data/at");
        refused(
                node.append("cas:a", "{\"type\":\"t\",\"data\":\"" + "x".repeat(39) + "\"}", manager),
                413,
                "body-too-large");
        assertThat(node.append("cas:a", "{\"type\":\"t\",\"data\":\"" + "x".repeat(38) + "\"}", manager)
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    @Tag("R-74")
    void versionsOfATypeHaveASchemaEach() throws IOException {
        contract(
                "versions",
                "{\"schemas\":{\"moved\":{\"required\":[\"column\"]},\"moved@2\":{\"required\":[\"rank\"]}}}");
        assertThat(json(node.get("/v1/namespaces/versions", manager))
                        .path("schemas")
                        .has("moved@2"))
                .isTrue();
        String column = "{\"type\":\"moved\",\"data\":{\"column\":1}}";
        String rank = "{\"type\":\"moved@2\",\"data\":{\"rank\":1}}";
        assertThat(node.append("versions:a", column, manager).statusCode()).isEqualTo(201);
        assertThat(node.append("versions:a", rank, manager).statusCode()).isEqualTo(201);
        refused(node.append("versions:a", column.replace("moved", "moved@2"), manager), 422, "schema-violated");
        refused(node.append("versions:a", rank.replace("@2", ""), manager), 422, "schema-violated");
        assertThat(node.append("versions:a", rank.replace("@2", "@3"), manager).statusCode())
                .as("a version without a schema is free")
                .isEqualTo(201);
        assertThat(node.get("/v1/channels/versions:a/events", manager).body()).contains("\"type\":\"moved@2\"");
        refused(
                node.append("versions:a", "{\"type\":\"member.removed@2\",\"data\":{}}", manager),
                422,
                "value-unacceptable");
    }

    @Test
    @Tag("R-10")
    void aRetryIsAnsweredWhateverTheContractSaysByThen() throws IOException {
        String card = "{\"type\":\"card\",\"data\":{\"at\":\"x\"}}";
        var first = node.append("later:a", card, manager, "Idempotency-Key", "before");
        contract("later", "{\"schemas\":{\"card\":{\"properties\":{\"at\":{\"type\":\"integer\"}}}}}");
        assertThat(node.append("later:a", card, manager, "Idempotency-Key", "before")
                        .body())
                .isEqualTo(first.body());
        refused(node.append("later:a", card, manager), 422, "schema-violated");
    }

    @Test
    void refusesContractsThatCannotBeKept() throws IOException {
        var unusable = refused(
                put("/v1/namespaces/bad", "{\"schemas\":{\"t/x\":{\"type\":\"text\"}}}"), 422, "value-unacceptable");
        assertThat(unusable.path("pointer").asText()).isEqualTo("/schemas/t~1x/type");
        refused(put("/v1/namespaces/bad", "{\"write_rate\":0}"), 400, "json-malformed");
        refused(put("/v1/namespaces/bad", "{\"unknown\":0}"), 400, "json-malformed");
        refused(put("/v1/namespaces/ba%20d", "{}"), 400, "parameter-malformed");
        refused(put("/v1/namespaces/a:b", "{}"), 400, "parameter-malformed");
    }

    @Test
    void wantsTheRightOnTheWholeNamespace() throws IOException {
        var one = node.token("eve", List.of(ServerFixture.grant("board:one", "manage")));
        var all = node.token("eve", List.of(ServerFixture.grant("mine:*", "manage")));
        refused(send("PUT", "/v1/namespaces/board", "{}", one), 403, "forbidden");
        refused(send("PUT", "/v1/namespaces/default", "{}", all), 403, "forbidden");
        assertThat(send("PUT", "/v1/namespaces/mine", "{}", all).statusCode()).isEqualTo(200);
        refused(send("POST", "/v1/revocations", "{\"kind\":\"user\",\"subject\":\"ada\"}", all), 403, "forbidden");
    }

    @Test
    @Tag("R-72")
    void revocationsEndWhatWasIssuedBefore() throws IOException {
        var mallory = node.token(
                "mallory",
                Map.of("jti", "m-1", "grants", List.of(ServerFixture.grant("*", "read", "write", "manage"))));
        assertThat(node.append("chat:rev", EVENT, mallory).statusCode()).isEqualTo(201);
        var revoked = node.post("/v1/revocations", "{\"kind\":\"token\",\"subject\":\"m-1\"}", manager);
        assertThat(revoked.statusCode()).isEqualTo(200);
        assertThat(json(revoked).path("access_epoch").asLong()).isPositive();
        refused(node.append("chat:rev", EVENT, mallory), 403, "forbidden");
        refused(send("PUT", "/v1/namespaces/mallory", "{}", mallory), 403, "forbidden");
        refused(node.post("/v1/revocations", "{\"kind\":\"user\"}", manager), 400, "json-malformed");
        refused(
                node.post("/v1/revocations", "{\"kind\":\"tenant\",\"subject\":\"x\"}", manager),
                400,
                "json-malformed");
        refused(node.post("/v1/revocations", "{\"kind\":\"all\"}", manager), 400, "json-malformed");
    }

    @Test
    void ephemeralChannelsHaveNoMembers() throws IOException {
        refused(put("/v1/channels/pulse:a/members/bob", "{\"role\":\"editor\"}"), 409, "not-durable");
        refused(delete("/v1/channels/pulse:a/members/bob"), 409, "not-durable");
        assertThat(node.get("/v1/channels/pulse:a", manager).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesWhatIsNoMember() throws IOException {
        refused(put("/v1/channels/board:x/members/bob", "{\"role\":\"owner\"}"), 400, "json-malformed");
        refused(put("/v1/channels/board:x/members/bob", "{}"), 400, "json-malformed");
        refused(
                put("/v1/channels/board:x/members/" + "b".repeat(129), "{\"role\":\"editor\"}"),
                400,
                "parameter-malformed");
        refused(put("/v1/channels/board:x/members/b%0Ab", "{\"role\":\"editor\"}"), 400, "parameter-malformed");
        refused(put("/v1/channels/board:x", "{\"more\":1}"), 400, "json-malformed");
    }

    @Test
    @Tag("R-75")
    void whatManagersDidIsToldToWhoManagesTheTenant() throws IOException {
        long before =
                json(node.get("/v1/audit?limit=1000", manager)).path("entries").size();
        put("/v1/channels/board:audited/members/bob", "{\"role\":\"editor\"}");
        delete("/v1/channels/board:audited/members/bob");
        var page = json(node.get("/v1/audit?limit=1000", manager)).path("entries");
        assertThat(page.size()).isEqualTo((int) before + 2);
        var last = page.get(page.size() - 1);
        assertThat(last.path("action").asText()).isEqualTo("member.removed");
        assertThat(last.path("subject").asText()).isEqualTo("board:audited");
        assertThat(last.path("by").asText()).isEqualTo("ada");
        assertThat(last.path("address").asText()).isEqualTo("127.0.0.1");
        assertThat(last.path("detail").path("user").asText()).isEqualTo("bob");
        long id = page.get(page.size() - 2).path("id").asLong();
        assertThat(json(node.get("/v1/audit?after=" + id + "&limit=1", manager))
                        .path("next")
                        .asLong())
                .isEqualTo(last.path("id").asLong());

        var some = node.token("bob", List.of(ServerFixture.grant("board:*", "manage")));
        refused(node.get("/v1/audit", some), 403, "forbidden");
        refused(node.get("/v1/audit?limit=1001", manager), 400, "parameter-malformed");
        refused(node.get("/v1/audit?nonsense=1", manager), 400, "parameter-malformed");
    }

    private static void contract(String namespace, String contract) {
        assertThat(put("/v1/namespaces/" + namespace, contract).statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> put(String path, @Nullable String body) {
        return send("PUT", path, body, manager);
    }

    private static HttpResponse<String> delete(String path) {
        return send("DELETE", path, null, manager);
    }

    private static HttpResponse<String> send(String method, String path, @Nullable String body, String token) {
        return node.send(method, path, body, token);
    }

    private static JsonNode refused(HttpResponse<String> answer, int status, String type) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer).path("type").asText()).isEqualTo("/problems/" + type);
        return json(answer);
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body());
    }
}

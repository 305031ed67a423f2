package io.tailrace.server.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tailrace.server.ServerFixture;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /v1/channels/{channel}/events}, status by status. */
@Tag("R-10")
class AppendEventTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CARD = "{\"type\":\"card.moved\",\"key\":\"card:1\",\"data\":{\"column\":1}}";

    private static ServerFixture node;
    private static String token;

    @BeforeAll
    static void start() {
        node = ServerFixture.start();
        token = node.token("ada");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void answersWhatIsInTheLog() throws IOException {
        var answer = node.append("board:first", CARD.replace("}}", "},\"ref\":\"r-1\"}"), token);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(header(answer, "ETag")).isEqualTo("\"1\"");
        assertThat(header(answer, "Location")).isEqualTo("/v1/channels/board:first/events?after=0&limit=1");
        assertThat(answer.headers().firstValue("Idempotent-Replayed")).isEmpty();
        var receipt = json(answer);
        assertThat(receipt.path("seq").asLong()).isEqualTo(1);
        assertThat(receipt.path("by").asText()).isEqualTo("ada");
        assertThat(receipt.path("ref").asText()).isEqualTo("r-1");
        var event =
                json(node.get(header(answer, "Location"), token)).path("events").path(0);
        ((ObjectNode) event).remove("trace");
        assertThat(event).isEqualTo(receipt);
    }

    @Test
    void aRetryGetsTheFirstAnswer() {
        var first = append("board:again", CARD, "again");
        var again = append("board:again", CARD, "again");
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(header(again, "Idempotent-Replayed")).isEqualTo("true");
        assertThat(header(again, "ETag")).isEqualTo(header(first, "ETag"));
        assertThat(again.body()).isEqualTo(first.body());
    }

    @Test
    void aRetryOfAConditionalWriteGetsTheFirstAnswerThoughTheRevisionHasMoved() {
        append("board:cond", CARD, "c1", "If-Match", "\"0\"");
        append("board:cond", CARD, "c2", "If-Match", "\"1\"");
        var again = append("board:cond", CARD, "c1", "If-Match", "\"0\"");
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(header(again, "ETag")).isEqualTo("\"1\"");
    }

    @Test
    void anotherDraftUnderTheKeyIsRefused() throws IOException {
        append("board:reuse", CARD, "reuse");
        refused(append("board:reuse", CARD.replace("1}", "2}"), "reuse"), 422, "idempotency-key-reused");
        refused(append("board:elsewhere", CARD, "reuse"), 422, "idempotency-key-reused");
    }

    @Test
    void keysOfTwoUsersAreApart() {
        append("board:two", CARD, "same");
        var other = node.append("board:two", CARD, node.token("bob"), "Idempotency-Key", "same");
        assertThat(header(other, "ETag")).isEqualTo("\"2\"");
    }

    @Test
    @Tag("R-14")
    void aLostRaceTellsTheCurrentValue() throws IOException {
        append("board:race", CARD, "r1", "If-Match", "\"0\"");
        var lost = append("board:race", CARD, "r2", "If-Match", "\"0\"");
        var problem = refused(lost, 412, "precondition-failed");
        assertThat(header(lost, "ETag")).isEqualTo("\"1\"");
        assertThat(problem.path("current").path("seq").asLong()).isEqualTo(1);
        assertThat(problem.path("current").path("data").path("column").asInt()).isEqualTo(1);
    }

    @Test
    @Tag("R-14")
    void aConditionOnAKeyThatDoesNotExistTellsThat() throws IOException {
        var lost = append("board:none", CARD, "n1", "If-Match", "\"7\"");
        assertThat(refused(lost, 412, "precondition-failed").has("current")).isFalse();
        assertThat(header(lost, "ETag")).isEqualTo("\"0\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "W/\"1\"", "*", "\"1\", \"2\"", "\"01\"", "\"-1\"", "\"1", "\"1234567890123456789\""})
    void refusesConditionsOfOtherForms(String condition) throws IOException {
        refused(node.append("board:form", CARD, token, "If-Match", condition), 400, "header-malformed");
    }

    @Test
    void refusesTwoConditionsAndOneWithoutAKey() throws IOException {
        refused(
                node.append("board:form", CARD, token, "If-Match", "\"1\"", "If-Match", "\"2\""),
                400,
                "header-malformed");
        refused(
                node.append("board:form", "{\"type\":\"t\",\"data\":1}", token, "If-Match", "\"0\""),
                400,
                "header-malformed");
    }

    @Test
    void wantsAnIdempotencyKeyOfItsForm() throws IOException {
        String path = "/v1/channels/board:key/events";
        refused(node.post(path, CARD, token), 400, "idempotency-key-missing");
        refused(node.post(path, CARD, token, "Idempotency-Key", "a b"), 400, "header-malformed");
        refused(node.post(path, CARD, token, "Idempotency-Key", "x".repeat(256)), 400, "header-malformed");
        refused(node.post(path, CARD, token, "Idempotency-Key", "a", "Idempotency-Key", "b"), 400, "header-malformed");
        assertThat(node.post(path, CARD, token, "Idempotency-Key", "x".repeat(255))
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void refusesKeysOlderThanKeysLive() throws IOException {
        var now = Instant.now();
        refused(append("board:old", CARD, uuid7(now.minus(Duration.ofDays(8)))), 422, "idempotency-key-expired");
        assertThat(append("board:old", CARD, uuid7(now.minus(Duration.ofDays(6))))
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void refusesWhoIsNotPermitted() throws IOException {
        refused(node.append("board:rights", CARD, ""), 401, "unauthenticated");
        var reader = node.token("eve", List.of(ServerFixture.grant("board:*", "read")));
        refused(node.append("board:rights", CARD, reader), 403, "forbidden");
        assertThat(json(node.get("/v1/channels/board:rights/events", token))
                        .path("head")
                        .asLong())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"t\",\"data\":{",
                "{\"type\":\"t\"}",
                "{\"type\":\"t\",\"data\":{\"a\":1,\"a\":2}}",
                "{\"type\":\"t\",\"data\":\"\\ud800\"}",
                "{\"type\":\"t\",\"data\":\"\\u0000\"}",
                "{\"type\":\"t\",\"data\":1,\"more\":1}",
                "{\"type\":\"\",\"data\":1}",
                "[]",
                ""
            })
    void refusesBodiesThatAreNotAcceptable(String body) throws IOException {
        refused(node.append("board:bad", body, token), 400, "json-malformed");
    }

    @Test
    void refusesOtherMediaTypes() throws IOException {
        var answer = node.send(
                "POST",
                "/v1/channels/board:media/events",
                null,
                token,
                "Idempotency-Key",
                "m",
                "Content-Type",
                "application/x-www-form-urlencoded");
        refused(answer, 415, "unsupported-media-type");
    }

    @Test
    @Tag("R-74")
    void holdsDataToItsBound() throws IOException {
        String longest = "a".repeat(65_536 - 2);
        String body = "{\"type\":\"t\",\"data\":\"" + longest + "\"}";
        assertThat(node.append("chat:size", body, token).statusCode()).isEqualTo(201);
        assertThat(node.append("chat:size", body.replace("\":", "\" : \n\t"), token)
                        .statusCode())
                .as("white space does not count")
                .isEqualTo(201);
        refused(node.append("chat:size", body.replace("a\"}", "aa\"}"), token), 413, "body-too-large");
        String bytes = "{\"type\":\"t\",\"data\":\"" + "é".repeat(32_768) + "\"}";
        refused(node.append("chat:size", bytes, token), 413, "body-too-large");
        refused(
                node.append("chat:size", "{\"type\":\"t\",\"data\":\"" + "a".repeat(3_000_000) + "\"}", token),
                413,
                "body-too-large");
    }

    @Test
    void keepsDataAsItWasSent() {
        String data = "{\"z\":12345678901234567890,\"a\":1.0,\"e\":1e2,\"big\":1e200000,\"u\":\"é😀\\u001f\"}";
        node.append("chat:exact", "{\"type\":\"t\",\"data\":" + data.replace("é", "\\u00e9") + "}", token);
        assertThat(node.get("/v1/channels/chat:exact/events", token).body())
                .contains("\"data\":" + data.replace("001f", "001F"));
    }

    @Test
    void membershipEventsCannotBeForged() throws IOException {
        var problem = refused(
                node.append("board:forged", "{\"type\":\"member.removed\",\"data\":{}}", token),
                422,
                "value-unacceptable");
        assertThat(problem.path("pointer").asText()).isEqualTo("/type");
    }

    @Test
    void ephemeralChannelsPassOnAndKeepNothing() throws IOException {
        assertThat(node.append("pulse:now", "{\"type\":\"t\",\"data\":1}", token)
                        .statusCode())
                .isEqualTo(202);
        refused(node.append("pulse:now", CARD, token, "If-Match", "\"0\""), 409, "not-durable");
        refused(node.get("/v1/channels/pulse:now/events", token), 409, "not-durable");
        refused(node.get("/v1/channels/pulse:now/snapshot", token), 409, "not-durable");
        var reader = node.token("eve", List.of(ServerFixture.grant("pulse:*", "read")));
        refused(node.append("pulse:now", CARD, reader), 403, "forbidden");
    }

    @Test
    void theTraceOfTheRequestIsTheEvents() {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        node.append(
                "chat:trace",
                "{\"type\":\"t\",\"data\":1}",
                token,
                "traceparent",
                "00-" + trace + "-b7ad6b7169203331-01");
        assertThat(node.get("/v1/channels/chat:trace/events", token).body()).contains("\"trace\":\"" + trace + "\"");
    }

    @Test
    void refusesNamesThatAreNone() throws IOException {
        refused(node.append("bo%20ard", CARD, token), 400, "parameter-malformed");
        refused(node.append("x".repeat(129), CARD, token), 400, "parameter-malformed");
    }

    /** What a refusal looks like, whatever it is for. */
    static JsonNode refused(HttpResponse<String> answer, int status, String type) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/problem+json");
        var problem = json(answer);
        assertThat(problem.path("type").asText()).isEqualTo("/problems/" + type);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        if (status == 429 || status == 503) {
            assertThat(header(answer, "Retry-After")).matches("[1-9][0-9]*");
        }
        return problem;
    }

    static JsonNode json(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body());
    }

    static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static HttpResponse<String> append(String channel, String body, String key, String... headers) {
        var all = new ArrayList<>(List.of("Idempotency-Key", key));
        all.addAll(List.of(headers));
        return node.append(channel, body, token, all.toArray(String[]::new));
    }

    private static String uuid7(Instant madeAt) {
        long high = madeAt.toEpochMilli() << 16 | 0x7abc;
        return new UUID(high, UUID.randomUUID().getLeastSignificantBits()).toString();
    }
}

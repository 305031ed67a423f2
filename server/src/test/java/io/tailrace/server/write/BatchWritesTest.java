package io.tailrace.server.write;

import static io.tailrace.server.write.AppendEventTest.json;
import static io.tailrace.server.write.AppendEventTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.server.ServerFixture;
import io.tailrace.wire.JsonCodec;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code POST /v1/writes}. */
@Tag("R-15")
class BatchWritesTest {

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
    void answersEachWriteInTheOrderOfTheList() throws IOException {
        var results = write(
                item("o1", "chat:a", "1"),
                item("o2", "chat:b", "2"),
                item("o3", "chat:a", "3"),
                item("o4", "pulse:a", "4"));
        assertThat(statuses(results)).containsExactly(201, 201, 201, 202);
        assertThat(results.get(0).path("receipt").path("seq").asInt()).isEqualTo(1);
        assertThat(results.get(2).path("receipt").path("seq").asInt()).isEqualTo(2);
        assertThat(results.get(2).path("receipt").path("data").asInt()).isEqualTo(3);
        assertThat(results.get(0).has("replayed")).isFalse();
    }

    @Test
    @Tag("R-13")
    void whatWasSentAloneMayBeSentAgainInABatch() throws IOException {
        var alone = node.append("chat:alone", "{\"type\":\"m\",\"data\":1}", token, "Idempotency-Key", "s1");
        var results = write(item("s1", "chat:alone", "1"), item("s2", "chat:alone", "2"));
        assertThat(results.get(0).path("replayed").asBoolean()).isTrue();
        assertThat(results.get(0).path("receipt")).isEqualTo(json(alone));
        assertThat(results.get(1).path("receipt").path("seq").asInt()).isEqualTo(2);
    }

    @Test
    void aConditionMayNameAnEarlierWrite() throws IOException {
        var results = write(
                keyed("e1", "board:e", "0"),
                keyed("e2", "board:e", "e1"),
                keyed("e3", "board:e", "e1"),
                keyed("e4", "board:e", "2"),
                keyed("e5", "board:e", "\\\"3\\\""));
        assertThat(statuses(results)).containsExactly(201, 201, 412, 201, 201);
        assertThat(results.get(2).path("problem").path("current").path("seq").asInt())
                .isEqualTo(2);
        assertThat(statuses(write(keyed("e6", "board:e", "e5"), keyed("e7", "board:e", "never"))))
                .as("also one of an earlier batch")
                .containsExactly(201, 412);
    }

    @Test
    void theSameKeyTwiceIsAReplayInOneChannelAndRefusedInAnother() throws IOException {
        var results = write(
                item("d1", "chat:d", "1"),
                item("d1", "chat:d", "1"),
                item("d1", "chat:d", "2"),
                item("d1", "chat:other", "1"));
        assertThat(statuses(results)).containsExactly(201, 201, 422, 422);
        assertThat(results.get(1).path("replayed").asBoolean()).isTrue();
    }

    @Test
    void aMalformedItemDoesNotSpoilTheOthers() throws Exception {
        var results = writeUnchecked(
                item("m1", "chat:m", "1"),
                "{\"idempotency_key\":\"m2\",\"channel\":\"chat:m\",\"data\":1}",
                item("m3", "no channel", "1"),
                "{\"idempotency_key\":\"a b\",\"channel\":\"chat:m\",\"type\":\"m\",\"data\":1}",
                keyed("m5", "chat:m", "no such form"),
                item("m6", "chat:m", "6"));
        assertThat(statuses(results)).containsExactly(201, 400, 400, 400, 400, 201);
        assertThat(results.get(1).path("problem").path("pointer").asText()).startsWith("/writes/1");
        assertThat(results.get(2).path("problem").path("pointer").asText()).isEqualTo("/writes/2/channel");
        assertThat(results.get(5).path("receipt").path("seq").asInt()).isEqualTo(2);
    }

    @Test
    @Tag("R-71")
    void rightsAreThoseOfEachChannel() throws IOException {
        var limited = node.token("bob", List.of(ServerFixture.grant("chat:mine", "write")));
        var answer = node.post(
                "/v1/writes",
                "{\"writes\":[" + item("r1", "chat:theirs", "1") + "," + item("r2", "chat:mine", "1") + "]}",
                limited);
        assertThat(statuses(results(json(answer)))).containsExactly(403, 201);
    }

    @Test
    @Tag("R-74")
    void afterTooManyTheRestOfThatChannelIsNotTried() throws IOException {
        node.send("PUT", "/v1/namespaces/slow", "{\"write_rate\":3}", token);
        var items = IntStream.range(0, 6)
                .mapToObj(i -> item("t" + i, "slow:a", "1"))
                .collect(Collectors.toCollection(ArrayList::new));
        items.add(item("t6", "slow:b", "1"));
        var results = write(items.toArray(String[]::new));
        assertThat(statuses(results)).containsExactly(201, 201, 201, 429, 429, 429, 201);
        assertThat(results.get(3).path("problem").path("retry_after").asInt()).isPositive();
        refused(node.append("slow:a", "{\"type\":\"m\",\"data\":1}", token), 429, "rate-limited");
    }

    @Test
    void holdsTheBatchToItsBounds() throws Exception {
        var full = IntStream.range(0, Batch.MAX_WRITES)
                .mapToObj(i -> item("f" + i, "chat:full", "1"))
                .toList();
        assertThat(statuses(write(full.toArray(String[]::new))))
                .containsOnly(201)
                .hasSize(Batch.MAX_WRITES);
        var more = new ArrayList<>(full);
        more.add(item("more", "chat:full", "1"));
        refused(node.post("/v1/writes", body(more.toArray(String[]::new)), token), 413, "body-too-large");
        refused(node.post("/v1/writes", "{\"writes\":[]}", token), 400, "json-malformed");
        refused(node.post("/v1/writes", "{\"writes\":[1", token), 400, "json-malformed");
        refused(node.post("/v1/writes", "{\"writes\":7}", token), 400, "json-malformed");
        refused(node.post("/v1/writes", "{}", token), 400, "json-malformed");
        refused(node.post("/v1/writes", body(item("u", "chat:u", "1")), ""), 401, "unauthenticated");
        assertThat(statuses(writeUnchecked("1"))).containsExactly(400);
    }

    @Test
    void whatIsWrongInAnItemSpoilsNoOther() throws Exception {
        var nested = "[".repeat(JsonCodec.MAX_DEPTH + 1) + "]".repeat(JsonCodec.MAX_DEPTH + 1);
        var results = writeUnchecked(
                item("w0", "chat:wrong", "\"\\ud800\""),
                item("w1", "chat:wrong", "\"" + "x".repeat(JsonCodec.MAX_STRING_LENGTH + 1) + "\""),
                " [ ] ",
                item("w2", "chat:wrong", "\"fine\""));
        assertThat(statuses(results)).containsExactly(400, 400, 400, 201);
        refused(node.post("/v1/writes", body(item("w3", "chat:wrong", nested)), token), 400, "json-malformed");
    }

    private static List<JsonNode> write(String... items) throws IOException {
        var answer = node.post("/v1/writes", body(items), token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return results(json(answer));
    }

    /** Past the fixture's check of requests, which these are made to fail. */
    private static List<JsonNode> writeUnchecked(String... items) throws Exception {
        var request = HttpRequest.newBuilder(node.uri("/v1/writes"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body(items)))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return results(json(answer));
        }
    }

    private static String body(String... items) {
        return "{\"writes\":[" + String.join(",", items) + "]}";
    }

    private static List<JsonNode> results(JsonNode answer) {
        return StreamSupport.stream(answer.path("results").spliterator(), false).toList();
    }

    private static List<Integer> statuses(List<JsonNode> results) {
        return results.stream().map(result -> result.path("status").asInt()).toList();
    }

    private static String item(String key, String channel, String data) {
        return "{\"idempotency_key\":\"" + key + "\",\"channel\":\"" + channel + "\",\"type\":\"m\",\"data\":" + data
                + "}";
    }

    private static String keyed(String key, String channel, String ifMatch) {
        return "{\"idempotency_key\":\"" + key + "\",\"channel\":\"" + channel
                + "\",\"type\":\"m\",\"key\":\"card\",\"data\":1,\"if_match\":\"" + ifMatch + "\"}";
    }
}

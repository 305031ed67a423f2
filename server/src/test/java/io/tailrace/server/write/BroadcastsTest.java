package io.tailrace.server.write;

import static io.tailrace.server.write.AppendEventTest.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.server.ServerFixture;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which batches the audit keeps. Each test is a tenant of its own. */
@Tag("R-75")
class BroadcastsTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private static ServerFixture node;

    @BeforeAll
    static void start() {
        node = ServerFixture.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static String token(String tenant, String... can) {
        return node.token(
                "ada", Map.of("tenant", tenant, "jti", "t1", "grants", List.of(ServerFixture.grant("*", can))));
    }

    /** A batch of one write to each of {@code channels}, under keys that begin with {@code keys}. */
    private static JsonNode write(String token, String keys, Stream<String> channels) throws IOException {
        String items = channels.map(channel -> "{\"idempotency_key\":\"" + keys + channel + "\",\"channel\":\""
                        + channel + "\",\"type\":\"m\",\"data\":1}")
                .collect(Collectors.joining(","));
        var answer = node.post(
                "/v1/writes",
                "{\"writes\":[" + items + "]}",
                token,
                "traceparent",
                "00-" + TRACE + "-00f067aa0ba902b7-01");
        assertThat(answer.statusCode()).isEqualTo(200);
        return json(answer).path("results");
    }

    private static Stream<String> channels(int count) {
        return IntStream.range(0, count).mapToObj(i -> (i % 2 == 0 ? "notify:" : "pulse:") + i);
    }

    private static JsonNode audit(String tenant) throws IOException {
        return json(node.get("/v1/audit", token(tenant, "manage"))).path("entries");
    }

    @Test
    void aBatchThatReachesFiftyChannelsIsKeptWithWhoWhatWhenAndFromWhere() throws IOException {
        write(token("fifty", "write"), "k", channels(Broadcasts.CHANNELS));
        assertThat(audit("fifty")).singleElement().satisfies(entry -> {
            assertThat(entry.path("action").asText()).isEqualTo("events.broadcast");
            assertThat(entry.path("by").asText()).isEqualTo("ada");
            assertThat(entry.path("token").asText()).isEqualTo("t1");
            assertThat(entry.path("address").asText()).isEqualTo("127.0.0.1");
            assertThat(entry.path("trace").asText()).isEqualTo(TRACE);
            assertThat(entry.path("at").asText()).isNotEmpty();
            assertThat(entry.path("detail").toString())
                    .isEqualTo("{\"channels\":50,\"events\":50,\"namespaces\":[\"notify\",\"pulse\"]}");
        });
    }

    @Test
    void oneChannelLessIsAnOrdinaryBatchHoweverManyWritesItHas() throws IOException {
        String token = token("less", "write");
        write(token, "k", channels(Broadcasts.CHANNELS - 1));
        write(
                token,
                UUID.randomUUID() + "-",
                IntStream.range(0, 60).mapToObj(i -> "notify:" + i / 2).distinct());
        assertThat(audit("less")).isEmpty();
    }

    @Test
    void whatReachedNobodyIsNoBroadcast() throws IOException {
        var results = write(token("refused", "read"), "k", channels(Broadcasts.CHANNELS));
        assertThat(results)
                .allSatisfy(result -> assertThat(result.path("status").asInt()).isEqualTo(403));
        assertThat(audit("refused")).isEmpty();
    }

    /** Whoever got no answer asks again, and the first time may have been cut off before its entry. */
    @Test
    void aRetryIsKeptAgain() throws IOException {
        String token = token("again", "write");
        var boards = IntStream.range(0, Broadcasts.CHANNELS)
                .mapToObj(i -> "notify:" + i)
                .toList();
        write(token, "k", boards.stream());
        var results = write(token, "k", boards.stream());
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(result.path("replayed").asBoolean()).isTrue());
        assertThat(audit("again")).hasSize(2);
    }
}

package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The poll form says what a stream says, with the same positions. */
@Tag("R-25")
class PollTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static GatewayFixture fixture;
    private static GatewayFixture.Node node;
    private static String token;

    @BeforeAll
    static void start() {
        fixture = new GatewayFixture();
        node = fixture.node();
        token = fixture.token("u1");
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static JsonNode poll(String query, String... headers) throws Exception {
        var answer = node.send("GET", "/v1/stream?" + query, token, null, headers);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    @Test
    void answersWithAllThereIsAndThePositionAfterIt() throws Exception {
        fixture.append("chat:p1", 3);
        fixture.append("chat:p2", 2);
        var answer = poll("channel=chat:p1@1&channel=chat:p2@0&wait=5");
        assertThat(answer.path("frames")).hasSize(4);
        assertThat(answer.path("frames").get(0).path("data").path("seq").asInt())
                .isPositive();
        assertThat(answer.path("frames").get(3).path("id")).isEqualTo(answer.path("id"));
        var next = poll(
                "channel=chat:p1@1&channel=chat:p2@0&wait=0",
                "Last-Event-ID",
                answer.path("id").asText());
        assertThat(next.path("frames")).isEmpty();
        assertThat(next.path("id")).isEqualTo(answer.path("id"));
    }

    @Test
    void waitsForTheFirstFrame() throws Exception {
        var waiting = CompletableFuture.supplyAsync(
                () -> node.send("GET", "/v1/stream?channel=chat:pw&wait=20", token, null));
        io.tailrace.testkit.Eventually.until("the poll waits", () -> node.gateway.active() == 1);
        assertThat(waiting).isNotDone();
        fixture.append("chat:pw", 1);
        assertThat(JSON.readTree(waiting.get().body()).path("frames")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 60})
    void followsAsExactlyAsAStream(int count) throws Exception {
        var channels = IntStream.range(0, count)
                .mapToObj(i -> "chat:pf" + count + "-" + i)
                .toList();
        var query = channels.stream().map(c -> "channel=" + c + "@0").collect(Collectors.joining("&")) + "&wait=0";
        Map<String, Long> applied = new TreeMap<>();
        Map<String, Long> heads = new TreeMap<>();
        List<String> ids = new ArrayList<>();
        for (int round = 0; round < 8; round++) {
            for (String channel : channels) {
                heads.put(channel, fixture.append(channel, 1 + round % 3, true));
            }
            for (int i = 0; i < 20 && !applied.equals(heads); i++) {
                var answer = ids.isEmpty() ? poll(query) : poll(query, "Last-Event-ID", ids.getLast());
                for (JsonNode frame : answer.path("frames")) {
                    long seq = frame.path("data").path("seq").asLong();
                    long known =
                            applied.merge(frame.path("data").path("channel").asText(), 1L, Long::sum);
                    assertThat(seq).isEqualTo(known);
                }
                ids.add(answer.path("id").asText());
            }
            assertThat(applied).containsAllEntriesOf(heads);
        }
        assertThat(ids).allMatch(id -> id.matches("[A-Za-z0-9._~-]{1,128}"));
    }

    @Test
    void tellsSnapshotRequiredAndTheEndOfRights() throws Exception {
        fixture.append("chat:ps", 2);
        var answer = poll("channel=chat:ps&wait=5", "Last-Event-ID", "nonsense");
        var frame = answer.path("frames").get(0);
        assertThat(frame.path("event").asText()).isEqualTo("snapshot.required");
        assertThat(frame.path("data").path("head").asInt()).isEqualTo(2);
        assertThat(answer.path("id").asText()).isEqualTo("2");
        var forbidden = node.send(
                "GET", "/v1/stream?channel=chat:ps&wait=1", fixture.token("u2", "x*", Duration.ofHours(1)), null);
        assertThat(forbidden.statusCode()).isEqualTo(403);
    }
}

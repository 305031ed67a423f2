package io.tailrace.server.catchup;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.server.ServerFixture;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /v1/channels/{channel}/events}. */
@Tag("R-20")
class HistoryTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PAGES = "/v1/channels/chat:pages/events";
    private static final String EVENT = "{\"type\":\"t\",\"data\":1}";

    private static ServerFixture node;
    private static String token;

    @BeforeAll
    static void start() {
        node = ServerFixture.start(Map.of("TAILRACE_ALLOWED_ORIGINS", "https://app.example"));
        token = node.token("ada");
        var items = LongStream.rangeClosed(1, 25)
                .mapToObj(i -> "{\"idempotency_key\":\"p" + i + "\",\"channel\":\"chat:pages\",\"type\":\"t\",\"data\":"
                        + i + "}")
                .toList();
        node.post("/v1/writes", "{\"writes\":[" + String.join(",", items) + "]}", token);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void linksLeadFromTheFirstPageToTheLast() throws IOException {
        var seen = new ArrayList<Long>();
        String next = PAGES + "?limit=10";
        while (!next.isEmpty()) {
            var page = page(next);
            seen.addAll(seqs(page));
            assertThat(page.path("head").asLong()).isEqualTo(25);
            assertThat(page.path("floor").asLong()).isZero();
            assertThat(page.path("position").asText()).isEqualTo(seen.getLast().toString());
            next = page.path("next").asText();
        }
        assertThat(seen).isEqualTo(range(1, 25));
    }

    @Test
    void linksLeadBackFromTheLastPageToTheFirst() throws IOException {
        var page = page(PAGES + "?before=26&limit=10");
        assertThat(seqs(page)).isEqualTo(range(16, 25));
        page = page(page.path("next").asText());
        assertThat(seqs(page)).isEqualTo(range(6, 15));
        page = page(page.path("next").asText());
        assertThat(seqs(page)).isEqualTo(range(1, 5));
        assertThat(page.has("next")).isFalse();
        assertThat(seqs(page(PAGES + "?before=1"))).isEmpty();
    }

    @Test
    void aRangeEndsWhereItWasToldTo() throws IOException {
        var page = page(PAGES + "?after=3&before=10&limit=4");
        assertThat(seqs(page)).isEqualTo(range(4, 7));
        page = page(page.path("next").asText());
        assertThat(seqs(page)).isEqualTo(range(8, 9));
        assertThat(page.has("next")).isFalse();
    }

    @Test
    void fullPagesThatNameTheEpochMayBeKeptForGood() throws IOException {
        assertThat(caching(PAGES + "?after=0&limit=10&epoch=1")).isEqualTo("private, max-age=31536000, immutable");
        assertThat(caching(PAGES + "?before=11&limit=10&epoch=1")).isEqualTo("private, max-age=31536000, immutable");
        assertThat(caching(page(PAGES + "?limit=10").path("next").asText())).contains("immutable");
        assertThat(caching(PAGES + "?after=20&limit=10&epoch=1")).as("not full").isEqualTo("private, no-store");
        assertThat(caching(PAGES + "?after=0&limit=10"))
                .as("a restore would be masked")
                .isEqualTo("private, no-store");
        assertThat(node.get(PAGES + "?after=0&limit=10&epoch=1", token)
                        .headers()
                        .allValues("Vary"))
                .satisfies(all -> assertThat(String.join(", ", all)).contains("Authorization", "Cookie", "Origin"));
    }

    @Test
    void anotherEpochIsGone() throws IOException {
        var gone = refused(PAGES + "?after=0&epoch=2", 410, "another-epoch");
        assertThat(gone.path("head").asLong()).isEqualTo(25);
    }

    @Test
    @Tag("R-24")
    void whatIsNotThereIsGoneAndTellsTheEnds() throws IOException {
        var above = refused(PAGES + "?after=26", 410, "above-head");
        assertThat(above.path("head").asLong()).isEqualTo(25);
        assertThat(above.path("floor").asLong()).isZero();
        refused(PAGES + "?before=27", 410, "above-head");

        node.append("chat:trim", EVENT, token);
        node.append("chat:trim", EVENT, token);
        node.send("DELETE", "/v1/channels/chat:trim", null, token);
        node.append("chat:trim", EVENT, token);
        var below = refused("/v1/channels/chat:trim/events?after=1", 410, "below-floor");
        assertThat(below.path("floor").asLong()).isEqualTo(2);
        refused("/v1/channels/chat:trim/events?before=2", 410, "below-floor");
        assertThat(seqs(page("/v1/channels/chat:trim/events")))
                .as("from the oldest on")
                .containsExactly(3L);
        assertThat(seqs(page("/v1/channels/chat:trim/events?before=4"))).containsExactly(3L);
        assertThat(seqs(page("/v1/channels/chat:trim/events?before=3"))).isEmpty();
    }

    @Test
    void aChannelThatNeverWasIsEmpty() throws IOException {
        var page = page("/v1/channels/chat:never/events");
        assertThat(page.path("events")).isEmpty();
        assertThat(page.path("head").asLong()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=1001",
                "limit=x",
                "limit=",
                "limit=1&limit=2",
                "after=-1",
                "after=1.5",
                "after=1e3",
                "after=9999999999999999999",
                "after=01",
                "before=0",
                "after=5&before=5",
                "before=5&wait=1",
                "wait=61",
                "wait=-1",
                "epoch=0",
                "epoch=x",
                "from=1",
                "AFTER=1"
            })
    void refusesParametersThatAreNone(String query) throws IOException {
        refused(PAGES + "?" + query, 400, "parameter-malformed");
    }

    @Test
    void boundsAPage() throws IOException {
        assertThat(seqs(page(PAGES + "?limit=1000"))).hasSize(25);
        assertThat(seqs(page(PAGES + "?limit=1"))).hasSize(1);
    }

    @Test
    @Tag("R-25")
    void aLongPollAnswersWithWhatComes() throws Exception {
        var poll = inBackground(() -> page("/v1/channels/chat:poll/events?after=0&wait=30"));
        node.append("chat:poll", EVENT, token);
        assertThat(seqs(poll.get())).containsExactly(1L);
        assertThat(seqs(page("/v1/channels/chat:poll/events?after=1&wait=1"))).isEmpty();
    }

    @Test
    @Tag("R-52")
    void aDrainEndsLongPollsAtOnceAndSpreadsTheirReturn() throws Exception {
        try (var leaving = node.another()) {
            var path = "/v1/channels/chat:drained/events?after=0&wait=30";
            var polls = new ArrayList<FutureTask<HttpResponse<String>>>();
            for (int i = 0; i < 20; i++) {
                polls.add(inBackground(() -> leaving.get(path, token)));
            }
            leaving.get("/v1/channels/chat:drained/events?after=0&wait=1", token);
            leaving.drain();
            var after = new TreeSet<String>();
            for (var poll : polls) {
                assertThat(poll.get().statusCode()).isEqualTo(503);
                after.add(header(poll.get(), "Retry-After"));
            }
            assertThat(after).hasSizeGreaterThan(1).allMatch(seconds -> seconds.matches("[1-5]"));
            assertThat(leaving.get("/v1/channels/chat:pages/events?wait=30", token)
                            .statusCode())
                    .as("what is there is answered")
                    .isEqualTo(200);
        }
    }

    @Test
    @Tag("R-71")
    void rightsAreCheckedAgainWhenALongPollAnswers() throws Exception {
        var bob = node.token("bob", List.of(ServerFixture.grant("chat:*", "read")));
        node.append("chat:out", EVENT, token);
        var poll = inBackground(() -> node.get("/v1/channels/chat:out/events?after=1&wait=30", bob));
        var reading = inBackground(() -> page("/v1/channels/chat:out/events?after=1&wait=30"));
        node.send("DELETE", "/v1/channels/chat:out/members/bob", null, token);
        assertThat(seqs(reading.get())).containsExactly(2L);
        node.append("chat:out", EVENT, token);
        eventually(() -> assertThat(poll.isDone()).isTrue());
        assertThat(poll.get().statusCode()).isEqualTo(403);
    }

    @Test
    void refusesWhoMayNotRead() throws IOException {
        assertThat(node.get(PAGES, "").statusCode()).isEqualTo(401);
        var writer = node.token("eve", List.of(ServerFixture.grant("chat:*", "write")));
        assertThat(node.get(PAGES, writer).statusCode()).isEqualTo(403);
    }

    @Test
    @Tag("R-70")
    void tenantsAreApart() throws IOException {
        var other = node.token("ada", Map.of("tenant", "evil", "grants", List.of(ServerFixture.grant("*", "read"))));
        var answer = node.get(PAGES, other);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(answer.body()).path("events")).isEmpty();
    }

    @Test
    @Tag("R-24")
    void aKeyedSnapshotIsTheLatestOfEachKeyAndAPositionToTailFrom() throws IOException {
        String snapshot = "/v1/channels/board:snap/snapshot";
        assertThat(page(snapshot).path("seq").asLong()).isZero();
        for (String key : List.of("a", "b", "a")) {
            node.append("board:snap", "{\"type\":\"t\",\"key\":\"" + key + "\",\"data\":1}", token);
        }
        var answer = node.get(snapshot, token);
        assertThat(answer.headers().firstValue("ETag")).contains("\"3\"");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("private, no-store");
        var taken = JSON.readTree(answer.body());
        assertThat(taken.path("seq").asLong()).isEqualTo(3);
        assertThat(taken.path("position").asText()).isEqualTo("3");
        assertThat(StreamSupport.stream(taken.path("items").spliterator(), false)
                        .map(item ->
                                item.path("key").asText() + item.path("seq").asLong()))
                .containsExactlyInAnyOrder("a3", "b2");
        assertThat(page(snapshot + "?min=3").path("seq").asLong()).isEqualTo(3);
        refused(snapshot + "?min=4", 503, "snapshot-not-yet");
        refused(snapshot + "?min=x", 400, "parameter-malformed");
    }

    @Test
    void aSnapshotWithoutStateIsTheLastPage() throws IOException {
        var taken = page("/v1/channels/chat:pages/snapshot");
        assertThat(taken.path("seq").asLong()).isEqualTo(25);
        assertThat(taken.path("items")
                        .path(taken.path("items").size() - 1)
                        .path("seq")
                        .asLong())
                .isEqualTo(25);
    }

    private static <T> FutureTask<T> inBackground(Callable<T> work) {
        var task = new FutureTask<>(work);
        Thread.ofVirtual().start(task);
        return task;
    }

    private static JsonNode page(String path) throws IOException {
        var answer = node.get(path, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static String caching(String path) {
        return header(node.get(path, token), "Cache-Control");
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static JsonNode refused(String path, int status, String type) throws IOException {
        var answer = node.get(path, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        var problem = JSON.readTree(answer.body());
        assertThat(problem.path("type").asText()).isEqualTo("/problems/" + type);
        if (status == 503) {
            assertThat(header(answer, "Retry-After")).isEqualTo("1");
        }
        return problem;
    }

    private static List<Long> seqs(JsonNode page) {
        return StreamSupport.stream(page.path("events").spliterator(), false)
                .map(event -> event.path("seq").asLong())
                .toList();
    }

    private static List<Long> range(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }
}

package io.tailrace.server.signal;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.server.ServerFixture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What happens between two polls is told by the second, presence on any node, signals on the same. */
@Tag("R-25")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PollsOfTheMomentTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ServerFixture node;
    private ServerFixture other;

    @BeforeAll
    void start() {
        node = ServerFixture.start(Map.of("TAILRACE_PRESENCE_BATCH", "50ms"));
        other = node.another();
    }

    @AfterAll
    void stop() {
        other.close();
        node.close();
    }

    /** A client that polls, with what the last answer said. */
    private final class Polls {
        private final String channels;
        private @Nullable String id;
        private String moment = "";
        private long took;

        Polls(String... channels) {
            this.channels = "channel=" + String.join("&channel=", channels);
        }

        List<JsonNode> at(ServerFixture from, int wait) throws IOException {
            long started = System.nanoTime();
            var path = "/v1/stream?" + channels + "&wait=" + wait + (moment.isEmpty() ? "" : "&moment=" + moment);
            var answer = id == null
                    ? from.get(path, from.token("watcher"))
                    : from.get(path, from.token("watcher"), "Last-Event-ID", id);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            took = (System.nanoTime() - started) / 1_000_000;
            var json = JSON.readTree(answer.body());
            assertThat(json.has("channels")).isEqualTo(id == null);
            id = json.path("id").asText();
            moment = json.path("moment").asText();
            var frames = new ArrayList<JsonNode>();
            json.path("frames").forEach(frames::add);
            return frames;
        }

        /** Polls until there is a frame. */
        JsonNode next(ServerFixture from) throws IOException {
            for (int i = 0; i < 10; i++) {
                var frames = at(from, 5);
                if (!frames.isEmpty()) {
                    assertThat(frames).hasSize(1);
                    return frames.getFirst();
                }
            }
            throw new AssertionError("nothing was told");
        }
    }

    private void beat(String channel, String user, String body) {
        assertThat(node.send("PUT", "/v1/channels/" + channel + "/presence", body, node.token(user))
                        .statusCode())
                .isEqualTo(200);
    }

    private void leave(String channel, String user) {
        node.send("DELETE", "/v1/channels/" + channel + "/presence", null, node.token(user));
    }

    private void signal(String channel, String json) {
        assertThat(node.post("/v1/channels/" + channel + "/signals", json, node.token("ada"))
                        .statusCode())
                .isEqualTo(202);
    }

    private static List<String> users(JsonNode frame) {
        assertThat(frame.path("event").asText()).as("%s", frame).isEqualTo("presence");
        return frame.path("data").path("members").findValuesAsText("user");
    }

    /** Until both nodes know the list: what they are told by then is theirs to tell. */
    private void settled(String channel, int count) {
        for (ServerFixture each : List.of(node, other)) {
            eventually(() -> {
                var first = new Polls(channel);
                assertThat(first.at(each, 1)).hasSize(1).first().satisfies(frame -> assertThat(users(frame))
                        .hasSize(count));
            });
        }
    }

    @Test
    @Tag("R-31")
    void whoCameAndLeftBetweenTwoPollsIsToldByTheNextOnAnyNode() throws IOException {
        beat("doc:between", "ada", "{}");
        settled("doc:between", 1);
        var polls = new Polls("doc:between");
        assertThat(users(polls.next(node))).containsExactly("ada");
        assertThat(polls.at(node, 1)).as("nothing has changed").isEmpty();
        assertThat(polls.at(other, 1))
                .as("nor is it told again by another node")
                .isEmpty();
        assertThat(polls.took).isGreaterThan(900);

        beat("doc:between", "bob", "{\"mode\":\"editing\"}");
        settled("doc:between", 2);
        assertThat(users(polls.next(other))).containsExactlyInAnyOrder("ada", "bob");
        assertThat(polls.at(node, 1)).isEmpty();

        leave("doc:between", "ada");
        settled("doc:between", 1);
        assertThat(users(polls.next(node))).containsExactly("bob");
    }

    @Test
    @Tag("R-31")
    void thatNobodyIsLeftIsToldToo() throws IOException {
        beat("doc:empty", "ada", "{}");
        settled("doc:empty", 1);
        var polls = new Polls("doc:empty", "doc:never");
        assertThat(users(polls.next(node))).containsExactly("ada");
        leave("doc:empty", "ada");
        eventually(() -> assertThat(new Polls("doc:empty").at(other, 1)).isEmpty());
        var told = polls.next(other);
        assertThat(users(told)).isEmpty();
        assertThat(told.path("data").path("count").asInt(-1)).isZero();
        assertThat(polls.at(node, 1)).isEmpty();
    }

    @Test
    void whatChangesWhileItWaitsIsAChange() throws IOException {
        beat("doc:wait", "ada", "{}");
        settled("doc:wait", 1);
        var polls = new Polls("doc:wait");
        polls.next(node);
        beat("doc:wait", "bob", "{}");
        var frame = polls.next(node).path("data");
        assertThat(frame.has("members")
                        || frame.path("joined").path(0).path("user").asText().equals("bob"))
                .isTrue();
        assertThat(polls.at(node, 0)).as("and is known then").isEmpty();
    }

    @Test
    @Tag("R-32")
    void signalsBetweenTwoPollsAreToldOnTheSameNode() throws IOException {
        var polls = new Polls("doc:signals");
        polls.at(node, 0);
        for (int i = 0; i < 5; i++) {
            signal("doc:signals", "{\"kind\":\"wave\",\"resource\":\"r" + i + "\"}");
        }
        var told = new ArrayList<String>();
        while (told.size() < 5) {
            for (JsonNode frame : polls.at(node, 5)) {
                assertThat(frame.path("event").asText()).isEqualTo("signal");
                told.add(frame.path("data").path("resource").asText());
            }
        }
        assertThat(told).containsExactly("r0", "r1", "r2", "r3", "r4");
        assertThat(polls.at(node, 0)).as("once").isEmpty();
        assertThat(polls.at(other, 0)).isEmpty();
        assertThat(polls.at(node, 0)).isEmpty();
    }

    @Test
    @Tag("R-41")
    void aClientThatSaysNothingOfTheMomentIsToldWhatChangesWhileItWaits() throws IOException {
        beat("doc:old", "ada", "{}");
        settled("doc:old", 1);
        var polls = new Polls("doc:old");
        assertThat(users(polls.next(node))).containsExactly("ada");
        polls.moment = "";
        assertThat(polls.at(node, 1)).isEmpty();
    }

    @Test
    void whatSomebodyElseWasToldDoesNoHarm() throws IOException {
        beat("doc:x", "ada", "{}");
        settled("doc:x", 1);
        var one = new Polls("doc:x");
        one.next(node);
        var two = new Polls("doc:never", "doc:x");
        two.moment = one.moment;
        assertThat(two.at(other, 5)).as("of another list").anyMatch(frame -> users(frame)
                .equals(List.of("ada")));
        two.moment = "A".repeat(1_000);
        assertThat(users(two.next(node))).containsExactly("ada");
    }
}

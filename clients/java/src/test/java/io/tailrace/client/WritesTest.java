package io.tailrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.client.queue.FileQueueStore;
import io.tailrace.client.queue.MemoryQueueStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("R-13")
@Tag("R-15")
final class WritesTest {

    @TempDir
    @Nullable
    Path directory;

    private static void fail(Rig rig, RawServer.Handler handler) {
        rig.node.instead = handler;
        rig.node.insteadOf = asked -> asked.path().equals("/v1/writes");
    }

    private static void mend(Rig rig) {
        rig.node.insteadOf = asked -> false;
    }

    private static @Nullable Outcome outcome(Write write) {
        return write.outcome().getNow(null);
    }

    @Test
    void aWriteIsCommittedOnce() throws Exception {
        try (var rig = new Rig()) {
            var write = rig.tailrace.channel(Rig.CHANNEL).write("card.added", Map.of("title", "é"));
            rig.soon(() -> assertThat(outcome(write)).isInstanceOf(Outcome.Committed.class));
            var event = ((Outcome.Committed) write.outcome().get()).event();
            assertThat(event.seq()).isEqualTo(1);
            assertThat(event.data().text()).isEqualTo("{\"title\":\"é\"}");
            assertThat(write.kept().get()).isTrue();
            rig.soon(() -> assertThat(rig.tailrace.pending().value()).isZero());
        }
    }

    @Test
    @Tag("R-10")
    void aLostAnswerIsRepairedByTheSameKey() throws Exception {
        try (var rig = new Rig()) {
            var bodies = new CopyOnWriteArrayList<String>();
            fail(rig, (asked, reply) -> {
                bodies.add(asked.body());
                rig.node.insteadOf = other -> false;
                rig.node.append(Rig.CHANNEL, "9"); // whatever happened: nobody heard it
            });
            var write = rig.tailrace.channel(Rig.CHANNEL).write("t", 1);
            rig.soon(() -> assertThat(outcome(write)).isInstanceOf(Outcome.Committed.class));
            var last = rig.node.server.asked.get(rig.node.server.asked.size() - 1);
            assertThat(bodies).containsExactly(last.body());
        }
    }

    @Test
    void itsOwnEventSettlesAWriteWhoseAnswerNeverComes() throws Exception {
        try (var rig = new Rig()) {
            rig.follow(Start.now());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            fail(rig, (asked, reply) -> {
                var draft = com.google.gson.JsonParser.parseString(asked.body())
                        .getAsJsonObject()
                        .getAsJsonArray("writes")
                        .get(0)
                        .getAsJsonObject();
                rig.node.append(Rig.CHANNEL, "t", null, draft.get("ref").getAsString(), "1");
            });
            var write = rig.tailrace.channel(Rig.CHANNEL).write("t", 1);
            rig.soon(() -> assertThat(outcome(write)).isInstanceOf(Outcome.Committed.class));
            long sent = rig.node.server.count("POST", "/v1/writes");
            rig.loop.advance(120_000);
            assertThat(rig.node.server.count("POST", "/v1/writes")).isEqualTo(sent);
        }
    }

    @Test
    void whatWasWrittenOfflineGoesOutInOrder() throws Exception {
        try (var rig = new Rig()) {
            fail(rig, (asked, reply) -> {});
            var writes = new ArrayList<Write>();
            for (int i = 0; i < 250; i++) {
                writes.add(rig.tailrace.channel(Rig.CHANNEL).write("t", i));
            }
            rig.soon(() ->
                    assertThat(rig.node.server.count("POST", "/v1/writes")).isGreaterThan(1));
            mend(rig);
            rig.soon(() -> assertThat(writes)
                    .allSatisfy(write -> assertThat(outcome(write)).isNotNull()));
            for (int i = 0; i < 250; i++) {
                assertThat(((Outcome.Committed) writes.get(i).outcome().get())
                                .event()
                                .seq())
                        .isEqualTo(i + 1);
            }
        }
    }

    @Test
    void theQueueOutlivesTheProcess() throws Exception {
        var file = Objects.requireNonNull(directory).resolve("q").toFile();
        try (var node = new FakeNode()) {
            Write first;
            try (var rig = new Rig(node, FileQueueStore.open(file), builder -> {})) {
                fail(rig, (asked, reply) -> {});
                first = rig.tailrace.channel(Rig.CHANNEL).write("t", 1);
                rig.soon(() -> assertThat(first.kept().getNow(false)).isTrue());
                rig.tailrace.close();
            }
            try (var again = new FakeNode();
                    var rig = new Rig(again, FileQueueStore.open(file), builder -> {})) {
                var settled = new CopyOnWriteArrayList<String>();
                rig.tailrace.onOutcome((write, outcome) -> settled.add(write.idempotencyKey()));
                rig.soon(() -> assertThat(settled).containsExactly(first.idempotencyKey()));
            }
            try (var store = FileQueueStore.open(file)) {
                assertThat(store.load()).isEmpty();
            }
        }
    }

    @Test
    void nothingStaysAfterASignOut() throws Exception {
        var file = Objects.requireNonNull(directory).resolve("q").toFile();
        try (var rig = new Rig(new FakeNode(), FileQueueStore.open(file), builder -> {})) {
            fail(rig, (asked, reply) -> {});
            var write = rig.tailrace.channel(Rig.CHANNEL).write("t", 1);
            rig.soon(() -> assertThat(write.kept().getNow(false)).isTrue());
            rig.tailrace.signOut();
            Eventually.eventually(() -> assertThat(outcome(write)).isInstanceOf(Outcome.Unkept.class));
        }
        try (var store = FileQueueStore.open(file)) {
            assertThat(store.load()).isEmpty();
        }
    }

    @Test
    @Tag("R-14")
    void aConflictTellsWhatIsThereNow() throws Exception {
        try (var rig = new Rig()) {
            rig.node.append(Rig.CHANNEL, "set", "card:7", null, "\"theirs\"");
            var write = rig.tailrace
                    .channel(Rig.CHANNEL)
                    .write(Draft.of("set", "mine").key("card:7").ifMatch(0));
            rig.soon(() -> assertThat(outcome(write)).isInstanceOf(Outcome.Conflict.class));
            var current =
                    Objects.requireNonNull(((Outcome.Conflict) write.outcome().get()).current());
            assertThat(current.data().text()).isEqualTo("\"theirs\"");
        }
    }

    @Test
    void aChannelThatIsFullWaitsAndOthersGoOn() throws Exception {
        try (var rig = new Rig()) {
            var refusals = new AtomicInteger();
            fail(rig, (asked, reply) -> {
                var results = new ArrayList<String>();
                boolean any = false;
                for (var element : com.google.gson.JsonParser.parseString(asked.body())
                        .getAsJsonObject()
                        .getAsJsonArray("writes")) {
                    boolean full = element.getAsJsonObject()
                            .get("channel")
                            .getAsString()
                            .equals(Rig.CHANNEL);
                    any |= full;
                    results.add(
                            full
                                    ? "{\"status\":429,\"problem\":{\"type\":\"/problems/rate-limited\",\"title\":\"x\",\"status\":429,\"retry_after\":30}}"
                                    : "{\"status\":202}");
                }
                refusals.addAndGet(any ? 1 : 0);
                reply.json("{\"results\":[" + String.join(",", results) + "]}");
            });
            var waits = rig.tailrace.channel(Rig.CHANNEL).write("t", 1);
            rig.now(() -> assertThat(refusals).hasValue(1));
            var goes = rig.tailrace.channel("pulse:b").write("t", 1);
            rig.now(() -> assertThat(outcome(goes)).isEqualTo(new Outcome.PassedOn()));
            rig.loop.advance(29_000);
            assertThat(refusals).hasValue(1);
            mend(rig);
            rig.soon(() -> assertThat(outcome(waits)).isInstanceOf(Outcome.Committed.class));
        }
    }

    @Test
    void aBatchThatIsTooLargeIsNarrowedDownToTheOneToBlame() throws Exception {
        try (var rig = new Rig()) {
            rig.node.instead = (asked, reply) -> reply.problem(413, "body-too-large");
            rig.node.insteadOf = asked -> asked.body().contains("huge");
            var channel = rig.tailrace.channel(Rig.CHANNEL);
            var writes = List.of(channel.write("t", "a"), channel.write("t", "huge"), channel.write("t", "b"));
            rig.soon(() -> {
                assertThat(outcome(writes.get(0))).isInstanceOf(Outcome.Committed.class);
                assertThat(outcome(writes.get(1))).isInstanceOf(Outcome.Refused.class);
                assertThat(outcome(writes.get(2))).isInstanceOf(Outcome.Committed.class);
            });
        }
    }

    @Test
    void aKeyThatIsTooOldIsTold() throws Exception {
        try (var rig = new Rig()) {
            fail(
                    rig,
                    (asked, reply) -> reply.json(
                            "{\"results\":[{\"status\":422,\"problem\":{\"type\":\"/problems/idempotency-key-expired\",\"title\":\"x\",\"status\":422}}]}"));
            var write = rig.tailrace.channel(Rig.CHANNEL).write("t", 1);
            rig.soon(() -> assertThat(outcome(write)).isInstanceOf(Outcome.Expired.class));
        }
    }

    @Test
    void aFullQueueSaysSo() throws Exception {
        try (var rig = new Rig(new FakeNode(), new MemoryQueueStore(1), builder -> {})) {
            fail(rig, (asked, reply) -> {});
            var first = rig.tailrace.channel(Rig.CHANNEL).write("t", 1);
            rig.soon(() -> assertThat(first.kept().getNow(false)).isTrue());
            var second = rig.tailrace.channel(Rig.CHANNEL).write("t", 2);
            rig.soon(() -> assertThat(outcome(second)).isInstanceOf(Outcome.Unkept.class));
            assertThat(outcome(first)).isNull();
        }
    }

    @Test
    void anItemIsShownAtOnceAndTakenBackWhenItLost() throws Exception {
        try (var rig = new Rig()) {
            rig.node.append(Rig.CHANNEL, "set", "card:7", null, "\"old\"");
            var cards = rig.tailrace.channel(Rig.CHANNEL).keyed(String.class);
            rig.soon(() -> assertThat(cards.value().stale()).isFalse());
            assertThat(cards.value().items().get("card:7"))
                    .extracting(Keyed.Item::value)
                    .isEqualTo("old");
            fail(rig, (asked, reply) -> {});
            cards.putIfUnchanged("set", "card:7", "mine");
            rig.soon(() -> {
                var item = Objects.requireNonNull(cards.value().items().get("card:7"));
                assertThat(item).isEqualTo(new Keyed.Item<>("mine", 1, "ada", true, item.revision()));
            });
            rig.node.append(Rig.CHANNEL, "set", "card:7", null, "\"theirs\"");
            mend(rig);
            rig.soon(() -> {
                assertThat(cards.value().items().get("card:7"))
                        .isEqualTo(new Keyed.Item<>("theirs", 2, "ada", false, "2"));
                assertThat(cards.value().lost().get("card:7")).isInstanceOf(Outcome.Conflict.class);
            });
            cards.dismiss("card:7");
            cards.put("set", "card:8", null);
            rig.soon(() -> assertThat(cards.value().lost()).isEmpty());
            assertThat(cards.value().items()).containsOnlyKeys("card:7");
        }
    }
}

package io.tailrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that let no stream through. */
class PollingTest {

    /** After three failures, in milliseconds. */
    private static final long MOST_BACKOFF = Backoff.BASE << 3;

    /** Lets streams stay mute until there are enough of them. */
    private static void takeToPolls(Rig rig) {
        for (int stream = 1; stream <= Passage.ENOUGH; stream++) {
            int streams = stream;
            rig.soon(
                    () -> assertThat(rig.node.server.count("GET", "/v1/stream")).isEqualTo(streams));
            rig.loop.advance(Tail.OPENS_WITHIN);
        }
    }

    private static boolean isPoll(RawServer.Asked asked) {
        return !asked.all("wait").isEmpty();
    }

    private static List<RawServer.Asked> polls(Rig rig) {
        return rig.node.server.asked.stream().filter(PollingTest::isPoll).toList();
    }

    @Test
    @Tag("R-25")
    void pollsAfterThreeMuteStreamsAndStreamsAgainWhenThatWorks() throws Exception {
        try (var rig = new Rig()) {
            rig.node.mute = true;
            rig.node.append(Rig.CHANNEL, "0");
            var following = rig.follow(Start.now());
            takeToPolls(rig);
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.POLLING));
            assertThat(rig.node.server.asked)
                    .filteredOn(one -> one.path().equals("/v1/stream") && !isPoll(one))
                    .hasSize(3);
            rig.node.append(Rig.CHANNEL, "1");
            rig.node.append(Rig.CHANNEL, "2");
            rig.soon(() -> assertThat(following.seqs()).containsExactly(2L, 3L));
            rig.node.mute = false;
            rig.loop.advance(Polling.PROBE_AFTER);
            rig.soon(() -> {
                rig.node.heartbeat();
                assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE);
            });
            rig.node.append(Rig.CHANNEL, "3");
            rig.soon(() -> assertThat(following.seqs()).containsExactly(2L, 3L, 4L));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut", "given up by a proxy", "given in one burst"})
    @Tag("R-25")
    void pollsWhereStreamsAreHeldBackUntilSomebodyLosesPatience(String how) throws Exception {
        BlockingQueue<String> patience = new LinkedBlockingQueue<>();
        try (var rig = new Rig()) {
            rig.node.insteadOf = asked -> asked.path().equals("/v1/stream") && !isPoll(asked);
            rig.node.instead = (asked, reply) -> {
                patience.take();
                if (how.equals("given up by a proxy")) {
                    reply.answer(504, "text/html", "<h1>Gateway Timeout</h1>");
                } else if (how.equals("given in one burst")) {
                    reply.streamHead();
                    reply.raw("event: open\ndata: {\"stream\":\"s\",\"node\":\"n\",\"channels\":{}}\n\n"
                            + "event: heartbeat\ndata: {}\n\n");
                }
            };
            rig.node.append(Rig.CHANNEL, "1");
            var following = rig.follow(Start.beginning());
            for (int stream = 1; stream <= Passage.ENOUGH; stream++) {
                int streams = stream;
                rig.soon(() ->
                        assertThat(rig.node.server.count("GET", "/v1/stream")).isEqualTo(streams));
                rig.loop.advance(8_000);
                patience.add("lost");
            }
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.POLLING));
            rig.soon(() -> assertThat(following.seqs()).containsExactly(1L));
            patience.addAll(Collections.nCopies(10, "lost"));
            rig.loop.advance(Polling.PROBE_AFTER);
            rig.soon(() -> assertThat(rig.node.server.asked)
                    .filteredOn(one -> one.path().equals("/v1/stream") && !isPoll(one))
                    .hasSizeGreaterThan(Passage.ENOUGH));
            rig.node.append(Rig.CHANNEL, "2");
            rig.soon(() -> assertThat(following.seqs()).containsExactly(1L, 2L));
            assertThat(rig.state()).isEqualTo(ConnectionState.Name.POLLING);
        }
    }

    @Test
    @Tag("R-25")
    void handsOnWhatItKnowsOfTheMomentAndHeedsWhatAnAnswerSaysOfItsEnd() throws Exception {
        var says = List.of(
                "{\"event\":\"auth.expiring\",\"data\":{}}",
                "{\"event\":\"reconnect\",\"data\":{\"after_ms\":9000}}",
                "{\"event\":\"end\",\"data\":{\"reason\":\"expired\"}}",
                "{\"event\":\"end\",\"data\":{\"reason\":\"client-not-served\"}}");
        var tokens = new AtomicInteger();
        try (var rig = new Rig(
                new FakeNode(),
                new io.tailrace.client.queue.MemoryQueueStore(),
                builder -> builder.token(() -> "t" + tokens.incrementAndGet()))) {
            rig.node.mute = true;
            var told = new AtomicInteger();
            rig.node.insteadOf = PollingTest::isPoll;
            rig.node.instead = (asked, reply) -> {
                int which = told.getAndIncrement();
                reply.json("{\"frames\":[" + says.get(which) + "],\"id\":\"0\",\"moment\":\"m" + which + "\"}");
            };
            rig.follow(Start.beginning());
            takeToPolls(rig);
            rig.loop.advance(MOST_BACKOFF);
            rig.now(() -> assertThat(polls(rig)).hasSize(2));
            rig.loop.advance(8_900);
            assertThat(polls(rig)).as("it was asked to wait for nine seconds").hasSize(2);
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.UNAUTHORIZED));
            assertThat(polls(rig))
                    .as("an answer that ends it all is not taken as received")
                    .extracting(one -> one.all("moment"))
                    .containsExactly(List.of(), List.of("m0"), List.of("m1"), List.of("m1"));
            assertThat(polls(rig))
                    .extracting(one -> one.header("authorization"))
                    .containsExactly("Bearer t1", "Bearer t2", "Bearer t2", "Bearer t3");
        }
    }

    @Test
    @Tag("R-25")
    void waitsForLessWhereSomebodyCutsWhatIsSilentAndForEverMoreAfterwards() throws Exception {
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        try (var rig = new Rig()) {
            rig.node.mute = true;
            rig.node.insteadOf = PollingTest::isPoll;
            rig.node.instead = (asked, reply) -> {
                String answer = answers.take();
                if (!answer.isEmpty()) {
                    reply.json(answer);
                }
            };
            rig.follow(Start.beginning());
            takeToPolls(rig);
            rig.loop.advance(MOST_BACKOFF);
            String nothing = "{\"frames\":[],\"id\":\"0\"}";
            answered(rig, answers, 25_000, nothing);
            cut(rig, answers, 3_000); // too soon to be anything but an accident
            cut(rig, answers, 10_000);
            answered(rig, answers, 5_000, nothing);
            answered(rig, answers, 6_000, nothing);
            assertThat(polls(rig))
                    .extracting(one -> one.all("wait").get(0))
                    .containsExactly("25", "25", "25", "5", "6", "7");
        }
    }

    /** Lets the poll that waits be answered after so long, and the next one come. */
    private static void answered(Rig rig, BlockingQueue<String> answers, long after, String answer) {
        int next = over(rig, answers, after, answer);
        rig.now(() -> assertThat(polls(rig)).hasSize(next));
    }

    /** Lets the poll that waits be cut after so long, and the next one come. */
    private static void cut(Rig rig, BlockingQueue<String> answers, long after) {
        int next = over(rig, answers, after, "");
        Supplier<@Nullable Instant> again =
                () -> rig.tailrace.connection().value().retryAt();
        rig.now(() -> assertThat(again.get()).isNotNull());
        rig.loop.advance(Objects.requireNonNull(again.get()).toEpochMilli() - rig.loop.wall());
        rig.now(() -> assertThat(polls(rig)).hasSize(next));
    }

    private static int over(Rig rig, BlockingQueue<String> answers, long after, String answer) {
        rig.now(() -> assertThat(polls(rig)).isNotEmpty());
        int next = polls(rig).size() + 1;
        rig.loop.advance(after);
        answers.add(answer);
        return next;
    }
}

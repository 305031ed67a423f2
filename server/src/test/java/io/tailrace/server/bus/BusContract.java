package io.tailrace.server.bus;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.bus.Announcement.Appended;
import io.tailrace.server.bus.Announcement.HeadMoved;
import io.tailrace.wire.ChannelId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every form of the bus promises, seen from two nodes. */
abstract class BusContract {

    static final ChannelId ROADMAP = ChannelId.of("acme", "board:roadmap");
    static final Duration PATIENCE = Duration.ofSeconds(5);

    Bus one;
    Bus two;

    /** Two nodes' buses, which may be one. */
    abstract List<Bus> open();

    @BeforeEach
    void openBoth() {
        var both = open();
        one = both.getFirst();
        two = both.getLast();
        eventually(() -> assertThat(one.up() && two.up()).isTrue());
    }

    @AfterEach
    void closeBoth() {
        one.close();
        two.close();
    }

    static Appended event(ChannelId channel, long seq) {
        byte[] json = ("{\"seq\":" + seq + "}").getBytes(StandardCharsets.UTF_8);
        return new Appended(channel, 1, seq, 7, 1_700_000_000_000L + seq, json);
    }

    static List<Appended> events(ChannelId channel, long count) {
        return LongStream.rangeClosed(1, count)
                .mapToObj(seq -> event(channel, seq))
                .toList();
    }

    Recorder listenOnTwo(ChannelId channel) {
        var recorder = new Recorder();
        two.subscribe(channel, recorder);
        return recorder.awaitConfirmed();
    }

    @Test
    @Tag("R-12")
    void bringsWhatWasPublishedToAnotherNodeAsItWasAndInOrder() {
        var heard = listenOnTwo(ROADMAP);
        var moved = new HeadMoved(ROADMAP, 3, 42, 9);
        assertThat(one.publish(List.of(event(ROADMAP, 1), event(ROADMAP, 2), moved)))
                .isTrue();
        eventually(() -> assertThat(heard.heard()).hasSize(3));
        assertThat(heard.heard().getFirst()).usingRecursiveComparison().isEqualTo(event(ROADMAP, 1));
        assertThat(heard.seqs()).containsExactly(1L, 2L, 42L);
        assertThat(heard.heard().getLast()).isEqualTo(moved);
    }

    @Test
    void aLargeBatchArrivesWhole() {
        var heard = listenOnTwo(ROADMAP);
        assertThat(one.publish(events(ROADMAP, 3_000))).isTrue();
        eventually(() -> assertThat(heard.heard()).hasSize(3_000));
        assertThat(heard.seqs()).isSorted();
    }

    @Test
    @Tag("R-70")
    void channelsOfOtherNamesAndTenantsHearNothing() {
        var foreign = List.of(
                ChannelId.of("other", "board:roadmap"),
                ChannelId.of("acme", "board:roadma"),
                ChannelId.of("board:roadmap/acme", "board:roadmap"),
                ChannelId.of("}acme", "board:roadmap"));
        var others = foreign.stream().map(this::listenOnTwo).toList();
        var heard = listenOnTwo(ROADMAP);
        one.publish(List.of(event(ROADMAP, 1)));
        eventually(() -> assertThat(heard.seqs()).containsExactly(1L));
        assertThat(others).allSatisfy(other -> assertThat(other.heard()).isEmpty());
    }

    @Test
    void everyListenerOfAChannelIsConfirmedAndHears() {
        var first = listenOnTwo(ROADMAP);
        var second = listenOnTwo(ROADMAP);
        one.publish(List.of(event(ROADMAP, 1)));
        eventually(() -> assertThat(first.seqs()).containsExactly(1L));
        eventually(() -> assertThat(second.seqs()).containsExactly(1L));
    }

    @Test
    void whoeverUnsubscribedHearsNoMoreAndMayComeBack() {
        var gone = new Recorder();
        var subscription = two.subscribe(ROADMAP, gone);
        gone.awaitConfirmed();
        subscription.close();
        subscription.close();
        var back = listenOnTwo(ROADMAP);
        one.publish(List.of(event(ROADMAP, 1)));
        eventually(() -> assertThat(back.seqs()).containsExactly(1L));
        assertThat(gone.heard()).isEmpty();
    }

    @Test
    void whatIsBroadcastReachesEveryNode() {
        var onOne = new CopyOnWriteArrayList<String>();
        var onTwo = new CopyOnWriteArrayList<String>();
        var first = one.hear(message -> onOne.add(text(message)));
        two.hear(message -> onTwo.add(text(message)));
        eventually(() -> {
            two.broadcast("hello".getBytes(StandardCharsets.UTF_8));
            assertThat(onOne).contains("hello");
            assertThat(onTwo).contains("hello");
        });
        first.close();
        eventually(() -> {
            onTwo.clear();
            onOne.clear();
            one.broadcast("again".getBytes(StandardCharsets.UTF_8));
            eventually(() -> assertThat(onTwo).contains("again"));
            assertThat(onOne).isEmpty();
        });
    }

    @Test
    void comingAndGoingInHasteEndsAsTheLastWord() {
        for (int i = 0; i < 500; i++) {
            two.subscribe(ROADMAP, new Recorder()).close();
        }
        var heard = listenOnTwo(ROADMAP);
        one.publish(List.of(event(ROADMAP, 1)));
        eventually(() -> assertThat(heard.seqs()).containsExactly(1L));
    }

    @Test
    void thousandsOfChannelsAreConfirmedOneByOne() {
        var channels = IntStream.range(0, 3_000)
                .mapToObj(i -> ChannelId.of("acme", "chat:" + i))
                .toList();
        var recorders = new ArrayList<Recorder>();
        for (ChannelId channel : channels) {
            var recorder = new Recorder();
            recorders.add(recorder);
            two.subscribe(channel, recorder);
        }
        recorders.forEach(Recorder::awaitConfirmed);
        one.publish(channels.stream().map(channel -> event(channel, 1)).toList());
        recorders.forEach(
                recorder -> eventually(() -> assertThat(recorder.seqs()).containsExactly(1L)));
    }

    @Test
    void aListenerThatThrowsCostsOthersNothing() {
        two.subscribe(ROADMAP, new Bus.Listener() {
            @Override
            public void announced(Announcement announcement) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void confirmed() {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void interrupted() {
                throw new IllegalStateException("on purpose");
            }
        });
        var heard = listenOnTwo(ROADMAP);
        one.publish(events(ROADMAP, 2));
        eventually(() -> assertThat(heard.seqs()).containsExactly(1L, 2L));
    }

    @Test
    @Tag("R-26")
    void asksOneNodeAndGetsItsAnswer() {
        two.serve("node-2", request -> ("re: " + text(request)).getBytes(StandardCharsets.UTF_8));
        eventually(() -> assertThat(one.ask("node-2", bytes("hello"), PATIENCE))
                .hasValueSatisfying(answer -> assertThat(text(answer)).isEqualTo("re: hello")));
        assertThat(two.ask("node-2", bytes("self"), PATIENCE)).isPresent();
    }

    @Test
    void nobodyAnswersForANodeThatIsNotThere() {
        long start = System.nanoTime();
        assertThat(one.ask("nowhere", bytes("hello"), PATIENCE)).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE.dividedBy(2));
    }

    @Test
    void aNodeThatAnswersTooLateIsGivenUp() {
        var release = new CountDownLatch(1);
        two.serve("slow", request -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return request;
        });
        two.serve("fast", request -> request);
        eventually(() -> assertThat(one.ask("fast", bytes("hello"), PATIENCE)).isPresent());
        assertThat(one.ask("slow", bytes("hello"), Duration.ofMillis(50))).isEmpty();
        release.countDown();
        assertThat(one.ask("fast", bytes("again"), PATIENCE))
                .hasValueSatisfying(answer -> assertThat(text(answer)).isEqualTo("again"));
    }

    @Test
    void aNodeThatStoppedServingDoesNotAnswer() {
        var serving = two.serve("node-2", request -> request);
        eventually(() -> assertThat(one.ask("node-2", bytes("x"), PATIENCE)).isPresent());
        serving.close();
        eventually(() -> assertThat(one.ask("node-2", bytes("x"), Duration.ofMillis(100)))
                .isEmpty());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

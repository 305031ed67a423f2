package io.tailrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.client.queue.MemoryQueueStore;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R-20")
@Tag("R-21")
final class ResumeTest {

    private static List<Long> upTo(long seq) {
        return LongStream.rangeClosed(1, seq).boxed().toList();
    }

    /** Three frames behind {@code open}: within characters, between CR and LF of chunks, within ids. */
    @Test
    void tellsEachEventOnceThoughTheStreamIsCutAtEveryByte() throws IOException {
        try (var node = new FakeNode()) {
            for (int i = 0; i < 3; i++) {
                node.append(Rig.CHANNEL, "\"é€😀" + i + "\"");
            }
            int cuts = 0;
            while (isCut(node, cuts)) {
                cuts++;
            }
            assertThat(cuts).as("bytes of the whole stream").isBetween(500, 2_000);
        }
    }

    /** @return whether the stream was cut at all */
    private static boolean isCut(FakeNode node, int after) {
        long before = node.server.count("GET", "/v1/stream");
        node.cutAfter = after;
        var loop = new ManualLoop();
        try (var tailrace =
                Tailrace.builder().url(node.url()).token("t").connect(new Client.Seams(loop, new Random(after)))) {
            var following = new Following();
            tailrace.channel(Rig.CHANNEL).subscribe(following, Start.beginning());
            Eventually.eventually(
                    () -> loop.advance(100), () -> assertThat(following.seqs()).isEqualTo(upTo(3)));
            assertThat(following.data()).as("cut at %d", after).containsExactly("\"é€😀0\"", "\"é€😀1\"", "\"é€😀2\"");
            assertThat(following.snapshots).isEmpty();
        }
        return node.cutAfter < 0 && node.server.count("GET", "/v1/stream") > before + 1;
    }

    @Test
    void asksForWhatComesAfterTheLastIdWhenTheListIsTheSame() throws IOException {
        try (var rig = new Rig()) {
            var following = rig.follow(Start.now());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            rig.node.append(Rig.CHANNEL, "1");
            rig.soon(() -> assertThat(following.seqs()).containsExactly(1L));
            rig.node.cutAll();
            rig.node.append(Rig.CHANNEL, "2");
            rig.soon(() -> assertThat(following.seqs()).containsExactly(1L, 2L));
            var last = rig.node.server.asked.get(rig.node.server.asked.size() - 1);
            assertThat(last.header("last-event-id")).isEqualTo("1");
        }
    }

    @Test
    void goesOnWhereAnEarlierSubscriptionStood() throws IOException {
        try (var rig = new Rig()) {
            for (int i = 1; i <= 5; i++) {
                rig.node.append(Rig.CHANNEL, "" + i);
            }
            var following = new Following();
            var subscription = rig.tailrace.channel(Rig.CHANNEL).subscribe(following, Start.after(2));
            rig.soon(() -> assertThat(following.seqs()).containsExactly(3L, 4L, 5L));
            assertThat(subscription.position()).isEqualTo("5");
            var position = String.valueOf(subscription.position());
            subscription.close();
            rig.node.append(Rig.CHANNEL, "6");
            var later = rig.follow(Start.at(position));
            rig.soon(() -> assertThat(later.seqs()).containsExactly(6L));
        }
    }

    @Test
    @Tag("R-22")
    void readsFromHistoryWhatTheStreamLeftOut() throws IOException {
        try (var rig = new Rig()) {
            rig.node.dropped = event -> event.contains("\"seq\":2,") || event.contains("\"seq\":3,");
            var following = rig.follow(Start.beginning());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            for (int i = 1; i <= 6; i++) {
                rig.node.append(Rig.CHANNEL, "" + i);
            }
            rig.soon(() -> assertThat(following.seqs()).isEqualTo(upTo(6)));
        }
    }

    @Test
    @Tag("R-23")
    void dropsWhatItKnows() throws IOException {
        try (var rig = new Rig()) {
            var following = rig.follow(Start.beginning());
            rig.node.append(Rig.CHANNEL, "1");
            rig.soon(() -> assertThat(following.seqs()).containsExactly(1L));
            rig.node.say(
                    "data: {\"channel\":\"board:a\",\"seq\":1,\"type\":\"t\",\"data\":1,\"by\":\"x\",\"at\":\"\"}\n\n");
            rig.node.append(Rig.CHANNEL, "2");
            rig.soon(() -> assertThat(following.seqs()).containsExactly(1L, 2L));
        }
    }

    @Test
    @Tag("R-22")
    void readsFromHistoryMoreThanItHoldsBack() throws IOException {
        try (var rig = new Rig()) {
            rig.node.dropped = event -> event.contains("\"seq\":1,");
            int many = Reader.MAX_HELD + 200;
            var following = rig.follow(Start.beginning());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            for (int i = 1; i <= many; i++) {
                rig.node.append(Rig.CHANNEL, "" + i);
            }
            rig.soon(() -> assertThat(following.seqs()).isEqualTo(upTo(many)));
        }
    }

    @Test
    @Tag("R-24")
    void forgetsWhatItKnewWhenTheLogIsAnotherOne() throws IOException {
        try (var rig = new Rig()) {
            var following = rig.follow(Start.beginning());
            for (int i = 1; i <= 5; i++) {
                rig.node.append(Rig.CHANNEL, "" + i);
            }
            rig.soon(() -> assertThat(following.seqs()).isEqualTo(upTo(5)));
            rig.node.restored(Rig.CHANNEL, 3);
            rig.soon(() -> assertThat(following.snapshots).hasSize(1));
            rig.node.append(Rig.CHANNEL, "\"another 4\"");
            rig.soon(() -> assertThat(following.data()).endsWith("\"another 4\""));
            assertThat(following.told).endsWith("event 4").contains("snapshot 3");
        }
    }

    @Test
    @Tag("R-24")
    void aPositionOfAnotherLogIsToldBesideALiveSubscription() throws IOException {
        try (var rig = new Rig()) {
            rig.node.restored(Rig.CHANNEL, 0);
            rig.node.append(Rig.CHANNEL, "1");
            var first = rig.follow(Start.state());
            rig.soon(() -> assertThat(first.told).contains("snapshot 1", "live 1"));
            var second = rig.follow(Start.after(1)); // of epoch 1, at the very same seq
            rig.soon(() -> assertThat(second.told).startsWith("snapshot 1"));
        }
    }

    @Test
    @Tag("R-26")
    void addsAndRemovesChannelsWithoutAnotherStream() throws IOException {
        try (var rig = new Rig()) {
            var following = rig.follow(Start.now());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            rig.node.append("chat:b", "1");
            var second = new Following();
            var subscription = rig.tailrace.channel("chat:b").subscribe(second, Start.beginning());
            rig.soon(() -> assertThat(second.seqs()).containsExactly(1L));
            rig.node.append(Rig.CHANNEL, "1");
            rig.soon(() -> assertThat(following.seqs()).containsExactly(1L));
            subscription.close();
            rig.soon(() -> assertThat(rig.node.server.asked).anySatisfy(one -> {
                assertThat(one.method()).isEqualTo("PATCH");
                assertThat(one.body()).contains("\"remove\":[\"chat:b\"]");
            }));
            assertThat(rig.node.server.count("GET", "/v1/stream")).isEqualTo(1);
        }
    }

    @Test
    void manyChannelsResumeExactlyThoughTheListChangedMeanwhile() throws IOException {
        try (var rig = new Rig()) {
            var first = rig.follow(Start.beginning());
            var second = new Following();
            rig.tailrace.channel("chat:b").subscribe(second, Start.beginning());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            for (int i = 1; i <= 20; i++) {
                rig.node.append(Rig.CHANNEL, "" + i);
                rig.node.append("chat:b", "" + i);
                if (i % 5 == 0) {
                    rig.node.cutAll();
                    rig.tailrace.channel("chat:more" + i).subscribe(new Following());
                }
            }
            rig.soon(() -> {
                assertThat(first.seqs()).isEqualTo(upTo(20));
                assertThat(second.seqs()).isEqualTo(upTo(20));
            });
            assertThat(first.snapshots).isEmpty();
        }
    }

    @Test
    void aSecondSubscriptionBeginsWhereItWasAskedTo() throws IOException {
        try (var rig = new Rig()) {
            var first = rig.follow(Start.now());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            for (int i = 1; i <= 3; i++) {
                rig.node.append(Rig.CHANNEL, "" + i);
            }
            rig.soon(() -> assertThat(first.seqs()).hasSize(3));
            var fromTheBeginning = rig.follow(Start.beginning());
            var fromNow = rig.follow(Start.now());
            rig.soon(() -> assertThat(fromTheBeginning.seqs()).isEqualTo(upTo(3)));
            rig.node.append(Rig.CHANNEL, "4");
            rig.soon(() -> {
                assertThat(fromTheBeginning.seqs()).isEqualTo(upTo(4));
                assertThat(fromNow.seqs()).containsExactly(4L);
            });
        }
    }

    @Test
    void readsPagesOfHistory() throws Exception {
        try (var rig = new Rig()) {
            for (int i = 1; i <= 5; i++) {
                rig.node.append(Rig.CHANNEL, "" + i);
            }
            var channel = rig.tailrace.channel(Rig.CHANNEL);
            assertThat(channel.historyLast(2).get(10, TimeUnit.SECONDS).events())
                    .extracting(Event::seq)
                    .containsExactly(4L, 5L);
            assertThat(channel.historyBefore(4, 2).get(10, TimeUnit.SECONDS).events())
                    .extracting(Event::seq)
                    .containsExactly(2L, 3L);
            assertThat(channel.historyAfter(4, 2).get(10, TimeUnit.SECONDS).events())
                    .extracting(Event::seq)
                    .containsExactly(5L);
            assertThat(channel.snapshot().get(10, TimeUnit.SECONDS).seq()).isEqualTo(5);
            assertThat(channel.historyBefore(9, 2))
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .withCauseInstanceOf(RefusedException.class);
        }
    }

    @Test
    void aSlowListenerHoldsTheStreamUpAndLosesNothing() throws Exception {
        try (var rig = new Rig(new FakeNode(), new MemoryQueueStore(), builder -> {})) {
            var gate = new java.util.concurrent.Semaphore(0);
            var following = new Following() {};
            rig.tailrace
                    .channel(Rig.CHANNEL)
                    .subscribe(
                            new ChannelListener() {
                                @Override
                                public void onEvent(Event event) {
                                    gate.acquireUninterruptibly();
                                    following.onEvent(event);
                                }
                            },
                            Start.beginning());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            for (int i = 1; i <= 2_000; i++) {
                rig.node.append(Rig.CHANNEL, "" + i);
            }
            gate.release(2_000);
            rig.soon(() -> assertThat(following.seqs()).isEqualTo(upTo(2_000)));
        }
    }
}

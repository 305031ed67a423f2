package io.tailrace.field.java;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.client.Channel;
import io.tailrace.client.ChannelListener;
import io.tailrace.client.ConnectionState;
import io.tailrace.client.Draft;
import io.tailrace.client.Event;
import io.tailrace.client.Outcome;
import io.tailrace.client.Presence;
import io.tailrace.client.ReadMark;
import io.tailrace.client.RefusedException;
import io.tailrace.client.Signal;
import io.tailrace.client.Snapshot;
import io.tailrace.client.Start;
import io.tailrace.client.Tailrace;
import io.tailrace.client.queue.FileQueueStore;
import io.tailrace.field.Site;
import io.tailrace.field.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("R-91")
@ExtendWith(Stage.class)
class JavaClientIT {

    /** What an item of the board is. */
    private record Card(String column) {}

    /** Notes what it is told. */
    private static final class Notes implements ChannelListener {

        private final List<Event> events = new CopyOnWriteArrayList<>();
        private final List<String> told = new CopyOnWriteArrayList<>();

        @Override
        public void onEvent(Event event) {
            events.add(event);
        }

        @Override
        public void onSnapshot(Snapshot snapshot) {
            told.add("snapshot " + snapshot.seq() + " of " + snapshot.items().size());
        }

        @Override
        public void onSignal(Signal signal) {
            told.add("signal " + signal.kind() + " " + signal.data().text() + " of " + signal.by());
        }

        @Override
        public void onReadMark(ReadMark mark) {
            told.add("read " + mark.user() + " " + mark.seq());
        }

        private List<Long> seqs() {
            return events.stream().map(Event::seq).toList();
        }
    }

    private static Tailrace client(Site site, String user) {
        return Tailrace.builder()
                .url(site.node(0).origin().toString())
                .token(() -> site.token(user))
                .connect();
    }

    private static Outcome.Committed committed(Channel channel, Draft draft) throws Exception {
        return (Outcome.Committed) channel.write(draft).outcome().get(20, TimeUnit.SECONDS);
    }

    @Test
    @Tag("R-10")
    @Tag("R-14")
    void writesReadsAndTellsWhoLost(Site site) throws Exception {
        try (var ada = client(site, "ada");
                var bob = client(site, "bob")) {
            var name = site.channel("board");
            var notes = new Notes();
            bob.channel(name).subscribe(notes, Start.beginning());
            var board = ada.channel(name);
            var first = committed(
                    board,
                    Draft.of("card.added", new Card("todo")).key("card:1").ifMatch(0));
            assertThat(first.event().seq()).isEqualTo(1);
            var lost = board.write(
                    Draft.of("card.moved", new Card("done")).key("card:1").ifMatch(0));
            assertThat(lost.outcome().get(20, TimeUnit.SECONDS)).isEqualTo(new Outcome.Conflict(first.event()));
            var chained = board.write(
                    Draft.of("card.moved", new Card("doing")).key("card:1").ifMatch(1));
            committed(
                    board,
                    Draft.of("card.moved", new Card("done")).key("card:1").ifMatch(chained));
            eventually(() -> assertThat(notes.seqs()).containsExactly(1L, 2L, 3L));
            assertThat(notes.events.get(2).data().as(Card.class)).isEqualTo(new Card("done"));
            assertThat(board.snapshot().get(20, TimeUnit.SECONDS).items())
                    .extracting(Event::seq)
                    .containsExactly(3L);
            assertThat(board.historyLast(2).get(20, TimeUnit.SECONDS).events())
                    .extracting(Event::seq)
                    .containsExactly(2L, 3L);
            assertThat(board.historyAfter(9, 2))
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .withCauseInstanceOf(RefusedException.class);
        }
    }

    @Test
    @Tag("R-13")
    void keyedStateOfTwoUsersAgrees(Site site) {
        try (var ada = client(site, "ada");
                var bob = client(site, "bob")) {
            var name = site.channel("board");
            try (var hers = ada.channel(name).<Card>keyed(Card.class);
                    var his = bob.channel(name).<Card>keyed(Card.class)) {
                eventually(() -> assertThat(his.value().stale()).isFalse());
                for (int i = 0; i < 20; i++) {
                    hers.put("card.moved", "card:" + i % 3, new Card("hers " + i));
                    his.put("card.moved", "card:" + i % 3, new Card("his " + i));
                }
                eventually(() -> {
                    assertThat(ada.pending().value() + bob.pending().value()).isZero();
                    assertThat(hers.value().seq()).isEqualTo(40);
                    assertThat(his.value().items())
                            .isEqualTo(hers.value().items())
                            .hasSize(3);
                });
                hers.put("card.removed", "card:0", null);
                eventually(() -> assertThat(his.value().items()).containsOnlyKeys("card:1", "card:2"));
            }
        }
    }

    @Test
    @Tag("R-21")
    @Tag("R-26")
    void channelsComeAndGoOnOneStreamAndResumeOnAnother(Site site) throws Exception {
        try (var ada = client(site, "ada")) {
            var first = site.channel("chat");
            var second = site.channel("chat");
            var ofFirst = new Notes();
            var ofSecond = new Notes();
            ada.channel(first).subscribe(ofFirst, Start.beginning());
            committed(ada.channel(first), Draft.of("said", 1));
            eventually(() -> assertThat(ofFirst.seqs()).containsExactly(1L));
            committed(ada.channel(second), Draft.of("said", 1));
            var subscription = ada.channel(second).subscribe(ofSecond, Start.beginning());
            committed(ada.channel(second), Draft.of("said", 2));
            eventually(() -> assertThat(ofSecond.seqs()).containsExactly(1L, 2L));
            ada.networkLost();
            committed(ada.channel(first), Draft.of("said", 2));
            committed(ada.channel(second), Draft.of("said", 3));
            ada.networkAvailable();
            eventually(() -> {
                assertThat(ofFirst.seqs()).containsExactly(1L, 2L);
                assertThat(ofSecond.seqs()).containsExactly(1L, 2L, 3L);
            });
            assertThat(ofFirst.told).isEmpty();
            assertThat(subscription.position()).isEqualTo("3");
        }
    }

    @Test
    @Tag("R-30")
    @Tag("R-32")
    void seesWhoIsHereAndWhatIsOfTheMoment(Site site) throws Exception {
        try (var ada = client(site, "ada");
                var bob = client(site, "bob")) {
            var name = site.channel("board");
            var notes = new Notes();
            committed(ada.channel(name), Draft.of("said", 1));
            ada.channel(name).subscribe(notes);
            var hers = ada.channel(name).presence();
            var his = bob.channel(name).presence();
            var seen = hers.members();
            eventually(() -> assertThat(ada.connection().value().name()).isEqualTo(ConnectionState.Name.LIVE));
            his.join(new Presence.Here("active", "editing", "card:7", Map.of("color", "red")))
                    .get(20, TimeUnit.SECONDS);
            eventually(() -> assertThat(seen.value()).singleElement().satisfies(member -> {
                assertThat(member.user()).isEqualTo("bob");
                assertThat(member.mode()).isEqualTo("editing");
                assertThat(member.meta().text()).isEqualTo("{\"color\":\"red\"}");
            }));
            bob.channel(name).typing("card:7");
            bob.channel(name).signal("wave", Map.of("hand", "left"), null).get(20, TimeUnit.SECONDS);
            bob.channel(name).read(1);
            eventually(() -> assertThat(notes.told)
                    .contains("signal typing true of bob", "signal wave {\"hand\":\"left\"} of bob", "read bob 1"));
            his.leave();
            eventually(() -> assertThat(seen.value()).isEmpty());
        }
    }

    @Test
    @Tag("R-01")
    void anEphemeralChannelIsFollowedThoughItKeepsNothing(Site site) {
        try (var ada = client(site, "ada")) {
            var pulse = ada.channel(site.channel("pulse"));
            var fromNow = new Notes();
            var fromState = new Notes();
            pulse.subscribe(fromNow);
            pulse.subscribe(fromState, Start.state());
            eventually(() -> assertThat(ada.connection().value().name()).isEqualTo(ConnectionState.Name.LIVE));
            var write = pulse.write("beat", 72);
            eventually(() -> assertThat(write.outcome().getNow(null)).isEqualTo(new Outcome.PassedOn()));
            eventually(() -> {
                assertThat(fromNow.told).containsExactly("signal beat 72 of ada");
                assertThat(fromState.told).containsExactly("signal beat 72 of ada");
            });
        }
    }

    @Test
    @Tag("R-33")
    void seesTheCursorsOfOthers(Site site) {
        try (var ada = client(site, "ada");
                var bob = client(site, "bob")) {
            var name = site.channel("board");
            try (var hers = ada.channel(name).cursors();
                    var his = bob.channel(name).cursors()) {
                var x = new AtomicInteger();
                eventually(() -> {
                    his.move(Map.of("x", x.incrementAndGet()));
                    assertThat(hers.others().value()).singleElement().satisfies(cursor -> {
                        assertThat(cursor.user()).isEqualTo("bob");
                        assertThat(cursor.cursor().text()).startsWith("{\"x\":");
                    });
                });
                his.hide();
                eventually(() -> assertThat(hers.others().value()).isEmpty());
            }
        }
    }

    @Test
    @Tag("R-15")
    void whatWasWrittenOfflineComesOnceAndInOrder(Site site, @TempDir Path directory) throws Exception {
        var name = site.channel("chat");
        var queue = directory.resolve("queue").toFile();
        try (var offline = Tailrace.builder()
                .url("http://127.0.0.1:1")
                .token("t")
                .queue(queue)
                .connect()) {
            for (int i = 1; i <= 150; i++) {
                var write = offline.channel(name).write("said", i);
                if (i == 150) {
                    assertThat(write.kept().get(20, TimeUnit.SECONDS)).isTrue();
                }
            }
        }
        var notes = new Notes();
        try (var online = Tailrace.builder()
                .url(site.node(0).origin().toString())
                .token(() -> site.token("ada"))
                .queue(queue)
                .connect()) {
            online.channel(name).subscribe(notes, Start.beginning());
            eventually(() -> assertThat(notes.events).hasSize(150));
            assertThat(notes.events)
                    .allSatisfy(event -> assertThat(event.data().text()).isEqualTo("" + event.seq()));
            eventually(() -> assertThat(online.pending().value()).isZero());
        }
        try (var store = FileQueueStore.open(queue)) {
            assertThat(store.load()).isEmpty();
        }
    }

    @Test
    @Tag("R-73")
    void renewsATokenOfSecondsWithoutLosingAnything(Site site) throws Exception {
        var asked = new AtomicInteger();
        try (var ada = Tailrace.builder()
                        .url(site.node(0).origin().toString())
                        .token(() -> {
                            asked.incrementAndGet();
                            return site.token("ada", Duration.ofSeconds(4));
                        })
                        .connect();
                var bob = client(site, "bob")) {
            var name = site.channel("chat");
            var notes = new Notes();
            ada.channel(name).subscribe(notes, Start.beginning());
            var count = new AtomicInteger();
            eventually(() -> {
                committed(bob.channel(name), Draft.of("said", count.incrementAndGet()));
                assertThat(asked).hasValueGreaterThan(3);
            });
            eventually(() ->
                    assertThat(notes.seqs()).hasSize(count.get()).isSorted().doesNotHaveDuplicates());
            assertThat(notes.told).isEmpty();
        }
    }
}

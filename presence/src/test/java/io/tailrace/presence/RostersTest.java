package io.tailrace.presence;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Watches of two nodes on one store. */
class RostersTest {

    private static final ChannelId DOC = ChannelId.of("acme", "doc:brief");
    private static final PresenceOptions OPTIONS =
            new PresenceOptions(Duration.ofSeconds(1), Duration.ofMillis(400), 10);

    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicBoolean away = new AtomicBoolean();
    private final LocalPresence store = new LocalPresence(OPTIONS, InstantSource.system());
    private final Rosters one = new Rosters(counted(), OPTIONS, PresenceMeters.NONE);
    private final Rosters two = new Rosters(counted(), OPTIONS, PresenceMeters.NONE);

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    /** The store, whose looks are counted, and which may be away. */
    private Presence counted() {
        return new Presence() {
            @Override
            public boolean join(ChannelId channel, Attendance attendance) {
                return store.join(channel, attendance);
            }

            @Override
            public boolean renew(ChannelId channel, String user, String device) {
                return store.renew(channel, user, device);
            }

            @Override
            public boolean leave(ChannelId channel, String user, String device) {
                return store.leave(channel, user, device);
            }

            @Override
            public Roster look(ChannelId channel, Roster.Mark since) {
                looks.incrementAndGet();
                if (away.get()) {
                    throw new PresenceUnavailable("away", new IllegalStateException());
                }
                return store.look(channel, since);
            }

            @Override
            public void close() {}
        };
    }

    /** What a reader of the reports knows; fails at a report that is no news. */
    private static final class Reader implements Rosters.Listener {
        private final TreeMap<String, Member> known = new TreeMap<>();
        private final List<Changes> reports = new CopyOnWriteArrayList<>();
        private final List<String> wrong = new CopyOnWriteArrayList<>();

        @Override
        public synchronized void changed(Changes changes) {
            if (!reports.isEmpty() && changes.number() != reports.getLast().number() + 1) {
                wrong.add("number " + changes.number());
            }
            reports.add(changes);
            changes.joined().forEach(member -> {
                if (known.put(member.user(), member) != null) {
                    wrong.add("joined twice: " + member);
                }
            });
            changes.updated().forEach(member -> {
                var before = known.put(member.user(), member);
                if (before == null || before.saysTheSameAs(member)) {
                    wrong.add("no update: " + member);
                }
            });
            changes.left().forEach(gone -> {
                if (known.remove(gone.user()) == null) {
                    wrong.add("left twice: " + gone);
                }
            });
        }

        synchronized List<String> users() {
            return List.copyOf(known.keySet());
        }
    }

    private static Attendance here(String user, State state) {
        return new Attendance(user, "d", Mode.VIEWING, state, null, null);
    }

    private void join(String user) {
        store.join(DOC, here(user, State.ACTIVE));
        one.nudge(DOC);
        two.nudge(DOC);
    }

    @Test
    @Tag("R-31")
    @Tag("R-33")
    void theFirstChangeAfterAQuietTimeIsToldAtOnceAndTheRestTogether() {
        var reader = new Reader();
        one.watch(DOC, reader).begin();
        eventually(() -> assertThat(reader.reports).hasSize(1));
        long quiet = System.nanoTime() + OPTIONS.batch().toNanos();
        eventually(() -> assertThat(System.nanoTime() - quiet).isPositive());
        long begun = System.nanoTime();
        join("first");
        eventually(() -> assertThat(reader.reports).hasSize(2));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(OPTIONS.batch());
        for (int i = 0; i < 8; i++) {
            join("user-" + i);
        }
        eventually(() -> assertThat(reader.users()).hasSize(9));
        assertThat(reader.reports.size()).isLessThanOrEqualTo(4);
        assertThat(reader.wrong).isEmpty();
    }

    @Test
    @Tag("R-31")
    void twoNodesAgreeAndTellNothingTwice() {
        var here = new Reader();
        var there = new Reader();
        one.watch(DOC, here).begin();
        two.watch(DOC, there).begin();
        for (int round = 0; round < 10; round++) {
            join("user-" + round);
            store.join(DOC, here("user-0", round % 2 == 0 ? State.IDLE : State.ACTIVE));
            one.nudge(DOC);
            one.nudge(DOC);
            two.nudge(DOC);
        }
        store.leave(DOC, "user-5", "d");
        one.nudge(DOC); // the hint to the other node is lost
        eventually(() -> assertThat(here.users()).hasSize(9).doesNotContain("user-5"));
        two.nudge(DOC);
        eventually(() -> assertThat(there.users()).isEqualTo(here.users()));
        assertThat(here.wrong).isEmpty();
        assertThat(there.wrong).isEmpty();
    }

    @Test
    @Tag("R-31")
    void leasesThatEndAreFoundWithoutAHint() {
        var reader = new Reader();
        one.watch(DOC, reader).begin();
        join("ghost");
        eventually(() -> assertThat(reader.users()).containsExactly("ghost"));
        eventually(() -> assertThat(reader.reports.getLast().updated())
                .extracting(Member::state)
                .containsExactly(State.AWAY));
        eventually(() -> assertThat(reader.users()).isEmpty());
        assertThat(reader.reports.getLast().left()).containsExactly(new Roster.Gone("ghost", true));
        assertThat(reader.wrong).isEmpty();
    }

    @Test
    @Tag("R-82")
    void whileTheStoreIsAwayNothingIsToldAndThenWhatIs() {
        var reader = new Reader();
        one.watch(DOC, reader).begin();
        join("ada");
        eventually(() -> assertThat(reader.users()).containsExactly("ada"));
        away.set(true);
        int before = looks.get();
        one.nudge(DOC);
        eventually(() -> assertThat(looks.get()).isGreaterThan(before));
        store.join(DOC, here("bob", State.ACTIVE));
        store.renew(DOC, "ada", "d");
        assertThat(reader.users()).containsExactly("ada");
        away.set(false);
        eventually(() -> assertThat(reader.users()).contains("bob"));
        assertThat(reader.wrong).isEmpty();
    }

    @Test
    void anEmptyListCostsNextToNothing() {
        var readers = new ArrayList<Reader>();
        for (int i = 0; i < 100; i++) {
            var reader = new Reader();
            readers.add(reader);
            one.watch(ChannelId.of("acme", "doc:" + i), reader).begin();
        }
        readers.forEach(reader -> eventually(() -> assertThat(reader.reports).hasSize(1)));
        assertThat(looks).hasValueLessThan(110);
    }

    @Test
    void whoStopsWatchingHearsNoMore() {
        var reader = new Reader();
        var watched = one.watch(DOC, reader);
        watched.begin();
        var other = new Reader();
        one.watch(DOC, other).begin();
        eventually(() -> assertThat(reader.reports).hasSize(1));
        watched.close();
        join("ada");
        eventually(() -> assertThat(other.users()).containsExactly("ada"));
        assertThat(reader.users()).isEmpty();
    }
}

package io.tailrace.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.presence.Roster.Gone;
import io.tailrace.presence.Roster.Mark;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every form of presence promises, by a clock of the test's own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class PresenceContract {

    protected static final PresenceOptions OPTIONS =
            new PresenceOptions(Duration.ofSeconds(30), Duration.ofMillis(500), 100);
    private static final AtomicInteger CHANNELS = new AtomicInteger();

    protected final AtomicLong now = new AtomicLong(1_800_000_000_000L);
    private final ChannelId channel = ChannelId.of("acme", "doc:" + CHANNELS.incrementAndGet());

    protected abstract Presence presence();

    private void pass(int seconds) {
        now.addAndGet(seconds * 1_000L);
    }

    /** Time in which somebody else is heard, so that the store is not taken to have been away. */
    private void passWatched(int seconds) {
        for (int left = seconds; left > 0; left -= 20) {
            pass(Math.min(20, left));
            presence().look(channel, Mark.NONE);
        }
    }

    private static Attendance here(String user) {
        return new Attendance(user, "d1", Mode.VIEWING, State.ACTIVE, null, null);
    }

    private static Attendance here(String user, String device, State state, Mode mode, String resource) {
        return new Attendance(user, device, mode, state, resource, Json.parse("{\"on\":\"" + device + "\"}"));
    }

    private ChannelId fresh() {
        return ChannelId.of("acme", "doc:" + CHANNELS.incrementAndGet());
    }

    private List<String> members(ChannelId where) {
        return presence().look(where, Mark.NONE).present().stream()
                .map(member -> member.user() + " " + member.state().name().toLowerCase(java.util.Locale.ROOT))
                .sorted()
                .toList();
    }

    @Test
    @Tag("R-30")
    void whoJoinsIsHereUntilItLeaves() {
        var where = fresh();
        assertThat(presence().join(where, here("ada"))).isTrue();
        assertThat(presence().join(where, here("ada"))).isFalse();
        assertThat(presence().join(where, here("bob"))).isTrue();
        assertThat(members(where)).containsExactly("ada active", "bob active");
        assertThat(presence().leave(where, "ada", "d1")).isTrue();
        assertThat(presence().leave(where, "ada", "d1")).isFalse();
        assertThat(presence().leave(where, "nobody", "d1")).isFalse();
        assertThat(members(where)).containsExactly("bob active");
        assertThat(presence().look(where, Mark.NONE).count()).isEqualTo(1);
    }

    @Test
    void whereNobodyIsThereIsNothing() {
        var roster = presence().look(fresh(), Mark.NONE);
        assertThat(roster.present()).isEmpty();
        assertThat(roster.gone()).isEmpty();
        assertThat(roster.count()).isZero();
        assertThat(roster.nextLook()).isEqualTo(OPTIONS.quietLook());
        assertThat(presence().renew(fresh(), "ada", "d1")).isFalse();
    }

    @Test
    @Tag("R-30")
    void devicesOfAUserAreOneMemberAsItsMostActive() {
        var where = fresh();
        presence().join(where, here("ada", "laptop", State.IDLE, Mode.EDITING, "card:1"));
        presence().join(where, here("ada", "phone", State.ACTIVE, Mode.VIEWING, "card:2"));
        var ada = presence().look(where, Mark.NONE).present().getFirst();
        assertThat(ada.state()).isEqualTo(State.ACTIVE);
        assertThat(ada.mode()).isEqualTo(Mode.VIEWING);
        assertThat(ada.resource()).isEqualTo("card:2");
        assertThat(ada.meta()).isEqualTo(Json.parse("{\"on\":\"phone\"}"));
        assertThat(ada.devices()).isEqualTo(2);
        assertThat(ada.lastSeen().toEpochMilli()).isEqualTo(now.get());
        assertThat(presence().leave(where, "ada", "phone")).isTrue();
        var rest = presence().look(where, Mark.NONE).present().getFirst();
        assertThat(rest.mode()).isEqualTo(Mode.EDITING);
        assertThat(rest.devices()).isEqualTo(1);
    }

    @Test
    @Tag("R-31")
    void silenceMakesAwayAndThenGone() {
        var where = fresh();
        presence().join(where, here("ada"));
        presence().join(where, here("bob"));
        var mark = presence().look(where, Mark.NONE).mark();
        for (int second = 0; second < 90; second += 30) {
            pass(30);
            assertThat(presence().renew(where, "bob", "d1")).isTrue();
        }
        var lapsed = presence().look(where, mark);
        assertThat(lapsed.present()).extracting(Member::user).containsExactly("ada");
        assertThat(lapsed.present().getFirst().state()).isEqualTo(State.AWAY);
        assertThat(lapsed.present().getFirst().lastSeen().toEpochMilli()).isEqualTo(now.get() - 90_000);
        assertThat(lapsed.count()).isEqualTo(2);
        for (int second = 0; second < 90; second += 30) {
            pass(30);
            presence().renew(where, "bob", "d1");
        }
        var left = presence().look(where, lapsed.mark());
        assertThat(left.present()).isEmpty();
        assertThat(left.gone()).containsExactly(new Gone("ada", true));
        assertThat(left.count()).isEqualTo(1);
    }

    @Test
    @Tag("R-30")
    void whoIsHeardAgainIsBack() {
        var where = fresh();
        presence().join(where, here("ada"));
        presence().join(where, here("bob"));
        for (int i = 0; i < 3; i++) {
            pass(30);
            presence().join(where, here("bob"));
        }
        var away = presence().look(where, Mark.NONE);
        assertThat(away.present()).extracting(Member::state).containsExactlyInAnyOrder(State.AWAY, State.ACTIVE);
        assertThat(presence().renew(where, "ada", "d1")).isTrue();
        var back = presence().look(where, away.mark());
        assertThat(back.present()).extracting(Member::state).containsExactly(State.ACTIVE);
        pass(1);
        assertThat(presence().join(where, here("ada"))).isFalse();
    }

    @Test
    void aLookShowsWhatChangedSinceTheLast() {
        var where = fresh();
        for (int i = 0; i < 20; i++) {
            presence().join(where, here("user-" + i));
        }
        var mark = presence().look(where, Mark.NONE).mark();
        assertThat(presence().look(where, mark).present()).isEmpty();
        presence().join(where, here("user-3", "d1", State.IDLE, Mode.VIEWING, "x"));
        presence().join(where, here("user-4")); // nothing new
        presence().leave(where, "user-5", "d1");
        var news = presence().look(where, mark);
        assertThat(news.whole()).isFalse();
        assertThat(news.present()).extracting(Member::user).containsExactly("user-3");
        assertThat(news.gone()).containsExactly(new Gone("user-5", false));
        assertThat(news.count()).isEqualTo(19);
    }

    @Test
    void manyMembersComeInPages() {
        var where = fresh();
        int users = 2 * Presence.MAX_PAGE + 10;
        for (int i = 0; i < users; i++) {
            presence().join(where, here("user-" + i));
        }
        var seen = new ArrayList<String>();
        var mark = Mark.NONE;
        int pages = 0;
        Roster page;
        do {
            page = presence().look(where, mark);
            page.present().forEach(member -> seen.add(member.user()));
            mark = page.mark();
            pages++;
        } while (page.more());
        assertThat(pages).isEqualTo(3);
        assertThat(seen).doesNotHaveDuplicates().hasSize(users);
        assertThat(page.count()).isEqualTo(users);
    }

    @Test
    void whoLooksAfterALongTimeIsShownTheWhole() {
        var where = fresh();
        presence().join(where, here("ada"));
        presence().join(where, here("bob"));
        var old = presence().look(where, Mark.NONE).mark();
        presence().leave(where, "bob", "d1");
        for (int i = 0; i < 8; i++) {
            pass(30);
            presence().join(where, here("ada"));
        }
        var whole = presence().look(where, old);
        assertThat(whole.whole()).isTrue();
        assertThat(whole.present()).extracting(Member::user).containsExactly("ada");
    }

    @Test
    void tellsWhenToLookAgain() {
        var where = fresh();
        presence().join(where, here("ada"));
        assertThat(presence().look(where, Mark.NONE).nextLook()).isBetween(Duration.ofSeconds(1), OPTIONS.ttl());
    }

    @Test
    void oneDeviceTooManyMakesTheLongestSilentLeave() {
        var where = fresh();
        for (int i = 0; i <= Attendance.MAX_DEVICES; i++) {
            presence().join(where, here("ada", "device-" + i, State.ACTIVE, Mode.VIEWING, "r"));
            pass(1);
        }
        assertThat(presence().look(where, Mark.NONE).present().getFirst().devices())
                .isEqualTo(Attendance.MAX_DEVICES);
        assertThat(presence().renew(where, "ada", "device-0")).isFalse();
        assertThat(presence().renew(where, "ada", "device-1")).isTrue();
    }

    @Test
    @Tag("R-70")
    void channelsAndTenantsAreApart() {
        var where = fresh();
        presence().join(where, here("ada"));
        assertThat(members(ChannelId.of("other", where.name().value()))).isEmpty();
        assertThat(members(ChannelId.of("acme", where.name().value() + "1"))).isEmpty();
        var odd = ChannelId.of("x}/{acme", where.name().value());
        presence().join(odd, here("eve"));
        assertThat(members(where)).containsExactly("ada active");
        assertThat(members(odd)).containsExactly("eve active");
    }

    @Test
    void textIsDataWhateverItLooksLike() {
        var where = fresh();
        var names = List.of(
                "expired", "a\"b", "a\\n", "[1]", "}{", "\uD83D\uDE00", "-1", "1e400", "a/b", "'; DROP", "\u2028");
        for (String name : names) {
            presence()
                    .join(
                            where,
                            new Attendance(
                                    name,
                                    name,
                                    Mode.EDITING,
                                    State.IDLE,
                                    name,
                                    Json.parse("{\"n\":1e400,\"t\":\"\\u2028<b>\",\"z\":1.50}")));
        }
        var present = presence().look(where, Mark.NONE).present();
        assertThat(present).extracting(Member::user).containsExactlyInAnyOrderElementsOf(names);
        assertThat(present).allSatisfy(member -> {
            assertThat(member.resource()).isEqualTo(member.user());
            assertThat(member.meta()).isNotNull();
            assertThat(String.valueOf(member.meta())).contains("1e400").contains("1.50");
        });
        names.forEach(name -> assertThat(presence().leave(where, name, name)).isTrue());
        assertThat(members(where)).isEmpty();
    }

    @Test
    @Tag("R-31")
    void aGhostIsGoneWithinTwoLeasesWhenSomebodyWatches() {
        presence().join(channel, here("ghost"));
        passWatched(90);
        assertThat(members(channel)).containsExactly("ghost away");
        passWatched(90);
        assertThat(members(channel)).isEmpty();
    }
}

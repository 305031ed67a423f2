package io.tailrace.server.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A board and its readers, without a bus. */
class NoticeboardTest {

    private final AtomicLong now = new AtomicLong();
    private final Noticeboard board = new Noticeboard(now::get, () -> 1);

    private NoticeReader reader() {
        return new NoticeReader(board, () -> {}, gone -> {}, () -> {});
    }

    private static Notice notice(Priority priority, @Nullable String key, long order, String text) {
        return Notice.of(priority, key, order, text, bytes("\"" + text + "\""));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> taken(NoticeReader reader) {
        var all = new ArrayList<String>();
        reader.take(notice -> all.add(new String(notice.json(), StandardCharsets.UTF_8)), 1 << 20, new Drops());
        return all;
    }

    @Test
    void whoComesLaterIsToldWhatComesLater() {
        board.post(notice(Priority.OTHER, "a", 0, "before"));
        board.publish();
        var reader = reader();
        assertThat(taken(reader)).isEmpty();
        board.post(notice(Priority.OTHER, "a", 0, "after"));
        assertThat(taken(reader)).isEmpty();
        board.publish();
        assertThat(taken(reader)).containsExactly("\"after\"");
        assertThat(taken(reader)).isEmpty();
    }

    @Test
    @Tag("R-32")
    void aMarkerNeverGoesBack() {
        var reader = reader();
        assertThat(board.post(notice(Priority.RECEIPT, "ada", 7, "7"))).isTrue();
        assertThat(board.post(notice(Priority.RECEIPT, "ada", 5, "5"))).isFalse();
        board.publish();
        assertThat(taken(reader)).containsExactly("\"7\"");
    }

    @Test
    @Tag("R-32")
    void nobodyTypesForEver() {
        var reader = reader();
        board.post(new Notice(Priority.TYPING, "ada", 0, "signal", bytes("true"), bytes("false")));
        board.publish();
        assertThat(taken(reader)).containsExactly("true");
        now.addAndGet(Duration.ofMillis(4_900).toNanos());
        assertThat(board.expire()).isFalse();
        now.addAndGet(Duration.ofMillis(200).toNanos());
        assertThat(board.expire()).isTrue();
        board.publish();
        assertThat(taken(reader)).containsExactly("false");
        now.addAndGet(Duration.ofSeconds(6).toNanos());
        assertThat(board.expire()).isTrue();
        assertThat(board.isEmpty()).isTrue();
        board.publish();
        assertThat(taken(reader)).isEmpty();
    }

    @Test
    void aReaderWithLittleRoomGoesOnWhereItWas() {
        var reader = reader();
        for (int i = 0; i < 10; i++) {
            board.post(notice(Priority.OTHER, "k" + i, 0, "n" + i));
        }
        board.publish();
        var all = new ArrayList<String>();
        var drops = new Drops();
        int rounds = 1;
        while (!reader.take(notice -> all.add(notice.event()), 1, drops)) {
            rounds++;
        }
        assertThat(rounds).isGreaterThanOrEqualTo(10);
        assertThat(all).containsExactly("n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9");
        assertThat(drops.isEmpty()).isTrue();
    }

    @Test
    @Tag("R-31")
    void whoMissedAChangeOfTheMemberListGetsTheWhole() {
        var changes = new AtomicLong();
        board.members(new MemberList() {
            @Override
            public Told list() {
                return new Told(changes.get(), notice(Priority.PRESENCE, null, 0, "list " + changes.get()));
            }

            @Override
            public Digest digest() {
                return new Digest(changes.get(), 1 + (int) changes.get());
            }

            @Override
            public OptionalLong nobodySince() {
                return OptionalLong.empty();
            }
        });
        var reader = reader();
        var other = reader();
        assertThat(taken(reader)).isEmpty();
        reader.members(true);
        assertThat(taken(reader)).containsExactly("\"list 0\"");
        changed(changes);
        assertThat(taken(reader)).containsExactly("\"change 1\"");
        for (int i = 0; i < 3_000; i++) {
            changed(changes);
        }
        assertThat(taken(reader)).containsExactly("\"list 3001\"");
        assertThat(taken(reader)).isEmpty();
        changed(changes);
        assertThat(taken(reader)).containsExactly("\"change 3002\"");
        other.members(true);
        other.knowsMembers();
        changed(changes);
        assertThat(taken(other)).containsExactly("\"change 3003\"");
        comesBackAndKnowsTheList(changes, other);
    }

    private void comesBackAndKnowsTheList(AtomicLong changes, NoticeReader before) {
        int known = before.knownMembers();
        var back = reader();
        back.knowsMembers(known);
        back.members(true);
        assertThat(taken(back)).isEmpty();
        assertThat(back.knownMembers()).isEqualTo(known);
        changed(changes);
        assertThat(back.knownMembers()).as("told less than there is").isNotEqualTo(known);
        assertThat(taken(back)).containsExactly("\"change 3004\"");
        var late = reader();
        late.knowsMembers(known);
        late.members(true);
        assertThat(taken(late)).containsExactly("\"list 3004\"");
    }

    @Test
    @Tag("R-25")
    void whoComesBackIsToldWhatWasShownMeanwhile() {
        var stamp = new AtomicLong(7);
        var seen = new Noticeboard(now::get, stamp::get);
        seen.post(notice(Priority.OTHER, "a", 0, "before"));
        seen.post(notice(Priority.RECEIPT, "ada", 3, "3"));
        seen.publish();
        stamp.set(8);
        seen.post(notice(Priority.OTHER, "b", 0, "between"));
        seen.post(notice(Priority.RECEIPT, "ada", 5, "5"));
        seen.publish();
        var back = new NoticeReader(seen, () -> {}, gone -> {}, () -> {});
        assertThat(taken(back)).isEmpty();
        back.toldUpTo(7);
        assertThat(taken(back)).containsExactly("\"between\"", "\"5\"");
        back.toldUpTo(8);
        assertThat(taken(back)).isEmpty();
    }

    private void changed(AtomicLong changes) {
        long number = changes.incrementAndGet();
        board.post(notice(Priority.PRESENCE, null, 0, "change " + number), number);
        board.publish();
    }

    /** What was given and what was dropped is what was shown, for any reader, however slow. */
    @RepeatedTest(50)
    @Tag("R-41")
    void countsAddUp(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var readers = List.of(reader(), reader(), reader());
        var given = new long[readers.size()];
        var drops = new Drops[] {new Drops(), new Drops(), new Drops()};
        long shown = 0;
        for (int i = 0; i < 2_000; i++) {
            var priority = random.nextBoolean() ? Priority.TYPING : Priority.OTHER;
            board.post(notice(priority, "k" + random.nextInt(20), 0, "x".repeat(random.nextInt(20_000))));
            board.publish();
            shown++;
            if (random.nextInt(10) == 0) {
                now.addAndGet(Duration.ofSeconds(1).toNanos());
                board.expire();
                board.publish();
            }
            for (int r = 0; r < readers.size(); r++) {
                if (random.nextInt(1 + 20 * r) == 0) {
                    int reader = r;
                    readers.get(r).take(notice -> given[reader]++, random.nextInt(100_000), drops[r]);
                }
            }
        }
        for (int r = 0; r < readers.size(); r++) {
            int reader = r;
            readers.get(r).take(notice -> given[reader]++, Integer.MAX_VALUE, drops[r]);
            Map<String, Long> dropped = drops[r].take();
            assertThat(given[r]
                            + dropped.values().stream()
                                    .mapToLong(Long::longValue)
                                    .sum())
                    .isEqualTo(shown);
        }
    }
}

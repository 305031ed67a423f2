package io.tailrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.log.AppendOutcome.Committed;
import io.tailrace.log.AppendOutcome.KeyReused;
import io.tailrace.log.AppendOutcome.Rejected;
import io.tailrace.log.AppendOutcome.Replayed;
import io.tailrace.log.AppendOutcome.Stale;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Contract;
import io.tailrace.wire.Event;
import io.tailrace.wire.Standing;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every form of {@link EventLog} does. */
public abstract class EventLogContract {

    protected static final Contract KEYED = Contract.builtIn("board");
    protected static final Contract PLAIN = Contract.builtIn("chat");
    protected static final Reader READER = new Reader(Writes.actor("acme", "u1"), Standing.GRANT);

    /** The log under test, empty of the channel that {@link #channel} gives. */
    protected abstract EventLog log();

    private static int channels;

    /** A name that no other test uses. */
    protected static String channel() {
        return "board:" + ++channels;
    }

    protected static ChannelId id(String channel) {
        return ChannelId.of("acme", channel);
    }

    protected AppendOutcome append(Writes write) {
        return log().append(List.of(write.append())).getFirst();
    }

    protected List<AppendOutcome> append(Writes... writes) {
        return log().append(List.of(writes).stream().map(Writes::append).toList());
    }

    protected List<Event> events(String channel) {
        return switch (log().read(id(channel), 0, EventLog.MAX_PAGE)) {
            case ReadOutcome.Page page ->
                page.entries().stream().map(LogEntry::event).toList();
            case ReadOutcome.BelowFloor below -> throw new AssertionError(below);
            case ReadOutcome.AboveHead above -> throw new AssertionError(above);
            case ReadOutcome.Forbidden forbidden -> throw new AssertionError(forbidden);
        };
    }

    protected static long seq(AppendOutcome outcome) {
        return ((Committed) outcome).seq();
    }

    @Test
    @Tag("R-02")
    void numbersEachChannelFromOneWithoutAGap() {
        String a = channel();
        String b = channel();
        var outcomes = append(Writes.to(a), Writes.to(b), Writes.to(a), Writes.to(a), Writes.to(b));
        assertThat(outcomes.stream().map(EventLogContract::seq)).containsExactly(1L, 1L, 2L, 3L, 2L);
        assertThat(events(a)).extracting(Event::seq).containsExactly(1L, 2L, 3L);
        assertThat(log().heads(List.of(id(a), id(b), id("board:none"))))
                .containsEntry(id(a), new Head(1, 3, 0, 0))
                .containsEntry(id(b), new Head(1, 2, 0, 0))
                .containsEntry(id("board:none"), new Head(1, 0, 0, 0));
    }

    @Test
    void anEventComesBackAsItWasWritten() {
        String a = channel();
        String data =
                "{\"n\":12345678901234567890,\"f\":1.0,\"e\":1e200000,\"nul\":\"\\u0000\\ud800\",\"é\":\"😀\\\"\"}";
        var write = Writes.to(a).key("card:1,\"{}\\").ref("r-1").data(data);
        var committed = (Committed) append(write);
        assertThat(events(a)).singleElement().satisfies(event -> {
            assertThat(event.data().text()).isEqualTo(data);
            assertThat(event.key()).isEqualTo("card:1,\"{}\\");
            assertThat(event.ref()).isEqualTo("r-1");
            assertThat(event.by()).isEqualTo("u1");
            assertThat(event.at()).isEqualTo(committed.at());
            assertThat(event.trace()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        });
    }

    @Test
    @Tag("R-10")
    void aRetryGivesTheFirstSeqAndWritesNothing() {
        String a = channel();
        var write = Writes.to(a).key("card:1");
        var first = (Committed) append(write);
        append(Writes.to(a));
        assertThat(append(write.ref("another ref"))).isEqualTo(new Replayed(1, first.at()));
        assertThat(events(a)).hasSize(2);
    }

    @Test
    @Tag("R-10")
    void aKeyStandsForOneDraftOnly() {
        String a = channel();
        var write = Writes.to(a).key("card:1").ifMatch(0);
        append(write);
        assertThat(append(
                        write.data("1"),
                        write.key("card:2"),
                        write.ifMatch(1),
                        Writes.to(channel()).key("card:1").ifMatch(0).under(write.idempotencyKey())))
                .hasOnlyElementsOfType(KeyReused.class);
        assertThat(append(write.by(Writes.actor("acme", "u2")).key("card:3"))).isInstanceOf(Committed.class);
        assertThat(append(write.by(Writes.actor("other", "u1")))).isInstanceOf(Committed.class);
    }

    @Test
    @Tag("R-10")
    void aKeyTwiceInOneBatchIsAReplayOrReused() {
        String a = channel();
        var write = Writes.to(a);
        var outcomes = append(write, write, write.data("1"), Writes.to(a));
        assertThat(outcomes.get(0)).isInstanceOf(Committed.class);
        assertThat(outcomes.get(1)).isInstanceOf(Replayed.class);
        assertThat(outcomes.get(2)).isInstanceOf(KeyReused.class);
        assertThat(seq(outcomes.get(3))).isEqualTo(2);
        assertThat(append(write)).isInstanceOf(Replayed.class);
    }

    @Test
    @Tag("R-14")
    void aConditionHoldsOrTellsWhatIs() {
        String a = channel();
        assertThat(append(Writes.to(a).key("k").ifMatch(7))).isEqualTo(new Stale(null));
        assertThat(seq(append(Writes.to(a).key("k").ifMatch(0).data("1")))).isEqualTo(1);
        assertThat(((Stale) append(Writes.to(a).key("k").ifMatch(0))).current())
                .extracting(event -> Objects.requireNonNull(event).data().text())
                .isEqualTo("1");
        assertThat(seq(append(Writes.to(a).key("k").ifMatch(1)))).isEqualTo(2);
    }

    @Test
    @Tag("R-14")
    void writesToOneKeyInABatchAreDecidedInOrder() {
        String a = channel();
        var outcomes = append(
                Writes.to(a).key("k").ifMatch(0).data("1"),
                Writes.to(a).key("k").ifMatch(0),
                Writes.to(a).key("k").ifMatch(1).data("2"),
                Writes.to(a).key("k").ifMatch(1));
        assertThat(seq(outcomes.get(0))).isEqualTo(1);
        assertThat(((Stale) outcomes.get(1)).current())
                .extracting(e -> Objects.requireNonNull(e).seq())
                .isEqualTo(1L);
        assertThat(seq(outcomes.get(2))).isEqualTo(2);
        assertThat(((Stale) outcomes.get(3)).current())
                .extracting(e -> Objects.requireNonNull(e).seq())
                .isEqualTo(2L);
    }

    @Test
    @Tag("R-10")
    void aRefusalRecordsNothing() {
        String a = channel();
        var conditional = Writes.to(a).key("k").ifMatch(1);
        assertThat(append(conditional)).isInstanceOf(Stale.class);
        var other = Writes.to(a).key("k").data("1").under(conditional.idempotencyKey());
        assertThat(append(conditional, other).getLast()).isInstanceOf(Committed.class);
        assertThat(append(other)).isInstanceOf(Replayed.class);
        assertThat(append(conditional)).isInstanceOf(KeyReused.class);
    }

    @Test
    @Tag("R-10")
    void refusalsInABatchDoNotShiftWhatItsKeysStandFor() {
        String a = channel();
        var writes = IntStream.range(0, 9)
                .mapToObj(i -> i % 3 == 1
                        ? Writes.to(a).key("k").ifMatch(99)
                        : Writes.to(a).key("x" + i))
                .toArray(Writes[]::new);
        var outcomes = append(writes);
        for (int i = 0; i < writes.length; i++) {
            var again = append(writes[i]);
            if (outcomes.get(i) instanceof Committed first) {
                assertThat(again).isEqualTo(new Replayed(first.seq(), first.at()));
            } else {
                assertThat(again).isInstanceOf(Stale.class);
            }
        }
        assertThat(events(a)).hasSize(6);
    }

    @Test
    @Tag("R-14")
    void aRetryOfASuccessfulConditionalWriteIsAReplay() {
        String a = channel();
        var write = Writes.to(a).key("k").ifMatch(0);
        append(write);
        append(Writes.to(a).key("k"));
        assertThat(append(write)).isInstanceOf(Replayed.class);
    }

    @Test
    @Tag("R-15")
    void aConditionMayNameAnEarlierWrite() {
        String a = channel();
        var first = Writes.to(a).key("k");
        var second = Writes.to(a).key("k").ifMatch(first.idempotencyKey());
        var third = Writes.to(a).key("k").ifMatch(second.idempotencyKey());
        assertThat(append(first, second).stream().map(EventLogContract::seq)).containsExactly(1L, 2L);
        assertThat(seq(append(third))).isEqualTo(3);
        assertThat(append(Writes.to(a).key("k").ifMatch(first.idempotencyKey())))
                .isInstanceOf(Stale.class);
        assertThat(append(Writes.to(a).key("k").ifMatch("never-recorded"))).isInstanceOf(Stale.class);
        assertThat(append(Writes.to(a).key("new").ifMatch("never-recorded"))).isInstanceOf(Stale.class);
        assertThat(append(third)).isInstanceOf(Replayed.class);
        String b = channel();
        append(Writes.to(b).key("k"), Writes.to(b).key("k"), Writes.to(b).key("k"));
        assertThat(append(Writes.to(b).key("k").ifMatch(third.idempotencyKey())))
                .isInstanceOf(Stale.class);
    }

    @Test
    void oneBadItemDoesNotFailItsBatch() {
        String a = channel();
        var writes = IntStream.range(0, 7)
                .mapToObj(i -> Writes.to(a).data(i == 3 ? "\"\u0000\"" : "\"" + i + "\""))
                .toArray(Writes[]::new);
        var outcomes = append(writes);
        assertThat(outcomes.get(3)).isInstanceOf(Rejected.class);
        assertThat(events(a))
                .extracting(e -> e.data().text())
                .containsExactly("\"0\"", "\"1\"", "\"2\"", "\"4\"", "\"5\"", "\"6\"");
        assertThat(append(writes[3].data("3"))).isInstanceOf(Committed.class);
    }

    @Test
    void aBatchHasABound() {
        String a = channel();
        var write = Writes.to(a).append();
        var full = IntStream.range(0, EventLog.MAX_BATCH)
                .mapToObj(i -> Writes.to(a).append())
                .toList();
        assertThat(log().append(full)).hasSize(EventLog.MAX_BATCH).hasOnlyElementsOfType(Committed.class);
        assertThatThrownBy(() -> log().append(Collections.nCopies(EventLog.MAX_BATCH + 1, write)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log().append(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThat(events(a)).hasSize(EventLog.MAX_PAGE);
        assertThatThrownBy(() -> log().read(id(a), 0, EventLog.MAX_PAGE + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aReadersPageEndsBehindTheEventThatReachesItsBytes() {
        String a = channel();
        String quarter = "\"" + "x".repeat(EventLog.MAX_PAGE_BYTES / 4 - 2) + "\"";
        for (int i = 0; i < 6; i++) {
            append(Writes.to(a).data(quarter));
        }
        var first = (ReadOutcome.Page) log().read(id(a), 0, 100, READER);
        assertThat(first.entries()).extracting(entry -> entry.event().seq()).containsExactly(1L, 2L, 3L, 4L);
        var second = (ReadOutcome.Page) log().read(id(a), 4, 100, READER);
        assertThat(second.entries()).extracting(entry -> entry.event().seq()).containsExactly(5L, 6L);
        assertThat(second.head().seq()).isEqualTo(6);
    }

    @Test
    @Tag("R-20")
    void readsWhatFollowsAPositionAndTellsTheEnds() {
        String a = channel();
        append(Writes.to(a), Writes.to(a), Writes.to(a));
        var page = (ReadOutcome.Page) log().read(id(a), 1, 1, READER);
        assertThat(page.head()).isEqualTo(new Head(1, 3, 0, 0));
        assertThat(page.entries()).extracting(entry -> entry.event().seq()).containsExactly(2L);
        assertThat(((ReadOutcome.Page) log().read(id(a), 3, 10, READER)).entries())
                .isEmpty();
        assertThat(log().read(id(a), 4, 10, READER)).isEqualTo(new ReadOutcome.AboveHead(new Head(1, 3, 0, 0)));
        assertThat(log().read(id("board:none"), 0, 10, READER)).isInstanceOf(ReadOutcome.Page.class);
    }

    @Test
    @Tag("R-24")
    void aKeyedSnapshotIsTheLatestOfEachKeyAsOfItsSeq() {
        String a = channel();
        append(
                Writes.to(a).key("x"),
                Writes.to(a).key("y"),
                Writes.to(a),
                Writes.to(a).key("x").data("2"));
        var taken = (SnapshotOutcome.Taken) log().snapshot(id(a), KEYED, 0, READER);
        assertThat(taken.head().seq()).isEqualTo(4);
        assertThat(taken.items()).extracting(Event::seq).containsExactly(2L, 4L);
        assertThat(log().snapshot(id(a), KEYED, 5, READER)).isInstanceOf(SnapshotOutcome.NotYet.class);
    }

    @Test
    @Tag("R-24")
    void aPlainSnapshotIsTheLastPage() {
        String a = channel();
        append(IntStream.rangeClosed(0, EventLog.SNAPSHOT_PAGE)
                .mapToObj(i -> Writes.to(a))
                .toArray(Writes[]::new));
        var taken = (SnapshotOutcome.Taken) log().snapshot(id(a), PLAIN, 0, READER);
        assertThat(taken.items()).hasSize(EventLog.SNAPSHOT_PAGE);
        assertThat(taken.items().getFirst().seq()).isEqualTo(2);
    }

    @Test
    void headsOfAnyNumberOfChannelsAreTold() {
        String a = channel();
        append(Writes.to(a), Writes.to(a));
        var ids = IntStream.rangeClosed(0, 5_000)
                .mapToObj(i -> i == 5_000 ? id(a) : id("board:none-" + i))
                .toList();
        assertThat(log().heads(ids)).hasSize(5_001).containsEntry(id(a), new Head(1, 2, 0, 0));
        assertThat(log().heads(List.of())).isEmpty();
    }

    @Test
    void theWindowIsJudgedByWhatWasMissed() {
        String a = channel();
        append(Writes.to(a), Writes.to(a), Writes.to(a));
        var two = new Contract.ReplayWindow(2, 300);
        assertThat(log().pastWindow(id(a), 3, two)).isEmpty();
        assertThat(log().pastWindow(id(a), 1, two)).isEmpty();
        assertThat(log().pastWindow(id(a), 0, two)).contains(new Head(1, 3, 0, 0));
        assertThat(log().pastWindow(id(a), 4, two)).isPresent();
    }
}

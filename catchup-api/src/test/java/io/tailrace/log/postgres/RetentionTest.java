package io.tailrace.log.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.AppendOutcome.Committed;
import io.tailrace.log.AppendOutcome.Replayed;
import io.tailrace.log.LogEntry;
import io.tailrace.log.LogMeters;
import io.tailrace.log.Memberships.Revoked;
import io.tailrace.log.ReadOutcome;
import io.tailrace.log.Reader;
import io.tailrace.log.Retention;
import io.tailrace.log.SnapshotOutcome;
import io.tailrace.log.Writes;
import io.tailrace.wire.Contract;
import io.tailrace.wire.Event;
import io.tailrace.wire.Standing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class RetentionTest extends OnPostgres {

    private static final Reader READER = new Reader(ADMIN, Standing.GRANT);

    private static Contract keeping(Contract.State state, @Nullable Long age, @Nullable Long events) {
        var base = Contract.DEFAULT;
        return new Contract(
                base.durability(),
                state,
                new Contract.Retention(age, events),
                base.replayWindow(),
                base.presence(),
                base.cursors(),
                base.signals(),
                base.receipts(),
                base.maxEventBytes(),
                base.writeRate(),
                base.conflict(),
                base.create(),
                base.schemas());
    }

    private static void write(String channel, long version, int count) {
        append(IntStream.range(0, count)
                .mapToObj(i -> Writes.to(channel).version(version).append())
                .toList());
    }

    /** Lets the events up to {@code seq} have happened {@code ago}. */
    private static void age(String channel, long seq, Duration ago) {
        database.all()
                .update(
                        "UPDATE tailrace.event e SET at = e.at - make_interval(secs => ?) FROM tailrace.channel c"
                                + " WHERE c.name = ? AND e.channel = c.id AND e.seq <= ?",
                        (double) ago.toSeconds(),
                        channel,
                        seq);
    }

    @Test
    void trimsToTheCountAndRaisesTheFloor() {
        long version = log.contracts().put("acme", "few", keeping(Contract.State.NONE, null, 3L), BY);
        write("few:1", version, 4);
        append(Writes.to("few:1").version(version).key("k"));
        assertThat(log.retention().sweep().events()).isEqualTo(2);
        assertThat(head("few:1").floor()).isEqualTo(2);
        assertThat(log.events().read(id("few:1"), 1, 10)).isInstanceOf(ReadOutcome.BelowFloor.class);
        assertThat(entries("few:1", 2)).extracting(entry -> entry.event().seq()).containsExactly(3L, 4L, 5L);
        assertThat(log.retention().sweep()).isEqualTo(Retention.Swept.NOTHING);
    }

    @Test
    void trimsMoreThanOneTransactionTakes() {
        long version = log.contracts().put("acme", "many", keeping(Contract.State.NONE, null, 1L), BY);
        for (int i = 0; i < 3; i++) {
            write("many:1", version, PostgresRetention.BATCH * 5 / 6);
        }
        assertThat(log.retention().sweep().events()).isEqualTo(PostgresRetention.BATCH * 5 / 2 - 2);
        assertThat(head("many:1").floor()).isEqualTo(head("many:1").seq() - 1);
    }

    @Test
    void trimsByAgeAndKeepsTheLatestEventOfEachKey() {
        long version = log.contracts().put("acme", "old", keeping(Contract.State.KEYED, 3_600L, null), BY);
        String a = "old:1";
        var x = Writes.to(a).version(version).key("x");
        append(
                x,
                Writes.to(a).version(version).key("y"),
                Writes.to(a).version(version),
                Writes.to(a).version(version).key("x"));
        write(a, version, 2);
        age(a, 5, Duration.ofHours(2));
        assertThat(log.retention().sweep().events()).isEqualTo(3);
        assertThat(head(a).floor()).isEqualTo(5);
        var snapshot = (SnapshotOutcome.Taken) log.events().snapshot(id(a), Contract.builtIn("board"), 0, READER);
        assertThat(snapshot.items()).extracting(Event::seq).containsExactly(2L, 4L);
        assertThat(entries(a, 5))
                .extracting(LogEntry::event)
                .extracting(Event::seq)
                .containsExactly(6L);
        assertThat(append(x)).isInstanceOf(Replayed.class);

        // Overwritten below the floor, the old one has no reason to stay.
        assertThat(append(Writes.to(a).version(version).key("y").ifMatch(2))).isInstanceOf(Committed.class);
        assertThat(database.all()
                        .<Long>one(
                                "SELECT count(*) FROM tailrace.event e JOIN tailrace.channel c ON c.id = e.channel"
                                        + " WHERE c.name = ?",
                                row -> row.getLong(1),
                                a))
                .isEqualTo(3);
    }

    @Test
    void whatWasWrittenInSilenceLongAgoIsStillWithinTheWindowOfItsFirstMissedEvent() {
        String a = channel();
        append(Writes.to(a), Writes.to(a));
        age(a, 2, Duration.ofHours(3));
        append(Writes.to(a));
        var window = Contract.ReplayWindow.DEFAULT;
        assertThat(log.events().pastWindow(id(a), 3, window)).isEmpty();
        assertThat(log.events().pastWindow(id(a), 2, window)).isEmpty();
        assertThat(log.events().pastWindow(id(a), 1, window)).isPresent();
    }

    @Test
    @Tag("R-10")
    void forgetsKeysPastTheirLifetimeAndRevocationsOfExpiredTokens() {
        var old = Writes.to(channel());
        var young = Writes.to(channel());
        append(old, young);
        database.all()
                .update(
                        "UPDATE tailrace.idempotency SET at = at - interval '8 days' WHERE key = ?",
                        old.idempotencyKey());
        log.members().revoke("acme", Revoked.TOKEN, "gone", Instant.now().minusSeconds(1), BY);
        log.members().revoke("acme", Revoked.TOKEN, "stays", Instant.now().plusSeconds(60), BY);
        var swept = log.retention().sweep();
        assertThat(swept.idempotencyKeys()).isEqualTo(1);
        assertThat(swept.revocations()).isEqualTo(1);
        assertThat(append(young)).isInstanceOf(Replayed.class);
        assertThat(append(old)).isInstanceOf(Committed.class);
    }

    @Test
    void oneNodeSweepsPerInterval() {
        long version = log.contracts().put("acme", "due", keeping(Contract.State.NONE, null, 1L), BY);
        write("due:1", version, 2);
        var hourly =
                PostgresLog.on(database, Clock.systemUTC(), Duration.ofDays(7), Duration.ofHours(1), LogMeters.NONE);
        log.retention().sweep();
        write("due:1", version, 2);
        assertThat(hourly.retention().sweep()).isEqualTo(Retention.Swept.NOTHING);
        assertThat(log.retention().sweep().events()).isEqualTo(2);
    }
}

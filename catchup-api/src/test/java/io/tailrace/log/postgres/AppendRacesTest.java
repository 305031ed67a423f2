package io.tailrace.log.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.AppendOutcome;
import io.tailrace.log.AppendOutcome.Committed;
import io.tailrace.log.AppendOutcome.Forbidden;
import io.tailrace.log.AppendOutcome.KeyReused;
import io.tailrace.log.AppendOutcome.Replayed;
import io.tailrace.log.AppendOutcome.Stale;
import io.tailrace.log.EventLog;
import io.tailrace.log.Memberships;
import io.tailrace.log.Role;
import io.tailrace.log.Writes;
import io.tailrace.wire.Actor;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Two nodes at once: what a statement reads before it waits for a lock is no longer so when it has it. */
@ParameterizedClass
@EnumSource
class AppendRacesTest extends OnPostgres {

    private static final int ROUNDS = 60;

    private Database otherDatabase;
    private EventLog other;
    private ExecutorService executor;

    @BeforeEach
    void startSecondNode() {
        otherDatabase = server.open(name);
        other = PostgresLog.on(otherDatabase, Clock.systemUTC()).events();
        executor = Executors.newVirtualThreadPerTaskExecutor();
    }

    @AfterEach
    void stopSecondNode() {
        executor.close();
        otherDatabase.close();
    }

    /** Both at the same moment, one on each node. */
    private List<AppendOutcome> race(Writes one, Writes two) throws Exception {
        var barrier = new CyclicBarrier(2);
        Future<AppendOutcome> first = executor.submit(atOnce(barrier, () -> append(log.events(), one)));
        Future<AppendOutcome> second = executor.submit(atOnce(barrier, () -> append(other, two)));
        return List.of(first.get(), second.get());
    }

    private static <T> Callable<T> atOnce(CyclicBarrier barrier, Callable<T> what) {
        return () -> {
            barrier.await();
            return what.call();
        };
    }

    @Test
    @Tag("R-14")
    void ofTwoConditionalWritesOfOneRevisionOneWins() throws Exception {
        String a = channel();
        long revision = 0;
        for (int i = 0; i < ROUNDS; i++) {
            var outcomes = race(
                    Writes.to(a).key("card").data("1").ifMatch(revision),
                    Writes.to(a).key("card").data("2").ifMatch(revision));
            revision++;
            assertThat(outcomes).filteredOn(Committed.class::isInstance).hasSize(1);
            assertThat(outcomes)
                    .filteredOn(Stale.class::isInstance)
                    .singleElement()
                    .satisfies(stale -> assertThat(((Stale) stale).current())
                            .isEqualTo(entries(a, 0).getLast().event()));
            assertThat(head(a).seq()).isEqualTo(revision);
        }
    }

    @Test
    @Tag("R-10")
    void oneKeySentToTwoNodesAtOnceIsWrittenOnce() throws Exception {
        String a = channel();
        for (int i = 1; i <= ROUNDS; i++) {
            var write = Writes.to(a).key("card");
            var outcomes = race(write, write);
            assertThat(outcomes).filteredOn(Committed.class::isInstance).hasSize(1);
            assertThat(outcomes).filteredOn(Replayed.class::isInstance).hasSize(1);
            assertThat(head(a).seq()).isEqualTo(i);
        }
    }

    @Test
    @Tag("R-10")
    void oneKeyForTwoChannelsAtOnceStandsForOne() throws Exception {
        String a = channel();
        String b = channel();
        for (int i = 1; i <= ROUNDS; i++) {
            var write = Writes.to(a);
            var outcomes = race(write, Writes.to(b).under(write.idempotencyKey()));
            assertThat(outcomes).filteredOn(Committed.class::isInstance).hasSize(1);
            assertThat(outcomes).filteredOn(KeyReused.class::isInstance).hasSize(1);
            assertThat(head(a).seq() + head(b).seq()).isEqualTo(i);
        }
    }

    @Test
    void batchesInOppositeOrdersDoNotDeadlock() throws Exception {
        long before = deadlocks();
        String a = channel();
        String b = channel();
        for (int i = 1; i <= ROUNDS; i++) {
            var barrier = new CyclicBarrier(2);
            var one = Writes.to(a).key("x");
            var two = Writes.to(b).key("y");
            var first =
                    executor.submit(atOnce(barrier, () -> log.events().append(List.of(one.append(), two.append()))));
            var second = executor.submit(atOnce(barrier, () -> other.append(List.of(two.append(), one.append()))));
            var outcomes = new ArrayList<>(first.get());
            outcomes.addAll(second.get());
            assertThat(outcomes).filteredOn(Committed.class::isInstance).hasSize(2);
            assertThat(outcomes).filteredOn(Replayed.class::isInstance).hasSize(2);
        }
        assertThat(deadlocks()).isEqualTo(before);
    }

    private static long deadlocks() {
        return database.all()
                .one(
                        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
                        row -> row.getLong(1));
    }

    @Test
    @Tag("R-71")
    void whatWasAuthorisedBeforeARemovalDoesNotCommitAfterIt() throws Exception {
        var user = Writes.actor("acme", "u7");
        for (int i = 0; i < ROUNDS / 6; i++) {
            String a = channel();
            log.members().put(id(a), "u7", Role.EDITOR, BY);
            var removed = new AtomicBoolean();
            Future<List<Long>> writer = executor.submit(() -> {
                var seqs = new ArrayList<Long>();
                while (true) {
                    boolean late = removed.get();
                    var write = Writes.to(a).by(user);
                    var outcome = append(other, seqs.size() % 2 == 0 ? write : write.byMembership());
                    if (outcome instanceof Forbidden) {
                        return seqs;
                    }
                    assertThat(late).isFalse();
                    seqs.add(((Committed) outcome).seq());
                }
            });
            Memberships.Changed removal = log.members().remove(id(a), "u7", BY);
            removed.set(true);
            assertThat(writer.get()).allMatch(seq -> seq < removal.seq());
            var after = (Committed) append(Writes.to(a));
            assertThat(after.accessEpoch()).isGreaterThanOrEqualTo(removal.accessEpoch());
        }
    }

    @Test
    @Tag("R-72")
    void whatCommitsAfterARevocationCarriesItsEpoch() throws Exception {
        var user = Writes.actor("acme", "u8");
        for (int i = 0; i < ROUNDS / 6; i++) {
            String a = channel();
            var device = new Actor("acme", "u8", "jti", "device-" + i, user.issuedAt());
            var epoch = new AtomicLong();
            Future<Integer> writer = executor.submit(() -> {
                int written = 0;
                while (true) {
                    long revoked = epoch.get();
                    var byOther = (Committed) append(other, Writes.to(a));
                    assertThat(byOther.accessEpoch()).isGreaterThanOrEqualTo(revoked);
                    var outcome = append(other, Writes.to(a).by(device));
                    if (outcome instanceof Forbidden) {
                        return written;
                    }
                    assertThat(revoked).isZero();
                    written++;
                }
            });
            Instant until = Instant.now().plusSeconds(3600);
            epoch.set(log.members().revoke("acme", Memberships.Revoked.DEVICE, "device-" + i, until, BY));
            assertThat(writer.get()).isGreaterThanOrEqualTo(0);
        }
    }
}

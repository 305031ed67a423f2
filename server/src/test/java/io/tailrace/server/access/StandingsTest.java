package io.tailrace.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.log.Audit;
import io.tailrace.log.LogUnavailable;
import io.tailrace.log.Memberships.Question;
import io.tailrace.log.Memberships.Standing;
import io.tailrace.log.Role;
import io.tailrace.log.postgres.Database;
import io.tailrace.log.postgres.PostgresLog;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelId;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many questions in few statements, each with its own answer. */
@Tag("R-71")
class StandingsTest {

    private static final int ASKERS = 2_000;

    private static Question question(int i) {
        var actor = new Actor("acme", "u" + i, null, null, Instant.now());
        return new Question(ChannelId.of("acme", "board:" + i % 7), actor);
    }

    private static long statements(Database database) {
        return database.all()
                .one(
                        "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()",
                        row -> row.getLong(1));
    }

    @Test
    void manyWhoAskAtOnceShareStatementsAndEachGetsItsOwnAnswer() throws Exception {
        try (var database =
                        PostgresServer.shared(PostgresServer.Version.DEBIAN_15).freshDatabase();
                var askers = Executors.newVirtualThreadPerTaskExecutor()) {
            var members = PostgresLog.on(database, Clock.systemUTC()).members();
            var admin = Audit.By.of(new Actor("acme", "admin", null, null, Instant.now()));
            members.put(ChannelId.of("acme", "board:0"), "u14", Role.EDITOR, admin);
            members.remove(ChannelId.of("acme", "board:1"), "u15", admin);
            var standings = new Standings(members);
            long before = statements(database);
            var answers = new ArrayList<Future<List<Standing>>>();
            for (int i = 0; i < ASKERS; i++) {
                var asked = List.of(question(i), question(i + 1));
                answers.add(askers.submit(() -> standings.of(asked)));
            }
            for (int i = 0; i < ASKERS; i++) {
                assertThat(answers.get(i).get()).containsExactly(expected(i), expected(i + 1));
            }
            assertThat(statements(database) - before).isLessThan(ASKERS / 10);
        }
    }

    private static Standing expected(int i) {
        return new Standing(i == 14 ? Role.EDITOR : null, i == 15);
    }

    @Test
    void moreThanOneStatementHoldsAreAnsweredInOrder() {
        try (var database =
                PostgresServer.shared(PostgresServer.Version.DEBIAN_15).freshDatabase()) {
            var members = PostgresLog.on(database, Clock.systemUTC()).members();
            members.remove(
                    ChannelId.of("acme", "board:1"),
                    "u2010",
                    Audit.By.of(new Actor("acme", "admin", null, null, Instant.now())));
            var questions =
                    IntStream.range(0, 2_500).mapToObj(StandingsTest::question).toList();
            var answers = new Standings(members).of(questions);
            assertThat(answers).hasSize(2_500);
            assertThat(answers.get(2_010).denied()).isTrue();
            assertThat(answers).filteredOn(Standing::denied).hasSize(1);
        }
    }

    @Test
    void aDatabaseThatIsAwayIsSaidToEveryone() {
        var database = PostgresServer.shared(PostgresServer.Version.DEBIAN_15).freshDatabase();
        var standings =
                new Standings(PostgresLog.on(database, Clock.systemUTC()).members());
        database.close();
        assertThatThrownBy(() -> standings.of(List.of(question(1)))).isInstanceOf(LogUnavailable.class);
        assertThatThrownBy(() -> standings.of(List.of(question(2)))).isInstanceOf(LogUnavailable.class);
    }
}

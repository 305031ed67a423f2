package io.tailrace.log.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.AppendOutcome;
import io.tailrace.log.ReadOutcome;
import io.tailrace.log.Writes;
import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.PostgresServer.Version;
import io.tailrace.wire.ChannelId;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LogEpochTest {

    private static final ChannelId CHANNEL = ChannelId.of("acme", "board:1");

    private static PostgresLog on(Database database) {
        return PostgresLog.on(database, Clock.systemUTC());
    }

    @ParameterizedTest
    @EnumSource
    void aRestartOrACrashIsNoNewEpoch(Version version) {
        try (var server = PostgresServer.launch(version)) {
            String name = server.createDatabase();
            try (var database = server.open(name)) {
                assertThat(on(database).epoch().observe()).isEqualTo(1);
                on(database).events().append(List.of(Writes.to("board:1").append()));
                assertThat(on(database).epoch().observe()).isEqualTo(1);
            }
            server.crash();
            server.start();
            try (var database = server.open(name)) {
                assertThat(on(database).epoch().observe()).isEqualTo(1);
                assertThat(on(database).epoch().current()).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void restoredRaisesItAndReadersSee(Version version) {
        try (var database = PostgresServer.shared(version).freshDatabase()) {
            var log = on(database);
            log.events().append(List.of(Writes.to("board:1").append()));
            assertThat(log.epoch().observe()).isEqualTo(1);
            int second = log.epoch().restored();
            assertThat(second).isGreaterThan(1);
            assertThat(log.epoch().restored()).isGreaterThan(second);
            int now = log.epoch().current();
            assertThat(((ReadOutcome.Page) log.events().read(CHANNEL, 0, 1))
                            .head()
                            .epoch())
                    .isEqualTo(now);
            assertThat(log.events().heads(List.of(CHANNEL)).values()).allMatch(head -> head.epoch() == now);
        }
    }

    @Test
    void aBackupRestoredTwiceDoesNotGiveOneEpochToTwoHistories() {
        try (var database = PostgresServer.shared(Version.DEBIAN_15).freshDatabase()) {
            int first = on(database).epoch().restored();
            database.all().update("UPDATE tailrace.log SET epoch = 1"); // as the backup has it
            assertThat(on(database).epoch().restored()).isGreaterThanOrEqualTo(first);
            database.all().update("UPDATE tailrace.log SET epoch = 1");
            // Steps of ten seconds: restores of one backup are further apart than that.
            assertThat(first).isGreaterThan(1_000);
        }
    }

    @Test
    void aStartOnAnotherSystemOrTimelineOrABackwardLogIsANewEpoch() {
        for (String change :
                List.of("system_identifier = 5", "timeline = timeline + 1", "flush_lsn = flush_lsn + 1000000000")) {
            try (var database = PostgresServer.shared(Version.DEBIAN_15).freshDatabase()) {
                assertThat(on(database).epoch().observe()).isEqualTo(1);
                database.all().update("UPDATE tailrace.log SET " + change);
                int raised = on(database).epoch().observe();
                assertThat(raised).as(change).isGreaterThan(1);
                assertThat(on(database).epoch().observe()).isEqualTo(raised);
            }
        }
    }

    @Test
    void nodesThatLiveThroughARestoreOfDataFilesNoticeAndAgree() {
        try (var server = PostgresServer.launch(Version.DEBIAN_15)) {
            String name = server.createDatabase();
            try (var database = server.open(name)) {
                var one = on(database);
                var two = on(database);
                assertThat(one.epoch().observe()).isEqualTo(1);
                var backup = server.backup();
                for (int i = 0; i < 20; i++) {
                    Eventually.eventually(() -> one.members().accessEpoch("acme"));
                    one.events()
                            .append(List.of(Writes.to("board:1")
                                    .data("\"" + "x".repeat(5_000) + "\"")
                                    .append()));
                }
                assertThat(one.epoch().observe()).isEqualTo(1);
                assertThat(two.epoch().observe()).isEqualTo(1);
                server.restore(backup);
                Eventually.eventually(() -> one.members().accessEpoch("acme"));
                int raised = one.epoch().observe();
                assertThat(raised).isGreaterThan(1);
                assertThat(two.epoch().observe()).isEqualTo(raised);
                assertThat(one.epoch().observe()).isEqualTo(raised);
                assertThat(one.events().heads(List.of(CHANNEL)).get(CHANNEL))
                        .isNotNull()
                        .satisfies(head -> assertThat(head.epoch()).isEqualTo(raised));
            }
        }
    }

    /** What is written after the restore, by whoever knows nothing of it, hides nothing. */
    @Test
    void aLogThatWentBackAndWasWrittenFurtherSinceIsNoticedBeforeTheFirstWrite() {
        try (var server = PostgresServer.launch(Version.DEBIAN_15)) {
            String name = server.createDatabase();
            try (var database = server.open(name)) {
                var log = on(database);
                assertThat(log.epoch().observe()).isEqualTo(1);
                var backup = server.backup();
                Eventually.eventually(() -> log.epoch().observe());
                server.restore(backup);
                server.execute(name, "CREATE TABLE filler AS SELECT repeat('x', 100) FROM generate_series(1, 20000)");
                Eventually.eventually(() -> assertThat(
                                log.events().append(List.of(Writes.to("board:1").append())))
                        .singleElement()
                        .isInstanceOfSatisfying(
                                AppendOutcome.Committed.class,
                                committed -> assertThat(committed.epoch()).isGreaterThan(1)));
            }
        }
    }

    /** As with a dump: rows of before, in a server that runs on. */
    @Test
    void tablesThatWentBackInAServerThatRanOnAreNoticed() {
        try (var database = PostgresServer.shared(Version.DEBIAN_15).freshDatabase()) {
            var log = on(database);
            assertThat(log.epoch().observe()).isEqualTo(1);
            database.all().update("CREATE TABLE dumped AS TABLE tailrace.witness");
            assertThat(log.epoch().observe()).isEqualTo(1);
            database.all().update("DELETE FROM tailrace.witness");
            database.all().update("INSERT INTO tailrace.witness TABLE dumped");
            int raised = log.epoch().observe();
            assertThat(raised).isGreaterThan(1);
            assertThat(log.epoch().observe()).isEqualTo(raised);
        }
    }
}

package io.tailrace.log.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.Append;
import io.tailrace.log.AppendOutcome.Committed;
import io.tailrace.log.EventLog;
import io.tailrace.log.LogEntry;
import io.tailrace.log.ReadOutcome;
import io.tailrace.log.Writes;
import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.PostgresServer.Version;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Event;
import java.sql.Connection;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes of before {@code V7__publish_as.sql}, which call the function of V1, beside nodes of after it. */
@ParameterizedClass
@EnumSource(Version.class)
@SuppressWarnings("NullAway.Init") // set before each test
class SideBySideTest {

    private static final int OLD_PARAMETERS = 29;
    private static final String OLD_APPEND = "SELECT outcome FROM tailrace.append_batch("
            + String.join(", ", Collections.nCopies(OLD_PARAMETERS, "?")) + ")";
    private static final String OLD_READ = "SELECT e.* FROM tailrace.event e WHERE e.seq > ? ORDER BY e.seq";
    private static final ChannelId CHANNEL = ChannelId.of("acme", "board:1");

    @Parameter
    Version version;

    private Database admin;
    private Database old;

    @BeforeEach
    void openAtVersionSix() {
        var server = PostgresServer.shared(version);
        String name = "side_by_side_" + UUID.randomUUID().toString().replace('-', '_');
        server.createEmptyDatabase(name);
        admin = Database.open(server.options(name));
        old = Database.open(server.options(name).withConnections(1));
        Flyway.configure()
                .dataSource(server.url(name), "postgres", null)
                .schemas(Database.SCHEMA)
                .defaultSchema(Database.SCHEMA)
                .locations("classpath:db/migration")
                .table("schema_history")
                .createSchemas(true)
                .target("6")
                .load()
                .migrate();
    }

    @AfterEach
    void close() {
        old.close();
        admin.close();
    }

    private String oldAppend(Append write) {
        return old.all()
                .one(
                        OLD_APPEND,
                        row -> row.getString(1),
                        Arrays.copyOf(AppendArrays.of(List.of(write)), OLD_PARAMETERS));
    }

    private List<String> oldRead() {
        return old.all().query(OLD_READ, row -> row.getString("author"), 0L);
    }

    @Test
    void olderNodesGoOnWritingAndReading() {
        for (int i = 0; i < 12; i++) { // beyond what the driver and the server plan anew each time
            assertThat(oldAppend(Writes.to("board:1").append())).isEqualTo("committed");
            assertThat(oldRead()).hasSize(i + 1);
        }
        admin.migrate();
        var events = PostgresLog.on(admin, Clock.systemUTC()).events();
        var shared = Writes.to("board:1");
        assertThat(oldAppend(shared.append())).isEqualTo("committed");
        assertThat(events.append(
                        List.of(shared.append(), Writes.to("board:1").as("bob").append())))
                .extracting(outcome -> outcome.getClass().getSimpleName())
                .containsExactly("Replayed", "Committed");
        assertThat(oldAppend(Writes.to("board:1").append())).isEqualTo("committed");
        assertThat(oldRead()).hasSize(15).endsWith("u1", "bob", "u1");

        var page = (ReadOutcome.Page) events.read(CHANNEL, 12, EventLog.MAX_PAGE);
        assertThat(page.entries())
                .extracting(LogEntry::event)
                .extracting(Event::via)
                .containsExactly(null, "u1", null);
    }

    @Test
    void writersDoNotWaitForATransactionThatTheMigrationWaitsFor() throws Exception {
        try (Connection application = admin.dedicated();
                var statement = application.createStatement()) {
            application.setAutoCommit(false);
            statement.execute("SELECT tailrace.append('acme', 'notify:orders', 'order.paid', '{}')");
            var migration = CompletableFuture.runAsync(admin::migrate);
            Eventually.until("the migration waits", this::migrationWaits);
            for (int i = 0; i < 20; i++) {
                assertThat(oldAppend(Writes.to("board:1").append())).isEqualTo("committed");
            }
            assertThat(migration).isNotDone();
            application.commit();
            migration.get();
        }
        assertThat(PostgresLog.on(admin, Clock.systemUTC())
                        .events()
                        .append(List.of(Writes.to("board:1").as("bob").append())))
                .hasOnlyElementsOfType(Committed.class);
    }

    private boolean migrationWaits() {
        long waiting = old.all()
                .one(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'",
                        row -> row.getLong(1));
        return waiting > 0;
    }
}

package io.tailrace.log.postgres;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.log.LogUnavailable;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.PostgresServer.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatabaseTest {

    @ParameterizedTest
    @EnumSource
    void nodesThatStartAtOnceMigrateOnce(Version version) throws Exception {
        var server = PostgresServer.shared(version);
        String name = "migrated_" + version.name().toLowerCase(Locale.ROOT);
        server.createEmptyDatabase(name);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var nodes = new ArrayList<Future<?>>();
            for (int i = 0; i < 4; i++) {
                nodes.add(executor.submit(() -> {
                    try (var database = server.open(name)) {
                        database.migrate();
                    }
                }));
            }
            for (Future<?> node : nodes) {
                node.get();
            }
        }
    }

    @Test
    void parametersOfEveryKindArriveAsTheyAre() {
        try (var database = PostgresServer.shared(Version.DEBIAN_15).freshDatabase()) {
            var now = Instant.parse("2026-11-23T10:00:00.123456Z");
            var row = database.all()
                    .one(
                            "SELECT ?::text, ?::bigint, ?::timestamptz, ?::text[], ?::bigint[], ?::bytea[], ?::boolean[], ?::int",
                            r -> r.getString(1)
                                    + r.getLong(2)
                                    + r.getObject(3, OffsetDateTime.class).toInstant()
                                    + Arrays.asList((Object[]) r.getArray(4).getArray())
                                    + Arrays.asList((Object[]) r.getArray(5).getArray())
                                    + ((byte[][]) r.getArray(6).getArray())[0][0]
                                    + Arrays.asList((Object[]) r.getArray(7).getArray())
                                    + r.getObject(8),
                            "a",
                            7L,
                            now,
                            new String[] {"x,\"{}\\", null},
                            new long[] {1, 2},
                            new byte[][] {{9}},
                            new boolean[] {true},
                            null);
            assertThat(row).isEqualTo("a7" + now + "[x,\"{}\\, null][1, 2]9[true]null");
        }
    }

    @Test
    void aTransactionThatThrowsLeavesNothing() {
        try (var database = PostgresServer.shared(Version.DEBIAN_15).freshDatabase()) {
            database.all().update("CREATE TABLE thing (id int)");
            assertThatThrownBy(() -> database.all().transaction(sql -> {
                        sql.update("INSERT INTO thing VALUES (1)");
                        throw new IllegalArgumentException("no");
                    }))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(number(database.all(), "SELECT count(*) FROM thing")).isZero();
        }
    }

    @Test
    @Tag("R-82")
    void aDatabaseThatIsAwayAnswersSoonAndComesBackByItself() {
        try (var server = PostgresServer.launch(Version.DEBIAN_15);
                var database = server.freshDatabase()) {
            assertThat(number(database.all(), "SELECT 1")).isEqualTo(1);
            server.crash();
            var start = Instant.now();
            assertThatThrownBy(() -> number(database.all(), "SELECT 1")).isInstanceOf(LogUnavailable.class);
            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(6));
            server.start();
            eventually(() -> assertThat(number(database.all(), "SELECT 1")).isEqualTo(1));
        }
    }

    private static int number(Sql sql, String query) {
        return sql.one(query, row -> row.getInt(1));
    }

    @Test
    void urlsOfBothFormsAreUnderstood() {
        assertThat(DatabaseUrl.parse("postgres://me:p%40ss+1@db:5433/app?sslmode=require"))
                .isEqualTo(new DatabaseUrl("jdbc:postgresql://db:5433/app?sslmode=require", "me", "p@ss+1"));
        assertThat(DatabaseUrl.parse("jdbc:postgresql://db/app").jdbc()).isEqualTo("jdbc:postgresql://db/app");
        assertThatThrownBy(() -> DatabaseUrl.parse("mysql://db/app")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DatabaseUrl.parse("postgres://me:geheim@d b/app"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("geheim");
    }
}

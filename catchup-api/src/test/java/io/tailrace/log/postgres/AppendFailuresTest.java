package io.tailrace.log.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.log.AppendOutcome;
import io.tailrace.log.AppendOutcome.Committed;
import io.tailrace.log.AppendOutcome.Unavailable;
import io.tailrace.log.AppendOutcome.Unknown;
import io.tailrace.log.EventLog;
import io.tailrace.log.LogUnavailable;
import io.tailrace.log.Writes;
import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.PostgresServer.Version;
import io.tailrace.wire.ChannelId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AppendFailuresTest {

    private static final ChannelId CHANNEL = ChannelId.of("acme", "board:1");

    private static EventLog on(Database database) {
        return PostgresLog.on(database, Clock.systemUTC()).events();
    }

    private static AppendOutcome append(EventLog log, Writes write) {
        return log.append(List.of(write.append())).getFirst();
    }

    @Test
    @Tag("R-10")
    void aLockThatIsHeldTooLongLeavesTheOutcomeUnknownAndARetryTells() throws SQLException {
        var server = PostgresServer.shared(Version.DEBIAN_15);
        String name = server.createDatabase();
        var usual = server.options(name);
        var hasty = new Database.Options(
                usual.url(),
                usual.user(),
                usual.password(),
                2,
                usual.patience(),
                Duration.ofMillis(100),
                usual.statementTimeout());
        try (var database = Database.open(hasty);
                Connection holder = server.connect(name);
                var statement = holder.createStatement()) {
            var log = on(database);
            append(log, Writes.to("board:1"));
            holder.setAutoCommit(false);
            statement.execute("SELECT FROM tailrace.channel FOR UPDATE");
            var write = Writes.to("board:1");
            assertThat(append(log, write)).isInstanceOf(Unknown.class);
            assertThat(append(log, Writes.to("board:2"))).isInstanceOf(Committed.class);
            holder.rollback();
            assertThat(append(log, write)).isInstanceOf(Committed.class);
            assertThat(log.heads(List.of(CHANNEL)).get(CHANNEL)).matches(head -> head != null && head.seq() == 2);
        }
    }

    @Test
    @Tag("R-82")
    void aDatabaseThatIsAwayRefusesSoonAndTakesTheRetryOnceItIsBack() {
        try (var server = PostgresServer.launch(Version.EMBEDDED_18);
                var database = server.freshDatabase()) {
            var log = on(database);
            append(log, Writes.to("board:1"));
            server.crash();
            var write = Writes.to("board:1");
            long start = System.nanoTime();
            assertThat(append(log, write)).isInstanceOfAny(Unavailable.class, Unknown.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
            // Once the pool has seen its last connection die, nothing is sent any more.
            Eventually.eventually(
                    Duration.ofSeconds(60), () -> assertThat(append(log, write)).isInstanceOf(Unavailable.class));
            assertThatThrownBy(() -> log.read(CHANNEL, 0, 1)).isInstanceOf(LogUnavailable.class);
            server.start();
            Eventually.eventually(() ->
                    assertThat(append(log, write)).isInstanceOfAny(Committed.class, AppendOutcome.Replayed.class));
            assertThat(log.heads(List.of(CHANNEL)).get(CHANNEL)).matches(head -> head != null && head.seq() == 2);
        }
    }
}

package io.tailrace.log.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.Append;
import io.tailrace.log.AppendOutcome;
import io.tailrace.log.Audit;
import io.tailrace.log.EventLog;
import io.tailrace.log.Head;
import io.tailrace.log.LogEntry;
import io.tailrace.log.LogMeters;
import io.tailrace.log.ReadOutcome;
import io.tailrace.log.Writes;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.PostgresServer.Version;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelId;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/** A test class with a database of its own on each PostgreSQL that we promise. */
@SuppressWarnings("NullAway.Init") // set before each version's run
abstract class OnPostgres {

    protected static final Actor ADMIN = Writes.actor("acme", "admin");
    protected static final Audit.By BY = Audit.By.of(ADMIN);
    private static final AtomicInteger CHANNELS = new AtomicInteger();

    protected static PostgresServer server;
    protected static String name;
    protected static Database database;
    protected static PostgresLog log;

    @Parameter
    Version version;

    @BeforeParameterizedClassInvocation
    static void open(Version version) {
        server = PostgresServer.shared(version);
        name = server.createDatabase();
        database = server.open(name);
        log = PostgresLog.on(database, Clock.systemUTC(), Duration.ofDays(7), Duration.ZERO, LogMeters.NONE);
    }

    @AfterParameterizedClassInvocation
    static void close() {
        database.close();
    }

    /** A name that no other test uses, of a keyed namespace. */
    protected static String channel() {
        return "board:" + CHANNELS.incrementAndGet();
    }

    protected static ChannelId id(String channel) {
        return ChannelId.of("acme", channel);
    }

    protected static AppendOutcome append(Writes write) {
        return append(log.events(), write);
    }

    protected static AppendOutcome append(EventLog events, Writes write) {
        return events.append(List.of(write.append())).getFirst();
    }

    protected static List<AppendOutcome> append(Writes... writes) {
        return log.events().append(List.of(writes).stream().map(Writes::append).toList());
    }

    protected static List<AppendOutcome> append(List<Append> writes) {
        return log.events().append(writes);
    }

    protected static Head head(String channel) {
        return Objects.requireNonNull(log.events().heads(List.of(id(channel))).get(id(channel)));
    }

    /** All that is retained, from {@code after} on. */
    protected static List<LogEntry> entries(String channel, long after) {
        var outcome = log.events().read(id(channel), after, EventLog.MAX_PAGE);
        assertThat(outcome).isInstanceOf(ReadOutcome.Page.class);
        return ((ReadOutcome.Page) outcome).entries();
    }
}

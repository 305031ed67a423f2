package io.tailrace.log.postgres;

import io.tailrace.log.EventLog;
import io.tailrace.log.EventLogContract;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.PostgresServer.Version;
import java.time.Clock;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of the event log, on each PostgreSQL that we promise. */
@ParameterizedClass
@EnumSource
@SuppressWarnings("NullAway.Init") // set before each version's run
class PostgresEventLogTest extends EventLogContract {

    private static Database database;
    private static EventLog log;

    @Parameter
    Version version;

    @BeforeParameterizedClassInvocation
    static void open(Version version) {
        database = PostgresServer.shared(version).freshDatabase();
        log = PostgresLog.on(database, Clock.systemUTC()).events();
    }

    @AfterParameterizedClassInvocation
    static void close() {
        database.close();
    }

    @Override
    protected EventLog log() {
        return log;
    }
}

package io.tailrace.log.postgres;

import io.tailrace.log.EventLog;
import io.tailrace.log.EventLogContract;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.PostgresServer.Version;
import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/** The contract of the event log, on each PostgreSQL that we promise. */
class PostgresEventLogTest {

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class OnPostgres extends EventLogContract {

        private final Version version;
        private Database database;
        private EventLog log;

        OnPostgres(Version version) {
            this.version = version;
        }

        @BeforeAll
        void open() {
            database = PostgresServer.shared(version).freshDatabase();
            log = PostgresLog.on(database, Clock.systemUTC()).events();
        }

        @AfterAll
        void close() {
            database.close();
        }

        @Override
        protected EventLog log() {
            return log;
        }
    }

    @Nested
    class OnDebian15 extends OnPostgres {
        OnDebian15() {
            super(Version.DEBIAN_15);
        }
    }

    @Nested
    class OnEmbedded18 extends OnPostgres {
        OnEmbedded18() {
            super(Version.EMBEDDED_18);
        }
    }
}

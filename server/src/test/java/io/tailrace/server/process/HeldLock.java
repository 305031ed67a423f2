package io.tailrace.server.process;

import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;

/** A transaction of the test's own that keeps others waiting, in the order in which they came. Closing lets them go on. */
final class HeldLock implements AutoCloseable {

    private static final String WAITING = """
            SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
            """;

    private final Connection holding;
    private final Connection looking;

    /** @param sql a query that takes the lock */
    HeldLock(PostgresServer postgres, String database, String sql) throws SQLException {
        looking = postgres.connect(database);
        holding = postgres.connect(database);
        holding.setAutoCommit(false);
        try (var statement = holding.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The row of a channel, which appends and changes of members lock. */
    static HeldLock ofChannel(PostgresServer postgres, String database, String channel) throws SQLException {
        return new HeldLock(
                postgres, database, "SELECT FROM tailrace.channel WHERE name = '" + channel + "' FOR UPDATE");
    }

    /** The gate of a tenant, which appends pass together and revocations alone. */
    static HeldLock ofGate(PostgresServer postgres, String database, String tenant) throws SQLException {
        return new HeldLock(
                postgres, database, "SELECT pg_advisory_xact_lock(1952541036, tailrace.gate('" + tenant + "'))");
    }

    /** Waits until so many sessions wait for a lock. */
    void awaitWaiting(int sessions) {
        Eventually.until(sessions + " wait for the lock", () -> {
            try (var statement = looking.createStatement();
                    var rows = statement.executeQuery(WAITING)) {
                return rows.next() && rows.getInt(1) == sessions;
            }
        });
    }

    @Override
    public void close() throws SQLException {
        holding.rollback();
        holding.close();
        looking.close();
    }
}

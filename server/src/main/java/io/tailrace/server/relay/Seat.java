package io.tailrace.server.relay;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.postgresql.PGConnection;

/**
 * The one seat of the relay: an advisory lock of the database, held by a connection of its own and given back when that
 * ends, however it ends. The same connection listens for appends of applications. One thread, but for {@link #abort}.
 */
final class Seat implements AutoCloseable {

    /** What PostgreSQL knows the lock by: "tailrela" in ASCII. */
    private static final long LOCK = 0x7461_696c_7265_6c61L;

    private static final Executor HERE = Runnable::run;
    private static final Duration SILENCE = Duration.ofSeconds(3);
    private static final String KEEPALIVE =
            "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3";

    private final Connection connection;

    /** A candidate, listening. Closes the connection when that fails. */
    Seat(Connection connection) throws SQLException {
        this.connection = connection;
        try {
            connection.setNetworkTimeout(HERE, (int) SILENCE.toMillis());
            run(KEEPALIVE);
            run("LISTEN tailrace_outbox");
        } catch (SQLException e) {
            abort();
            throw e;
        }
    }

    /** Takes the seat if it is free. */
    boolean take() throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT pg_try_advisory_lock(" + LOCK + ")")) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** Waits for an append of an application; whether there was one. Fails when the connection, and so the seat, is lost. */
    boolean await(Duration timeout) throws SQLException {
        run("SELECT 1");
        var notifications = connection.unwrap(PGConnection.class).getNotifications((int) timeout.toMillis());
        return notifications != null && notifications.length > 0;
    }

    private void run(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Cuts the connection; any thread. */
    void abort() {
        try {
            connection.abort(HERE);
        } catch (SQLException e) {
            throw new IllegalStateException("a connection cannot be cut", e);
        }
    }

    @Override
    public void close() {
        abort();
    }
}

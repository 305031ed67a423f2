package io.tailrace.log.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import io.tailrace.log.LogUnavailable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One PostgreSQL database: a small pool, and statements on it. Each method of {@link Sql} borrows a connection and
 * commits at once. Nothing waits long: a database that is away, hangs or locks answers with {@link LogUnavailable}
 * within the times of {@link Options}. Any number of threads.
 */
public final class Database implements Sql, AutoCloseable {

    /** The schema that holds every table of ours. */
    public static final String SCHEMA = "tailrace";

    /**
     * Where the database is, and how long to wait for it.
     *
     * @param url {@code jdbc:postgresql:} or {@code postgres://user:password@host:port/name} form
     * @param user null: as the URL says
     * @param password null: as the URL says
     * @param connections in the pool, default 10
     * @param patience the longest wait for a connection, default 2 s
     * @param lockTimeout the longest wait of a statement for a lock, default 2 s
     * @param statementTimeout the longest statement, default 5 s; a connection that says nothing for two seconds more is
     *     given up
     */
    public record Options(
            String url,
            @Nullable String user,
            @Nullable String password,
            int connections,
            Duration patience,
            Duration lockTimeout,
            Duration statementTimeout) {

        /** @throws IllegalArgumentException when the URL is of neither form */
        public Options {
            DatabaseUrl.parse(url);
        }

        /** The defaults for a database. */
        public static Options of(String url, @Nullable String user, @Nullable String password) {
            return new Options(
                    url, user, password, 10, Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(5));
        }

        /** The same with a pool of another size. */
        public Options withConnections(int other) {
            return new Options(url, user, password, other, patience, lockTimeout, statementTimeout);
        }

        /** Without the password, which nobody should find in a log. */
        @Override
        public String toString() {
            return "Options[" + DatabaseUrl.parse(url).jdbc() + ", connections=" + connections + "]";
        }
    }

    private static final Duration SILENCE = Duration.ofSeconds(2);
    private static final int MIGRATION_RETRIES = 60;

    private final PGSimpleDataSource direct;
    private final CheckedSource checked;
    private final HikariDataSource pool;

    private Database(PGSimpleDataSource direct, CheckedSource checked, HikariDataSource pool) {
        this.direct = direct;
        this.checked = checked;
        this.pool = pool;
    }

    /**
     * Makes the pool; connects only when a statement asks for it, so this works while the database is away.
     *
     * @throws IllegalArgumentException when the URL is of neither form
     */
    public static Database open(Options options) {
        var checked = new CheckedSource(source(options, true));
        return new Database(source(options, false), checked, pool(options, checked));
    }

    private static HikariDataSource pool(Options options, CheckedSource source) {
        var config = new HikariConfig();
        config.setDataSource(source);
        config.setPoolName("tailrace");
        config.setMaximumPoolSize(options.connections());
        config.setMinimumIdle(Math.min(2, options.connections()));
        config.setConnectionTimeout(options.patience().toMillis());
        config.setValidationTimeout(Math.min(1_000, options.patience().toMillis()));
        config.setInitializationFailTimeout(-1);
        config.setExceptionOverride(new LeaveStandby());
        config.setKeepaliveTime(Duration.ofMinutes(1).toMillis());
        return new HikariDataSource(config);
    }

    private static PGSimpleDataSource source(Options options, boolean bounded) {
        var url = DatabaseUrl.parse(options.url());
        var source = new PGSimpleDataSource();
        source.setUrl(url.jdbc());
        String user = options.user() == null ? url.user() : options.user();
        String password = options.password() == null ? url.password() : options.password();
        if (user != null) {
            source.setUser(user);
        }
        if (password != null) {
            source.setPassword(password);
        }
        source.setApplicationName("tailrace");
        source.setTcpKeepAlive(true);
        source.setConnectTimeout((int) Math.max(1, options.patience().toSeconds()));
        source.setLoginTimeout((int) Math.max(1, options.patience().toSeconds()));
        if (bounded) {
            source.setSocketTimeout(
                    (int) options.statementTimeout().plus(SILENCE).toSeconds());
            source.setOptions(settings(options));
        }
        return source;
    }

    /** What each session starts with; the keepalives let the server see a node die that holds locks. */
    private static String settings(Options options) {
        long statement = options.statementTimeout().toMillis();
        return "-c statement_timeout=" + statement
                + " -c lock_timeout=" + options.lockTimeout().toMillis()
                + " -c idle_in_transaction_session_timeout=" + statement
                + " -c default_transaction_isolation=read\\ committed"
                + " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";
    }

    /**
     * Brings the schema up to date. Any number of nodes may start at once: one migrates, the others wait for it.
     *
     * @throws LogUnavailable when the database cannot be reached
     */
    public void migrate() {
        try {
            Flyway.configure()
                    .dataSource(direct)
                    .schemas(SCHEMA)
                    .defaultSchema(SCHEMA)
                    .createSchemas(true)
                    .locations("classpath:db/migration")
                    .table("schema_history")
                    .lockRetryCount(MIGRATION_RETRIES)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SQLException sql) {
                    throw Faults.translate(sql);
                }
            }
            throw e;
        }
    }

    @Override
    public <T> List<T> query(String sql, Row<T> row, @Nullable Object... parameters) {
        return with(statements -> statements.query(sql, row, parameters));
    }

    @Override
    public int update(String sql, @Nullable Object... parameters) {
        return with(statements -> statements.update(sql, parameters));
    }

    /**
     * Runs {@code work} in one transaction at READ COMMITTED: committed when it returns, rolled back when it throws.
     * Whoever locks channels does it in the order of {@link io.tailrace.wire.ChannelId}.
     *
     * @throws LogUnavailable when the database cannot be asked; when the commit was lost, the work may be done
     */
    public <T> T transaction(Function<Sql, T> work) {
        try (Connection connection = pool.getConnection()) {
            return transaction(connection, work);
        } catch (SQLException e) {
            throw Faults.translate(e);
        }
    }

    /** The same on a connection, which is good for nothing but closing when {@code work} or the commit fails. */
    static <T> T transaction(Connection connection, Function<Sql, T> work) throws SQLException {
        connection.setAutoCommit(false);
        T value = work.apply(new Statements(connection));
        connection.commit();
        connection.setAutoCommit(true);
        return value;
    }

    /** Has every new connection of the pool looked at before it is lent; the connection is refused if that throws. */
    void onConnect(ConnectionCheck check) {
        checked.add(check);
    }

    /** Borrows a connection in autocommit; for whoever needs to see how a statement failed. */
    Connection borrow() throws SQLException {
        return pool.getConnection();
    }

    /** A connection outside the pool and without its timeouts, to be kept: for advisory locks and {@code LISTEN}. */
    public Connection dedicated() {
        try {
            return direct.getConnection();
        } catch (SQLException e) {
            throw Faults.translate(e);
        }
    }

    private <T> T with(Function<Sql, T> work) {
        try (Connection connection = pool.getConnection()) {
            return work.apply(new Statements(connection));
        } catch (SQLException e) {
            throw Faults.translate(e);
        }
    }

    /** After a failover a pool may hold connections to what is a standby now: each write on one ends it. */
    private static final class LeaveStandby implements SQLExceptionOverride {
        @java.lang.Override
        public Override adjudicate(SQLException e) {
            return Faults.READ_ONLY.equals(e.getSQLState()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
        }
    }

    /** Ends the pool; statements that run are cut off. */
    @Override
    public void close() {
        pool.close();
    }
}

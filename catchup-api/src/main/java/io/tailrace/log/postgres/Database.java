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
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One PostgreSQL database: a small pool, and statements on it, each in a {@link Scope}: {@link #of} one tenant, or
 * {@link #all}. Each method of {@link Sql} borrows a connection and commits at once. Nothing waits long: a database that is
 * away, hangs or locks answers with {@link LogUnavailable} within the times of {@link Options}. Any number of threads.
 */
public final class Database implements AutoCloseable {

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
    private final Wall wall;
    private final Scope all = new Pooled(null);

    private Database(PGSimpleDataSource direct, CheckedSource checked, HikariDataSource pool) {
        this.direct = direct;
        this.checked = checked;
        this.pool = pool;
        this.wall = new Wall(pool::getConnection);
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
     * Brings the schema up to date, and raises the wall between tenants if that can be done. Any number of nodes may start
     * at once: one migrates, the others wait for it.
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
            wall.raise();
        } catch (FlywayException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SQLException sql) {
                    throw Faults.translate(sql);
                }
            }
            throw e;
        }
    }

    /**
     * Statements for one tenant: they see and change no row of another, whatever they say, if {@link #walled}.
     *
     * @param tenant as in the caller's token
     */
    public Scope of(String tenant) {
        return new Pooled(tenant);
    }

    /** Statements for some tenants: confined when it is one, and like {@link #all} when it is more. */
    Scope of(Stream<String> tenants) {
        List<String> some = tenants.distinct().limit(2).toList();
        return some.size() == 1 ? of(some.getFirst()) : all;
    }

    /**
     * Statements that serve all tenants at once, or the log as a whole: nothing but their own conditions confines them.
     * Whoever can say for which tenant a statement is uses {@link #of}.
     */
    public Scope all() {
        return all;
    }

    /** Whether PostgreSQL itself keeps tenants apart; false before the schema is there, and where no role can be made. */
    public boolean walled() {
        return wall.stands();
    }

    /**
     * Runs {@code work} in a transaction of a connection, which is good for nothing but closing when {@code work} or the
     * commit fails.
     */
    static <T> T transaction(Connection connection, Function<Sql, T> work) throws SQLException {
        return transaction(connection, new Statements(connection), work);
    }

    private static <T> T transaction(Connection connection, Sql statements, Function<Sql, T> work) throws SQLException {
        connection.setAutoCommit(false);
        T value = work.apply(statements);
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

    /** A connection of the pool for each statement or transaction. */
    private final class Pooled implements Scope {

        private final @Nullable String tenant;

        Pooled(@Nullable String tenant) {
            this.tenant = tenant;
        }

        @Override
        public <T> List<T> query(String sql, Row<T> row, @Nullable Object... parameters) {
            return with((connection, statements) -> statements.query(sql, row, parameters));
        }

        @Override
        public int update(String sql, @Nullable Object... parameters) {
            return with((connection, statements) -> statements.update(sql, parameters));
        }

        @Override
        public <T> T transaction(Function<Sql, T> work) {
            return with((connection, statements) -> Database.transaction(connection, statements, work));
        }

        private <T> T with(Use<T> use) {
            var confined = tenant == null ? null : wall.around(tenant).orElse(null);
            try (Connection connection = pool.getConnection()) {
                return use.of(connection, new Statements(connection, confined));
            } catch (SQLException e) {
                throw Faults.translate(e);
            } catch (IllegalStateException refused) {
                if (confined != null && refused.getCause() instanceof SQLException e) {
                    wall.refused(e);
                }
                throw refused;
            }
        }
    }

    @FunctionalInterface
    private interface Use<T> {
        T of(Connection connection, Sql statements) throws SQLException;
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

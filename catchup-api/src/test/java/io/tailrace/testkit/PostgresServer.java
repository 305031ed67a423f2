package io.tailrace.testkit;

import io.tailrace.log.postgres.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL server of our own, as a child process on 127.0.0.1, durable as in production ({@code fsync} on). It
 * ends with the JVM.
 */
public final class PostgresServer implements AutoCloseable {

    /** The versions that we test on. */
    public enum Version {
        /** Debian's; databases sort by an ICU locale, which shows where {@code COLLATE "C"} is missing. */
        DEBIAN_15,
        /** The one that development instances bring along. */
        EMBEDDED_18
    }

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TEMPLATE = "tailrace_template";
    private static final Map<Version, PostgresServer> SHARED = new EnumMap<>(Version.class);

    private final Path bin;
    private final Path home;
    private final int port = Ports.free();
    private @Nullable Process process;
    private boolean templated;
    private int databases;

    private PostgresServer(Path bin, Path home) {
        this.bin = bin;
        this.home = home;
    }

    /** The server of this JVM, for tests that leave it running. */
    public static PostgresServer shared(Version version) {
        synchronized (SHARED) {
            return SHARED.computeIfAbsent(version, PostgresServer::launch);
        }
    }

    /** A server of one's own, for tests that stop or crash it; close it. */
    public static PostgresServer launch(Version version) {
        Path bin =
                switch (version) {
                    case DEBIAN_15 -> PostgresBinaries.debian15();
                    case EMBEDDED_18 -> PostgresBinaries.embedded18();
                };
        try {
            var server = new PostgresServer(bin, Files.createTempDirectory("tailrace-postgres-"));
            server.initialize(version);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "end-postgres"));
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void initialize(Version version) {
        PostgresBinaries.handOver(home);
        var command = new ArrayList<>(List.of(bin.resolve("initdb").toString()));
        command.addAll(List.of("-D", data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"));
        if (version == Version.DEBIAN_15) {
            command.addAll(List.of("--locale-provider=icu", "--icu-locale=en-US"));
        }
        Child.run(PostgresBinaries.unprivileged(command));
    }

    private String data() {
        return home.resolve("data").toString();
    }

    /** Starts it, on the same port and data as before; returns once it answers. */
    public synchronized void start() {
        if (process != null && process.isAlive()) {
            return;
        }
        var command = List.of(
                bin.resolve("postgres").toString(),
                "-D",
                data(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "max_connections=200",
                "-c",
                "shared_buffers=64MB",
                "-c",
                "log_min_messages=log");
        process = Child.start(home, home.resolve("log"), PostgresBinaries.unprivileged(command));
        Eventually.until(PATIENCE, "PostgreSQL answers, see " + home, () -> {
            try (Connection connection = connect("postgres")) {
                return connection.isValid(1);
            }
        });
    }

    /** Stops it in order, ending every session. */
    public void stop() {
        end("INT");
    }

    /** Ends it as a crash does: no checkpoint, sessions cut off; the next start recovers from the log. */
    public void crash() {
        end("QUIT");
    }

    private synchronized void end(String signal) {
        if (process != null) {
            Child.end(process, signal);
        }
    }

    /** Suspends the server's main process: it accepts no connection and answers none, until {@link #thaw}. */
    public synchronized void freeze() {
        if (process != null) {
            Child.signal(process, "STOP");
        }
    }

    /** Ends {@link #freeze}. */
    public synchronized void thaw() {
        if (process != null) {
            Child.signal(process, "CONT");
        }
    }

    /** Stops it and returns a copy of its data, to be {@link #restore}d; starts it again. */
    public Path backup() {
        stop();
        Path copy = home.resolve("backup-" + System.nanoTime());
        Child.run("cp", "-a", data(), copy.toString());
        start();
        return copy;
    }

    /** Stops it, puts {@code backup} in place of its data and starts it again. */
    public void restore(Path backup) {
        stop();
        Child.deleteTree(Path.of(data()));
        Child.run("cp", "-a", backup.toString(), data());
        start();
    }

    /** The programs of this version: {@code pg_dump}, {@code psql}. */
    public Path bin() {
        return bin;
    }

    public int port() {
        return port;
    }

    /** JDBC URL of a database; the user is {@code postgres}, without a password. */
    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** A connection of the test's own. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database) + "?connectTimeout=2", "postgres", null);
    }

    /** Makes a database with our schema, copied from a template, and returns its name. */
    public synchronized String createDatabase() {
        if (!templated) {
            createEmptyDatabase(TEMPLATE);
            try (var database = Database.open(Database.Options.of(url(TEMPLATE), "postgres", null))) {
                database.migrate();
            }
            templated = true;
        }
        String name = "test_" + ++databases;
        execute("postgres", "CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
        return name;
    }

    /** Makes a database without anything in it. */
    public void createEmptyDatabase(String name) {
        execute("postgres", "CREATE DATABASE " + name);
    }

    /** Opens a fresh database that has our schema; close it. */
    public Database freshDatabase() {
        return open(createDatabase());
    }

    /** Opens a database; close it. */
    public Database open(String name) {
        return Database.open(options(name));
    }

    /** How to reach a database of this server. */
    public Database.Options options(String name) {
        return Database.Options.of(url(name), "postgres", null);
    }

    /** Runs one statement as superuser. */
    public void execute(String database, String sql) {
        try (Connection connection = connect(database);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Ends it and deletes its data. */
    @Override
    public synchronized void close() {
        if (process != null) {
            Child.signal(process, "CONT");
            end("QUIT");
            process = null;
        }
        if (Files.exists(home)) {
            Child.deleteTree(home);
        }
    }
}

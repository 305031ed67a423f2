package io.tailrace.server.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * PostgreSQL as a process of the development instance, as durable as in production: {@code fsync} and
 * {@code synchronous_commit} are on. It listens on 127.0.0.1 only, and asks for a password.
 *
 * @param child the process
 * @param port where it listens
 * @param version as it names itself
 */
record PostgresProcess(Child child, int port, String version) {

    static final String USER = "tailrace";
    static final String DATABASE = "tailrace";

    /** How long making the files of a new database may take, in seconds. */
    private static final int INITDB_SECONDS = 60;

    private static final int MAX_CONNECTIONS = 200;

    /** Starts it and returns when it answers and has the database. */
    static PostgresProcess start(DataDirectory data, Children children, String password)
            throws IOException, StartRefused, InterruptedException {
        var programs = PostgresBinaries.unpackedIn(data.path()).resolve("bin");
        var user = Unprivileged.here();
        var files = data.resolve("postgres");
        if (!Files.exists(files)) {
            create(programs, user, files, data.freshLog("initdb"), password);
        }
        dropStaleLock(files);
        int port = Ports.pick();
        var command = user.command(List.of(
                programs.resolve("postgres").toString(),
                "-D",
                files.toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "max_connections=" + MAX_CONNECTIONS,
                "-c",
                "fsync=on",
                "-c",
                "synchronous_commit=on"));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        var child = children.start("postgres", StopSignal.INT, builder);
        return new PostgresProcess(child, port, prepare(child, port, password));
    }

    static String url(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
    }

    /** Into a draft that is renamed when it is whole: a first start may be interrupted. */
    private static void create(Path programs, Unprivileged user, Path files, Path log, String password)
            throws IOException, StartRefused, InterruptedException {
        var draft = files.resolveSibling("postgres.draft");
        PostgresBinaries.delete(draft);
        OwnerOnly.directory(draft);
        var secret = OwnerOnly.write(draft.resolveSibling("initdb.password"), password);
        user.handOver(draft);
        var initdb = new ProcessBuilder(user.command(List.of(
                        programs.resolve("initdb").toString(),
                        "-D",
                        draft.toString(),
                        "-U",
                        USER,
                        "--pwfile=" + secret,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--no-locale")))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!initdb.waitFor(INITDB_SECONDS, TimeUnit.SECONDS) || initdb.exitValue() != 0) {
                throw new StartRefused("PostgreSQL's files cannot be made: " + Child.lastWords(log)
                        + " (all that was said is in " + log + ")");
            }
        } finally {
            initdb.destroyForcibly();
            Files.delete(secret);
        }
        Files.move(draft, files, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * PostgreSQL does not start while the pid in its lock is alive, and after a restart of a container that pid may be
     * anybody's. Whatever is doubtful is left to PostgreSQL.
     */
    private static void dropStaleLock(Path files) throws IOException {
        var lock = files.resolve("postmaster.pid");
        if (!Files.exists(lock)) {
            return;
        }
        boolean anothers = Files.readAllLines(lock).stream()
                .findFirst()
                .map(String::strip)
                .filter(pid -> pid.matches("[0-9]+"))
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
                .flatMap(process -> process.info().command())
                .filter(command -> !Path.of(command).endsWith("postgres"))
                .isPresent();
        if (anothers) {
            Files.delete(lock);
        }
    }

    private static String prepare(Child child, int port, String password) throws StartRefused, InterruptedException {
        return Readiness.await(child, () -> {
            try (var connection = connect(port, "postgres", password);
                    var statement = connection.createStatement()) {
                statement.setQueryTimeout((int) Readiness.LIMIT.toSeconds());
                try (var known = statement.executeQuery("select current_setting('server_version'), exists"
                        + " (select from pg_database where datname = '" + DATABASE + "')")) {
                    known.next();
                    var version = known.getString(1);
                    if (!known.getBoolean(2)) {
                        statement.execute("create database " + DATABASE);
                    }
                    return version;
                }
            }
        });
    }

    private static Connection connect(int port, String database, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?connectTimeout=2", USER, password);
    }
}

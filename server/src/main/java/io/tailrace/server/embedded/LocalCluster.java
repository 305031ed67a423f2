package io.tailrace.server.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The databases of a development instance, and nodes beside them that come and go as the caller pleases: for the bench.
 * Nothing of it outlives {@link #close}, or this process. Used by one thread at a time.
 */
public final class LocalCluster implements AutoCloseable {

    private static final String SECRET = "database";

    private final DataDirectory data;
    private final Children children;
    private final Map<String, String> surroundings;
    private final PostgresProcess postgres;
    private final RedisProcess redis;

    private LocalCluster(
            DataDirectory data,
            Children children,
            Map<String, String> surroundings,
            PostgresProcess postgres,
            RedisProcess redis) {
        this.data = data;
        this.children = children;
        this.surroundings = surroundings;
        this.postgres = postgres;
        this.redis = redis;
    }

    /**
     * Starts PostgreSQL and Redis in a data directory, which is made when it is not there.
     *
     * @param progress is told in a line what is ready
     * @throws IOException when that cannot be done, with a line that says why
     */
    public static LocalCluster start(Path directory, Consumer<String> progress)
            throws IOException, InterruptedException {
        try {
            var data = DataDirectory.at(directory);
            data.hold();
            var children = Children.of(data);
            try {
                var password = data.secret(SECRET);
                var postgres = PostgresProcess.start(data, children, password);
                var redis = RedisProcess.start(data, children, password);
                progress.accept("PostgreSQL " + postgres.version() + " and Redis " + redis.version() + " are ready");
                return new LocalCluster(data, children, surroundings(data, postgres, redis), postgres, redis);
            } catch (StartRefused | IOException | InterruptedException | RuntimeException e) {
                children.close();
                data.close();
                throw e;
            }
        } catch (StartRefused e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static Map<String, String> surroundings(DataDirectory data, PostgresProcess postgres, RedisProcess redis)
            throws StartRefused {
        var password = data.secret(SECRET);
        return Map.of(
                "TAILRACE_DATABASE_URL",
                PostgresProcess.url(postgres.port()),
                "TAILRACE_DATABASE_USER",
                PostgresProcess.USER,
                "TAILRACE_DATABASE_PASSWORD",
                password,
                "TAILRACE_REDIS_URL",
                RedisProcess.url(redis.port(), password),
                "TAILRACE_JWT_SECRET",
                data.secret(DevInstance.TOKEN_SECRET),
                "TAILRACE_HOST",
                "127.0.0.1");
    }

    /**
     * Starts a node on a free port and does not wait for it.
     *
     * @param name of the node and its log
     * @param options of its JVM; files in them are beside the jar
     * @param jar what to run
     * @param environment what it is told beside where its databases are
     */
    public Node node(String name, List<String> options, Path jar, Map<String, String> environment) throws IOException {
        try {
            int port = Ports.pickForNode();
            return new Node(() -> launch(name, options, jar, port, environment), port);
        } catch (StartRefused e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private Child launch(String name, List<String> options, Path jar, int port, Map<String, String> environment)
            throws IOException {
        var builder = NodeProcess.command(options, jar);
        builder.environment().keySet().removeIf(variable -> variable.startsWith("TAILRACE_"));
        builder.environment().putAll(surroundings);
        builder.environment().put("TAILRACE_PORT", Integer.toString(port));
        builder.environment().put("TAILRACE_ADMIN_PORT", Integer.toString(port + Ports.ADMIN_DISTANCE));
        builder.environment().put("TAILRACE_NODE", name);
        builder.environment().putAll(environment);
        return children.start(name, StopSignal.TERM, builder);
    }

    @FunctionalInterface
    private interface Launch {
        Child child() throws IOException;
    }

    /** A node of this cluster. */
    public final class Node {

        private final Launch launch;
        private NodeProcess process;

        private Node(Launch launch, int port) throws IOException {
            this.launch = launch;
            this.process = new NodeProcess(launch.child(), port);
        }

        /** Starts it again on its port, once it has ended, and does not wait for it. */
        public void restart() throws IOException {
            process = new NodeProcess(launch.child(), process.port());
        }

        /** Returns when it says that it is ready. */
        public void awaitReady() throws IOException, InterruptedException {
            try {
                process.awaitReady();
            } catch (StartRefused e) {
                throw new IOException(e.getMessage(), e);
            }
        }

        public int port() {
            return process.port();
        }

        /** The port of its metrics. */
        public int adminPort() {
            return process.port() + Ports.ADMIN_DISTANCE;
        }

        public long pid() {
            return process.child().pid();
        }

        /** Asks it to stop, and does not wait. */
        public void terminate() {
            StopSignal.TERM.send(process.child().handle().toHandle());
        }

        /** Returns when it has ended by itself, or because it was asked to. */
        void awaitEnd(Duration limit) throws IOException, InterruptedException {
            if (!process.child().handle().waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(process.child().name() + " has not ended within " + limit.toSeconds() + " s");
            }
        }

        /** Ends it as a power cut does. */
        public void kill() {
            process.child().handle().destroyForcibly();
        }

        /** Ends it, kindly within the grace, and returns when it has ended. */
        public void end() {
            children.end(List.of(process.child()));
        }
    }

    /** PostgreSQL's first process. */
    public long postgresPid() {
        return postgres.child().pid();
    }

    public long redisPid() {
        return redis.child().pid();
    }

    /** Where PostgreSQL listens, on 127.0.0.1. */
    public int postgresPort() {
        return postgres.port();
    }

    /** The user and database that nodes use are called the same. */
    public String databaseUser() {
        return PostgresProcess.USER;
    }

    public String databasePassword() {
        try {
            return data.secret(SECRET);
        } catch (StartRefused e) {
            throw new UncheckedIOException(new IOException(e.getMessage(), e));
        }
    }

    /** A token that allows everything in {@code tenant}. */
    public String token(String tenant, String user, Duration lifetime) {
        try {
            var everything = List.of(TokenCommand.grant("*=read,write,presence,cursors,manage"));
            return new DevTokens(data.secret(DevInstance.TOKEN_SECRET)).mint(tenant, user, everything, lifetime);
        } catch (StartRefused e) {
            throw new UncheckedIOException(new IOException(e.getMessage(), e));
        }
    }

    @Override
    public void close() {
        Thread.interrupted();
        children.close();
        data.close();
    }
}

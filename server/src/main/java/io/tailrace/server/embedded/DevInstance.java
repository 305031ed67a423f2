package io.tailrace.server.embedded;

import io.tailrace.server.embedded.DataDirectory.Note;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** PostgreSQL, Redis and nodes in one data directory, started and stopped together. Used by one thread at a time. */
final class DevInstance implements AutoCloseable {

    static final String TOKEN_SECRET = "jwt";
    private static final String DATABASE_SECRET = "database";

    private final DataDirectory data;
    private final Children children;
    private final List<Child> databases = new ArrayList<>();
    private final List<NodeProcess> nodes = new ArrayList<>();

    private DevInstance(DataDirectory data, Children children) {
        this.data = data;
        this.children = children;
    }

    /**
     * Starts everything and returns when the databases are ready; {@link #awaitNodes} waits for the rest. What goes
     * wrong is refused before anything is touched, or leaves nothing running.
     *
     * @param progress is told in a line what is ready
     */
    static DevInstance start(Path directory, Path jar, List<Integer> ports, Consumer<String> progress)
            throws StartRefused, IOException, InterruptedException {
        if (!Files.exists(directory)) {
            demandFree(ports);
        }
        var data = DataDirectory.at(directory);
        data.hold();
        // Before the ports are looked at: a node that was left behind may be who is listening there.
        var instance = new DevInstance(data, Children.of(data));
        try {
            demandFree(ports);
            instance.startDatabases(ports, progress);
            instance.startNodes(jar, ports);
            return instance;
        } catch (StartRefused | IOException | InterruptedException | RuntimeException e) {
            instance.close();
            throw e;
        }
    }

    private static void demandFree(List<Integer> ports) throws StartRefused {
        for (int port : ports) {
            Ports.demandFree(port);
        }
    }

    private void startDatabases(List<Integer> ports, Consumer<String> progress)
            throws IOException, StartRefused, InterruptedException {
        var password = data.secret(DATABASE_SECRET);
        var postgres = PostgresProcess.start(data, children, password);
        databases.add(postgres.child());
        progress.accept("PostgreSQL " + postgres.version() + " is ready on 127.0.0.1:" + postgres.port());
        var redis = RedisProcess.start(data, children, password);
        databases.add(redis.child());
        progress.accept("Redis " + redis.version() + " is ready on 127.0.0.1:" + redis.port());
        var note = new Properties();
        note.setProperty("pid", Long.toString(ProcessHandle.current().pid()));
        note.setProperty("postgres", Integer.toString(postgres.port()));
        note.setProperty("redis", Integer.toString(redis.port()));
        note.setProperty("origins", origins(ports));
        data.note(Note.INSTANCE, note);
    }

    /** Those of the board, and those that whoever starts this allows. */
    private static String origins(List<Integer> ports) {
        var more = System.getenv("TAILRACE_ALLOWED_ORIGINS");
        return BoardLinks.origins(ports) + (more == null || more.isBlank() ? "" : "," + more);
    }

    private void startNodes(Path jar, List<Integer> ports) throws IOException, StartRefused {
        var surroundings = surroundings(data);
        for (int port : ports) {
            nodes.add(NodeProcess.start(children, jar, port, surroundings));
        }
    }

    /** Returns when all nodes are ready; refuses when one has ended, or is not ready in time. */
    void awaitNodes(Consumer<String> progress) throws StartRefused, InterruptedException {
        for (var node : nodes) {
            node.awaitReady();
            progress.accept(
                    "Node " + node.port() + " is ready, pid " + node.child().pid());
        }
    }

    /** What the environment tells a node of the instance that holds this directory. */
    static Map<String, String> surroundings(DataDirectory data) throws StartRefused {
        var note = data.note(Note.INSTANCE);
        var password = data.secret(DATABASE_SECRET);
        return Map.of(
                "TAILRACE_DATABASE_URL",
                PostgresProcess.url(Integer.parseInt(note.getProperty("postgres"))),
                "TAILRACE_DATABASE_USER",
                PostgresProcess.USER,
                "TAILRACE_DATABASE_PASSWORD",
                password,
                "TAILRACE_REDIS_URL",
                RedisProcess.url(Integer.parseInt(note.getProperty("redis")), password),
                "TAILRACE_JWT_SECRET",
                data.secret(TOKEN_SECRET),
                "TAILRACE_HOST",
                "127.0.0.1",
                "TAILRACE_ALLOWED_ORIGINS",
                note.getProperty("origins"),
                "TAILRACE_DRAIN_TIMEOUT",
                "2s");
    }

    List<NodeProcess> nodes() {
        return List.copyOf(nodes);
    }

    /** The processes that nodes need. */
    List<Child> databases() {
        return List.copyOf(databases);
    }

    /** What tokens are signed with. */
    String secret() throws StartRefused {
        return data.secret(TOKEN_SECRET);
    }

    /** Ends the nodes, then what they need, then lets go of the directory; takes its time even when interrupted. */
    @Override
    public void close() {
        Thread.interrupted();
        children.end(nodes.stream().map(NodeProcess::child).toList());
        children.close();
        data.close();
    }

    /** {@code count} ports from {@code first} on. */
    static List<Integer> ports(int first, int count) {
        return IntStream.range(first, first + count).boxed().toList();
    }
}

package io.tailrace.bench.servers;

import io.tailrace.bench.load.Transport;
import io.tailrace.server.embedded.LocalCluster;
import io.tailrace.server.embedded.Training;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Where Tailrace is measured: its databases, started once, and nodes in production form, started as scenarios want them.
 * Used by one thread at a time.
 */
public final class Cluster implements AutoCloseable {

    /** All load comes from one machine, most of it of one user: no peer would be asked to limit that either. */
    private static final Map<String, String> UNLIMITED = Map.of(
            "TAILRACE_USER_WRITE_RATE", "0",
            "TAILRACE_USER_SIGNAL_RATE", "0",
            "TAILRACE_USER_PRESENCE_RATE", "0",
            "TAILRACE_ADDRESS_OPEN_RATE", "0",
            "TAILRACE_USER_STREAMS", "1000000");

    /** The tenant of almost everything that the bench does. */
    public static final String TENANT = "bench";

    private static final List<String> QUICK = List.of("@tailrace.jvm", "-XX:TieredStopAtLevel=1", "-Xmx512m");
    private static final Duration TOKEN_LIFE = Duration.ofHours(20);

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long KNOCK_MILLIS = 50;

    private final LocalCluster local;
    private final Path data;
    private final Path jar;
    private final List<String> options;
    private boolean prepared;
    private final Map<String, String> tokens = new HashMap<>();
    private final AtomicInteger runs = new AtomicInteger((int) (System.currentTimeMillis() / 1000 % 1_000_000) * 100);

    private Cluster(LocalCluster local, Path data, Path jar, List<String> options) {
        this.local = local;
        this.data = data;
        this.jar = jar;
        this.options = options;
    }

    /**
     * Starts the databases.
     *
     * @param home the project's directory, where the server is built
     * @param data where the databases keep their files
     * @param quick whether nodes are to start quickly rather than as in production
     */
    public static Cluster start(Path home, Path data, boolean quick, Consumer<String> progress)
            throws IOException, InterruptedException {
        var jar = home.resolve("server/target/tailrace.jar");
        if (!quick && !Training.isDone(jar)) {
            Training.run(jar, progress);
        }
        var options = quick ? QUICK : ImageOptions.of(home.resolve("docker/Dockerfile"));
        return new Cluster(LocalCluster.start(data, progress), data, jar, options);
    }

    /**
     * Starts {@code count} nodes and returns when all are ready.
     *
     * @param environment what they are told beside the defaults
     */
    public Tailrace nodes(int count, Map<String, String> environment) {
        return nodes(count, environment, Transport.PLAIN);
    }

    /**
     * The same; the last, which serves streams, with TLS when {@code transport} wants it. The others take writes in clear.
     *
     * @throws IllegalArgumentException when there would be no other
     */
    public Tailrace nodes(int count, Map<String, String> environment, Transport transport) {
        if (count < 2 && transport.tls()) {
            throw new IllegalArgumentException("a node with TLS takes no writes of ours");
        }
        var nodes = new ArrayList<LocalCluster.Node>();
        try {
            for (int i = 0; i < count; i++) {
                boolean secure = transport.tls() && i == count - 1;
                var all = new HashMap<>(UNLIMITED);
                all.putAll(environment);
                if (secure) {
                    all.put("TAILRACE_TLS_CERT", certificate().chain().toString());
                    all.put("TAILRACE_TLS_KEY", certificate().key().toString());
                }
                nodes.add(local.node("bench-" + (i + 1), options, jar, all));
                if (secure) {
                    awaitSecure(nodes.getLast());
                } else {
                    nodes.getLast().awaitReady();
                }
            }
        } catch (IOException e) {
            nodes.forEach(LocalCluster.Node::end);
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        var tailrace = run(nodes, transport);
        tailrace.configure();
        prepared = true;
        return tailrace;
    }

    /** Starts a node with the limits that it has by default, and returns when it is ready. */
    public Tailrace limited() {
        var usual = new HashMap<String, String>();
        UNLIMITED.keySet().forEach(limit -> usual.put(limit, ""));
        return nodes(1, usual);
    }

    /** What is shown by whoever speaks TLS here. */
    Certificate certificate() {
        return Certificate.in(data.resolve("tls"));
    }

    private static void awaitSecure(LocalCluster.Node node) throws IOException, InterruptedException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!ready(address)) {
            if (System.nanoTime() - deadline > 0 || ProcessHandle.of(node.pid()).isEmpty()) {
                throw new IOException("the node with TLS is not ready");
            }
            Thread.sleep(KNOCK_MILLIS);
        }
    }

    private static boolean ready(InetSocketAddress address) {
        try {
            return Exchange.secureGet(address, "/health/ready").status() == 200;
        } catch (UncheckedIOException e) {
            return false; // it does not listen yet
        }
    }

    /** Sees to it that the database has its tables, which the first node makes. */
    public void prepare() {
        if (!prepared) {
            nodes(1, Map.of()).close();
        }
    }

    /** Starts a node and does not wait until it is ready. */
    public Tailrace starting() {
        try {
            return run(List.of(local.node("bench-starting", options, jar, UNLIMITED)), Transport.PLAIN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Tailrace run(List<LocalCluster.Node> nodes, Transport transport) {
        return new Tailrace(this, nodes, transport, TENANT, "bench:r" + runs.incrementAndGet());
    }

    /** The same as some user. */
    String token(String tenant, String user) {
        return tokens.computeIfAbsent(tenant + "/" + user, any -> local.token(tenant, user, TOKEN_LIFE));
    }

    /** What the bench shows, when it wants something, as some tenant. */
    String token(String tenant) {
        return tokens.computeIfAbsent(tenant, any -> local.token(any, "bench", TOKEN_LIFE));
    }

    /** The databases. */
    public LocalCluster local() {
        return local;
    }

    @Override
    public void close() {
        local.close();
    }
}

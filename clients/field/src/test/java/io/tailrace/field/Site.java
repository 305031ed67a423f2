package io.tailrace.field;

import io.tailrace.server.embedded.LocalCluster;
import io.tailrace.testkit.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An installation that tests share: PostgreSQL, Redis and two nodes of the packaged server, which nobody ends. Who
 * wants to end a node, or to configure one, starts one {@link #node of its own}. Made by {@link Stage}, one for all
 * classes; may be used by many threads.
 */
public final class Site implements AutoCloseable {

    /** The tenant of everything that is written here. */
    public static final String TENANT = "field";

    private static final Path JAR = Path.of("..", "..", "server", "target", "tailrace.jar");
    private static final List<String> OPTIONS =
            List.of("@tailrace.jvm", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m");
    private static final Duration TOKEN_LIFE = Duration.ofHours(12);

    /** All tests come from one address, many as one user. */
    private static final Map<String, String> UNLIMITED = Map.of(
            "TAILRACE_USER_WRITE_RATE", "0",
            "TAILRACE_USER_SIGNAL_RATE", "0",
            "TAILRACE_USER_PRESENCE_RATE", "0",
            "TAILRACE_ADDRESS_OPEN_RATE", "0");

    private final Path directory;
    private final LocalCluster cluster;
    private final List<Node> shared;
    private final AtomicInteger names = new AtomicInteger();

    private Site(Path directory, LocalCluster cluster) {
        this.directory = directory;
        this.cluster = cluster;
        this.shared = List.of(node(Map.of()), node(Map.of()));
    }

    /** Starts databases and nodes; returns when they are ready. */
    static Site start() {
        if (!Files.exists(JAR)) {
            throw new IllegalStateException(JAR + " is missing: these tests run after the server is packaged");
        }
        try {
            var directory = Files.createTempDirectory("tailrace-field-");
            return new Site(directory, LocalCluster.start(directory.resolve("data"), progress -> {}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A node that all tests use, 0 or 1. */
    public Node node(int number) {
        return shared.get(number);
    }

    /**
     * Starts a node beside the others, for the caller alone; returns when it is ready. Close it.
     *
     * @param environment what it is told beyond where its databases are
     */
    public Node node(Map<String, String> environment) {
        var all = new HashMap<>(UNLIMITED);
        all.putAll(environment);
        all.values().removeIf(String::isEmpty);
        try {
            synchronized (cluster) {
                return new Node(cluster.node("field-" + names.incrementAndGet(), OPTIONS, JAR, all));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A token that allows this user everything, for twelve hours. */
    public String token(String user) {
        return token(user, TOKEN_LIFE);
    }

    /** The same for a while. */
    public String token(String user, Duration life) {
        synchronized (cluster) {
            return cluster.token(TENANT, user, life);
        }
    }

    /** The name of a channel that nobody else uses, of a namespace: {@code board}, {@code chat} and so on. */
    public String channel(String namespace) {
        return namespace + ":field-" + names.incrementAndGet();
    }

    /** Who writes at a node that all tests use. */
    public Author author() {
        return new Author(node(1).origin(), token("author"));
    }

    @Override
    public void close() {
        cluster.close();
        Child.deleteTree(directory);
    }

    /** A node of the site. */
    public static final class Node implements AutoCloseable {

        private final LocalCluster.Node process;

        private Node(LocalCluster.Node process) {
            this.process = process;
            awaitReady();
        }

        private void awaitReady() {
            try {
                process.awaitReady();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        /** Where it listens, on 127.0.0.1. */
        public int port() {
            return process.port();
        }

        /** Without a path. */
        public URI origin() {
            return URI.create("http://127.0.0.1:" + port());
        }

        /** Where its metrics are. */
        public URI admin() {
            return URI.create("http://127.0.0.1:" + process.adminPort());
        }

        /** Ends it as a power cut does; {@link #restart} brings it back. */
        public void kill() {
            process.kill();
        }

        /** Asks it to drain and to stop, and does not wait. */
        public void terminate() {
            process.terminate();
        }

        /** Starts it again on its port; returns when it is ready. */
        public void restart() {
            try {
                process.restart();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            awaitReady();
        }

        @Override
        public void close() {
            process.end();
        }
    }
}

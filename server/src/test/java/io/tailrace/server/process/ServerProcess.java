package io.tailrace.server.process;

import io.tailrace.testkit.Child;
import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.Ports;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.RedisServer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A node started from the packaged jar, on its own port, which it keeps over restarts. It ends with this JVM. Its log is
 * kept beside the test reports.
 */
final class ServerProcess implements AutoCloseable {

    /** What tokens of these nodes are signed with. */
    static final String SECRET = "a secret of process tests, long enough";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path JAR = Path.of("target", "tailrace.jar").toAbsolutePath();
    private static final Path LOGS = Path.of("target", "process-logs").toAbsolutePath();
    private static final Path TEST_CLASSES = Path.of("target", "test-classes").toAbsolutePath();

    private final String node;
    private final int port = Ports.free();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Path home;
    private Process process;

    private ServerProcess(
            String node, PostgresServer postgres, String database, RedisServer redis, Map<String, String> overrides) {
        this.node = node;
        environment.put("TAILRACE_DATABASE_URL", postgres.url(database));
        environment.put("TAILRACE_DATABASE_USER", "postgres");
        environment.put("TAILRACE_REDIS_URL", redis.url());
        environment.put("TAILRACE_JWT_SECRET", SECRET);
        environment.put("TAILRACE_HOST", "127.0.0.1");
        environment.put("TAILRACE_PORT", Integer.toString(port));
        environment.put("TAILRACE_NODE", node);
        environment.putAll(overrides);
        try {
            Files.createDirectories(LOGS);
            home = Files.createTempDirectory("tailrace-process-");
            Path services = Files.createDirectories(home.resolve("META-INF/services"));
            Files.writeString(
                    services.resolve("io.tailrace.server.write.AfterCommit"), HaltAfterCommit.class.getName());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = launch(List.of());
        Runtime.getRuntime().addShutdownHook(new Thread(this::destroy, "end-" + node));
    }

    /** Starts a node and waits until it is ready. */
    static ServerProcess start(
            String node, PostgresServer postgres, String database, RedisServer redis, Map<String, String> overrides) {
        if (!Files.exists(JAR)) {
            throw new IllegalStateException(JAR + " is missing: these tests run after package");
        }
        var server = new ServerProcess(node, postgres, database, redis, overrides);
        server.awaitReady();
        return server;
    }

    private Process launch(List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.add("-D" + HaltAfterCommit.PROPERTY + "=" + haltFile());
        command.add("-cp");
        command.add(String.join(File.pathSeparator, JAR.toString(), home.toString(), TEST_CLASSES.toString()));
        command.add("io.tailrace.server.Main");
        command.addAll(arguments);
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        LOGS.resolve(node + "-" + port + ".log").toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("TAILRACE_"));
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Of the port for operators. */
    URI admin(String path) {
        return URI.create("http://127.0.0.1:" + (port + 1_000) + path);
    }

    /** Ends it as a power cut does. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Suspends it: connections stay, and nothing happens until {@link #thaw}. */
    void freeze() {
        Child.signal(process, "STOP");
    }

    /** Ends {@link #freeze}. */
    void thaw() {
        Child.signal(process, "CONT");
    }

    /** Ends it between the commit of an append and its announcement; returns once it is gone. Needs writers. */
    void haltAt(String point) {
        try {
            Files.writeString(haltFile(), point);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitEnd();
    }

    /** Tells it to stop, and waits until it has drained. */
    void terminate() {
        process.destroy();
        awaitEnd();
    }

    /** Starts it again on the same port; returns once it is ready. */
    void restart() {
        process = launch(List.of());
        awaitReady();
    }

    /** Runs the program with {@code arguments} to its end, in this node's environment. */
    int run(String... arguments) {
        try {
            var once = launch(List.of(arguments));
            if (!once.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                once.destroyForcibly();
                throw new IllegalStateException(String.join(" ", arguments) + " does not end");
            }
            return once.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Path haltFile() {
        return home.resolve("halt");
    }

    private void awaitReady() {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(uri("/health/ready"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            Eventually.until(
                    PATIENCE,
                    node + " is ready, see " + LOGS,
                    () -> !process.isAlive()
                            || client.send(request, BodyHandlers.discarding()).statusCode() == 200);
        }
        if (!process.isAlive()) {
            throw new IllegalStateException(node + " ended by itself, see " + LOGS);
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(node + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void destroy() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        destroy();
        awaitEnd();
    }
}

package io.tailrace.sdk.trial;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What {@code ./tailrace up} starts, of the jar that was built last: a node, PostgreSQL and Redis. */
final class DevInstance implements AutoCloseable {

    private static final Path SERVER = Path.of("..", "..", "server", "target");
    private static final Path HOME = Path.of("target", "instance").toAbsolutePath();

    /** A node's admin port lies this far above its main port. */
    private static final int ADMIN = 1_000;

    private static final String READY = "Ctrl-C stops everything";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long PAUSE = Duration.ofMillis(20).toNanos();

    private final int port;
    private final Path data;
    private final Path log;
    private final Process process;

    private DevInstance(int port, Path data, Path log, Process process) {
        this.port = port;
        this.data = data;
        this.log = log;
        this.process = process;
    }

    /** Returns once it is ready. It has a directory of its own, which is new. */
    static DevInstance start() {
        if (!Files.exists(SERVER.resolve("tailrace.jar"))) {
            throw new IllegalStateException("the server is not built: ./mvnw -pl server -am package");
        }
        try {
            Files.createDirectories(HOME);
            var data = Files.createTempDirectory(HOME, "data-");
            var log = HOME.resolve(data.getFileName() + ".log");
            int port = freePort();
            var process = command("up", "--port", Integer.toString(port), "--data", data.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "end-instance"));
            var instance = new DevInstance(port, data, log, process);
            instance.awaitReady();
            return instance;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProcessBuilder command(String... words) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                SERVER.resolve("tailrace.jar") + File.pathSeparator + SERVER.resolve("dev") + "/*",
                "io.tailrace.server.embedded.CommandLine"));
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
        builder.environment().keySet().removeIf(name -> name.startsWith("TAILRACE_"));
        return builder;
    }

    /** Below the range of outgoing connections, so that none of them takes it. */
    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 31_000);
            if (isFree(port) && isFree(port + ADMIN)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.readString(log).contains(READY)) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                process.destroy();
                throw new IllegalStateException("the instance does not start:\n" + Files.readString(log));
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** A token that allows everything. */
    String token(String user) {
        try {
            var process = command("token", "--tenant", "sdk", "--user", user, "--data", data.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            var token = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return token.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns once it has ended; its data is gone then, its log stays. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the instance does not end, see " + log);
            }
            delete(data);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> paths;
        try (var walk = Files.walk(directory)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (var path : paths) {
            Files.delete(path);
        }
    }
}

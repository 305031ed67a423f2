package io.tailrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A Redis Cluster of three masters, as child processes on 127.0.0.1, keeping nothing. It ends with the JVM; close it. */
public final class RedisCluster implements AutoCloseable {

    private static final int MASTERS = 3;
    private static final int SLOTS = 16_384;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path home;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();

    private RedisCluster(Path home) {
        this.home = home;
    }

    /** Starts one; returns once it serves all slots. */
    public static RedisCluster launch() {
        try {
            var cluster = new RedisCluster(Files.createTempDirectory("tailrace-redis-cluster-"));
            Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "end-redis-cluster"));
            cluster.start();
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void start() throws IOException {
        for (int i = 0; i < MASTERS; i++) {
            int port = Ports.free();
            Path directory = Files.createDirectories(home.resolve(Integer.toString(port)));
            ports.add(port);
            processes.add(Child.start(directory, directory.resolve("log"), command(port)));
        }
        for (int port : ports) {
            Eventually.until(PATIENCE, "Redis answers, see " + home, () -> ask(port, "PING")
                    .contains("PONG"));
        }
        for (int i = 0; i < MASTERS; i++) {
            int from = i * SLOTS / MASTERS;
            int to = (i + 1) * SLOTS / MASTERS - 1;
            ask(ports.get(i), "CLUSTER", "ADDSLOTSRANGE", Integer.toString(from), Integer.toString(to));
            ask(ports.get(i), "CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        for (int other : ports.subList(1, MASTERS)) {
            ask(
                    ports.getFirst(),
                    "CLUSTER",
                    "MEET",
                    "127.0.0.1",
                    Integer.toString(other),
                    Integer.toString(bus(other)));
        }
        for (int port : ports) {
            Eventually.until(PATIENCE, "the cluster serves all slots, see " + home, () -> {
                String info = ask(port, "CLUSTER", "INFO");
                return info.contains("cluster_state:ok") && info.contains("cluster_size:" + MASTERS);
            });
        }
    }

    /** The usual distance of 10,000 is past the last port for some. */
    private static int bus(int port) {
        return port > 55_000 ? port - 20_000 : port + 10_000;
    }

    private static List<String> command(int port) {
        return List.of(
                "redis-server",
                "--port",
                Integer.toString(port),
                "--cluster-port",
                Integer.toString(bus(port)),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--cluster-enabled",
                "yes",
                "--cluster-node-timeout",
                "5000");
    }

    private static String ask(int port, String... words) {
        var command = new ArrayList<>(List.of("redis-cli", "-p", Integer.toString(port)));
        command.addAll(List.of(words));
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code redis://127.0.0.1:port} of one of the masters. */
    public String url() {
        return "redis://127.0.0.1:" + ports.getFirst();
    }

    /** Ports of the masters. */
    public List<Integer> ports() {
        return List.copyOf(ports);
    }

    @Override
    public void close() {
        processes.forEach(process -> Child.end(process, "KILL"));
        if (Files.exists(home)) {
            Child.deleteTree(home);
        }
    }
}

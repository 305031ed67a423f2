package io.tailrace.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A real Redis server of our own, as a child process on 127.0.0.1, keeping nothing. It ends with the JVM. */
public final class RedisServer implements AutoCloseable {

    /** The versions that we test on. */
    public enum Version {
        /** {@code redis-server} of the PATH: Debian's 7. */
        SYSTEM,
        /** The 6.2 that development instances bring along. */
        EMBEDDED_6
    }

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String program;
    private final Path home;
    private final int port = Ports.free();
    private @Nullable Process process;

    private RedisServer(String program, Path home) {
        this.program = program;
        this.home = home;
    }

    private static final class Shared {
        static final RedisServer INSTANCE = launch(Version.SYSTEM);
    }

    /** The server of this JVM, for tests that leave it running. */
    public static RedisServer shared() {
        return Shared.INSTANCE;
    }

    /** A server of one's own, for tests that stop it; close it. */
    public static RedisServer launch(Version version) {
        try {
            Path home = Files.createTempDirectory("tailrace-redis-");
            String program =
                    switch (version) {
                        case SYSTEM -> "redis-server";
                        case EMBEDDED_6 -> unpacked(home).toString();
                    };
            var server = new RedisServer(program, home);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "end-redis"));
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path unpacked(Path home) throws IOException {
        String name = System.getProperty("os.arch").equals("aarch64")
                ? "redis-server-6.2.7-linux-arm64"
                : "redis-server-6.2.6-v5-linux-amd64";
        Path program = home.resolve("redis-server");
        try (InputStream resource = RedisServer.class.getResourceAsStream("/" + name)) {
            Files.copy(Objects.requireNonNull(resource, "no " + name), program);
        }
        if (!program.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + program + " executable");
        }
        return program;
    }

    /** Starts it, empty, on the same port as before; returns once it answers. */
    public synchronized void start() {
        if (process != null && process.isAlive()) {
            return;
        }
        var command = List.of(
                program, "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no");
        process = Child.start(home, home.resolve("log"), command);
        Eventually.until(PATIENCE, "Redis answers, see " + home, this::answers);
    }

    private boolean answers() throws IOException {
        try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
        }
    }

    /** Ends it at once, with all that it held. */
    public synchronized void kill() {
        if (process != null) {
            Child.end(process, "KILL");
        }
    }

    /** Suspends it: connections stay, and nothing is answered until {@link #thaw}. */
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

    public int port() {
        return port;
    }

    /** {@code redis://127.0.0.1:port}. */
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Ends it. */
    @Override
    public synchronized void close() {
        kill();
        if (Files.exists(home)) {
            Child.deleteTree(home);
        }
    }
}

package io.tailrace.docker;

import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real proxy as a child process, with a configuration in which only addresses are replaced. Close it. */
public final class Proxy implements AutoCloseable {

    private static final int STOP_SECONDS = 2;

    /** Varnish compiles its rules first. */
    private static final Duration START = Duration.ofSeconds(60);

    private final Kind kind;
    private final int port;
    private final Path directory;
    private final List<String> command;
    private Process process;

    private Proxy(Kind kind, int port, Path directory, List<String> command) throws IOException {
        this.kind = kind;
        this.port = port;
        this.directory = directory;
        this.command = command;
        this.process = launch();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> destroy(), "end-" + kind));
    }

    /** Whatever becomes of a test, nothing of it goes on. */
    private void destroy() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** The proxies that we write files for. */
    public enum Kind {
        NGINX("nginx", "nginx/tailrace.conf"),
        HAPROXY("HAProxy", "haproxy/haproxy.cfg"),
        APACHE("Apache httpd", "apache/tailrace.conf"),
        SQUID("Squid", "squid/squid.conf"),
        VARNISH("Varnish", "varnish/tailrace.vcl");

        private final String title;
        private final String file;

        Kind(String title, String file) {
            this.title = title;
            this.file = file;
        }

        /** What people call it. */
        public String title() {
            return title;
        }

        /** Where our file for it is, from the directory of this module. */
        public String file() {
            return file;
        }
    }

    /** Starts it with our file in front of two ports, and returns when it listens. */
    public static Proxy start(Kind kind, Path directory, int first, int second) throws IOException {
        return start(kind, Files.readString(home().resolve(kind.file)), directory, first, second);
    }

    /**
     * Starts it in front of two ports, and returns when it listens.
     *
     * @param configuration names the ports as our own files do: {@code tailrace-1} and {@code tailrace-2}, 8080,
     *    behind 80
     * @param directory for its files; belongs to it
     */
    public static Proxy start(Kind kind, String configuration, Path directory, int first, int second)
            throws IOException {
        int port = Ports.free();
        // Some run as nobody in particular.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        var here = Configuration.here(kind, configuration, home(), directory, port, first, second);
        var proxy = new Proxy(kind, port, directory, here);
        proxy.awaitListening();
        return proxy;
    }

    /** The directory of this module, from wherever tests of the project run. */
    static Path home() {
        var here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("docker").resolve(Kind.NGINX.file))) {
            here = here.getParent();
            if (here == null) {
                throw new IllegalStateException(
                        "the directory docker is not above " + Path.of("").toAbsolutePath());
            }
        }
        return here.resolve("docker");
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        Configuration.said(kind, directory).toFile()))
                .start();
    }

    private void awaitListening() throws IOException {
        Eventually.until(START, kind.title + " listens", () -> !process.isAlive() || listens());
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    kind.title + " did not start: " + Files.readString(Configuration.said(kind, directory)));
        }
    }

    private boolean listens() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Where it listens, on 127.0.0.1; the same after a {@link #start()}. */
    public int port() {
        return port;
    }

    /** What it wrote about requests. */
    public String log() throws IOException {
        var log = Configuration.accesses(directory);
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** Ends it, with whatever it was carrying: some would wait until their streams end. */
    public void stop() throws InterruptedException {
        var children = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            children.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    /** Starts it again on its port, once it was stopped; returns when it listens. */
    public void start() throws IOException {
        process = launch();
        awaitListening();
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}

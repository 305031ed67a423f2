package io.tailrace.docker;

import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real proxy with our file, in which only addresses are replaced. */
final class Proxy implements AutoCloseable {

    /** The proxies that we write files for. */
    enum Kind {
        NGINX("nginx", "nginx/tailrace.conf"),
        HAPROXY("haproxy", "haproxy/haproxy.cfg");

        private final String program;
        private final Path file;

        Kind(String program, String file) {
            this.program = program;
            this.file = Path.of(file);
        }
    }

    private static final int STOP_SECONDS = 10;

    private final Process process;
    private final int port;
    private final Path log;

    private Proxy(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** Starts it in front of two ports, and returns when it listens. */
    static Proxy start(Kind kind, Path directory, int first, int second) throws IOException {
        int port = Ports.free();
        var accesses = directory.resolve("accesses.log");
        var configuration = Files.readString(kind.file)
                .replace("listen 80;", "listen 127.0.0.1:" + port + ";")
                .replace("bind :80", "bind 127.0.0.1:" + port)
                .replace("tailrace-1:8080", "127.0.0.1:" + first)
                .replace("tailrace-2:8080", "127.0.0.1:" + second)
                .replace("/var/log/nginx/tailrace.log", accesses.toString());
        var file = Files.writeString(directory.resolve("tailrace.conf"), configuration);
        var said = kind == Kind.HAPROXY ? accesses : directory.resolve("said.log");
        var process = new ProcessBuilder(command(kind, directory, file))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        var proxy = new Proxy(process, port, accesses);
        Eventually.until("the proxy listens", () -> !process.isAlive() || proxy.listens());
        if (!process.isAlive()) {
            throw new IllegalStateException(kind + " did not start: " + Files.readString(said));
        }
        return proxy;
    }

    private static List<String> command(Kind kind, Path directory, Path file) throws IOException {
        var program = installed(kind.program);
        if (kind == Kind.HAPROXY) {
            return List.of(program, "-db", "-f", file.toString());
        }
        var whole = Files.writeString(directory.resolve("nginx.conf"), """
                daemon off;
                pid %1$s/nginx.pid;
                events {}
                http {
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  include %2$s;
                }
                """.formatted(directory, file));
        return List.of(program, "-e", "stderr", "-p", directory.toString(), "-c", whole.toString());
    }

    /** Distributions put proxies where only root's PATH looks. */
    private static String installed(String program) {
        return List.of("/usr/sbin/", "/usr/local/sbin/", "/usr/bin/", "/usr/local/bin/", "/opt/homebrew/bin/").stream()
                .map(directory -> directory + program)
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        program + " is not installed, and its file is tested under the real one: install it"));
    }

    private boolean listens() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    /** What it wrote about requests. */
    String log() throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }

    @Override
    public void close() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}

package io.tailrace.server.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import redis.clients.jedis.Jedis;
import redis.embedded.core.ExecutableProvider;

/**
 * Redis as a process of the development instance: the machine's own where it is recent enough, else the one that is
 * brought along. It listens on 127.0.0.1 only, asks for a password, and keeps its data when it ends.
 *
 * @param child the process
 * @param port where it listens
 * @param version as it names itself
 */
record RedisProcess(Child child, int port, String version) {

    /** The oldest that Tailrace works with is 6.2. */
    private static final Pattern RECENT = Pattern.compile("v=(6\\.[2-9]|[7-9]\\.|[1-9][0-9]+\\.)");

    private static final Pattern VERSION = Pattern.compile("v=([0-9.]+)");

    /** Starts it and returns when it answers. */
    static RedisProcess start(DataDirectory data, Children children, String password)
            throws IOException, StartRefused, InterruptedException {
        var installed = installed();
        return start(data, children, password, installed.isPresent() ? installed.get() : brought(data));
    }

    static RedisProcess start(DataDirectory data, Children children, String password, Path program)
            throws IOException, StartRefused, InterruptedException {
        int port = Ports.pick();
        var directory = Files.createDirectories(data.resolve("redis"));
        var configuration = directory.resolve("redis.conf");
        OwnerOnly.write(configuration, """
                bind 127.0.0.1
                port %d
                requirepass %s
                dir %s
                save 60 1
                appendonly no
                """.formatted(port, password, quoted(directory)));
        var child = children.start(
                "redis", StopSignal.TERM, new ProcessBuilder(program.toString(), configuration.toString()));
        Readiness.await(child, () -> {
            try (var redis = new Jedis("127.0.0.1", port)) {
                redis.auth(password);
                return redis.ping();
            }
        });
        return new RedisProcess(child, port, versionOf(program));
    }

    static String url(int port, String password) {
        return "redis://:" + password + "@127.0.0.1:" + port;
    }

    private static Optional<Path> installed() throws IOException {
        var found = Children.onPath("redis-server");
        return found.isPresent() && RECENT.matcher(says(found.get())).find() ? found : Optional.empty();
    }

    static Path brought(DataDirectory data) throws IOException, StartRefused {
        try {
            var directory = Files.createDirectories(data.resolve("programs").resolve("redis"));
            return ExecutableProvider.newJarResourceProvider(directory.toFile())
                    .get()
                    .toPath();
        } catch (RuntimeException e) {
            throw new StartRefused("No Redis of 6.2 or later is installed, and none is brought for this platform", e);
        }
    }

    private static String versionOf(Path program) throws IOException {
        var version = VERSION.matcher(says(program));
        return version.find() ? version.group(1) : "of unknown version";
    }

    private static String says(Path program) throws IOException {
        var asked = new ProcessBuilder(List.of(program.toString(), "--version")).start();
        return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}

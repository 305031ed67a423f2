package io.tailrace.server.embedded;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A node of the development instance, in production form: the jar, told everything by its environment.
 *
 * @param child the process
 * @param port where it serves
 */
record NodeProcess(Child child, int port) {

    private static final Duration ANSWER = Duration.ofSeconds(2);

    /** Starts it; {@link #awaitReady} tells when it serves. */
    static NodeProcess start(Children children, Path jar, int port, Map<String, String> surroundings)
            throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var builder = new ProcessBuilder(List.of(java, "-jar", jar.toString()));
        builder.environment().putAll(surroundings);
        builder.environment().put("TAILRACE_PORT", Integer.toString(port));
        builder.environment().put("TAILRACE_ADMIN_PORT", Integer.toString(port + Ports.ADMIN_DISTANCE));
        builder.environment().put("TAILRACE_NODE", name(port));
        return new NodeProcess(children.start(name(port), StopSignal.TERM, builder), port);
    }

    private static String name(int port) {
        return "node-" + port;
    }

    /** Returns when it says that it is ready. */
    void awaitReady() throws StartRefused, InterruptedException {
        var ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready"))
                .timeout(ANSWER)
                .build();
        try (var client = HttpClient.newBuilder().connectTimeout(ANSWER).build()) {
            Readiness.await(child, () -> {
                int status = client.send(ready, BodyHandlers.discarding()).statusCode();
                if (status != 200) {
                    throw new IOException("/health/ready answers " + status);
                }
                return status;
            });
        }
    }
}

package io.tailrace.server.embedded;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A node of the development instance, in production form: the jar, told everything by its environment.
 *
 * @param child the process
 * @param port where it serves
 */
record NodeProcess(Child child, int port) {

    private static final int ANSWER_MILLIS = 2000;

    /** What the JVM of a node is told everywhere; beside the jar. */
    private static final String OPTIONS_FILE = "tailrace.jvm";

    /** The same, for whoever runs in the directory of the jar. */
    static final String OPTIONS = "@" + OPTIONS_FILE;

    /** For a quick start on a small machine: half the processor time until it is ready. Slower under lasting load. */
    private static final String QUICK = "-XX:TieredStopAtLevel=1";

    /** Starts it; {@link #awaitReady} tells when it serves. */
    static NodeProcess start(Children children, Path jar, int port, Map<String, String> surroundings)
            throws IOException {
        // Where the person is: what the environment names may be relative to that.
        var options = "@" + jar.resolveSibling(OPTIONS_FILE);
        var builder = new ProcessBuilder(java(), options, QUICK, "-jar", jar.toString());
        builder.environment().putAll(surroundings);
        builder.environment().put("TAILRACE_PORT", Integer.toString(port));
        builder.environment().put("TAILRACE_ADMIN_PORT", Integer.toString(port + Ports.ADMIN_DISTANCE));
        builder.environment().put("TAILRACE_NODE", name(port));
        return new NodeProcess(children.start(name(port), StopSignal.TERM, builder), port);
    }

    /**
     * The command that runs a node as the image does: from the directory of its jar, where options and cache are.
     *
     * @param options of the JVM
     */
    static ProcessBuilder command(List<String> options, Path jar) {
        var whole = jar.toAbsolutePath();
        var command = new ArrayList<String>();
        command.add(java());
        command.addAll(options);
        command.addAll(List.of("-jar", whole.getFileName().toString()));
        return new ProcessBuilder(command).directory(whole.resolveSibling("").toFile());
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String name(int port) {
        return "node-" + port;
    }

    /** Returns when it says that it is ready. */
    void awaitReady() throws StartRefused, InterruptedException {
        Readiness.await(child, () -> {
            var ready = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/health/ready")
                    .toURL()
                    .openConnection();
            ready.setConnectTimeout(ANSWER_MILLIS);
            ready.setReadTimeout(ANSWER_MILLIS);
            int status = ready.getResponseCode();
            if (status != 200) {
                throw new IOException("/health/ready answers " + status);
            }
            return status;
        });
    }
}

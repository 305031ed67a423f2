package io.tailrace.server.embedded;

import static io.tailrace.testkit.Eventually.eventually;
import static io.tailrace.testkit.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.testkit.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./tailrace} as a person uses it, on the jar that was just built. */
@Tag("R-92")
class LauncherIT {

    private static final Path LAUNCHER =
            Path.of("..", "tailrace").toAbsolutePath().normalize();
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path directory;
    private final HttpClient client = HttpClient.newHttpClient();

    LauncherIT(@TempDir Path directory) {
        this.directory = directory;
    }

    /** What a command said, and how it ended. */
    private record Outcome(int status, String out, String err) {}

    @Test
    void helpsWithoutAnything() throws Exception {
        var bare = run(Map.of("PATH", "/usr/bin:/bin", "HOME", "/tmp"), "help");

        assertThat(bare.status()).isZero();
        assertThat(bare.out()).contains("./tailrace up", "./tailrace token", "./tailrace node", "./tailrace train");
        assertThat(bare.err()).isEmpty();
    }

    @Test
    void refusesWhatItDoesNotKnow() throws Exception {
        assertThat(run(Map.of(), "frobnicate")).satisfies(said -> {
            assertThat(said.status()).isEqualTo(2);
            assertThat(said.err()).contains("frobnicate", "./tailrace up");
        });
        assertThat(run(Map.of(), "up", "--prot", "1")).satisfies(said -> {
            assertThat(said.status()).isEqualTo(1);
            assertThat(said.err()).hasLineCount(1).contains("--prot");
        });
    }

    @Test
    void saysThatThereIsNoJdk() throws Exception {
        var said = run(Map.of("TAILRACE_JDK", "99"), "up");

        assertThat(said.status()).isEqualTo(1);
        assertThat(said.err()).hasLineCount(1).contains("JDK");
    }

    @Test
    void printsATokenAlone() throws Exception {
        var said = run(Map.of(), "token", "--tenant", "acme", "--user", "me", "--data", directory.toString());

        assertThat(said.err()).isEmpty();
        assertThat(said.out()).hasLineCount(1).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+\n");
    }

    @Test
    void startsTwoNodesReportsTheDeadAndStopsEverything() throws Exception {
        int port = Ports.free();
        var data = directory.resolve("data").toString();
        var log = directory.resolve("up.log");
        var up = start(log, "up", "--port", Integer.toString(port), "--nodes", "2", "--data", data);
        try {
            until(PATIENCE, "it says that it is ready", () -> said(log).contains("Ctrl-C"));
            assertThat(said(log))
                    .as("nothing is built where all is built")
                    .doesNotContain("Building")
                    .contains("http://127.0.0.1:" + port + "/", "http://127.0.0.1:" + (port + 1) + "/v1", "curl ");
            assertThat(health(port)).isEqualTo(200);
            assertThat(health(port + 1)).isEqualTo(200);

            assertThat(run(Map.of(), "up", "--port", Integer.toString(port), "--data", data + "2"))
                    .satisfies(busy -> {
                        assertThat(busy.status()).isEqualTo(1);
                        assertThat(busy.err()).hasLineCount(1).contains("Port " + port);
                    });
            assertThat(run(Map.of(), "up", "--port", Integer.toString(Ports.free()), "--data", data))
                    .satisfies(locked -> {
                        assertThat(locked.status()).isEqualTo(1);
                        assertThat(locked.err()).hasLineCount(1).contains("in use", Long.toString(up.pid()));
                    });

            aKilledNodeIsReportedAndStartedAgain(log, port, data);
        } finally {
            var whole = up.descendants().toList();
            up.destroy();
            assertThat(up.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(whole).hasSizeGreaterThan(4).noneMatch(ProcessHandle::isAlive);
        }
        assertThat(said(log)).endsWith("Stopped.\n");
    }

    private void aKilledNodeIsReportedAndStartedAgain(Path log, int port, String data) throws Exception {
        var pid = Pattern.compile("Node " + port + " is ready, pid ([0-9]+)").matcher(said(log));
        assertThat(pid.find()).isTrue();
        ProcessHandle.of(Long.parseLong(pid.group(1))).orElseThrow().destroyForcibly();
        until("the end is reported", () -> said(log).contains("(pid " + pid.group(1) + ") has ended, status 137"));
        assertThat(health(port + 1)).isEqualTo(200);

        var nodeLog = directory.resolve("node.log");
        var node = start(nodeLog, "node", "--port", Integer.toString(port), "--data", data);
        try {
            eventually(PATIENCE, () -> assertThat(said(nodeLog)).contains("Node " + port + " is ready"));
            assertThat(health(port)).isEqualTo(200);
        } finally {
            node.destroy();
            assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private int health(int port) throws Exception {
        var ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready"))
                .build();
        return client.send(ready, BodyHandlers.discarding()).statusCode();
    }

    private static String said(Path log) throws IOException {
        return Files.readString(log);
    }

    private static Process start(Path log, String... words) throws IOException {
        return command(words)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private Outcome run(Map<String, String> environment, String... words) throws Exception {
        var builder = command(words);
        if (environment.containsKey("PATH")) {
            builder.environment().clear();
        }
        builder.environment().putAll(environment);
        var out = Files.createTempFile(directory, "out", "");
        var err = Files.createTempFile(directory, "err", "");
        var process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private static ProcessBuilder command(String... words) {
        var command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(words));
        var builder =
                new ProcessBuilder(command).redirectInput(Path.of("/dev/null").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TAILRACE_"));
        return builder;
    }
}

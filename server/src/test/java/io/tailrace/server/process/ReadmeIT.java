package io.tailrace.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.Ports;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tour in the README, as a newcomer takes it: {@code ./tailrace up}, then command by command. */
@Tag("R-92")
class ReadmeIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String BETWEEN = "=== end of step ===";

    @Test
    void everyCommandPrintsWhatTheReadmeShows(@TempDir Path home) throws Exception {
        var steps = Readme.tour(ROOT.resolve("README.md"));
        assertThat(steps).hasSizeGreaterThan(8);
        int port = Ports.free();
        Path data = home.resolve("data");
        var log = home.resolve("up.log").toFile();
        var up = new ProcessBuilder("./tailrace", "up", "--port", Integer.toString(port), "--data", data.toString())
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        try {
            awaitReady(port, up, log);
            var printed = run(steps, port, data);
            assertThat(printed).hasSameSizeAs(steps);
            var softly = new SoftAssertions();
            for (int i = 0; i < steps.size(); i++) {
                compare(softly, steps.get(i), printed.get(i));
            }
            softly.assertAll();
        } finally {
            up.destroy();
            if (!up.waitFor(60, TimeUnit.SECONDS)) {
                up.destroyForcibly();
            }
        }
    }

    private static void awaitReady(int port, Process up, File log) {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            Eventually.eventually(PATIENCE, () -> {
                assertThat(up.isAlive()).as(Files.readString(log.toPath())).isTrue();
                assertThat(client.send(request, BodyHandlers.discarding()).statusCode())
                        .isEqualTo(200);
            });
        }
    }

    /** All steps in one shell, as typed; a stream is left after some seconds. */
    private static List<String> run(List<Readme.Step> steps, int port, Path data)
            throws IOException, InterruptedException {
        var script = new StringBuilder("curl() { command curl --max-time 4 \"$@\"; }\n");
        for (Readme.Step step : steps) {
            script.append(step.command()
                            .replace("localhost:8080", "127.0.0.1:" + port)
                            .replace("./tailrace token", "./tailrace token --data " + data))
                    .append("\necho; echo '")
                    .append(BETWEEN)
                    .append("'\n");
        }
        var shell = new ProcessBuilder("bash", "-c", script.toString())
                .directory(ROOT.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        shell.waitFor();
        return List.of(printed.split(BETWEEN + "\n"));
    }

    private static void compare(SoftAssertions softly, Readme.Step step, String printed) {
        switch (step.kind()) {
            case "json" ->
                softly.assertThat(Shape.of(Client.json(printed)))
                        .as(step.command() + printed)
                        .isEqualTo(Shape.of(Client.json(step.shown())));
            case "sse" ->
                softly.assertThat(Shape.ofStream(printed))
                        .as(step.command() + printed)
                        .isEqualTo(Shape.ofStream(step.shown()));
            case null, default -> softly.assertThat(printed).as(step.command()).isBlank();
        }
    }
}

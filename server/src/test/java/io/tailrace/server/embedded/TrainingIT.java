package io.tailrace.server.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ahead-of-time caches: one is made of the jar that was just built, and no cache keeps a node from starting. */
@Tag("R-52")
@Timeout(300)
class TrainingIT {

    private static final Path JAR = Path.of("target", "tailrace.jar").toAbsolutePath();

    private final Path directory;

    TrainingIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void nodesStartWithACacheAndWithOneThatIsNone() throws Exception {
        Training.run(JAR, line -> {});
        var garbage = Files.writeString(directory.resolve("garbage.aot"), "no cache at all");

        assertThat(Training.isDone(JAR)).isTrue();
        try (var cluster = LocalCluster.start(directory.resolve("data"), line -> {})) {
            // With "on" instead of "auto" a JVM ends when it cannot use the cache: this one can.
            start(cluster, "-XX:AOTCache=" + Training.CACHE, "-XX:AOTMode=on");
            start(cluster, "-XX:AOTCache=" + garbage);
            start(cluster, "-XX:AOTCache=" + directory.resolve("absent.aot"));
        }
    }

    private static void start(LocalCluster cluster, String... cache) throws IOException, InterruptedException {
        var options = new ArrayList<>(List.of(NodeProcess.OPTIONS));
        options.addAll(List.of(cache));
        var node = cluster.node("trained", options, JAR, Map.of());
        node.awaitReady();
        node.end();
    }
}

package io.tailrace.server.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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

    /** Or classes of an older build would run. */
    @Test
    void aCacheOfAnotherBuildIsNotUsed() throws Exception {
        if (!Training.isDone(JAR)) {
            Training.run(JAR, line -> {});
        }
        var options = JAR.resolveSibling("tailrace.jvm");
        var built = Files.getLastModifiedTime(options);

        assertThat(sourceOfMain(JAR)).contains("shared objects file");
        Files.setLastModifiedTime(options, FileTime.from(built.toInstant().plusSeconds(60)));
        try {
            assertThat(sourceOfMain(JAR)).doesNotContain("shared objects file").contains("tailrace.jar");
        } finally {
            Files.setLastModifiedTime(options, built);
        }
    }

    /** Where a node that is started has its classes from, as its JVM tells; it ends at once, for it has no database. */
    private String sourceOfMain(Path jar) throws IOException, InterruptedException {
        var told = directory.resolve("classes.txt");
        var options = List.of(NodeProcess.OPTIONS, "-XX:AOTCache=" + Training.CACHE, "-Xlog:class+load:file=" + told);
        var builder = NodeProcess.command(options, jar);
        builder.environment().keySet().removeIf(variable -> variable.startsWith("TAILRACE_"));
        builder.redirectErrorStream(true)
                .redirectOutput(directory.resolve("said.txt").toFile());
        builder.start().waitFor();
        try (var lines = Files.lines(told)) {
            return lines.filter(line -> line.contains("io.tailrace.server.Main source:"))
                    .collect(Collectors.joining());
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

package io.tailrace.sdk.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A directory of its own in {@code target}, with copies of files of one language, where its tools are run. */
final class Workshop {

    /** A registry may be slow. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Path RUNS = Path.of("target", "run").toAbsolutePath();

    private final Path directory;

    private Workshop(Path directory) {
        this.directory = directory;
    }

    /** With what is in the directory {@code name} of this module now. What tools have put there stays for the next run. */
    static Workshop of(String name) throws IOException {
        var workshop = new Workshop(RUNS.resolve(name));
        workshop.copy(Path.of(name), workshop.directory);
        return workshop;
    }

    /** Where the build has generated the SDK of a language. */
    static Path sdk(String language) {
        return Path.of("target", "sdk", language).toAbsolutePath();
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    /** Copies a directory with all that is in it. */
    void copy(Path from, Path to) throws IOException {
        List<Path> files;
        try (var walk = Files.walk(from)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (var file : files) {
            var copy = to.resolve(from.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.write(copy, Files.readAllBytes(file));
        }
    }

    String run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        return run(environment, List.of(command));
    }

    /** Runs a program to its end; what it said. Fails when it does, and shows that. */
    String run(Map<String, String> environment, List<String> command) throws IOException, InterruptedException {
        var ended = end(environment, command);
        assertThat(ended.status())
                .as("%s said:%n%s", String.join(" ", command), ended.said())
                .isZero();
        return ended.said();
    }

    /** Runs a program that may fail to its end; its status. */
    int ends(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        return end(environment, List.of(command)).status();
    }

    private record Ended(int status, String said) {}

    private Ended end(Map<String, String> environment, List<String> command) throws IOException, InterruptedException {
        var output = Files.createTempFile(directory, "said", ".txt");
        var builder = new ProcessBuilder(new ArrayList<>(command))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        try {
            var process = builder.start();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            return new Ended(process.waitFor(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }
}

package io.tailrace.field.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.field.Program;
import io.tailrace.field.foreign.Trial.Task;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where clients of one language are put together, from {@code src/foreign} and a registry, with the versions that its
 * lock names.
 */
final class Workshop {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Path directory;

    private Workshop(Path directory) {
        this.directory = directory;
    }

    /** A fresh copy of the sources of a language. */
    static Workshop of(String language) throws IOException {
        var from = Path.of("src", "foreign", language);
        var to = Files.createDirectories(Path.of("target", "foreign", language).toAbsolutePath());
        try (var files = Files.list(from)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return new Workshop(to);
    }

    /** A program of a toolchain; fails when it is not there. */
    static String tool(String name, String toolchain) {
        var directories = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin");
        return Arrays.stream(directories.split(File.pathSeparator))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError("there is no " + name + " on the PATH: the profile sdk needs " + toolchain))
                .toString();
    }

    /** A file of it. */
    String file(String name) {
        return directory.resolve(name).toString();
    }

    /** Runs a tool to its end. */
    void run(String... command) {
        try (var program = Program.start(directory, Map.of(), List.of(command))) {
            int status = program.awaitEnd(PATIENCE);
            assertThat(status)
                    .as("%s: %s\n%s", String.join(" ", command), program.lines(), program.errors())
                    .isZero();
        }
    }

    /** Starts a client, told where to read by its environment. */
    Reader reader(Task task, String... command) {
        var program = Program.start(directory, Map.of("URL", task.url(), "TOKEN", task.token()), List.of(command));
        return new ProgramReader(program);
    }

    /** The same without what makes it exact. */
    Reader naiveReader(Task task, String... command) {
        var environment = Map.of("URL", task.url(), "TOKEN", task.token(), "NAIVE", "1");
        return new ProgramReader(Program.start(directory, environment, List.of(command)));
    }

    private record ProgramReader(Program program) implements Reader {

        @Override
        public List<String> seen() {
            return program.lines();
        }

        @Override
        public String said() {
            return (program.isAlive() ? "" : "it has ended; ") + program.errors();
        }

        @Override
        public void close() {
            program.close();
        }
    }
}

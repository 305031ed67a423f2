package io.tailrace.board;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.impl.driver.Driver;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts by themselves, on the Node that comes with the browser driver: nobody has to install one. */
class ScriptsTest {

    private static final int DEADLINE_SECONDS = 120;

    @Test
    @Tag("R-13")
    @Tag("R-14")
    @Tag("R-90")
    void behaveAsTheirTestsSay() throws Exception {
        List<String> command = new ArrayList<>(List.of("--test"));
        try (var tests = Files.list(Path.of("src/test/script"))) {
            tests.map(Path::toString)
                    .filter(name -> name.endsWith(".test.js"))
                    .sorted()
                    .forEach(command::add);
        }
        run(command);
    }

    @Test
    void keepToTheirTypes(@TempDir Path directory) throws Exception {
        Path compiler = unpack("META-INF/resources/webjars/typescript", directory);
        run(List.of(compiler.resolve("lib/tsc.js").toString(), "--project", "tsconfig.json"));
    }

    private static void run(List<String> arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(node()));
        command.addAll(arguments);
        Path output = Files.createTempFile("scripts", ".txt");
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(DEADLINE_SECONDS, SECONDS);
            process.destroyForcibly();
            assertThat(ended).as("ended in time: %s", command).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        } finally {
            Files.delete(output);
        }
    }

    private static String node() {
        return Driver.ensureDriverInstalled(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"), false)
                .createProcessBuilder()
                .command()
                .getFirst();
    }

    /** Copies the one version below {@code root} out of its jar. */
    private static Path unpack(String root, Path directory) throws IOException, URISyntaxException {
        URI uri = Objects.requireNonNull(ScriptsTest.class.getClassLoader().getResource(root))
                .toURI();
        try (var jar = FileSystems.newFileSystem(uri, Map.of())) {
            Path version;
            try (var versions = Files.list(jar.getPath(root))) {
                version = versions.findFirst().orElseThrow();
            }
            try (var files = Files.walk(version)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path to = directory.resolve(version.relativize(file).toString());
                    Files.createDirectories(to.getParent());
                    Files.copy(file, to);
                }
            }
        }
        return directory;
    }
}

package io.tailrace.testkit.browser;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.impl.driver.Driver;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The Node that comes with the browser driver, and the type checker that comes as a jar: nobody has to install one. */
public final class Node {

    private static final int DEADLINE_SECONDS = 180;

    private Node() {}

    /** Runs it in the module's directory, and fails with all it said unless it ends well and in time. */
    public static void run(List<String> arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(program()));
        command.addAll(arguments);
        Path output = Files.createTempFile("scripts", ".txt");
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(DEADLINE_SECONDS, SECONDS);
            process.destroyForcibly();
            String said = Files.readString(output);
            System.out.println(said);
            assertThat(ended).as("ended in time: %s%n%s", command, said).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
        } finally {
            Files.delete(output);
        }
    }

    /** Unpacks the type checker, and answers its script. */
    public static String typeChecker(Path directory) throws IOException, URISyntaxException {
        return unpack("typescript", directory).resolve("lib/tsc.js").toString();
    }

    /** Copies a package, as the jar of it that Maven has, to a directory, and answers that. */
    public static Path unpack(String name, Path directory) throws IOException, URISyntaxException {
        String root = "META-INF/resources/webjars/" + name;
        URI uri = Objects.requireNonNull(Node.class.getClassLoader().getResource(root), root)
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
                    Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        return directory;
    }

    private static String program() {
        return Driver.ensureDriverInstalled(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"), false)
                .createProcessBuilder()
                .command()
                .getFirst();
    }
}

package io.tailrace.client.script;

import io.tailrace.testkit.browser.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client by itself, against servers that the tests make. */
class ScriptsTest {

    @Test
    @Tag("R-13")
    @Tag("R-21")
    @Tag("R-22")
    @Tag("R-23")
    @Tag("R-25")
    @Tag("R-26")
    @Tag("R-51")
    @Tag("R-54")
    void behaveAsTheirTestsSay() throws Exception {
        List<String> command = new ArrayList<>(List.of("--experimental-strip-types", "--no-warnings", "--test"));
        try (var tests = Files.list(Path.of("src/test/script"))) {
            tests.map(Path::toString)
                    .filter(name -> name.endsWith(".test.ts"))
                    .sorted()
                    .forEach(command::add);
        }
        Node.run(command);
    }

    @Test
    void keepToTheirTypes(@TempDir Path directory) throws Exception {
        Node.run(List.of(Node.typeChecker(directory), "--project", "tsconfig.json"));
    }
}

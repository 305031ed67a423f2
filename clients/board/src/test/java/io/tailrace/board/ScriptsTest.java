package io.tailrace.board;

import io.tailrace.testkit.browser.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts by themselves, on the Node that comes with the browser driver: nobody has to install one. */
class ScriptsTest {

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
        Node.run(command);
    }

    @Test
    void keepToTheirTypes(@TempDir Path directory) throws Exception {
        Node.run(List.of(Node.typeChecker(directory), "--project", "tsconfig.json"));
    }
}

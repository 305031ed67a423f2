package io.tailrace.field.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.field.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the tests here do with the client, they do as its types say. */
class TypesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @Test
    void scriptsAndPagesKeepToTheTypes() {
        Pages.unpack("types__react", "@types/react");
        Pages.unpack("types__react-dom", "@types/react-dom");
        Pages.unpack("csstype", "csstype");
        var compiler = Pages.unpack("typescript", "typescript").resolve("lib/tsc.js");
        try (var program = Program.node(Path.of(""), Map.of(), compiler.toString(), "--project", "tsconfig.json")) {
            int status = program.awaitEnd(PATIENCE);
            assertThat(status).as(String.join("\n", program.lines())).isZero();
        }
    }
}

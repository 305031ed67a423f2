package io.tailrace.sdk.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The Swift SDK, as far as it can be checked without a compiler: its grammar, its operations, its models. */
@Tag("R-91")
class SwiftSdkIT {

    private static final Path SDK = Workshop.sdk("swift");

    /** A case of {@code CodingKeys}, with the member's name where it differs. */
    private static final Pattern KEY = Pattern.compile("(?m)^ {8}case `?(\\w+)`?(?: = \"(\\w+)\")?$");

    @Test
    void isGrammaticalAndSoIsItsReadme() throws Exception {
        var workshop = Workshop.of("swift");
        workshop.run(Map.of(), Python.environment());
        workshop.run(Map.of(), Python.pip("--requirement", "requirements.txt"));
        var broken = Files.writeString(workshop.path("Broken.swift"), "let path = \"a\\/b\"\nfunc f( {\n");

        var said = workshop.run(
                Map.of(),
                "venv/bin/python",
                "syntax.py",
                SDK.toString(),
                Path.of("swift", "README.md").toAbsolutePath().toString());

        System.out.println(said);
        assertThat(said).endsWith(", 0 errors\n");
        assertThat(workshop.ends(Map.of(), "venv/bin/python", "syntax.py", broken.toString()))
                .as("it would see an error")
                .isEqualTo(1);
    }

    @Test
    void callsEachOperationByItsMethodAndPath() throws IOException {
        var code = SdkDocumentTest.code(SDK, ".swift");

        assertThat(Document.at(Document.DERIVED).routes()).allSatisfy(route -> {
            var words = Arrays.asList(route.split(" ", -1));
            assertThat(code.contains("let localVariablePath = \"" + words.get(1) + "\"")
                            || code.contains("var localVariablePath = \"" + words.get(1) + "\""))
                    .as("%s", route)
                    .isTrue();
            assertThat(code).contains("     - " + words.get(0).toUpperCase(Locale.ROOT) + " " + words.get(1));
        });
    }

    @Test
    void hasEachMemberOfEachModel() throws IOException {
        for (var model : Document.at(Document.DERIVED).members().entrySet()) {
            var file = SDK.resolve("Sources/TailraceSDK/Models/" + model.getKey() + ".swift");
            var code = Files.readString(file);
            var keys = new TreeSet<String>();
            KEY.matcher(code.substring(code.indexOf("enum CodingKeys")))
                    .results()
                    .forEach(key -> keys.add(key.group(2) == null ? key.group(1) : key.group(2)));
            assertThat(keys).as("%s", file).isEqualTo(model.getValue());
        }
    }
}

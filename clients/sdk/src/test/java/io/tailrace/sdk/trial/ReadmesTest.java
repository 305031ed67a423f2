package io.tailrace.sdk.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What READMEs show is what tests run: it stands in their sources between lines that say {@code readme} and {@code end}. */
@Tag("R-91")
class ReadmesTest {

    private static final Pattern SHOWN = Pattern.compile("(?ms)^[ \\t]*(?://|#) readme\\n(.*?)^[ \\t]*(?://|#) end$");

    @ParameterizedTest
    @CsvSource({
        "typescript, typescript/test, 4",
        "java, src/test/java, 4",
        "kotlin, src/test/kotlin, 3",
        "python, python, 4",
        "go, go, 4"
    })
    void showsWhatTestsRun(String language, Path sources, int fragments) throws IOException {
        var readme = Files.readString(Path.of(language, "README.md"));
        List<Path> files;
        try (var walk = Files.walk(sources)) {
            files = walk.filter(file -> Files.isRegularFile(file) && !file.endsWith("README.md"))
                    .filter(file -> !file.endsWith("ReadmesTest.java"))
                    .toList();
        }
        var shown = new ArrayList<String>();
        for (var file : files) {
            SHOWN.matcher(Files.readString(file))
                    .results()
                    .forEach(match -> shown.add(
                            match.group(1).stripTrailing().stripIndent().strip()));
        }
        assertThat(shown).hasSize(fragments).allSatisfy(fragment -> assertThat(readme)
                .contains(fragment));
    }
}

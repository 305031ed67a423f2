package io.tailrace.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page as it goes on the classpath. */
@Tag("R-90")
class PageTest {

    private static final Path PACKED = Path.of("target/classes/board");
    private static final Pattern ADDRESS = Pattern.compile("(?:href|src)=\"([^\"]+)\"");
    private static final Pattern IMPORT = Pattern.compile("from '(\\./[^']+)'");

    @Test
    void isUnderAHundredAndEightyKilobytes() throws IOException {
        long bytes = 0;
        for (Path file : files()) {
            bytes += Files.size(file);
        }
        assertThat(bytes).isBetween(10_000L, 180_000L);
    }

    @Test
    void namesOnlyFilesThatAreThere() throws IOException {
        var page = Files.readString(PACKED.resolve("index.html"));
        assertThat(ADDRESS.matcher(page).results().map(found -> PACKED.resolve(found.group(1))))
                .isNotEmpty()
                .allMatch(Files::isRegularFile);
        for (Path script : files().stream().filter(PageTest::isScript).toList()) {
            assertThat(IMPORT.matcher(Files.readString(script))
                            .results()
                            .map(found -> script.resolveSibling(found.group(1)).normalize()))
                    .allMatch(Files::isRegularFile);
        }
    }

    @Test
    void isKeptWholeForTimesWithoutANetwork() throws IOException {
        var shell = Files.readString(PACKED.resolve("shell.js"));
        assertThat(shell).doesNotContain("{version}", "{assets}");
        assertThat(files())
                .map(file -> PACKED.relativize(file).toString().replace('\\', '/'))
                .filteredOn(name -> name.startsWith("assets/"))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(shell).contains("'/" + name + "'"));
    }

    @Test
    void needsNothingInlineAndNothingFromElsewhere() throws IOException {
        var page = Files.readString(PACKED.resolve("index.html"));
        assertThat(page).doesNotContainPattern("<script(?![^>]*src=)|<style|\\sstyle=|\\son[a-z]+=|https?://");
        for (Path file : files().stream().filter(PageTest::isScript).toList()) {
            assertThat(Files.readString(file)).doesNotContain("innerHTML", "insertAdjacentHTML", "eval(");
        }
    }

    private static boolean isScript(Path file) {
        return file.toString().endsWith(".js");
    }

    private static List<Path> files() throws IOException {
        try (var paths = Files.walk(PACKED)) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }
}

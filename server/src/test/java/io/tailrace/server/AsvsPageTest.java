package io.tailrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code server/ASVS.md} names what is there. */
class AsvsPageTest {

    private static final Pattern ROW = Pattern.compile("\\| V(\\d+)[^|]*\\|[^|]+\\|([^|]+)\\|([^|]+)\\|");
    private static final Pattern NAME = Pattern.compile("`([A-Z][A-Za-z0-9]+)`");

    /** In ASVS 5.0. */
    private static final int CHAPTERS = 17;

    private static List<String> lines() throws IOException {
        return Files.readAllLines(Path.of("ASVS.md"));
    }

    /** The simple names of all classes that have a file of their own. */
    private static Set<String> sources(String kind) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            return files.filter(file -> file.toString().contains("/src/" + kind + "/java/"))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }

    private static List<String> names(String cell) {
        return NAME.matcher(cell).results().map(found -> found.group(1)).toList();
    }

    @Test
    void everyClassAndTestThatItNamesExists() throws IOException {
        var classes = sources("main");
        var tests = sources("test");
        int rows = 0;
        for (String line : lines()) {
            Matcher row = ROW.matcher(line);
            if (row.matches() && !names(row.group(3)).isEmpty()) {
                rows++;
                assertThat(names(row.group(2)))
                        .as(line)
                        .isNotEmpty()
                        .allMatch(name -> classes.contains(name) || tests.contains(name));
                assertThat(tests).as(line).containsAll(names(row.group(3)));
            }
        }
        assertThat(rows).isGreaterThan(CHAPTERS);
    }

    @Test
    void everyChapterIsSpokenOf() throws IOException {
        var text = String.join("\n", lines());
        for (int chapter = 1; chapter <= CHAPTERS; chapter++) {
            assertThat(text).contains("| V" + chapter + " ");
        }
    }
}

package io.tailrace.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.docker.Proxy.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page about proxies shows the files that are tested, not what they once were. */
class PageTest {

    private static final Path PAGE = Path.of("BEHIND-YOUR-PROXY.md");

    static Stream<String> files() {
        return Stream.concat(Arrays.stream(Kind.values()).map(Kind::file), Stream.of("apache/tailrace-absent.lua"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void showsEachFileAsItIs(String file) throws IOException {
        var shown = Files.readString(PAGE).split("<!-- file: " + file + " -->\n```\\w+\n", 2);
        assertThat(shown).as("the page shows " + file).hasSize(2);
        assertThat(shown[1].substring(0, shown[1].indexOf("```\n"))).isEqualTo(Files.readString(Path.of(file)));
    }

    @Test
    void saysWhatIsNotTested() throws IOException {
        var headings = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("## "))
                .toList();
        assertThat(headings)
                .containsAll(List.of(
                        "## Caddy (untested)",
                        "## Traefik (untested)",
                        "## Envoy (untested)",
                        "## AWS Application Load Balancer (untested)",
                        "## Cloudflare (untested)"));
        for (var kind : Kind.values()) {
            assertThat(headings).contains("## " + kind.title());
        }
    }
}

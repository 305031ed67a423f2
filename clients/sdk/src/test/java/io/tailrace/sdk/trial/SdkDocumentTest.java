package io.tailrace.sdk.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What SDKs are generated from, and that all of it is in each of them. */
@Tag("R-91")
class SdkDocumentTest {

    private static final List<String> BY_HAND = List.of("openCursors", "openStream");

    private final Document whole = Document.at(Document.WHOLE);
    private final Document derived = Document.at(Document.DERIVED);

    @Test
    void hasEveryOperationButThoseThatNoGeneratorCanMake() {
        var expected = new TreeSet<>(whole.operations().keySet());
        assertThat(expected).containsAll(BY_HAND);

        BY_HAND.forEach(expected::remove);

        assertThat(derived.operations().keySet()).isEqualTo(expected);
        assertThat(whole.routes()).containsAll(derived.routes());
    }

    @Test
    void saysTheSameOnTheWire() {
        assertThat(derived.members()).isEqualTo(whole.members());
        assertThat(derived.operations().keySet())
                .allSatisfy(id -> assertThat(derived.shape(id)).isEqualTo(whole.shape(id)));
    }

    @Test
    void hasNoLimitsThatOnlyTheServerKeeps() throws IOException {
        assertThat(Files.readString(Document.DERIVED))
                .doesNotContainPattern(
                        "(?m)^ *(pattern|maxLength|minLength|maximum|minimum|maxItems|minItems|default): *\\S");
    }

    @Test
    void isWholeInEachLanguage() throws IOException {
        UnaryOperator<String> asItIs = id -> id;
        UnaryOperator<String> snake = id -> id.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        UnaryOperator<String> pascal = id -> id.substring(0, 1).toUpperCase(Locale.ROOT) + id.substring(1);
        isWhole("typescript", ".ts", "async %s(", asItIs);
        isWhole("java", ".java", " %s(", asItIs);
        isWhole("kotlin", ".kt", "fun %s(", asItIs);
        isWhole("python", ".py", "def %s(", snake);
        isWhole("go", ".go", ") %s(ctx ", pascal);
        isWhole("swift", ".swift", "open class func %s(", asItIs);
    }

    private void isWhole(String language, String suffix, String function, UnaryOperator<String> name)
            throws IOException {
        var code = code(Workshop.sdk(language), suffix);
        assertThat(derived.operations().keySet())
                .allSatisfy(id -> assertThat(code.contains(function.formatted(name.apply(id))))
                        .as("%s in %s", id, language)
                        .isTrue());
        for (String byHand : BY_HAND) {
            assertThat(code.contains(function.formatted(name.apply(byHand)))).isFalse();
        }
    }

    static String code(Path directory, String suffix) throws IOException {
        var code = new StringBuilder();
        try (var files = Files.walk(directory)) {
            for (var file :
                    files.filter(path -> path.toString().endsWith(suffix)).toList()) {
                code.append(Files.readString(file));
            }
        }
        return code.toString();
    }

    @Test
    void areDocumentedByOurReadmes() throws IOException {
        for (String language : List.of("typescript", "java", "kotlin", "python", "go", "swift")) {
            assertThat(Workshop.sdk(language).resolve("README.md"))
                    .hasSameTextualContentAs(Path.of(language, "README.md"));
        }
    }
}

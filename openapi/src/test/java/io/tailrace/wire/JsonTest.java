package io.tailrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to an event's {@code data}: nothing. */
@Tag("R-11")
class JsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "false",
                "0",
                "-0",
                "-0.0",
                "1.0",
                "1.10",
                "100e-2",
                "1E400",
                "1e-400",
                "12345678901234567890",
                "0.1000000000000000055511151231257827",
                "\"\"",
                "\"é😀\u2028\u2029\"",
                "[]",
                "{}",
                "[[],{},[null]]",
                "{\"b\":1,\"a\":2}",
                "{\"\":{\"\":\"\"}}",
                "{\"a\":1,\"A\":2}",
            })
    void keepsWhatItIsGiven(String text) {
        assertThat(Json.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ \"a\" : [ 1 , 2 ] } | {\"a\":[1,2]}",
                "\"\\u00e9\\ud83d\\ude00\" | \"é😀\"",
                "\"\\/\" | \"/\"",
                "\"\\u000a\\u001f\" | \"\\n\\u001F\"",
                "{\"\\u0061\":1} | {\"a\":1}",
            })
    void compactsWithoutChangingTheMeaning(String text, String compact) {
        assertThat(Json.parse(text).text()).isEqualTo(compact);
    }

    @Test
    void hasNoLineBreaksSoThatItFitsIntoADataLine() {
        assertThat(Json.parse("{\r\n\"a\":\r\"x\\r\\n\"\n}").text()).isEqualTo("{\"a\":\"x\\r\\n\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nul",
                "{\"a\":1,\"a\":2}",
                "{\"x\":{\"a\":1,\"\\u0061\":2}}",
                "[{\"a\":1,\"a\":1}]",
                "\"\\ud800\"",
                "{\"\\udfff\":1}",
                "\"\\u0000\"",
                "{\"\\u0000\":1}",
                "[1,]",
                "[1 2]",
                "1 2",
                "01",
                "1.",
                ".5",
                "-",
                "1e",
                "Infinity",
                "'a'",
                "\"a\nb\"",
            })
    void refusesWhatReadersWouldDisagreeAbout(String text) {
        assertThatExceptionOfType(JsonFault.class).isThrownBy(() -> Json.parse(text));
    }

    @Test
    void nestsToItsBoundAndNoDeeper() {
        assertThat(Json.parse(nested(JsonCodec.MAX_DEPTH)).text()).hasSize(2 * JsonCodec.MAX_DEPTH);
        assertThatExceptionOfType(JsonFault.class).isThrownBy(() -> Json.parse(nested(JsonCodec.MAX_DEPTH + 1)));
        assertThatExceptionOfType(JsonFault.class).isThrownBy(() -> Json.parse(nested(100_000)));
    }

    @Test
    void holdsNumbersToTheirBoundAndNoLonger() {
        String longest = "9".repeat(JsonCodec.MAX_NUMBER_LENGTH);

        assertThat(Json.parse(longest).text()).isEqualTo(longest);
        assertThatExceptionOfType(JsonFault.class).isThrownBy(() -> Json.parse(longest + "9"));
        assertThatExceptionOfType(JsonFault.class).isThrownBy(() -> Json.parse("0." + longest));
        assertThatExceptionOfType(JsonFault.class).isThrownBy(() -> Json.parse("[-" + longest + "9]"));
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    @Property
    void everyCompactTextIsItsOwnFixedPoint(@ForAll("values") String text) {
        assertThat(Json.parse(text).text()).isEqualTo(text);
    }

    @Property
    void anyTextIsTakenOrRefusedNeverMore(@ForAll String text) {
        try {
            Json once = Json.parse(text);
            assertThat(Json.parse(once.text())).isEqualTo(once);
        } catch (JsonFault fault) {
            assertThat(fault.reason()).isNotBlank();
        }
    }

    @Property
    void anyStringOfTextSurvives(@ForAll String text) {
        boolean keepable = text.codePoints().noneMatch(c -> c == 0 || c >= 0xd800 && c <= 0xdfff);
        if (keepable) {
            assertThat(JsonCodec.read(Json.parse(JsonCodec.write(text)).text(), String.class))
                    .isEqualTo(text);
        }
    }

    @Provide
    Arbitrary<String> values() {
        var leaf =
                Arbitraries.of("null", "true", "-0", "1.0", "12345678901234567890", "1e5", "\"é\"", "\"\"", "[]", "{}");
        return Arbitraries.lazyOf(() -> leaf, () -> leaf, this::arrays, this::objects);
    }

    private Arbitrary<String> arrays() {
        return values().list().ofMaxSize(3).map(items -> "[" + String.join(",", items) + "]");
    }

    private Arbitrary<String> objects() {
        return values().list().ofMaxSize(3).map(JsonTest::object);
    }

    private static String object(List<String> values) {
        return java.util.stream.IntStream.range(0, values.size())
                .mapToObj(i -> "\"z" + (9 - i) + "\":" + values.get(i))
                .collect(Collectors.joining(",", "{", "}"));
    }
}

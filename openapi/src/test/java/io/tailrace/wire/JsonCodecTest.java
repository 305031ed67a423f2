package io.tailrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the codec refuses: everything that would make two readers see two different things. */
class JsonCodecTest {

    /** A bit of everything that request bodies hold. */
    record Sample(
            String name,
            int count,
            boolean flag,
            @Nullable Long maybe,
            Contract.@Nullable Create create,
            @Nullable List<ChannelName> channels) {}

    private static final String REST = "\"name\":\"n\",\"count\":1,\"flag\":true";

    private static JsonFault refused(String text) {
        return assertThatExceptionOfType(JsonFault.class)
                .isThrownBy(() -> JsonCodec.read(text, Sample.class))
                .actual();
    }

    @Test
    void tellsANullThatWasSentFromNothing() {
        record Said(@Nullable Json what) {}

        assertThat(JsonCodec.read("{\"what\":null}", Said.class)).isEqualTo(new Said(Json.NULL));
        assertThat(JsonCodec.read("{}", Said.class)).isEqualTo(new Said(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "\\ud800", "\\udc00\\ud800", "a\\udfff"})
    void aFaultTellsNoNameThatCannotBeTold(String name) {
        var fault = refused("{" + REST + ",\"" + name + "\":1}");

        assertThat(fault.pointer()).isEmpty();
        assertThat(fault.reason()).isEqualTo("an unknown member");
    }

    @Test
    void readsWhatIsOfTheShape() {
        var read = JsonCodec.read(
                "{" + REST + ",\"maybe\":9007199254740993,\"create\":\"explicit\",\"channels\":[\"a\"]}", Sample.class);

        assertThat(read)
                .isEqualTo(new Sample(
                        "n", 1, true, 9007199254740993L, Contract.Create.EXPLICIT, List.of(new ChannelName("a"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[]",
                "1",
                "\"name\"",
                "null",
                "{" + REST,
                "{" + REST + "}}",
                "{" + REST + "}{}",
                "{" + REST + "} x",
                "{" + REST + "},",
                "{" + REST + ",}",
                "\ufeff{" + REST + "}",
                "{" + REST + "} // comment",
                "/* c */{" + REST + "}",
                "{'name':'n','count':1,'flag':true}",
                "{name:\"n\",\"count\":1,\"flag\":true}",
                "{" + REST + ",\"name\":\"again\"}",
                "{" + REST + ",\"\\u006eame\":\"again\"}",
                "{" + REST + ",\"unknown\":1}",
                "{" + REST + ",\"Name\":1}",
                "{\"count\":1,\"flag\":true}",
                "{\"name\":null,\"count\":1,\"flag\":true}",
                "{\"name\":1,\"count\":1,\"flag\":true}",
                "{\"name\":true,\"count\":1,\"flag\":true}",
                "{\"name\":[\"n\"],\"count\":1,\"flag\":true}",
                "{\"name\":{},\"count\":1,\"flag\":true}",
                "{\"name\":\"n\",\"flag\":true}",
                "{\"name\":\"n\",\"count\":null,\"flag\":true}",
                "{\"name\":\"n\",\"count\":\"1\",\"flag\":true}",
                "{\"name\":\"n\",\"count\":\"\",\"flag\":true}",
                "{\"name\":\"n\",\"count\":1.0,\"flag\":true}",
                "{\"name\":\"n\",\"count\":1e0,\"flag\":true}",
                "{\"name\":\"n\",\"count\":2147483648,\"flag\":true}",
                "{\"name\":\"n\",\"count\":01,\"flag\":true}",
                "{\"name\":\"n\",\"count\":+1,\"flag\":true}",
                "{\"name\":\"n\",\"count\":NaN,\"flag\":true}",
                "{\"name\":\"n\",\"count\":0x1,\"flag\":true}",
                "{\"name\":\"n\",\"count\":true,\"flag\":true}",
                "{\"name\":\"n\",\"count\":1}",
                "{\"name\":\"n\",\"count\":1,\"flag\":null}",
                "{\"name\":\"n\",\"count\":1,\"flag\":1}",
                "{\"name\":\"n\",\"count\":1,\"flag\":\"true\"}",
                "{\"name\":\"n\",\"count\":1,\"flag\":True}",
                "{" + REST + ",\"maybe\":\"7\"}",
                "{" + REST + ",\"maybe\":\"\"}",
                "{" + REST + ",\"maybe\":7.5}",
                "{" + REST + ",\"maybe\":9223372036854775808}",
                "{" + REST + ",\"create\":\"EXPLICIT\"}",
                "{" + REST + ",\"create\":\"\"}",
                "{" + REST + ",\"create\":\"0\"}",
                "{" + REST + ",\"create\":0}",
                "{" + REST + ",\"create\":[\"explicit\"]}",
                "{" + REST + ",\"channels\":\"a\"}",
                "{" + REST + ",\"channels\":\"\"}",
                "{" + REST + ",\"channels\":[\"a b\"]}",
                "{" + REST + ",\"channels\":[1]}",
                "{" + REST + ",\"channels\":[null]}",
                "{" + REST + ",\"channels\":{}}",
                "{\"name\":\"a\\u0000b\",\"count\":1,\"flag\":true}",
                "{\"name\":\"\\ud800\",\"count\":1,\"flag\":true}",
                "{\"name\":\"\\udc00\\ud800\",\"count\":1,\"flag\":true}",
                "{\"name\":\"\\x41\",\"count\":1,\"flag\":true}",
                "{\"name\":\"tab\there\",\"count\":1,\"flag\":true}",
                "{\"name\":\"line\nbreak\",\"count\":1,\"flag\":true}",
            })
    void refusesWhatIsNot(String text) {
        assertThat(refused(text).reason()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ff",
                "c0af",
                "eda080",
                "f4908080",
                "c3",
                "e282",
                "227b80227d",
            })
    void refusesBytesThatAreNotUtf8(String hex) {
        byte[] bytes = java.util.HexFormat.of().parseHex("22" + hex + "22");

        assertThatExceptionOfType(JsonFault.class).isThrownBy(() -> JsonCodec.read(bytes, Json.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32BE"})
    void readsNoOtherEncodingThanUtf8(String charset) {
        byte[] bytes = "{\"a\":1}".getBytes(java.nio.charset.Charset.forName(charset));

        assertThatExceptionOfType(JsonFault.class).isThrownBy(() -> JsonCodec.read(bytes, Json.class));
    }

    @Test
    void pointsAtTheMemberAtFault() {
        assertThat(refused("{" + REST + ",\"channels\":[\"a\",\"b c\"]}").pointer())
                .isEqualTo("/channels/1");
        assertThat(refused("{\"name\":\"n\",\"count\":\"1\",\"flag\":true}").pointer())
                .isEqualTo("/count");
        assertThat(refused("{\"count\":1,\"flag\":true}").pointer()).isEqualTo("/name");
        assertThat(refused("{" + REST + ",\"a/b~c\":1}").pointer()).isEqualTo("/a~1b~0c");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"a\",\"name\":\"b\"} | twice",
                "{\"count\":1,\"flag\":true}      | missing",
                "{\"name\":\"\\ud800\"}           | surrogate",
                "{\"name\":\"\\u0000\"}           | U+0000",
                "{\"name\":\"n\",\"count\":1,\"flag\":true,\"nope\":1} | unknown member",
            })
    void saysWhatIsWrongInWords(String text, String word) {
        assertThat(refused(text).reason()).contains(word);
    }

    @Test
    void neverRepeatsWhatWasSent() {
        assertThat(refused("{" + REST + ",\"create\":\"my-secret-value\"}").reason())
                .doesNotContain("my-secret-value");
        assertThat(refused("{" + REST + ",\"channels\":[\"my secret value\"]}").reason())
                .doesNotContain("secret");
    }

    @Test
    void writesSnakeCaseCompactAndWithoutAbsentMembers() {
        record Answer(String someName, @Nullable String absent, Instant at, Json data, Map<String, Integer> counts) {}

        String text = JsonCodec.write(new Answer(
                "a\"\n\u2028é",
                null,
                Instant.parse("2026-11-23T08:00:00.123Z"),
                new Json("{\"x\":1.0}"),
                Map.of("k", 1)));

        assertThat(text)
                .isEqualTo(
                        "{\"some_name\":\"a\\\"\\n\u2028é\",\"at\":\"2026-11-23T08:00:00.123Z\",\"data\":{\"x\":1.0},\"counts\":{\"k\":1}}");
        assertThat(JsonCodec.writeBytes("é")).isEqualTo("\"é\"".getBytes(StandardCharsets.UTF_8));
    }
}

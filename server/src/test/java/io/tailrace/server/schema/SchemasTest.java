package io.tailrace.server.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.wire.Contract;
import io.tailrace.wire.Json;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R-74")
@Timeout(20)
class SchemasTest {

    private static final String CARD = """
            {"type":"object","required":["title"],"additionalProperties":false,
             "properties":{"title":{"type":"string","maxLength":5},"at":{"$ref":"#/$defs/point"},"tags":{"type":"array","items":{"type":"string"}}},
             "$defs":{"point":{"type":"object","properties":{"x":{"type":"integer"}}}}}""";

    private final Schemas schemas = new Schemas();

    @Test
    void acceptsWhatFits() {
        assertThat(judge(CARD, "{\"title\":\"abc\",\"at\":{\"x\":12345678901234567890}}"))
                .isEmpty();
    }

    @Test
    void namesThePlaceThatDoesNotFit() {
        assertThat(pointer(judge(CARD, "{\"title\":\"abc\",\"at\":{\"x\":\"1\"}}")))
                .isEqualTo("/data/at/x");
        assertThat(pointer(judge(CARD, "{\"title\":\"abc\",\"tags\":[\"a\",1]}")))
                .isEqualTo("/data/tags/1");
        assertThat(pointer(judge(CARD, "{}"))).isEqualTo("/data");
        assertThat(pointer(judge(CARD, "[]"))).isEqualTo("/data");
    }

    @Test
    void leavesTypesWithoutASchemaFree() {
        assertThat(schemas.violation(contract(CARD), "other", new Json("7"))).isEmpty();
    }

    @Test
    void judgesEachVersionByItsOwnSchema() {
        var both = JsonCodec.read(
                "{\"schemas\":{\"t\":{\"required\":[\"a\"]},\"t@2\":{\"required\":[\"b\"]}}}", Contract.class);
        var old = new Json("{\"a\":1}");
        var fresh = new Json("{\"b\":1}");
        assertThat(schemas.violation(both, "t", old)).isEmpty();
        assertThat(schemas.violation(both, "t@2", fresh)).isEmpty();
        assertThat(schemas.violation(both, "t", fresh)).isPresent();
        assertThat(schemas.violation(both, "t@2", old)).isPresent();
        assertThat(schemas.violation(both, "t@1", fresh)).as("has no schema").isEmpty();
        assertThat(schemas.violation(both, "t@3", new Json("7"))).isEmpty();
    }

    @Test
    void aMemberThatMayBeLeftOutBreaksNobodyWhereObjectsAreOpen() {
        String before = "{\"type\":\"object\",\"required\":[\"a\"]}";
        String after = "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"b\":{\"type\":\"integer\"}}}";
        for (String schema : new String[] {before, after}) {
            assertThat(judge(schema, "{\"a\":1}")).as("a writer of before").isEmpty();
            assertThat(judge(schema, "{\"a\":1,\"b\":2}"))
                    .as("a writer of after")
                    .isEmpty();
        }
    }

    @Test
    void doesNotRoundNumbers() {
        String schema = "{\"maximum\":9007199254740993}";
        assertThat(judge(schema, "9007199254740993")).isEmpty();
        assertThat(judge(schema, "9007199254740994")).isPresent();
    }

    @Test
    void refusesNumbersThatWouldFillTheMemory() {
        assertThat(judge("{\"multipleOf\":0.01}", "1e999999999")).isPresent();
        assertThat(judge("{\"type\":\"integer\"}", "1e-999999999")).isPresent();
    }

    @Test
    void endsPatternsThatBacktrack() {
        assertThat(judge("{\"pattern\":\"^(a+)+$\"}", "\"" + "a".repeat(60) + "!\""))
                .isPresent();
        assertThat(judge("{\"pattern\":\"^(a|b)*$\"}", "\"" + "ab".repeat(30_000) + "!\""))
                .isPresent();
    }

    @Test
    void endsReferencesThatDoubleAtEachLevel() {
        String schema = "{\"properties\":{\"a\":{\"allOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}}}";
        assertThat(judge(schema, "{\"a\":".repeat(60) + "1" + "}".repeat(60))).isPresent();
    }

    @Test
    void endsReferencesToThemselves() {
        assertThat(judge("{\"$ref\":\"#\"}", "1")).isPresent();
    }

    @Test
    void judgesALargeHonestEvent() {
        String items = "{\"title\":\"a\"},".repeat(60_000);
        String schema = "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"title\"],"
                + "\"properties\":{\"title\":{\"type\":\"string\",\"pattern\":\"^[a-z]+$\"}}}}";
        assertThat(judge(schema, "[" + items + "{\"title\":\"a\"}]")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"text\"}",
                "{\"pattern\":\"(\"}",
                "{\"$ref\":\"#/$defs/none\"}",
                "{\"$ref\":\"https://example.org/schema.json\"}",
                "{\"$ref\":\"file:///etc/passwd\"}",
                "{\"$ref\":\"classpath:draft/2020-12/schema\"}",
                "{\"$schema\":\"http://json-schema.org/draft-07/schema#\"}",
                "{\"$schema\":\"https://example.org/own\"}",
                "{\"maxLength\":-1}",
            })
    void refusesSchemasThatCannotBeUsed(String schema) {
        assertThat(schemas.unusable(contract(schema)).map(Problem::cause)).contains(ProblemType.VALUE_UNACCEPTABLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "{}",
                CARD,
                "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"string\"}",
                "{\"$ref\":\"https://json-schema.org/draft/2020-12/schema\"}"
            })
    void takesSchemasThatCan(String schema) {
        assertThat(schemas.unusable(contract(schema))).isEmpty();
    }

    @Test
    void refusesASchemaOneCharacterTooLong() {
        String around = "{\"$comment\":\"\"}";
        String longest = "{\"$comment\":\"" + "x".repeat(Schemas.MAX_LENGTH - around.length()) + "\"}";
        assertThat(schemas.unusable(contract(longest))).isEmpty();
        assertThat(schemas.unusable(contract(longest.replace("\"}", "x\"}")))).isPresent();
    }

    private Optional<Problem> judge(String schema, String data) {
        return schemas.violation(contract(schema), "t", Json.parse(data));
    }

    private static @Nullable Object pointer(Optional<Problem> problem) {
        return problem.orElseThrow().members().get("pointer");
    }

    private static Contract contract(String schema) {
        return JsonCodec.read("{\"schemas\":{\"t\":" + schema + "}}", Contract.class);
    }
}

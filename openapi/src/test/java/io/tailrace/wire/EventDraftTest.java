package io.tailrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R-11")
class EventDraftTest {

    @Test
    void readsEveryMember() {
        var draft = JsonCodec.read(
                "{\"type\":\"card.moved\",\"data\":{\"n\":1.0},\"key\":\"card:7\",\"ref\":\"r\"}", EventDraft.class);

        assertThat(draft).isEqualTo(new EventDraft("card.moved", new Json("{\"n\":1.0}"), "card:7", "r", null));
    }

    @Test
    void keyAndRefMayBeAbsentOrNull() {
        assertThat(JsonCodec.read("{\"type\":\"t\",\"data\":0}", EventDraft.class))
                .isEqualTo(JsonCodec.read("{\"type\":\"t\",\"data\":0,\"key\":null,\"ref\":null}", EventDraft.class));
    }

    @Test
    void dataMayBeNullButNotAbsent() {
        assertThat(JsonCodec.read("{\"type\":\"t\",\"data\":null}", EventDraft.class)
                        .data())
                .isEqualTo(Json.NULL);
        assertThatExceptionOfType(JsonFault.class)
                .isThrownBy(() -> JsonCodec.read("{\"type\":\"t\"}", EventDraft.class))
                .satisfies(fault -> assertThat(fault.pointer()).isEqualTo("/data"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "card.moved", "A/b:c_d_e-f", "9", "card.moved@1", "card.moved@2", "9@9999", "a:b/c@10"})
    void typesAreNames(String type) {
        assertThat(new EventDraft(type, Json.NULL, null, null, null).type()).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"\",\"data\":1}",
                "{\"type\":\".a\",\"data\":1}",
                "{\"type\":\"a b\",\"data\":1}",
                "{\"type\":\"a\\n\",\"data\":1}",
                "{\"type\":\"é\",\"data\":1}",
                "{\"type\":null,\"data\":1}",
                "{\"type\":\"t@\",\"data\":1}",
                "{\"type\":\"t@0\",\"data\":1}",
                "{\"type\":\"t@01\",\"data\":1}",
                "{\"type\":\"t@-1\",\"data\":1}",
                "{\"type\":\"t@1.0\",\"data\":1}",
                "{\"type\":\"t@2@3\",\"data\":1}",
                "{\"type\":\"t@10000\",\"data\":1}",
                "{\"type\":\"t@99999\",\"data\":1}",
                "{\"type\":\"t@v2\",\"data\":1}",
                "{\"type\":\"t@٢\",\"data\":1}",
                "{\"type\":\"t@2 \",\"data\":1}",
                "{\"type\":\"t@2\\n\",\"data\":1}",
                "{\"type\":\"@2\",\"data\":1}",
                "{\"data\":1}",
                "{\"type\":\"t\",\"data\":1,\"key\":\"\"}",
                "{\"type\":\"t\",\"data\":1,\"key\":\"a\\u001fb\"}",
                "{\"type\":\"t\",\"data\":1,\"key\":\"a\\u0085b\"}",
                "{\"type\":\"t\",\"data\":1,\"key\":7}",
                "{\"type\":\"t\",\"data\":1,\"ref\":\"\"}",
                "{\"type\":\"t\",\"data\":1,\"ref\":\"a\\nb\"}",
                "{\"type\":\"t\",\"data\":1,\"seq\":1}",
            })
    void refusesWhatIsOutOfBounds(String body) {
        assertThatExceptionOfType(JsonFault.class).isThrownBy(() -> JsonCodec.read(body, EventDraft.class));
    }

    @ParameterizedTest
    @CsvSource({"type,128", "key,256", "ref,64"})
    void holdsEachTextToItsBound(String member, int bound) {
        String base = member.equals("type") ? "{\"data\":1" : "{\"type\":\"t\",\"data\":1";

        JsonCodec.read(base + ",\"" + member + "\":\"" + "x".repeat(bound) + "\"}", EventDraft.class);

        assertThatExceptionOfType(JsonFault.class)
                .isThrownBy(() -> JsonCodec.read(
                        base + ",\"" + member + "\":\"" + "x".repeat(bound + 1) + "\"}", EventDraft.class));
    }

    @Test
    void theVersionCountsForTheBound() {
        String longest = "t".repeat(EventType.MAX_LENGTH - 2) + "@2";

        assertThat(new EventDraft(longest, Json.NULL, null, null, null).type()).isEqualTo(longest);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new EventDraft("t" + longest, Json.NULL, null, null, null));
    }

    @Test
    void theVersionCanBeTakenOff() {
        assertThat(EventType.unversioned("card.moved@12")).isEqualTo("card.moved");
        assertThat(EventType.unversioned("card.moved")).isEqualTo("card.moved");
    }

    @Test
    void countsCharactersAsJsonSchemaDoesNotUtf16Units() {
        String longest = "😀".repeat(EventDraft.MAX_REF_LENGTH);

        assertThat(new EventDraft("t", Json.NULL, null, longest, null).ref()).isEqualTo(longest);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new EventDraft("t", Json.NULL, null, longest + "x", null));
    }
}

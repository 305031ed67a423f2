package io.tailrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R-01")
class ContractTest {

    @ParameterizedTest
    @ValueSource(strings = {"board", "chat", "doc", "notify", "pulse", "anything"})
    void comesBackFromItsJson(String namespace) {
        var contract = Contract.builtIn(namespace);

        assertThat(JsonCodec.read(JsonCodec.write(contract), Contract.class)).isEqualTo(contract);
    }

    @Test
    void theBuiltInsAreWhatTheirNamesSay() {
        assertThat(Contract.builtIn("board").state()).isEqualTo(Contract.State.KEYED);
        assertThat(Contract.builtIn("doc").state()).isEqualTo(Contract.State.DOCUMENT);
        assertThat(Contract.builtIn("chat").state()).isEqualTo(Contract.State.NONE);
        assertThat(Contract.builtIn("notify").durable()).isTrue();
        assertThat(Contract.builtIn("pulse").durable()).isFalse();
        assertThat(Contract.builtIn("anything")).isEqualTo(Contract.DEFAULT);
    }

    @Test
    void whatIsNotSaidIsTheDefault() {
        assertThat(JsonCodec.read("{}", Contract.class)).isEqualTo(Contract.DEFAULT);
        assertThat(JsonCodec.read("{\"state\":\"keyed\"}", Contract.class).state())
                .isEqualTo(Contract.State.KEYED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"durability\":\"forever\"}",
                "{\"durability\":0}",
                "{\"state\":\"KEYED\"}",
                "{\"max_event_bytes\":0}",
                "{\"max_event_bytes\":1048577}",
                "{\"max_event_bytes\":\"1\"}",
                "{\"write_rate\":0}",
                "{\"write_rate\":100001}",
                "{\"retention\":{\"age\":59}}",
                "{\"retention\":{\"events\":0}}",
                "{\"retention\":7}",
                "{\"replay_window\":{\"events\":0,\"age\":300}}",
                "{\"replay_window\":{\"events\":1,\"age\":299}}",
                "{\"replay_window\":{\"events\":1}}",
                "{\"presence\":\"yes\"}",
                "{\"schemas\":[]}",
                "{\"schemas\":{\"not a type\":{}}}",
                "{\"schemas\":{\"t\":7}}",
                "{\"schemas\":{\"t\":null}}",
                "{\"colour\":\"red\"}",
            })
    void refusesWhatIsOutOfBounds(String body) {
        assertThatExceptionOfType(JsonFault.class).isThrownBy(() -> JsonCodec.read(body, Contract.class));
    }
}

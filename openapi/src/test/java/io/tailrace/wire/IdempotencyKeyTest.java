package io.tailrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R-10")
class IdempotencyKeyTest {

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\t", "é", "a\u007f", "\u0000", "a\n"})
    void isVisibleAsciiOnly(String text) {
        assertThat(IdempotencyKey.parse(text)).isEmpty();
    }

    @Test
    void isAtMost255CharactersLong() {
        assertThat(IdempotencyKey.parse("~".repeat(255))).isPresent();
        assertThat(IdempotencyKey.parse("~".repeat(256))).isEmpty();
    }

    @Property
    void tellsWhenAUuidOfVersion7WasMade(@ForAll @LongRange(min = 0, max = 0xffff_ffff_ffffL) long millis) {
        var uuid = new UUID(millis << 16 | 0x7abc, 0x8000_0000_0000_0001L);

        assertThat(new IdempotencyKey(uuid.toString()).madeAt()).contains(Instant.ofEpochMilli(millis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "order-7",
                "01890a5d-ac96-474b-bcce-b302099a8057",
                "01890a5d-ac96-774b-0cce-b302099a8057",
                "01890a5dac96774bbcceb302099a8057"
            })
    void otherKeysDoNotSay(String text) {
        assertThat(new IdempotencyKey(text).madeAt()).isEmpty();
    }
}

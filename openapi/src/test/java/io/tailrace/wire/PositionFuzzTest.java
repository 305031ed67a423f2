package io.tailrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.fuzz.Cost;
import io.tailrace.fuzz.Fuzzing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever comes as {@code Last-Event-ID}: it is a position that we could have sent, or none. */
@Tag("R-21")
@Tag("R-74")
public class PositionFuzzTest {

    private static final long BOUND = 16_384;
    private static final int VECTOR_BYTES = 94;

    @Test
    void whatIsReadIsWhatWasSent() {
        Fuzzing.run(
                PositionFuzzTest.class,
                "0",
                "41",
                "3~42",
                "1~42",
                "k.AbCdEf0123456-_z",
                new Position.Vector(7, List.of(1L, 300L, 2_000_000L)).text(),
                "v.AAAAAQ==",
                "v.AAAAAIAA");
    }

    public static void fuzzerTestOneInput(byte[] data) {
        String header = new String(data, StandardCharsets.ISO_8859_1);
        Cost.atMost(BOUND, () -> Position.parse(header));
        Position.parse(header).ifPresent(position -> holds(position, header));
        byte[] vector = Arrays.copyOf(data, Math.min(data.length, VECTOR_BYTES));
        String encoded = "v." + Base64.getUrlEncoder().withoutPadding().encodeToString(vector);
        Position.parse(encoded).ifPresent(position -> holds(position, encoded));
    }

    private static void holds(Position position, String sent) {
        assertThat(position.text()).isEqualTo(sent);
        assertThat(position.text()).matches("[A-Za-z0-9._~-]{1,128}");
        assertThat(Position.parse(position.text())).contains(position);
        switch (position) {
            case Position.Seq(int epoch, long seq) -> {
                assertThat(epoch).isPositive();
                assertThat(seq).isNotNegative();
            }
            case Position.Vector vector -> {
                assertThat(vector.fits()).isTrue();
                assertThat(vector.seqs()).hasSizeLessThanOrEqualTo(VECTOR_BYTES).allMatch(seq -> seq >= 0);
            }
            case Position.Checkpoint(String id) -> assertThat(id).hasSize(16);
        }
    }
}

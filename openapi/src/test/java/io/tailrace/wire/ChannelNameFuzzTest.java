package io.tailrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tailrace.fuzz.Cost;
import io.tailrace.fuzz.Fuzzing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any text is a channel's name by the rule, told here without a pattern, or it is refused everywhere alike. */
@Tag("R-70")
public class ChannelNameFuzzTest {

    // The fuzzer's hooks into patterns allocate, too.
    private static final long BOUND = 16_384;
    private static final long PER_CHARACTER = 4_096;
    private static final String MARKS = "._:-";

    @Test
    void theRuleDecidesAndNothingElse() {
        Fuzzing.run(
                ChannelNameFuzzTest.class, "board:roadmap", "a.b_c-d:e:f", "9", "A:", "chat:42\n", "bo\u0130rd", ":a");
    }

    public static void fuzzerTestOneInput(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        Cost.atMost(BOUND + PER_CHARACTER * text.length(), () -> ChannelName.parse(text));
        var name = ChannelName.parse(text);
        assertThat(name.isPresent()).isEqualTo(isName(text));
        if (name.isPresent()) {
            holds(name.get(), text);
        } else {
            refused(text);
        }
    }

    private static boolean isName(String text) {
        return !text.isEmpty()
                && text.length() <= 128
                && isLetterOrDigit(text.charAt(0))
                && text.chars().allMatch(c -> isLetterOrDigit(c) || MARKS.indexOf(c) >= 0);
    }

    private static boolean isLetterOrDigit(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    private static void holds(ChannelName name, String text) {
        assertThat(name.value()).isEqualTo(text);
        assertThat(ChannelName.ofPath(text)).isEqualTo(name);
        assertThat(JsonCodec.read(JsonCodec.write(name), ChannelName.class)).isEqualTo(name);
        assertThat(name.namespace()).isNotEmpty().doesNotContain(":");
        assertThat(text.startsWith(name.namespace() + ":") || !text.contains(":"))
                .isTrue();
        var half = new ChannelName(text.substring(0, (text.length() + 1) / 2));
        int byBytes = Arrays.compareUnsigned(bytes(name), bytes(half));
        assertThat(Integer.signum(name.compareTo(half))).isEqualTo(Integer.signum(byBytes));
    }

    private static byte[] bytes(ChannelName name) {
        return name.value().getBytes(StandardCharsets.UTF_8);
    }

    private static void refused(String text) {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new ChannelName(text));
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> ChannelName.ofPath(text))
                .satisfies(refusal -> assertThat(refusal.problem().cause()).isEqualTo(ProblemType.PARAMETER_MALFORMED));
        assertThatExceptionOfType(JsonFault.class)
                .isThrownBy(() -> JsonCodec.read(JsonCodec.write(text), ChannelName.class));
    }
}

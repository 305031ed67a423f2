package io.tailrace.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.nimbusds.jwt.JWTClaimsSet;
import io.tailrace.fuzz.Cost;
import io.tailrace.fuzz.Fuzzing;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any text as the pattern of a grant allows what it says, told here letter by letter, and nothing beside it. */
@Tag("R-71")
public class GrantPatternFuzzTest {

    // The fuzzer's hooks into patterns allocate, too.
    private static final long BOUND = 262_144;
    private static final long PER_CHARACTER = 4_096;

    private static final String[] TEXTS = {"*", "board:*", "board:", "board", "chat:42", "chat:42*", "c**", "*a", "A"};

    @Test
    void aPatternAllowsWhatItSays() {
        Fuzzing.run(GrantPatternFuzzTest.class);
    }

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        String pattern = text(data);
        Cost.atMost(BOUND + PER_CHARACTER * pattern.length(), () -> grant(pattern));
        var grant = grant(pattern);
        assertThat(grant != null).isEqualTo(isPattern(pattern));
        if (grant != null) {
            holds(grant, text(data) + text(data), text(data));
        }
    }

    private static String text(FuzzedDataProvider data) {
        return data.consumeBoolean() ? data.pickValue(TEXTS) : data.consumeString(140);
    }

    private static @Nullable Grant grant(String pattern) {
        var claim = List.of(Map.of("channel", pattern, "can", List.of("read", "fly")));
        try {
            var grants = GrantsClaim.of(
                    new JWTClaimsSet.Builder().claim("grants", claim).build());
            assertThat(grants).containsExactly(new Grant(pattern, Set.of(Capability.READ)));
            return grants.getFirst();
        } catch (Refusal refusal) {
            assertThat(refusal.problem().cause()).isEqualTo(ProblemType.UNAUTHENTICATED);
            return null;
        } catch (ParseException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** A name, or the beginning of one and a star, or a star. */
    private static boolean isPattern(String text) {
        String beginning = text.endsWith("*") ? text.substring(0, text.length() - 1) : text;
        return text.equals("*") || ChannelName.parse(beginning).isPresent();
    }

    private static void holds(Grant grant, String name, String prefix) {
        ChannelName.parse(name).ifPresent(channel -> {
            assertThat(grant.allows(channel, Capability.READ)).isEqualTo(matches(grant.pattern(), name));
            assertThat(grant.allows(channel, Capability.WRITE)).isFalse();
            if (name.startsWith(prefix) && grant.allowsAll(prefix, Capability.READ)) {
                assertThat(grant.allows(channel, Capability.READ)).isTrue();
            }
        });
        assertThat(grant.allowsAll(prefix, Capability.WRITE)).isFalse();
    }

    private static boolean matches(String pattern, String name) {
        for (int i = 0; i < pattern.length(); i++) {
            if (pattern.charAt(i) == '*') {
                return true;
            }
            if (i == name.length() || pattern.charAt(i) != name.charAt(i)) {
                return false;
            }
        }
        return pattern.length() == name.length();
    }
}

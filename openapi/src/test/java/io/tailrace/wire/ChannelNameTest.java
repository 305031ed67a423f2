package io.tailrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R-70")
class ChannelNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "9", "board:roadmap", "a.b_c-d:e:f", "chat:42", "A:", "default"})
    void acceptsWhatThePathMayHold(String name) {
        assertThat(ChannelName.parse(name)).contains(new ChannelName(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", ":a", ".a", "-a", "_a", "a b", "a/b", "a\n", "a\u0000", "ä", "a*", "a@1", "a~b", "a,b",
                "a\u2028", "😀"
            })
    void refusesWhatItMayNot(String name) {
        assertThat(ChannelName.parse(name)).isEmpty();
        assertThatThrownBy(() -> new ChannelName(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isAtMost128CharactersLong() {
        assertThat(ChannelName.parse("a".repeat(ChannelName.MAX_LENGTH))).isPresent();
        assertThat(ChannelName.parse("a".repeat(ChannelName.MAX_LENGTH + 1))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"board:roadmap,board", "board,default", "a:b:c,a", "A:,A", "9:x,9"})
    void itsNamespaceStandsBeforeTheFirstColon(String name, String namespace) {
        assertThat(new ChannelName(name).namespace()).isEqualTo(namespace);
    }

    @Property
    void comparesLikeItsBytesWhichIsTheOrderOfLocks(
            @ForAll
                    @StringLength(min = 1, max = 12)
                    @CharRange(from = 'a', to = 'z')
                    @CharRange(from = 'A', to = 'Z')
                    @CharRange(from = '0', to = '9')
                    String a,
            @ForAll @StringLength(min = 1, max = 12) @CharRange(from = 'a', to = 'c') @Chars({'0', 'A', 'B'})
                    String b) {
        int byBytes = Arrays.compareUnsigned(
                (a + ":_").getBytes(StandardCharsets.UTF_8), (b + ".-").getBytes(StandardCharsets.UTF_8));

        int byName = new ChannelName(a + ":_").compareTo(new ChannelName(b + ".-"));

        assertThat(Integer.signum(byName)).isEqualTo(Integer.signum(byBytes));
    }

    @Property
    void neverThrowsOnInputFromOutside(@ForAll String anything) {
        ChannelName.parse(anything).ifPresent(name -> assertThat(name.value()).isEqualTo(anything));
    }

    @Test
    void isAStringInJson() {
        assertThat(JsonCodec.read("\"board:a\"", ChannelName.class)).isEqualTo(new ChannelName("board:a"));
        assertThat(JsonCodec.write(new ChannelName("board:a"))).isEqualTo("\"board:a\"");
        assertThatThrownBy(() -> JsonCodec.read("{\"value\":\"board:a\"}", ChannelName.class))
                .isInstanceOf(JsonFault.class);
    }
}

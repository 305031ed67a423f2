package io.tailrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R-21")
class PositionTest {

    private static final long MAX_SEQ = 999_999_999_999_999_999L;

    @Test
    void isABareSeqInTheFirstEpochAndNamesItLater() {
        assertThat(new Position.Seq(1, 42).text()).isEqualTo("42");
        assertThat(new Position.Seq(3, 42).text()).isEqualTo("3~42");
        assertThat(Position.parse("42")).contains(new Position.Seq(1, 42));
        assertThat(Position.parse("3~42")).contains(new Position.Seq(3, 42));
        assertThat(Position.parse("0")).contains(new Position.Seq(1, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-1",
                "+1",
                "01",
                "1.0",
                "1e3",
                "99999999999999999999",
                "0~1",
                "1~42",
                "~1",
                "1~",
                "1~2~3",
                "9999999999~1",
                "x",
                "v",
                "v.",
                "v.AAAA",
                "v.!!!!",
                "v.AAAAAID",
                "v.AAAAAP__________38",
                "v.AAAABwE=",
                "v.AAAAB",
                "v.AAAABx",
                "v.AAAAB4EA",
                "k.",
                "k.short",
                "k.aaaaaaaaaaaaaaaaa",
                "k.aaaaaaaaaaaaaaa!",
                "../../etc",
                "%00",
                "\u0000",
                "４２",
                "42\n",
                "42 ",
                "open",
            })
    void nonsenseIsNoneOfOurs(String text) {
        assertThat(Position.parse(text)).isEmpty();
    }

    @Test
    void isNeverLongerThanItsBound() {
        assertThat(Position.parse("v." + "A".repeat(Position.MAX_LENGTH))).isEmpty();
        assertThat(Position.parse("1".repeat(5_000))).isEmpty();
    }

    @Test
    void aVectorOfThirtyBusyChannelsFits() {
        assertThat(new Position.Vector(-1, Collections.nCopies(30, 2_000_000L)).fits())
                .isTrue();
        assertThat(new Position.Vector(-1, Collections.nCopies(91, 1L)).fits()).isFalse();
    }

    @Test
    void aVectorHoldsNoNegativeSeq() {
        assertThatThrownBy(() -> new Position.Vector(0, List.of(1L, -1L))).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void everyPositionComesBackAsItWasSent(@ForAll("positions") Position position) {
        assertThat(Position.parse(position.text())).contains(position);
    }

    @Property
    void everyPositionThatFitsIsSafeInAHeader(@ForAll("positions") Position position) {
        assertThat(position.text()).matches("[A-Za-z0-9._~-]{1,128}");
    }

    @Property
    void whateverComesBackNeverThrows(@ForAll String text) {
        Position.parse(text);
        Position.parse("v." + text);
        Position.parse("k." + text);
    }

    @Property
    void bytesThatAreNoVectorAreRefusedOrReadAsOne(@ForAll @Size(max = 94) byte[] bytes) {
        String text = "v." + java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);

        Position.parse(text).ifPresent(position -> assertThat(((Position.Vector) position).seqs())
                .allMatch(seq -> seq >= 0));
    }

    @Property
    void theHashTellsEpochsAndListsApart(
            @ForAll @IntRange(min = 1, max = 5) int epoch, @ForAll @IntRange(min = 1, max = 40) int count) {
        var names = IntStream.range(0, count)
                .mapToObj(i -> new ChannelName("c:" + (100 + i)))
                .toList();

        int hash = Position.Vector.hash(epoch, names);

        assertThat(Position.Vector.hash(epoch, List.copyOf(names))).isEqualTo(hash);
        assertThat(Position.Vector.hash(epoch + 1, names)).isNotEqualTo(hash);
        assertThat(Position.Vector.hash(epoch, names.subList(1, count))).isNotEqualTo(hash);
    }

    @Provide
    Arbitrary<Position> positions() {
        var seqs = Arbitraries.longs().between(0, MAX_SEQ);
        var seq = seqs.flatMap(
                s -> Arbitraries.integers().between(1, 999_999_999).map(e -> (Position) new Position.Seq(e, s)));
        var vector = Arbitraries.integers()
                .flatMap(hash -> seqs.list().ofMaxSize(40).map(list -> new Position.Vector(hash, list)))
                .filter(Position.Vector::fits)
                .map(v -> (Position) v);
        var checkpoint = Arbitraries.strings()
                .withCharRange('a', 'z')
                .withCharRange('A', 'Z')
                .withCharRange('0', '9')
                .withChars('-', '_')
                .ofLength(16)
                .map(id -> (Position) new Position.Checkpoint(id));
        return Arbitraries.oneOf(seq, vector, checkpoint);
    }

    @Property
    void theLargestSeqSurvives(@ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long seq) {
        var vector = new Position.Vector(7, List.of(seq));

        assertThat(Position.parse(vector.text())).contains(vector);
    }
}

package io.tailrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.bench.load.SequenceCheck.Verdict;
import org.junit.jupiter.api.Test;

final class SequenceCheckTest {

    private final SequenceCheck check = new SequenceCheck(10, 2);

    @Test
    void takesWhatFollows() {
        check.startAfter(4);

        assertThat(check.accept(10, 5)).isEqualTo(Verdict.NEXT);
        assertThat(check.accept(10, 6)).isEqualTo(Verdict.NEXT);
        assertThat(check.last()).isEqualTo(6);
    }

    @Test
    void seesWhatIsMissing() {
        check.startAfter(4);

        assertThat(check.accept(10, 6)).isEqualTo(Verdict.GAP);
        assertThat(check.accept(10, 7)).isEqualTo(Verdict.NEXT);
    }

    @Test
    void seesWhatComesAgainOrLate() {
        check.startAfter(4);
        check.accept(10, 5);

        assertThat(check.accept(10, 5)).isEqualTo(Verdict.REPEAT);
        assertThat(check.accept(10, 3)).isEqualTo(Verdict.REPEAT);
        assertThat(check.last()).isEqualTo(5);
    }

    @Test
    void countsEachChannelApart() {
        check.startAfter(0);
        check.accept(10, 1);

        assertThat(check.accept(11, 1)).isEqualTo(Verdict.NEXT);
        assertThat(check.accept(10, 2)).isEqualTo(Verdict.NEXT);
    }

    @Test
    void knowsItsChannels() {
        assertThat(check.accept(9, 1)).isEqualTo(Verdict.STRANGER);
        assertThat(check.accept(12, 1)).isEqualTo(Verdict.STRANGER);
    }

    @Test
    void startsAnywhereWhileNothingIsKnown() {
        assertThat(check.accept(10, 42)).isEqualTo(Verdict.NEXT);
        assertThat(check.accept(10, 44)).isEqualTo(Verdict.GAP);
    }
}

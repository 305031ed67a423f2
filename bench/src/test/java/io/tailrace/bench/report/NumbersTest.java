package io.tailrace.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NumbersTest {

    @Test
    void theMedianLiesInTheMiddle() {
        assertThat(Spread.of(List.of(5.0, 1.0, 3.0))).isEqualTo(new Spread(3, 1, 5));
        assertThat(Spread.of(List.of(4.0, 1.0))).isEqualTo(new Spread(2.5, 1, 4));
        assertThat(Spread.of(List.of(7.0))).isEqualTo(new Spread(7, 7, 7));
    }

    @Test
    void figuresAreShort() {
        assertThat(Numbers.text(0.1234)).isEqualTo("0.12");
        assertThat(Numbers.text(12.34)).isEqualTo("12.3");
        assertThat(Numbers.text(123.4)).isEqualTo("123");
        assertThat(Numbers.text(1234.5)).isEqualTo("1.2 k");
        assertThat(Numbers.text(680_000)).isEqualTo("680 k");
        assertThat(Numbers.text(1_600_000)).isEqualTo("1.60 M");
    }
}

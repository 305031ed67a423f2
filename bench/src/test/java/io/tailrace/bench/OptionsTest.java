package io.tailrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OptionsTest {

    private static final Path HOME = Path.of("/home");

    @Test
    void everythingIsMeasuredThreeTimesUnlessItIsSaid() {
        var options = parse();

        assertThat(options.names()).isEmpty();
        assertThat(options.rounds()).isEqualTo(3);
        assertThat(options.results()).isEqualTo(Path.of("/home/bench/results"));
    }

    @Test
    void quickResultsStayApart() {
        assertThat(parse("--quick").rounds()).isEqualTo(1);
        assertThat(parse("--quick").results()).isEqualTo(Path.of("/home/bench/target/quick"));
    }

    @Test
    void someRowsStayApartToo() {
        assertThat(parse("--row", "1k").row()).isEqualTo("1k");
        assertThat(parse("--row", "1k").results()).isEqualTo(Path.of("/home/bench/target/part"));
        assertThat(parse().row()).isEmpty();
    }

    @Test
    void namesAndOptionsMayStandInAnyOrder() {
        var options = parse("storm", "--rounds", "5", "fanout", "--against", "a.json", "--against", "b.json");

        assertThat(options.names()).containsExactly("storm", "fanout");
        assertThat(options.rounds()).isEqualTo(5);
        assertThat(options.against()).containsExactly(Path.of("a.json"), Path.of("b.json"));
    }

    @Test
    void whatIsNotUnderstoodIsRefused() {
        for (var words :
                List.of(List.of("--rounds"), List.of("--rounds", "many"), List.of("--rounds", "0"), List.of("-x"))) {
            assertThatThrownBy(() -> Options.parse(words, HOME)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Scenarios.of(List.of("sorm"))).hasMessageContaining("storm");
    }

    private static Options parse(String... words) {
        return Options.parse(List.of(words), HOME);
    }
}

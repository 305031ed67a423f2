package io.tailrace.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.bench.machine.MachineFacts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GoalTest {

    @Test
    void comparesMedians() {
        var results = results(ours(1, 3.0), ours(2, 9.0), ours(3, 4.0), theirs(1, 4.0));

        var judgement = Goal.atMost("row", "ms", 1, "nchan").judge(results).orElseThrow();

        assertThat(judgement.value()).isEqualTo(1.0);
        assertThat(judgement.met()).isTrue();
    }

    @Test
    void aRunThatFailedCountsForNothing() {
        var wrong = new Round("row", "tailrace", 1, Map.of("ms", 0.1), "an event came twice", null);

        assertThat(Goal.atMost("row", "ms", 1, "nchan").judge(results(wrong, theirs(1, 4.0))))
                .isEmpty();
    }

    @Test
    void moreMayBeAllowedOnTop() {
        var goal = Goal.atMost("row", "ms", 1.5, "nchan");
        var results = results(ours(1, 6.9), theirs(1, 4.0));

        assertThat(goal.judge(results).orElseThrow().met()).isFalse();
        assertThat(goal.plus(1).judge(results).orElseThrow().met()).isTrue();
        assertThat(goal.plus(1).text()).isEqualTo("≤ 1.50 × nchan + 1");
    }

    @Test
    void aNumberMayBeTheBound() {
        var results = results(ours(1, 12.0));

        assertThat(Goal.atMost("row", "ms", 12).judge(results).orElseThrow().met())
                .isTrue();
        assertThat(Goal.atLeast("row", "ms", 13).judge(results).orElseThrow().met())
                .isFalse();
    }

    static Round ours(int number, double value) {
        return new Round("row", "tailrace", number, Map.of("ms", value), null, null);
    }

    static Round theirs(int number, double value) {
        return new Round("row", "nchan", number, Map.of("ms", value), null, null);
    }

    static Results results(Round... rounds) {
        return new Results(
                "storm",
                "What it is about.",
                "ms",
                Instant.EPOCH,
                false,
                new MachineFacts("a processor", 2, 4096, "6.1", "25"),
                Map.of("databases", "PostgreSQL 18"),
                List.of(rounds),
                List.of(Goal.atMost("row", "ms", 1, "nchan")));
    }
}

package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A storm of streams becomes a steady flow. */
@Tag("R-51")
class AdmissionTest {

    private static final int RATE = 100;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000); // a clock that wraps
    private final Admission admission = new Admission(RATE, now::get);

    private List<Duration> come(int count) {
        var answers = new ArrayList<Duration>();
        for (int i = 0; i < count; i++) {
            answers.add(enter());
        }
        return answers;
    }

    /** Comes, and opens at once if it may. */
    private Duration enter() {
        var wait = admission.enter();
        if (wait.isZero()) {
            admission.opened();
        }
        return wait;
    }

    @Test
    void onlySoManyOpenAtOnceHoweverFastTheyMayCome() {
        var fast = new Admission(100 * Admission.AT_ONCE, now::get);
        for (int i = 0; i < Admission.AT_ONCE; i++) {
            assertThat(fast.enter()).isEqualTo(Duration.ZERO);
        }

        assertThat(fast.enter()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        fast.opened();
        assertThat(fast.enter()).isEqualTo(Duration.ZERO);
        assertThat(fast.enter()).isPositive();
    }

    @Test
    void oneSecondsWorthEntersAtOnceAndTheNextOneWaits() {
        assertThat(come(RATE)).containsOnly(Duration.ZERO);
        assertThat(enter()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        now.addAndGet(Duration.ofMillis(10).toNanos());
        assertThat(enter()).isEqualTo(Duration.ZERO);
        assertThat(enter()).isPositive();
    }

    @Test
    void whoIsRefusedForAnotherReasonTookNobodysTurn() {
        for (int i = 0; i < 10 * RATE; i++) {
            assertThat(enter()).isEqualTo(Duration.ZERO);
            admission.giveBack();
        }
        assertThat(come(RATE)).containsOnly(Duration.ZERO);
        assertThat(enter()).isPositive();
    }

    @Test
    void thoseWhoWaitAreSpreadBehindEachOther() {
        come(RATE);
        var waits = come(5 * RATE);
        assertThat(waits).isSorted().doesNotHaveDuplicates();
        assertThat(waits.getLast()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(7));
        assertThat(come(100 * RATE)).allMatch(wait -> wait.compareTo(Duration.ofSeconds(30)) <= 0);
    }

    @Test
    void aStormIsInWithinLittleMoreThanItsShareOfTheRate() {
        var returns = new PriorityQueue<Long>(Comparator.comparingLong(at -> at - now.get()));
        long start = now.get();
        for (int i = 0; i < 20 * RATE; i++) {
            returns.add(start);
        }
        int tries = 0;
        while (!returns.isEmpty()) {
            now.set(returns.remove());
            var wait = enter();
            tries++;
            if (!wait.isZero()) {
                returns.add(now.get() + wait.toNanos());
            }
        }
        assertThat(Duration.ofNanos(now.get() - start)).isLessThan(Duration.ofSeconds(23));
        assertThat(tries).isLessThan(3 * 20 * RATE);
    }
}

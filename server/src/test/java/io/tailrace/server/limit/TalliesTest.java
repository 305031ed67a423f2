package io.tailrace.server.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R-74")
class TalliesTest {

    private static final int RATE = 1_000;
    private static final int WORTH = RATE / Tallies.PART;

    private final AtomicLong now = new AtomicLong(-5);
    private final Tallies tallies = new Tallies(now::get);

    @Test
    void whatIsTooLittleIsNotTold() throws InterruptedException {
        add("a", WORTH - 1);
        assertThat(take()).isEmpty();
        add("a", 1);
        assertThat(take()).extracting(Tallies.Tally::units).containsExactly((long) WORTH);
    }

    @Test
    void whatIsTooLittleIsForgottenAfterAWhile() throws InterruptedException {
        add("a", WORTH - 1);
        now.addAndGet(Tallies.MEMORY.toNanos());
        add("a", 1);
        assertThat(take()).isEmpty();
        assertThat(tallies.untold("a")).isEqualTo(1);
        now.addAndGet(Tallies.MEMORY.toNanos());
        tallies.sweep();
        assertThat(tallies.known()).isZero();
    }

    @Test
    void whatIsDueIsNeverForgotten() throws InterruptedException {
        add("a", WORTH);
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        tallies.sweep();
        add("a", 1);
        assertThat(take()).extracting(Tallies.Tally::units).containsExactly(WORTH + 1L);
    }

    @Test
    void anAccountIsTakenOnceWithAllThatWasAdded() throws InterruptedException {
        add("a", WORTH);
        add("b", WORTH);
        add("a", WORTH);
        assertThat(take())
                .extracting(Tallies.Tally::account, Tallies.Tally::units)
                .containsExactly(tuple("a", 2L * WORTH), tuple("b", (long) WORTH));
        assertThat(take()).isEmpty();
        add("a", WORTH);
        assertThat(take()).hasSize(1);
    }

    @Test
    void noMoreIsTakenAtOnceThanWanted() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            add("a" + i, WORTH);
        }
        assertThat(tallies.take(4, Duration.ZERO)).hasSize(4);
        assertThat(tallies.take(4, Duration.ZERO)).hasSize(1);
    }

    @Test
    void pastTheBoundNobodyNewIsKnown() {
        for (int i = 0; i < Tallies.MAX_ACCOUNTS; i++) {
            add("a" + i, 1);
        }
        add("one more", 1);
        add("a0", 1);
        assertThat(tallies.known()).isEqualTo(Tallies.MAX_ACCOUNTS);
        assertThat(tallies.untold("one more")).isZero();
        assertThat(tallies.untold("a0")).isEqualTo(2);
    }

    private void add(String account, int units) {
        tallies.add(account, RATE, units, ahead -> {});
    }

    private List<Tallies.Tally> take() throws InterruptedException {
        return tallies.take(100, Duration.ZERO);
    }
}

package io.tailrace.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.testkit.Eventually;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R-74")
class RatesTest {

    private final AtomicLong now = new AtomicLong(-5);
    private final Rates<String> rates = new Rates<>(3, now::get);

    @Test
    void letsOneSecondsWorthThroughAtOnceAndThenAnEvenRate() {
        assertThat(through("a", 10, 25)).isEqualTo(10);
        pass(Duration.ofMillis(99));
        assertThat(through("a", 10, 1)).isZero();
        pass(Duration.ofMillis(1));
        assertThat(through("a", 10, 2)).isEqualTo(1);
        pass(Duration.ofHours(1));
        assertThat(through("a", 10, 25)).isEqualTo(10);
    }

    @Test
    void tellsWhenTheNextWouldPass() {
        through("a", 10, 10);
        assertThat(rates.excess("a", 10)).contains(Duration.ofMillis(100));
    }

    @Test
    void countsKeysApart() {
        through("a", 1, 1);
        assertThat(rates.excess("a", 1)).isPresent();
        assertThat(rates.excess("b", 1)).isEmpty();
    }

    @Test
    void forgetsIdleKeysForNewOnesAndNeverBusyOnes() {
        through("a", 1, 1);
        through("b", 1, 1);
        through("c", 1, 1);
        assertThat(through("d", 1, 5)).as("beyond the bound nobody is limited").isEqualTo(5);
        assertThat(rates.excess("a", 1)).isPresent();
        pass(Duration.ofSeconds(1));
        assertThat(through("d", 1, 5)).isEqualTo(1);
    }

    /** A channel that was written to once costs a node nothing afterwards, however many there are. */
    @Test
    void holdsNothingOfWhatRests() {
        var many = new Rates<Integer>(100_000, now::get);
        for (int key = 0; key < 100_000; key++) {
            assertThat(many.excess(key, 1_000)).isEmpty();
            pass(Duration.ofMillis(1));
        }
        assertThat(many.known()).isLessThanOrEqualTo(Rates.FEW);
    }

    @Test
    void busyKeysAreNotForgottenHoweverOftenIdleOnesAreLookedFor() {
        var many = new Rates<Integer>(100_000, now::get);
        for (int key = 0; key < 10 * Rates.FEW; key++) {
            many.excess(key, 1);
        }
        assertThat(many.known()).isEqualTo(10 * Rates.FEW);
        assertThat(many.excess(7, 1)).isPresent();
    }

    @Test
    void whatWasPaidIsNotPaidAgainAndStaysPaidByWhoIsRefused() {
        assertThat(rates.ask("a", 10, 1).left()).isEqualTo(9);
        assertThat(rates.ask("a", 10, 8, 1).left()).isEqualTo(2);
        assertThat(rates.ask("a", 10, 12, 8).passes())
                .as("all of it from a rested start")
                .isTrue();
        assertThat(rates.ask("b", 10, 9, 0).passes()).isTrue();
        assertThat(rates.ask("b", 10, 1, 0).left()).isZero();
        assertThat(rates.ask("b", 10, 2, 1).passes()).isFalse();
        assertThat(rates.ask("b", 10, 0).left()).as("as before").isZero();
    }

    @Test
    void whatWasLetThroughElsewhereIsWaitedForHere() {
        rates.owe("a", Duration.ofMillis(1_500));
        assertThat(rates.excess("a", 10)).contains(Duration.ofMillis(600));
        rates.owe("a", Duration.ofMillis(200));
        assertThat(rates.excess("a", 10)).as("old news").contains(Duration.ofMillis(600));
        pass(Duration.ofMillis(600));
        assertThat(through("a", 10, 5)).isEqualTo(1);
    }

    private int through(String key, int perSecond, int tries) {
        return (int) IntStream.range(0, tries)
                .filter(i -> rates.excess(key, perSecond).isEmpty())
                .count();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    /** A thread that is held up after it has read the clock is judged by when its turn comes. */
    @Test
    void whoIsHeldUpIsNotRefusedForWhatCameMeanwhile() throws InterruptedException {
        var late = new AtomicReference<@Nullable Thread>();
        var read = new CountDownLatch(1);
        var others = new AtomicReference<@Nullable Thread>();
        var rates = new Rates<String>(10, () -> {
            if (Thread.currentThread() != late.get()) {
                return TimeUnit.SECONDS.toNanos(5);
            }
            read.countDown();
            Eventually.until("the others had their turn, or wait for theirs", () -> {
                var other = others.get();
                return other != null
                        && Set.of(Thread.State.BLOCKED, Thread.State.TERMINATED).contains(other.getState());
            });
            return TimeUnit.SECONDS.toNanos(2);
        });
        var refused = new AtomicBoolean();
        var thread = Thread.ofPlatform()
                .unstarted(() -> refused.set(rates.excess("key", 1_000).isPresent()));
        late.set(thread);
        thread.start();
        read.await();
        others.set(Thread.ofPlatform().start(() -> rates.excess("key", 1_000)));
        thread.join();
        assertThat(refused).isFalse();
    }
}

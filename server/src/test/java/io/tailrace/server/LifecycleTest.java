package io.tailrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.ops.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R-81")
class LifecycleTest {

    private final Lifecycle lifecycle = new Lifecycle();
    private final List<String> told = new ArrayList<>();

    @Test
    void closesTheLastMadeFirstAndGoesOnWhenOneFails() {
        lifecycle.closing(() -> told.add("first"));
        lifecycle.closing(() -> {
            throw new IllegalStateException("on purpose");
        });
        lifecycle.closing(() -> told.add("last"));
        lifecycle.close();
        lifecycle.close();
        assertThat(told).containsExactly("last", "first");
    }

    @Test
    void aPartThatComesWhileTheNodeClosesIsNotLeftOpen() {
        lifecycle.closing(() -> told.add("first"));
        lifecycle.onStart(() -> lifecycle.closing(() -> told.add("late")));
        lifecycle.close();
        lifecycle.start();
        assertThat(told).containsExactly("first", "late");
    }

    @Test
    void allDrainAtOnceAndNoneIsWaitedForLongerThanTheLimit() throws InterruptedException {
        var drained = new CopyOnWriteArrayList<Duration>();
        lifecycle.onDrain(drained::add);
        lifecycle.onDrain(limit -> {
            try {
                Thread.currentThread().join(); // for ever
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        lifecycle.onDrain(drained::add);
        lifecycle.drain(Duration.ofMillis(10));
        assertThat(drained).containsExactly(Duration.ofMillis(10), Duration.ofMillis(10));
    }

    @Test
    void aNodeThatIsStoppedWhileItStartsStaysUnready() {
        var health = new Health();
        health.phase(Health.Phase.DRAINING);
        health.phase(Health.Phase.READY);
        assertThat(health.phase()).isEqualTo(Health.Phase.DRAINING);
    }
}

package io.tailrace.server.access;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AsideTest {

    private final Semaphore release = new Semaphore(0);
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final Aside aside = new Aside("aside", () -> {
        begun.incrementAndGet();
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        release.acquireUninterruptibly();
        running.decrementAndGet();
    });

    @Test
    void doesNotKeepWhoAsksAndRunsOnceMoreForAllWhoAskedMeanwhile() {
        aside.run();
        eventually(() -> assertThat(begun).hasValue(1));
        for (int i = 0; i < 10; i++) {
            aside.run();
        }
        release.release();
        eventually(() -> assertThat(begun).hasValue(2));
        release.release();
        eventually(() -> assertThat(running).hasValue(0));
        aside.run();
        eventually(() -> assertThat(begun).hasValue(3));
        release.release();
        assertThat(most).hasValue(1);
    }

    @Test
    void goesOnAfterAFailure() {
        var runs = new AtomicInteger();
        var failing = new Aside("failing", () -> {
            runs.incrementAndGet();
            throw new IllegalStateException("on purpose");
        });
        failing.run();
        eventually(() -> assertThat(runs).hasValue(1));
        eventually(() -> {
            failing.run();
            assertThat(runs).hasValueGreaterThan(1);
        });
    }
}

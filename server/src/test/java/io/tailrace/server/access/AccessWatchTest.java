package io.tailrace.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.LogUnavailable;
import io.tailrace.testkit.Eventually;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R-72")
class AccessWatchTest {

    private static final Duration NEVER = Duration.ofHours(1);

    private final AtomicLong epoch = new AtomicLong(3);
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong(-5);
    private AccessWatch watch = watch(NEVER);

    private AccessWatch watch(Duration period) {
        return new AccessWatch(
                tenant -> {
                    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                        throw new LogUnavailable("away", new IllegalStateException());
                    }
                    return epoch.get();
                },
                period,
                nanos::get);
    }

    @AfterEach
    void close() {
        watch.close();
    }

    private void awaitApplied(long wanted) throws InterruptedException {
        var applied = new CountDownLatch(1);
        watch.require("acme", wanted, applied::countDown);
        assertThat(applied.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anEpochIsAppliedOnlyAfterEveryListenerHasRechecked() throws InterruptedException {
        var seen = new AtomicLong(-1);
        watch.listen("acme", () -> seen.set(watch.applied("acme")));
        awaitApplied(3);
        assertThat(seen).hasValue(0);
        assertThat(watch.applied("acme")).isEqualTo(3);
    }

    @Test
    void whatIsAppliedAlreadyRunsAtOnce() throws InterruptedException {
        awaitApplied(3);
        var ran = new AtomicInteger();
        watch.require("acme", 2, ran::incrementAndGet);
        assertThat(ran).hasValue(1);
    }

    @Test
    void aChangeIsSeenWithoutBeingTold() {
        watch.close();
        watch = watch(Duration.ofMillis(20));
        var rechecks = new AtomicInteger();
        watch.listen("acme", rechecks::incrementAndGet);
        Eventually.eventually(() -> assertThat(watch.applied("acme")).isEqualTo(3));
        epoch.set(4);
        Eventually.eventually(() -> assertThat(watch.applied("acme")).isEqualTo(4));
        assertThat(rechecks).hasValue(2);
    }

    @Test
    void afterARestoreThatTookTheEpochBackChangesAreSeenAgain() throws InterruptedException {
        var rechecks = new AtomicInteger();
        watch.listen("acme", rechecks::incrementAndGet);
        awaitApplied(3);
        epoch.set(1);
        watch.changed("acme");
        Eventually.eventually(() -> assertThat(watch.applied("acme")).isEqualTo(1));
        assertThat(rechecks).hasValue(2);
        epoch.set(2);
        awaitApplied(2);
        assertThat(rechecks).hasValue(3);
    }

    @Test
    void aListenerThatCannotRecheckHoldsTheEpochBack() throws InterruptedException {
        var tries = new AtomicInteger();
        watch.listen("acme", () -> {
            if (tries.incrementAndGet() < 3) {
                throw new LogUnavailable("away", new IllegalStateException());
            }
        });
        awaitApplied(3);
        assertThat(tries).hasValue(3);
    }

    @Test
    void aDatabaseThatIsAwayDelaysAndLosesNothing() throws InterruptedException {
        failures.set(2);
        awaitApplied(3);
    }

    @Test
    void tenantsAreApartAndClosedListenersAreNotCalled() throws Exception {
        var other = new AtomicInteger();
        var closed = new AtomicInteger();
        watch.listen("other", other::incrementAndGet);
        var listening = watch.listen("acme", closed::incrementAndGet);
        Eventually.eventually(() -> assertThat(watch.applied("other")).isEqualTo(3));
        awaitApplied(3);
        listening.close();
        epoch.set(4);
        awaitApplied(4);
        assertThat(other).hasValue(1);
        assertThat(closed).hasValue(1);
        assertThat(watch.applied("other")).isEqualTo(3);
    }

    @Test
    void rightsAreFreshForAWhileAfterALookThatSucceeded() throws InterruptedException {
        assertThat(watch.fresh("acme")).isFalse();
        watch.listen("acme", () -> {});
        Eventually.eventually(() -> assertThat(watch.fresh("acme")).isTrue());
        nanos.addAndGet(AccessWatch.FRESH.toNanos() - 1);
        assertThat(watch.fresh("acme")).isTrue();
        nanos.incrementAndGet();
        assertThat(watch.fresh("acme")).isFalse();

        failures.set(1);
        watch.changed("acme");
        Eventually.eventually(() -> assertThat(watch.fresh("acme")).isTrue());
        assertThat(failures).hasValue(0);
        assertThat(watch.fresh("other")).isFalse();
    }

    /** As of when it began: what changed meanwhile it may not have seen. */
    @Test
    void aLookIsAsOldAsItsBeginning() throws InterruptedException {
        watch.listen("acme", () -> nanos.addAndGet(AccessWatch.FRESH.toNanos()));
        awaitApplied(3);
        assertThat(watch.fresh("acme")).isFalse();
    }

    @Test
    void whileAListenerCannotRecheckNothingIsFresh() {
        var away = new AtomicBoolean(true);
        var tries = new AtomicInteger();
        watch.listen("acme", () -> {
            tries.incrementAndGet();
            if (away.get()) {
                throw new LogUnavailable("away", new IllegalStateException());
            }
        });
        Eventually.eventually(() -> assertThat(tries).hasValueGreaterThan(1));
        assertThat(watch.fresh("acme")).isFalse();
        away.set(false);
        Eventually.eventually(() -> assertThat(watch.fresh("acme")).isTrue());
    }
}

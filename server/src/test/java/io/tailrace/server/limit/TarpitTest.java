package io.tailrace.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R-74")
class TarpitTest {

    private final AtomicLong nanos = new AtomicLong();
    private final List<Duration> pauses = new ArrayList<>();
    private final Tarpit tarpit = new Tarpit(nanos::get, new SplittableRandom(7), pauses::add);

    private void refuse(int times, String user) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            tarpit.hold("writes", user);
        }
    }

    @Test
    void theFirstRefusalsAreToldAtOnce() throws Exception {
        refuse(Tarpit.PROMPT, "ada");
        assertThat(pauses).isEmpty();
    }

    @Test
    void whoGoesOnAskingWaitsForEachAnswer() throws Exception {
        refuse(Tarpit.PROMPT, "ada");
        var held = List.of(tarpit.hold("writes", "ada"), tarpit.hold("writes", "ada"), tarpit.hold("writes", "ada"));
        assertThat(pauses).isEqualTo(held);
        assertThat(held)
                .allMatch(time -> time.compareTo(Tarpit.LEAST_HELD) >= 0 && time.compareTo(Tarpit.MOST_HELD) <= 0);
        assertThat(held).as("not all together").doesNotHaveDuplicates();
    }

    @Test
    void othersAndOtherLimitsDoNotWaitWithIt() throws Exception {
        refuse(Tarpit.PROMPT + 1, "ada");
        assertThat(tarpit.hold("writes", "bob")).isZero();
        assertThat(tarpit.hold("signals", "ada")).isZero();
    }

    @Test
    void whoHasStoppedForASecondIsAnsweredAtOnceAgain() throws Exception {
        refuse(Tarpit.PROMPT + 5, "ada");
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(tarpit.hold("writes", "ada")).isZero();
    }

    @Test
    void noMoreAreHeldThanThereArePlaces() throws Exception {
        var held = new CountDownLatch(Tarpit.PLACES);
        var release = new CountDownLatch(1);
        var crowded = new Tarpit(nanos::get, new SplittableRandom(7), time -> {
            held.countDown();
            release.await();
        });
        for (int i = 0; i < Tarpit.PROMPT; i++) {
            crowded.hold("writes", "ada");
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < Tarpit.PLACES; i++) {
                threads.submit(() -> crowded.hold("writes", "ada"));
            }
            held.await();
            assertThat(crowded.hold("writes", "ada")).as("one more").isZero();
            release.countDown();
        }
    }
}

package io.tailrace.server.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Real time that a test may push forward. */
final class TestTime {

    private final AtomicLong ahead = new AtomicLong();

    Pace pace() {
        return new Pace(this::now, () -> System.nanoTime() + ahead.get(), new Random(42));
    }

    Instant now() {
        return Instant.now().plusNanos(ahead.get());
    }

    void pass(Duration time) {
        ahead.addAndGet(time.toNanos());
    }
}

package io.tailrace.server.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.server.relay.RelayMeters;
import java.util.concurrent.atomic.AtomicInteger;

/** The relay as metrics: {@code tailrace_relay_…}. */
public final class RelayMetrics implements RelayMeters {

    private final Counter announced;
    private final Counter dropped;
    private final AtomicInteger relaying = new AtomicInteger();

    public RelayMetrics(MeterRegistry registry) {
        this.announced = Counter.builder("tailrace.relay.announced")
                .description("Outbox marks announced because nobody had settled them")
                .register(registry);
        this.dropped = Counter.builder("tailrace.relay.dropped")
                .description("Outbox marks dropped unannounced, being too old")
                .register(registry);
        Gauge.builder("tailrace.relay.seat", relaying, AtomicInteger::get)
                .description("1 on the node that is the relay")
                .register(registry);
    }

    @Override
    public void relaying(boolean now) {
        relaying.set(now ? 1 : 0);
    }

    @Override
    public void announced(int channels, int marks) {
        announced.increment(marks);
    }

    @Override
    public void dropped(int marks) {
        dropped.increment(marks);
    }
}

package io.tailrace.server.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.server.bus.BusMeters;
import java.util.concurrent.atomic.AtomicInteger;

/** The bus as metrics: {@code tailrace_bus_…}. */
public final class BusMetrics implements BusMeters {

    private final Counter published;
    private final Counter dropped;
    private final Counter received;
    private final Counter interruptions;
    private final AtomicInteger up = new AtomicInteger();

    public BusMetrics(MeterRegistry registry) {
        this.published = Counter.builder("tailrace.bus.published")
                .description("Announcements taken by the bus")
                .register(registry);
        this.dropped = Counter.builder("tailrace.bus.dropped")
                .description("Announcements not taken by the bus; readers get theirs late")
                .register(registry);
        this.received = Counter.builder("tailrace.bus.received")
                .description("Announcements heard")
                .register(registry);
        this.interruptions = Counter.builder("tailrace.bus.interruptions")
                .description("Times that the listening connection was lost")
                .register(registry);
        Gauge.builder("tailrace.bus.up", up, AtomicInteger::get)
                .description("1 while the listening connection lives")
                .register(registry);
    }

    @Override
    public void published(int announcements) {
        published.increment(announcements);
    }

    @Override
    public void dropped(int announcements) {
        dropped.increment(announcements);
    }

    @Override
    public void received() {
        received.increment();
    }

    @Override
    public void up(boolean now) {
        up.set(now ? 1 : 0);
        if (!now) {
            interruptions.increment();
        }
    }
}

package io.tailrace.server.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.server.bus.BusMeters;
import java.util.concurrent.atomic.AtomicInteger;

/** A bus as metrics: {@code tailrace_bus_…}, or {@code tailrace_ephemeral_bus_…}. */
public final class BusMetrics implements BusMeters {

    private final Counter published;
    private final Counter dropped;
    private final Counter received;
    private final Counter interruptions;
    private final AtomicInteger up = new AtomicInteger();

    public static BusMetrics durable(MeterRegistry registry) {
        return new BusMetrics(registry, "tailrace.bus");
    }

    public static BusMetrics ephemeral(MeterRegistry registry) {
        return new BusMetrics(registry, "tailrace.ephemeral.bus");
    }

    private BusMetrics(MeterRegistry registry, String prefix) {
        this.published = Counter.builder(prefix + ".published")
                .description("Messages taken by the bus")
                .register(registry);
        this.dropped = Counter.builder(prefix + ".dropped")
                .description("Messages not taken by the bus; events come late, what is of the moment not at all")
                .register(registry);
        this.received = Counter.builder(prefix + ".received")
                .description("Messages heard")
                .register(registry);
        this.interruptions = Counter.builder(prefix + ".interruptions")
                .description("Times that the listening connection was lost")
                .register(registry);
        Gauge.builder(prefix + ".up", up, AtomicInteger::get)
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

package io.tailrace.server.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.server.limit.LimitMeters;
import java.util.concurrent.atomic.AtomicInteger;

/** Limits as metrics: {@code tailrace_limits_…}. */
public final class LimitMetrics implements LimitMeters {

    private final MeterRegistry registry;
    private final Counter told;
    private final AtomicInteger shared = new AtomicInteger();

    public LimitMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.told = Counter.builder("tailrace.limits.told")
                .description("Users, tenants and channels told to the other nodes")
                .register(registry);
        Gauge.builder("tailrace.limits.shared", shared, AtomicInteger::get)
                .description("1 while limits hold for all nodes together, 0 while on each")
                .register(registry);
    }

    /** One counter for each limit, of which there are six. */
    @Override
    public void refused(String limit) {
        Counter.builder("tailrace.limits.refused")
                .description("What was refused, by limit")
                .tag("limit", limit)
                .register(registry)
                .increment();
    }

    @Override
    public void told(int accounts) {
        told.increment(accounts);
    }

    @Override
    public void shared(boolean now) {
        shared.set(now ? 1 : 0);
    }
}

package io.tailrace.server.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.log.LogMeters;
import io.tailrace.log.Retention;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** The log as metrics: {@code tailrace_log_…}. */
public final class LogMetrics implements LogMeters {

    private final Counter resubmitted;
    private final Counter undecided;
    private final Counter split;
    private final Counter incomplete;
    private final Counter sweeps;
    private final Counter trimmed;
    private final AtomicInteger epoch = new AtomicInteger();

    /** @param walled whether PostgreSQL keeps tenants apart */
    public LogMetrics(MeterRegistry registry, BooleanSupplier walled) {
        this.resubmitted = Counter.builder("tailrace.log.resubmitted")
                .description("Appends submitted once more after a deadlock, a timeout or a lost connection")
                .register(registry);
        this.undecided = Counter.builder("tailrace.log.undecided")
                .description("Writes that were answered 503: outcome unknown, or no database")
                .register(registry);
        this.split = Counter.builder("tailrace.log.split")
                .description("Batches split because PostgreSQL refused a value")
                .register(registry);
        this.incomplete = Counter.builder("tailrace.log.incomplete")
                .description("Reads that found rows missing above the floor")
                .register(registry);
        this.sweeps = Counter.builder("tailrace.log.sweeps")
                .description("Sweeps by this node that have ended")
                .register(registry);
        this.trimmed = Counter.builder("tailrace.log.trimmed")
                .description("Events removed by retention and deletions")
                .register(registry);
        Gauge.builder("tailrace.log.epoch.raised", epoch, AtomicInteger::get)
                .description("The last epoch that this node raised; 0: none")
                .register(registry);
        Gauge.builder("tailrace.log.walled", walled, stands -> stands.getAsBoolean() ? 1 : 0)
                .strongReference(true)
                .description("1 while PostgreSQL itself keeps tenants apart; alert on 0, the log says what is missing")
                .register(registry);
    }

    @Override
    public void resubmitted() {
        resubmitted.increment();
    }

    @Override
    public void undecided(int writes) {
        undecided.increment(writes);
    }

    @Override
    public void split() {
        split.increment();
    }

    @Override
    public void incomplete() {
        incomplete.increment();
    }

    @Override
    public void newEpoch(int raised) {
        epoch.set(raised);
    }

    @Override
    public void swept(Retention.Swept swept) {
        sweeps.increment();
        trimmed.increment(swept.events());
    }
}

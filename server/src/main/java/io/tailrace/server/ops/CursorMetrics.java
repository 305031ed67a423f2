package io.tailrace.server.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.server.cursors.CursorMeters;
import java.util.function.IntSupplier;

/** Cursors as metrics: {@code tailrace_cursors_…}. */
public final class CursorMetrics implements CursorMeters {

    private final MeterRegistry registry;
    private final Counter moved;
    private final Counter merged;
    private final Counter frames;
    private final Counter cursors;
    private final Counter published;

    public CursorMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.moved = counter("tailrace.cursors.moved", "Positions that came in");
        this.merged = counter("tailrace.cursors.merged", "Positions that replaced one that had not gone out");
        this.frames = counter("tailrace.cursors.frames", "Frames handed to clients");
        this.cursors = counter("tailrace.cursors.sent", "Positions handed to clients");
        this.published = counter("tailrace.cursors.published", "Messages to other nodes");
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    @Override
    public void active(IntSupplier sockets) {
        Gauge.builder("tailrace.cursors.active", sockets, IntSupplier::getAsInt)
                .description("Cursor sockets that are open")
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void ended(String reason) {
        Counter.builder("tailrace.cursors.ended")
                .description("Cursor sockets that ended, by reason")
                .tag("reason", reason)
                .register(registry)
                .increment();
    }

    @Override
    public void moved(boolean wasMerged) {
        moved.increment();
        if (wasMerged) {
            merged.increment();
        }
    }

    @Override
    public void sent(int count) {
        frames.increment();
        cursors.increment(count);
    }

    @Override
    public void published() {
        published.increment();
    }
}

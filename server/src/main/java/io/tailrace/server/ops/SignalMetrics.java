package io.tailrace.server.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.server.signal.SignalMeters;

/** What is of the moment as metrics: {@code tailrace_signals_…}, {@code tailrace_receipts_…}. */
public final class SignalMetrics implements SignalMeters {

    private final Counter taken;
    private final Counter merged;
    private final Counter lost;
    private final Counter shown;
    private final Counter woken;
    private final Counter kept;
    private final Counter notKept;

    public SignalMetrics(MeterRegistry registry) {
        this.taken = counter(registry, "tailrace.signals.taken", "Signals and ephemeral events taken from clients");
        this.merged = counter(registry, "tailrace.signals.merged", "Signals replaced by a later one of their author");
        this.lost = counter(registry, "tailrace.signals.lost", "Signals that the bus did not take");
        this.shown = counter(registry, "tailrace.noticeboard.shown", "Times that notices were shown");
        this.woken = counter(registry, "tailrace.noticeboard.woken", "Readers woken for notices");
        this.kept = counter(registry, "tailrace.receipts.kept", "Receipts kept");
        this.notKept = counter(registry, "tailrace.receipts.failed", "Receipts to be tried again");
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    @Override
    public void taken() {
        taken.increment();
    }

    @Override
    public void merged() {
        merged.increment();
    }

    @Override
    public void lost() {
        lost.increment();
    }

    @Override
    public void shown(int readers) {
        shown.increment();
        woken.increment(readers);
    }

    @Override
    public void kept(int receipts) {
        kept.increment(receipts);
    }

    @Override
    public void notKept(int receipts) {
        notKept.increment(receipts);
    }
}

package io.tailrace.server.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.presence.PresenceMeters;

/** Presence as metrics: {@code tailrace_presence_…}. */
public final class PresenceMetrics implements PresenceMeters {

    private final Counter beats;
    private final Counter looks;
    private final Counter joined;
    private final Counter updated;
    private final Counter left;
    private final Counter unavailable;

    public PresenceMetrics(MeterRegistry registry) {
        this.beats = Counter.builder("tailrace.presence.beats")
                .description("Devices that said that they are here, or left")
                .register(registry);
        this.looks = Counter.builder("tailrace.presence.looks")
                .description("Looks at member lists")
                .register(registry);
        this.joined = change(registry, "joined");
        this.updated = change(registry, "updated");
        this.left = change(registry, "left");
        this.unavailable = Counter.builder("tailrace.presence.unavailable")
                .description("Times that the store could not be asked")
                .register(registry);
    }

    private static Counter change(MeterRegistry registry, String kind) {
        return Counter.builder("tailrace.presence.changes")
                .description("Changes of members that were told, by kind")
                .tag("kind", kind)
                .register(registry);
    }

    @Override
    public void beat() {
        beats.increment();
    }

    @Override
    public void looked() {
        looks.increment();
    }

    @Override
    public void changed(int joinedNow, int updatedNow, int leftNow) {
        joined.increment(joinedNow);
        updated.increment(updatedNow);
        left.increment(leftNow);
    }

    @Override
    public void unavailable() {
        unavailable.increment();
    }
}

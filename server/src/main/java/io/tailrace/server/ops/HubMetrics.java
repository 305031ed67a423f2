package io.tailrace.server.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tailrace.server.hub.HubMeters;
import java.time.Duration;
import java.time.InstantSource;

/** The hubs as metrics: {@code tailrace_hub_…}. */
public final class HubMetrics implements HubMeters {

    private final InstantSource clock;
    private final Timer delivery;
    private final DistributionSummary gaps;
    private final Counter readFaults;
    private final Counter audits;
    private final Counter auditFinds;
    private final Counter ringHits;
    private final Counter pageHits;
    private final DistributionSummary pages;
    private final Counter overflows;
    private final Counter begunAnew;

    /** @param clock should run like the database's: the age of an event at delivery is measured between the two */
    public HubMetrics(MeterRegistry registry, InstantSource clock) {
        this.clock = clock;
        this.delivery = Timer.builder("tailrace.hub.delivery")
                .description("From the commit of an event to its release to this node's readers")
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(25),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5))
                .register(registry);
        this.gaps = DistributionSummary.builder("tailrace.hub.gap.events")
                .description("Events that a read of a gap brought")
                .register(registry);
        this.pages = DistributionSummary.builder("tailrace.hub.page.events")
                .description("Events that a read for replay brought")
                .register(registry);
        this.readFaults = counter(registry, "read.faults", "Reads of the log that failed");
        this.audits = counter(registry, "audits", "Heads compared with the log");
        this.auditFinds = counter(registry, "audit.finds", "Audits that found what the bus had not brought");
        this.ringHits = counter(registry, "ring.hits", "Resumes served from memory");
        this.pageHits = counter(registry, "page.hits", "Replayed pages that had been read before");
        this.overflows = counter(registry, "held.overflows", "Frames that found no room in the hold-back");
        this.begunAnew = counter(registry, "begun.anew", "Hubs that told their readers to resync");
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder("tailrace.hub." + name).description(description).register(registry);
    }

    @Override
    public void delivered(long committedAt) {
        delivery.record(Duration.ofMillis(Math.max(0, clock.millis() - committedAt)));
    }

    @Override
    public void gapFetched(int events) {
        gaps.record(events);
    }

    @Override
    public void readFailed() {
        readFaults.increment();
    }

    @Override
    public void audited(int hubs) {
        audits.increment(hubs);
    }

    @Override
    public void auditFoundMore() {
        auditFinds.increment();
    }

    @Override
    public void ringHit() {
        ringHits.increment();
    }

    @Override
    public void pageHit() {
        pageHits.increment();
    }

    @Override
    public void pageRead(int events) {
        pages.record(events);
    }

    @Override
    public void heldBackOverflow(int frames) {
        overflows.increment(frames);
    }

    @Override
    public void begunAnew() {
        begunAnew.increment();
    }
}

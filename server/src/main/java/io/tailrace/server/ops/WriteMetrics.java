package io.tailrace.server.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tailrace.server.write.WriteLanes;
import io.tailrace.server.write.WriteMeters;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/** The write path's meters in Micrometer. */
public final class WriteMetrics implements WriteMeters {

    private final AtomicLongArray queued = new AtomicLongArray(WriteLanes.COUNT);
    private final Timer appends;
    private final DistributionSummary batches;
    private final Counter overloaded;
    private final Counter unannounced;
    private final Timer announced;

    public WriteMetrics(MeterRegistry registry) {
        this.appends = Timer.builder("tailrace.write.append")
                .description("Time of one append to the log")
                .publishPercentileHistogram()
                .register(registry);
        this.batches = DistributionSummary.builder("tailrace.write.batch")
                .description("Writes in one append")
                .register(registry);
        this.overloaded = Counter.builder("tailrace.write.overloaded")
                .description("Writes refused because their lane was full or slow")
                .register(registry);
        this.unannounced = Counter.builder("tailrace.write.unannounced")
                .description("Committed events left to the relay")
                .register(registry);
        this.announced = Timer.builder("tailrace.write.announce")
                .description("Time from commit to the bus, of the oldest event of each batch")
                .publishPercentileHistogram()
                .register(registry);
        for (int lane = 0; lane < WriteLanes.COUNT; lane++) {
            int number = lane;
            Gauge.builder("tailrace.write.queued", queued, all -> all.get(number))
                    .description("Bytes that wait in a lane")
                    .baseUnit("bytes")
                    .tag("lane", Integer.toString(lane))
                    .register(registry);
        }
    }

    @Override
    public void appended(int writes, Duration took) {
        appends.record(took);
        batches.record(writes);
    }

    @Override
    public void queued(int lane, long bytes) {
        queued.set(lane, bytes);
    }

    @Override
    public void overloaded() {
        overloaded.increment();
    }

    @Override
    public void unannounced(int events) {
        unannounced.increment(events);
    }

    @Override
    public void announced(int events, Duration late) {
        announced.record(late);
    }
}

package io.tailrace.server.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tailrace.server.gateway.EndCause;
import io.tailrace.server.gateway.StreamMeters;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** Streams as metrics: {@code tailrace_stream_…}. */
public final class StreamMetrics implements StreamMeters {

    private final MeterRegistry registry;
    private final Counter opened;
    private final Counter[] ended;
    private final Counter sent;
    private final Timer delivery;
    private final Counter replayed;
    private final Counter resynced;
    private final Counter checkpointed;
    private final Counter checkpointsFailed;

    public StreamMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.opened = counter("tailrace.stream.opened", "Streams opened");
        this.ended = Arrays.stream(EndCause.values())
                .map(cause -> Counter.builder("tailrace.stream.ended")
                        .description("Streams ended, by cause")
                        .tag("cause", cause.label())
                        .register(registry))
                .toArray(Counter[]::new);
        this.sent = Counter.builder("tailrace.stream.sent")
                .description("Bytes handed to connections")
                .baseUnit("bytes")
                .register(registry);
        this.delivery = Timer.builder("tailrace.stream.delivery")
                .description("Time from commit to the hand-over to a connection")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(30))
                .register(registry);
        this.replayed = counter("tailrace.stream.replayed", "Events read again from the log for streams behind");
        this.resynced = counter("tailrace.stream.resynced", "Channels answered with snapshot.required");
        this.checkpointed = counter("tailrace.stream.checkpoints", "Checkpoints saved");
        this.checkpointsFailed = counter("tailrace.stream.checkpoints.failed", "Checkpoints that could not be saved");
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    @Override
    public void active(IntSupplier streams) {
        Gauge.builder("tailrace.stream.active", streams, IntSupplier::getAsInt)
                .description("Streams and polls that are open")
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void compressed(IntSupplier streams) {
        Gauge.builder("tailrace.stream.compressed", streams, IntSupplier::getAsInt)
                .description("Streams that are compressed")
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void opened() {
        opened.increment();
    }

    @Override
    public void ended(EndCause cause) {
        ended[cause.ordinal()].increment();
    }

    @Override
    public void notServed(String client) {
        Counter.builder("tailrace.stream.clients.refused")
                .description("Clients turned away because their version is no longer served")
                .tag("client", client)
                .register(registry)
                .increment();
    }

    @Override
    public void sent(int bytes) {
        sent.increment(bytes);
    }

    @Override
    public void delivered(long sinceCommitMillis) {
        delivery.record(Math.max(0, sinceCommitMillis), TimeUnit.MILLISECONDS);
    }

    @Override
    public void replayed(int events) {
        replayed.increment(events);
    }

    @Override
    public void resynced() {
        resynced.increment();
    }

    @Override
    public void dropped(Map<String, Long> byClass) {
        byClass.forEach((label, count) -> Counter.builder("tailrace.stream.dropped")
                .description("Frames that are no events and were left out for slow streams, by class")
                .tag("class", label)
                .register(registry)
                .increment(count));
    }

    @Override
    public void checkpointed(int rows) {
        checkpointed.increment(rows);
    }

    @Override
    public void checkpointFailed(int rows) {
        checkpointsFailed.increment(rows);
    }
}

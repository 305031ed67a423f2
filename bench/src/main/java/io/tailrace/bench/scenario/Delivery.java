package io.tailrace.bench.scenario;

import io.tailrace.bench.load.Fleet;
import io.tailrace.bench.load.Publisher;
import io.tailrace.bench.report.Goal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How much later than its author a reader on another node hears of a write. */
public final class Delivery implements Scenario {

    private static final String ROW = "1,000 channels, half of maximum";
    private static final String BEYOND = "p99_beyond_write_ms";
    private static final int CHANNELS = 1_000;
    private static final int WRITERS = 64;
    /** Two per writer, so that none is idle. */
    private static final int AHEAD = 2 * WRITERS;

    private static final Duration SETTLE = Duration.ofSeconds(5);
    private static final Duration MAXIMUM = Duration.ofSeconds(5);
    private static final Duration MEASURE = Duration.ofSeconds(10);
    private static final double MOST = 99;

    @Override
    public String name() {
        return "deliver";
    }

    @Override
    public String about() {
        return "Two nodes, written to on one and read on the other, 1,000 channels with a reader each: first as fast as 64"
                + " writers can and readers hear it, then at half of that rate; how long the write takes its author, and how"
                + " much longer the event takes to the reader, both from when it was due.";
    }

    @Override
    public String headline() {
        return BEYOND;
    }

    @Override
    public List<Trial> trials(Stage stage) {
        return List.of(new Trial(ROW, "tailrace", () -> measure(stage)));
    }

    private static Figures measure(Stage stage) throws Inexact {
        int channels = stage.count(CHANNELS);
        try (var tailrace = stage.cluster().nodes(2, Map.of());
                var fleet = Fleet.open(tailrace.readers(channels, channels), 1, stage.opening());
                var publisher = new Publisher(tailrace.outlet().with(1, 1, WRITERS), channels)) {
            double most = maximum(stage, fleet, publisher);
            publisher.atRate(most / 2);
            Watch.pass(stage.time(SETTLE));
            fleet.takeMicros();
            publisher.takeMicros();
            Watch.pass(stage.time(MEASURE));
            var deliveries = fleet.takeMicros();
            var writes = publisher.takeMicros();
            double beyond = (deliveries.getValueAtPercentile(MOST) - writes.getValueAtPercentile(MOST))
                    / (double) TimeUnit.MILLISECONDS.toMicros(1);
            Exactness.demandAll(fleet, publisher, 1);
            return new Figures()
                    .put("max_writes_per_s", most)
                    .put(BEYOND, beyond)
                    .latency("write_", writes)
                    .latency("delivery_", deliveries);
        }
    }

    /** Events per second that are written on one node and read on the other, as many as they take. */
    private static double maximum(Stage stage, Fleet fleet, Publisher publisher) {
        publisher.ahead(fleet::delivered, 1, AHEAD);
        Watch.pass(stage.time(Stage.WARM_UP));
        long before = fleet.delivered();
        long begun = System.nanoTime();
        Watch.pass(stage.time(MAXIMUM));
        return Math.max(2, (fleet.delivered() - before) * 1e9 / (System.nanoTime() - begun));
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.atMost(ROW, BEYOND, 10));
    }
}

package io.tailrace.bench.scenario;

import io.tailrace.bench.load.Publisher;
import io.tailrace.bench.load.Writers;
import io.tailrace.bench.report.Goal;
import io.tailrace.bench.servers.Tailrace;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One tenant writes as much as it can, beside one that writes now and then. */
public final class Overload implements Scenario {

    private static final String QUIET = "a quiet tenant alone";
    private static final String BESIDE = "beside one that floods";
    private static final String LATENCY = "p99_ms";
    private static final int FLOOD = 256;
    private static final int CHANNELS = 1_000;
    private static final int RATE = 50;
    private static final Duration WARM_UP = Duration.ofSeconds(6);
    private static final Duration MEASURE = Duration.ofSeconds(10);

    @Override
    public String name() {
        return "overload";
    }

    @Override
    public String about() {
        return "One tenant floods the write lanes of a node, 256 connections with batches of 50, while another one writes 50"
                + " times per second: what the quiet one waits, alone and beside the other; it must never be refused.";
    }

    @Override
    public String headline() {
        return LATENCY;
    }

    @Override
    public List<Trial> trials(Stage stage) {
        return List.of(
                new Trial(QUIET, "tailrace", () -> measure(stage, false)),
                new Trial(BESIDE, "tailrace", () -> measure(stage, true)));
    }

    private static Figures measure(Stage stage, boolean flooded) throws Inexact {
        try (var tailrace = stage.cluster().nodes(1, Map.of());
                var quiet = new Publisher(tailrace.of("quiet").outlet().with(1, 1, 8), 10)) {
            if (!flooded) {
                return measure(stage, quiet, new Figures());
            }
            var flood = tailrace.outlet().with(Tailrace.BATCH, 1, stage.count(FLOOD));
            try (var writers = new Writers(flood, CHANNELS)) {
                var figures = measure(stage, quiet, new Figures());
                figures.put("flood_written", (double) writers.written())
                        .put("flood_refused", (double) writers.refused());
                writers.stop(Exactness.REST);
                return figures;
            }
        }
    }

    private static Figures measure(Stage stage, Publisher quiet, Figures figures) throws Inexact {
        quiet.atRate(RATE);
        Watch.pass(stage.time(WARM_UP));
        quiet.takeMicros();
        Watch.pass(stage.time(MEASURE));
        figures.latency("", quiet.takeMicros());
        if (!quiet.stop(Exactness.REST) || quiet.refused() > 0) {
            throw new Inexact(
                    "the quiet tenant was refused " + quiet.refused() + " times, the last with " + quiet.lastRefusal());
        }
        return figures;
    }

    @Override
    public List<Goal> goals() {
        return List.of();
    }
}

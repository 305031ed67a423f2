package io.tailrace.bench.scenario;

import io.tailrace.bench.load.Fleet;
import io.tailrace.bench.load.Publisher;
import io.tailrace.bench.report.Goal;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A network that loses a part of its readers all the time. */
public final class Wifi implements Scenario {

    private static final String ROW = "10k, a tenth cut each second";
    private static final int READERS = 10_000;
    private static final double CHANCE = 0.1;
    private static final int SECONDS = 15;
    private static final int RATE = 5;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "wifi";
    }

    @Override
    public String about() {
        return "10,000 readers of one channel under load, of whom a random tenth is cut off each second and resumes within"
                + " half a second: how long the others' events take, what it costs, and nothing lost.";
    }

    @Override
    public String headline() {
        return "p99_ms";
    }

    @Override
    public List<Trial> trials(Stage stage) {
        return List.of(new Trial(ROW, "tailrace", () -> measure(stage)));
    }

    private static Figures measure(Stage stage) throws Inexact {
        int readers = stage.count(READERS);
        try (var tailrace = stage.cluster().nodes(2, Map.of());
                var fleet = Fleet.open(tailrace.readers(1, readers).returning(), 1, stage.opening());
                var publisher = new Publisher(tailrace.outlet(), 1)) {
            publisher.atRate(RATE);
            double reads = Storm.reads(tailrace);
            var figures = new Figures();
            var watch = Watch.start(tailrace);
            for (int second = 0; second < (stage.quick() ? 2 : SECONDS); second++) {
                fleet.cutSome(CHANCE);
                Watch.pass(Duration.ofSeconds(1));
            }
            watch.stop(figures, Math.max(1, fleet.delivered()));
            fleet.awaitLive(LIMIT);
            figures.put("returns", fleet.returns())
                    .put("put_off", fleet.refusals() + fleet.turnedAway())
                    .put("log_reads", Storm.reads(tailrace) - reads)
                    .latency("", fleet.takeMicros())
                    .latency("away_", fleet.takeAwayMicros());
            Exactness.demandCaughtUp(fleet, publisher, 0, readers);
            return figures;
        }
    }

    @Override
    public List<Goal> goals() {
        return List.of();
    }
}

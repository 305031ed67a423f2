package io.tailrace.bench.scenario;

import io.tailrace.bench.load.Fleet;
import io.tailrace.bench.load.Publisher;
import io.tailrace.bench.report.Goal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A node is told to stop while its readers are at it, as every deploy does. */
public final class Drain implements Scenario {

    private static final String ROW = "5k streams move";
    private static final String WORST = "worst_second_ratio";
    private static final int READERS = 5_000;
    private static final int RATE = 5;
    private static final int LIMIT_SECONDS = 60;
    private static final Duration STEADY = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "drain";
    }

    @Override
    public String about() {
        return "SIGTERM to one of two nodes with 5,000 streams under load; readers come back to the other one as they are"
                + " asked to: reconnections per second, the worst second against the mean of those in which there were any,"
                + " and nothing lost.";
    }

    @Override
    public String headline() {
        return WORST;
    }

    @Override
    public List<Trial> trials(Stage stage) {
        return List.of(new Trial(ROW, "tailrace", () -> measure(stage)));
    }

    private static Figures measure(Stage stage) throws Inexact {
        int readers = stage.count(READERS);
        try (var tailrace = stage.cluster().nodes(2, Map.of())) {
            var plan = tailrace.readers(List.of(tailrace.address(1), tailrace.address(0)), 1, readers, 1);
            try (var fleet = Fleet.open(plan.returning(), 1, stage.opening());
                    var publisher = new Publisher(tailrace.outlet(), 1)) {
                publisher.atRate(RATE);
                Watch.pass(stage.time(STEADY));
                tailrace.node(1).terminate();
                var seconds = returnsBySecond(fleet, readers);
                if (fleet.returns() < readers) {
                    throw new Inexact("not all readers came back: " + fleet.state());
                }
                var busy = seconds.stream().filter(count -> count > 0).toList();
                double mean =
                        busy.stream().mapToInt(Integer::intValue).average().orElse(1);
                int worst = busy.stream().mapToInt(Integer::intValue).max().orElse(0);
                var figures = new Figures()
                        .put(WORST, worst / mean)
                        .put("returns_per_s_worst", worst)
                        .put("returns_per_s_mean", mean)
                        .put("all_back_s", seconds.size())
                        .put("turned_away", fleet.turnedAway())
                        .latency("away_", fleet.takeAwayMicros())
                        .latency("", fleet.takeMicros());
                Exactness.demandCaughtUp(fleet, publisher, 0, readers);
                return figures;
            }
        }
    }

    /** How many came back in each second, until all have. */
    private static List<Integer> returnsBySecond(Fleet fleet, int readers) {
        var seconds = new ArrayList<Integer>();
        int before = 0;
        while (before < readers && seconds.size() < LIMIT_SECONDS) {
            Watch.pass(Duration.ofSeconds(1));
            int now = fleet.returns();
            seconds.add(now - before);
            before = now;
        }
        return seconds;
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.atMost(ROW, WORST, 3));
    }
}

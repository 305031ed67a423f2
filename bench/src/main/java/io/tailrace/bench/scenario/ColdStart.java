package io.tailrace.bench.scenario;

import io.tailrace.bench.load.Writers;
import io.tailrace.bench.report.Goal;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** From nothing to full speed. */
public final class ColdStart implements Scenario {

    private static final String ROW = "one node, databases up";
    private static final String READY = "ready_s";
    private static final String SPEED = "speed_after_5_s_ratio";
    private static final int WRITERS = 32;
    private static final int CHANNELS = 1_000;

    /** How long another node takes the same writes first: it is the node that starts cold, not who writes to it. */
    private static final Duration BEFORE = Duration.ofSeconds(10);

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration UNTIL_FIFTH = Duration.ofSeconds(4);
    private static final Duration UNTIL_WARM = Duration.ofSeconds(15);
    private static final Duration WARM = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "coldstart";
    }

    @Override
    public String about() {
        return "A node is started with its databases up: when it says that it is ready, and how fast 32 writers are served"
                + " in its fifth second, against twenty seconds later. Writers and databases are warm: another node has just"
                + " served them.";
    }

    @Override
    public String headline() {
        return READY;
    }

    @Override
    public List<Trial> trials(Stage stage) {
        return List.of(new Trial(ROW, "tailrace", () -> measure(stage)));
    }

    private static void warmOthers(Stage stage) {
        try (var other = stage.cluster().nodes(1, Map.of());
                var writers = new Writers(other.outlet().with(1, 1, WRITERS), stage.count(CHANNELS))) {
            Watch.pass(stage.time(BEFORE));
            writers.stop(BEFORE);
        }
    }

    private static Figures measure(Stage stage) throws Inexact {
        warmOthers(stage);
        long begun = System.nanoTime();
        try (var tailrace = stage.cluster().starting()) {
            tailrace.awaitReady();
            double ready = (System.nanoTime() - begun) / 1e9;
            tailrace.configure();
            try (var writers = new Writers(tailrace.outlet().with(1, 1, WRITERS), stage.count(CHANNELS))) {
                double first = rate(writers, stage.time(SECOND));
                Watch.pass(stage.time(UNTIL_FIFTH.minus(SECOND)));
                double fifth = rate(writers, stage.time(SECOND));
                Watch.pass(stage.time(UNTIL_WARM));
                double warm = rate(writers, stage.time(WARM));
                Exactness.demandLogged(tailrace, writers);
                return new Figures()
                        .put(READY, ready)
                        .put("writes_per_s_first", first)
                        .put("writes_per_s_fifth", fifth)
                        .put("writes_per_s_warm", warm)
                        .put(SPEED, fifth / warm);
            }
        }
    }

    private static double rate(Writers writers, Duration time) {
        long before = writers.written();
        long begun = System.nanoTime();
        Watch.pass(time);
        return (writers.written() - before) * 1e9 / (System.nanoTime() - begun);
    }

    /** "At full speed" is nine tenths of what it reaches later: less would be noise. */
    @Override
    public List<Goal> goals() {
        return List.of(Goal.atMost(ROW, READY, 1.5), Goal.atLeast(ROW, SPEED, 0.9));
    }
}

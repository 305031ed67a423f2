package io.tailrace.bench.scenario;

import io.tailrace.bench.load.Fleet;
import io.tailrace.bench.load.Publisher;
import io.tailrace.bench.report.Goal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A node is killed, and readers who know nothing but to try again wait for it. */
public final class ListenerDown implements Scenario {

    private static final String ROW = "5k EventSource-like readers";
    private static final int READERS = 5_000;
    private static final int RATE = 5;
    private static final Duration STEADY = Duration.ofSeconds(5);
    private static final Duration DOWN = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @Override
    public String name() {
        return "listener";
    }

    @Override
    public String about() {
        return "The node of 5,000 readers is killed and started again five seconds later, while another one takes the"
                + " writes; readers try again as EventSource does: how long after it is ready all are back, and nothing lost.";
    }

    @Override
    public String headline() {
        return "all_back_after_ready_s";
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
            Watch.pass(stage.time(STEADY));
            tailrace.node(1).kill();
            Watch.pass(stage.time(DOWN));
            int tries = fleet.turnedAway();
            tailrace.node(1).end();
            tailrace.node(1).restart();
            tailrace.awaitReady();
            long ready = System.nanoTime();
            boolean all = fleet.awaitReturns(readers, LIMIT);
            double seconds = (System.nanoTime() - ready) / 1e9;
            if (!all) {
                throw new Inexact("not all readers came back: " + fleet.state());
            }
            var figures = new Figures()
                    .put("all_back_after_ready_s", seconds)
                    .put("tries_while_down", tries)
                    .latency("away_", fleet.takeAwayMicros());
            Exactness.demandCaughtUp(fleet, publisher, 0, readers);
            return figures;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Goal> goals() {
        return List.of();
    }
}

package io.tailrace.bench.scenario;

import io.tailrace.bench.load.Fleet;
import io.tailrace.bench.load.Nuisance;
import io.tailrace.bench.load.Publisher;
import io.tailrace.bench.load.Writers;
import io.tailrace.bench.report.Goal;
import io.tailrace.bench.servers.Tailrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A quiet tenant on a node with its usual limits, beside one that breaks them. */
public final class Neighbour implements Scenario {

    /** What the other one does too much of. */
    private enum Flood {
        WRITES,
        HANDSHAKES,
        BODIES
    }

    private static final String QUIET = "a quiet tenant alone";
    private static final String BESIDE_WRITES = "beside a flood of writes";
    private static final String BESIDE_HANDSHAKES = "beside a flood of handshakes";
    private static final String BESIDE_BODIES = "beside a flood of huge bodies";
    private static final String BESIDE_ALL = "beside all three";

    private static final String WRITTEN = "p99_ms";
    private static final String DELIVERED = "deliver_p99_ms";
    private static final double FACTOR = 1.5;

    private static final int CHANNELS = 64;
    private static final int RATE = 100;
    private static final Duration MEASURE = Duration.ofSeconds(20);

    /** Floods run this long before it is measured: what they run into has been compiled by then. */
    private static final Duration WARM_UP = Duration.ofSeconds(40);

    /** Of each flood. */
    private static final int CLIENTS = 32;

    private static final int FLOODED_CHANNELS = 1_000;

    /** Each flood is a machine of its own. */
    private static final String HANDSHAKES_FROM = "127.0.0.21";

    private static final String BODIES_FROM = "127.0.0.22";

    @Override
    public String name() {
        return "neighbour";
    }

    @Override
    public String about() {
        return "A tenant writes 100 times per second and reads what it wrote, while another one floods the same node, which"
                + " has the limits that it has by default: 32 clients with batches of 50 writes, 32 that open streams, 32"
                + " that send bodies of 4 and 8 MiB, and all of them, none of whom heeds an answer. What the quiet one waits for its writes,"
                + " and for its events; it must never be refused.";
    }

    @Override
    public String headline() {
        return WRITTEN;
    }

    @Override
    public List<Trial> trials(Stage stage) {
        return stage.some(List.of(
                trial(stage, QUIET, EnumSet.noneOf(Flood.class)),
                trial(stage, BESIDE_WRITES, EnumSet.of(Flood.WRITES)),
                trial(stage, BESIDE_HANDSHAKES, EnumSet.of(Flood.HANDSHAKES)),
                trial(stage, BESIDE_BODIES, EnumSet.of(Flood.BODIES)),
                trial(stage, BESIDE_ALL, EnumSet.allOf(Flood.class))));
    }

    private static Trial trial(Stage stage, String row, Set<Flood> floods) {
        return new Trial(row, "tailrace", () -> measure(stage, floods));
    }

    private static Figures measure(Stage stage, Set<Flood> floods) throws Inexact {
        try (var tailrace = stage.cluster().limited()) {
            var quiet = tailrace.of("quiet");
            try (var fleet = Fleet.open(quiet.readers(CHANNELS, CHANNELS), 1, stage.opening());
                    var publisher = new Publisher(quiet.outlet().with(1, 1, CHANNELS), CHANNELS);
                    var flooding = new Flooding(stage, tailrace, floods)) {
                publisher.atRate(RATE);
                Watch.pass(stage.time(WARM_UP));
                publisher.takeMicros();
                fleet.takeMicros();
                Watch.pass(stage.time(MEASURE));
                var figures = new Figures().latency("", publisher.takeMicros()).latency("deliver_", fleet.takeMicros());
                flooding.report(figures);
                Exactness.demandAll(fleet, publisher, 1);
                return figures;
            }
        }
    }

    /** Who floods, until it is closed. */
    private static final class Flooding implements AutoCloseable {

        private final List<Writers> writers = new ArrayList<>();
        private final List<Nuisance> visitors = new ArrayList<>();

        Flooding(Stage stage, Tailrace tailrace, Set<Flood> floods) {
            int clients = stage.count(CLIENTS);
            for (var flood : floods) {
                switch (flood) {
                    case WRITES ->
                        writers.add(new Writers(tailrace.outlet().with(Tailrace.BATCH, 1, clients), FLOODED_CHANNELS));
                    case HANDSHAKES ->
                        visitors.add(new Nuisance(
                                HANDSHAKES_FROM,
                                tailrace.address(0),
                                List.of(tailrace.stream().bytes()),
                                clients));
                    case BODIES ->
                        visitors.add(new Nuisance(BODIES_FROM, tailrace.address(0), tailrace.hugeBodies(), clients));
                }
            }
        }

        void report(Figures figures) {
            for (var flood : writers) {
                figures.put("written", (double) flood.written()).put("refused", (double) flood.refused());
            }
            if (!visitors.isEmpty()) {
                figures.put(
                                "visits_served",
                                visitors.stream().mapToLong(Nuisance::served).sum())
                        .put(
                                "visits_refused",
                                visitors.stream().mapToLong(Nuisance::refused).sum())
                        .put(
                                "visits_cut",
                                visitors.stream().mapToLong(Nuisance::cut).sum());
            }
        }

        @Override
        public void close() {
            writers.forEach(Writers::close);
            visitors.forEach(Nuisance::close);
        }
    }

    @Override
    public List<Goal> goals() {
        var goals = new ArrayList<Goal>();
        for (var row : List.of(BESIDE_WRITES, BESIDE_HANDSHAKES, BESIDE_BODIES, BESIDE_ALL)) {
            for (var figure : List.of(WRITTEN, DELIVERED)) {
                goals.add(Goal.atMost(row, figure, FACTOR, "tailrace").of(QUIET, figure));
            }
        }
        return goals;
    }
}

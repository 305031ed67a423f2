package io.tailrace.bench.scenario;

import io.tailrace.bench.load.Fleet;
import io.tailrace.bench.load.Publisher;
import io.tailrace.bench.report.Goal;
import io.tailrace.bench.servers.Tailrace;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Streams of many channels, whose positions are rows in the database. */
public final class Checkpoints implements Scenario {

    private static final String ROW = "5,000 streams of 50 channels";
    private static final int STREAMS = 5_000;
    private static final int CHANNELS = 1_000;
    private static final int EACH = 50;
    private static final int RATE = 100;
    private static final Duration WARM_UP = Duration.ofSeconds(8);
    private static final Duration MEASURE = Duration.ofSeconds(15);

    @Override
    public String name() {
        return "checkpoints";
    }

    @Override
    public String about() {
        return "5,000 streams of 50 channels each, 100 events per second, each to 250 of them: rows of checkpoints per"
                + " second, CPU per delivery with them, and that of PostgreSQL.";
    }

    @Override
    public String headline() {
        return "checkpoint_rows_per_s";
    }

    @Override
    public List<Trial> trials(Stage stage) {
        return List.of(new Trial(ROW, "tailrace", () -> measure(stage)));
    }

    private static Figures measure(Stage stage) throws Inexact {
        int channels = stage.quick() ? EACH * 2 : CHANNELS;
        int streams = stage.count(STREAMS);
        try (var tailrace = stage.cluster().nodes(2, Map.of())) {
            var plan = tailrace.readers(List.of(tailrace.address(1)), channels, streams, EACH);
            try (var fleet = Fleet.open(plan, 1, stage.opening());
                    var publisher = new Publisher(tailrace.outlet().with(Tailrace.BATCH, 1, 4), channels)) {
                publisher.atRate(RATE);
                Watch.pass(stage.time(WARM_UP));
                fleet.takeMicros();
                long delivered = fleet.delivered();
                double rows = rows(tailrace);
                var figures = new Figures();
                var watch = Watch.start(tailrace);
                Watch.pass(stage.time(MEASURE));
                figures.put("checkpoint_rows_per_s", (rows(tailrace) - rows) / watch.seconds());
                watch.stop(figures, Math.max(1, fleet.delivered() - delivered));
                figures.latency("", fleet.takeMicros());
                Exactness.demandAll(fleet, publisher, streams / (channels / EACH));
                return figures;
            }
        }
    }

    private static double rows(Tailrace tailrace) {
        return tailrace.metric(1, "tailrace_stream_checkpoints_total");
    }

    @Override
    public List<Goal> goals() {
        return List.of();
    }
}

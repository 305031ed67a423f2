package io.tailrace.bench.scenario;

import io.tailrace.bench.load.Writers;
import io.tailrace.bench.machine.Accounting;
import io.tailrace.bench.report.Goal;
import io.tailrace.bench.servers.Absent;
import io.tailrace.bench.servers.PgBench;
import io.tailrace.bench.servers.Tailrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Durable writes over HTTP, beside the same statement without HTTP and without gathering. */
public final class DurableWrites implements Scenario {

    private static final String RATE = "writes_per_s";
    private static final String PGBENCH = "pgbench";
    private static final String HOT = "one channel";
    private static final String SPREAD = "1,000 channels";
    private static final int CHANNELS = 1_000;
    private static final List<Integer> WRITERS = List.of(1, 8, 64, 512);
    private static final int BATCHING = 8;
    private static final List<Integer> CLIENTS = List.of(1, 32);
    /** So that a row of one writer, too, is of a node whose code is compiled: it makes too few writes for that itself. */
    private static final int WARMING = 64;

    private static final Duration SETTLE = Duration.ofSeconds(3);
    private static final Duration MEASURE = Duration.ofSeconds(8);

    @Override
    public String name() {
        return "writes";
    }

    @Override
    public String about() {
        return "Durable writes over HTTP on kept connections, each writer waiting for its answer, against one node and"
                + " PostgreSQL with fsync; pgbench runs the same append, one event per transaction, on the same database."
                + " Afterwards the log must hold what was acknowledged, once.";
    }

    @Override
    public String headline() {
        return RATE;
    }

    @Override
    public List<Trial> trials(Stage stage) {
        var trials = new ArrayList<Trial>();
        for (int channels : stage.one(List.of(1, CHANNELS))) {
            var where = channels == 1 ? HOT : SPREAD;
            for (int clients : stage.some(CLIENTS)) {
                trials.add(new Trial(row(where, clients), PGBENCH, () -> pgbench(stage, channels, clients)));
            }
            for (int writers : stage.some(WRITERS)) {
                trials.add(new Trial(row(where, writers), "tailrace", () -> ours(stage, channels, writers, 1)));
            }
            trials.add(new Trial(batches(where), "tailrace", () -> ours(stage, channels, BATCHING, Tailrace.BATCH)));
        }
        return trials;
    }

    private static String row(String where, int writers) {
        return where + ", " + writers + (writers == 1 ? " writer" : " writers");
    }

    private static String batches(String where) {
        return where + ", batches of " + Tailrace.BATCH;
    }

    private static Figures ours(Stage stage, int channels, int writers, int batch) throws Inexact {
        try (var tailrace = stage.cluster().nodes(1, Map.of());
                var warming = new Writers(tailrace.outlet().with(batch, 1, Math.max(writers, WARMING)), channels)) {
            Watch.pass(stage.time(Stage.WARM_UP));
            warming.stop(Exactness.REST);
            return measured(
                    stage, tailrace, warming, new Writers(tailrace.outlet().with(batch, 1, writers), channels));
        }
    }

    private static Figures measured(Stage stage, Tailrace tailrace, Writers warming, Writers writers) throws Inexact {
        try (var load = writers) {
            Watch.pass(stage.time(SETTLE));
            load.takeMicros();
            long before = load.written();
            var figures = new Figures();
            var watch = Watch.start(tailrace);
            Watch.pass(stage.time(MEASURE));
            long count = load.written() - before;
            figures.put(RATE, count / watch.seconds());
            watch.stop(figures, Math.max(1, count));
            figures.latency("", load.takeMicros());
            Exactness.demandLogged(tailrace, warming, load);
            if (load.refused() > 0) {
                throw new Inexact(load.refused() + " writes were refused, the last with " + load.lastRefusal());
            }
            return figures;
        }
    }

    private static Figures pgbench(Stage stage, int channels, int clients) throws Absent {
        var pgbench = PgBench.find(stage.cluster(), stage.scratch());
        stage.cluster().prepare();
        var postgres = List.of(stage.cluster().local().postgresPid());
        double before = Accounting.cpuSeconds(postgres);
        var outcome = pgbench.run(clients, channels, "pgbench:" + System.nanoTime(), stage.time(MEASURE));
        double used = Accounting.cpuSeconds(postgres) - before;
        return new Figures()
                .put(RATE, outcome.perSecond())
                .put("postgres_cpu_s_per_m", used * 1e6 / outcome.micros().size())
                .put("p50_ms", outcome.percentileMillis(0.5))
                .put("p99_ms", outcome.percentileMillis(0.99));
    }

    @Override
    public List<Goal> goals() {
        return List.of(
                Goal.atLeast(row(HOT, 512), RATE, 6, PGBENCH).of(row(HOT, 32), RATE),
                Goal.atLeast(batches(HOT), RATE, 15, PGBENCH).of(row(HOT, 32), RATE),
                Goal.atLeast(row(SPREAD, 512), RATE, 0.7, PGBENCH).of(row(SPREAD, 32), RATE),
                Goal.atMost(row(HOT, 1), "p50_ms", 1.5, PGBENCH).plus(1),
                Goal.atMost(row(HOT, 1), "p99_ms", 1.5, PGBENCH).plus(1));
    }
}

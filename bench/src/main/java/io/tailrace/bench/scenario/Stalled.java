package io.tailrace.bench.scenario;

import io.tailrace.bench.load.Fleet;
import io.tailrace.bench.load.Publisher;
import io.tailrace.bench.machine.Accounting;
import io.tailrace.bench.report.Goal;
import io.tailrace.bench.servers.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Readers that hang beside readers that do not. */
public final class Stalled implements Scenario {

    private static final String ALL = "10k read";
    private static final String SOME = "9k read, 1k hang";
    private static final int READERS = 10_000;
    private static final int PART = 10;
    private static final int RATE = 3;

    /** Long events, so that what the kernel holds for a reader is soon full. */
    private static final String PAD = "a long card, ".repeat(150);

    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration MEASURE = Duration.ofSeconds(15);
    private static final double MIB = 1024 * 1024;

    @Override
    public String name() {
        return "stalled";
    }

    @Override
    public String about() {
        return "10,000 readers of 2 KiB events, of whom a tenth stops reading: what that does to the others, and to the"
                + " memory of the node, against a run in which all read. Those that hang are cut off in their time.";
    }

    @Override
    public String headline() {
        return "p99_ms";
    }

    @Override
    public List<Trial> trials(Stage stage) {
        var trials = new ArrayList<Trial>();
        trials.add(new Trial(ALL, "tailrace", () -> measure(stage, 0)));
        trials.add(new Trial(SOME, "tailrace", () -> measure(stage, stage.count(READERS) / PART)));
        return trials;
    }

    private static Figures measure(Stage stage, int hanging) throws Inexact {
        int readers = stage.count(READERS);
        try (var tailrace = stage.cluster().nodes(2, Map.of());
                var fleet = Fleet.open(tailrace.readers(1, readers).returning(), 1, stage.opening());
                var publisher = new Publisher(tailrace.outlet(PAD), 1);
                var memory = MemoryWatch.of(tailrace)) {
            double before = Accounting.memory(tailrace.processes().getOrDefault(Server.STREAMS, List.of()));
            publisher.atRate(RATE);
            fleet.stall(hanging);
            Watch.pass(stage.time(WARM_UP));
            fleet.takeMicros();
            long count = fleet.delivered();
            Watch.pass(stage.time(MEASURE));
            var figures = new Figures()
                    .put("deliveries", (double) (fleet.delivered() - count))
                    .put("memory_mib", memory.most() / MIB)
                    .put("memory_growth_mib", (memory.most() - before) / MIB)
                    .latency("", fleet.takeMicros());
            Exactness.demandCaughtUp(fleet, publisher, 0, readers - hanging);
            return figures;
        }
    }

    @Override
    public List<Goal> goals() {
        return List.of(
                Goal.atMost(SOME, "p99_ms", 1.1, "tailrace").of(ALL, "p99_ms"),
                Goal.atMost(SOME, "memory_mib", 2, "tailrace").of(ALL, "memory_mib"));
    }
}

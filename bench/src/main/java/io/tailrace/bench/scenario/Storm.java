package io.tailrace.bench.scenario;

import io.tailrace.bench.load.Fleet;
import io.tailrace.bench.load.Publisher;
import io.tailrace.bench.report.Goal;
import io.tailrace.bench.servers.Tailrace;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** All readers of a channel are cut at once, and come back at once. */
public final class Storm implements Scenario {

    private static final String ROW = "10k come back, 0 to 500 behind";
    private static final int READERS = 10_000;
    private static final int BACK = 500;
    private static final int HISTORY = 1_000;
    private static final int RATE = 5;
    private static final Duration STEADY = Duration.ofSeconds(8);
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration AFTER = Duration.ofSeconds(3);
    private static final double MILLIS = 1000;

    @Override
    public String name() {
        return "storm";
    }

    @Override
    public String about() {
        return "10,000 readers of one channel, under load, are cut at once and resume by Last-Event-ID from 0 to 500 events"
                + " back: when they are live again, what it costs the log (reads of the streaming node) and in memory.";
    }

    @Override
    public String headline() {
        return "all_live_s";
    }

    @Override
    public List<Trial> trials(Stage stage) {
        return List.of(new Trial(ROW, "tailrace", () -> measure(stage)));
    }

    private static Figures measure(Stage stage) throws Inexact {
        int readers = stage.count(READERS);
        int back = stage.count(BACK);
        try (var tailrace = stage.cluster().nodes(2, Map.of())) {
            long before = history(tailrace, stage.count(HISTORY));
            try (var fleet = Fleet.open(tailrace.readers(1, readers).returning(), 1, stage.opening());
                    var publisher = new Publisher(tailrace.outlet(), 1);
                    var memory = MemoryWatch.of(tailrace)) {
                publisher.atRate(RATE);
                Watch.pass(stage.time(STEADY));
                double steady = memory.restart();
                double reads = reads(tailrace);
                long begun = System.nanoTime();
                fleet.cutAll(back);
                fleet.awaitReturns(readers, LIMIT);
                double seconds = (System.nanoTime() - begun) / 1e9;
                Watch.pass(stage.time(AFTER));
                var figures = new Figures()
                        .put("all_live_s", seconds)
                        .put("admitted_max_s", fleet.takeAdmittedMicros().getMaxValue() / MILLIS / MILLIS)
                        .put("put_off", fleet.refusals() + fleet.turnedAway())
                        .put("log_reads", reads(tailrace) - reads)
                        .put("peak_memory_ratio", memory.most() / steady)
                        .latency("away_", fleet.takeAwayMicros());
                Exactness.demandCaughtUp(fleet, publisher, before, readers);
                return figures;
            }
        }
    }

    /** Publishes what readers will come back for; how much it was. */
    static long history(Tailrace tailrace, int events) throws Inexact {
        try (var publisher = new Publisher(tailrace.outlet().with(Tailrace.BATCH, 1, 1), 1)) {
            publisher.ahead(() -> 0, 1, events);
            while (publisher.published() < events) {
                Watch.pass(Duration.ofMillis(5));
            }
            if (!publisher.stop(Exactness.REST) || publisher.refused() > 0) {
                throw new Inexact("the history could not be written");
            }
            return publisher.acknowledged();
        }
    }

    /** Reads of the log for replay and for gaps, by the node that streams. */
    static double reads(Tailrace tailrace) {
        int last = tailrace.size() - 1;
        return tailrace.metric(last, "tailrace_hub_page_events_count")
                + tailrace.metric(last, "tailrace_hub_gap_events_count");
    }

    @Override
    public List<Goal> goals() {
        return List.of(
                Goal.atMost(ROW, "admitted_max_s", 5),
                Goal.atMost(ROW, "log_reads", 1),
                Goal.atMost(ROW, "peak_memory_ratio", 2));
    }
}

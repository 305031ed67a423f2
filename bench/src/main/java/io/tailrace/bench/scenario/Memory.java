package io.tailrace.bench.scenario;

import io.tailrace.bench.load.Fleet;
import io.tailrace.bench.load.Publisher;
import io.tailrace.bench.machine.Accounting;
import io.tailrace.bench.report.Goal;
import io.tailrace.bench.servers.Absent;
import io.tailrace.bench.servers.Contestants.Contestant;
import io.tailrace.bench.servers.Server;
import java.time.Duration;
import java.util.List;

/** What an idle reader holds. */
public final class Memory implements Scenario {

    private static final String ROW = "10k idle streams";
    private static final String EACH = "kib_per_stream";
    private static final String TOTAL = "total_mib";
    private static final int READERS = 10_000;
    private static final int CHANNELS = 100;

    /** A few come first and leave, so that what every server makes at first use is there before. */
    private static final int WARM_UP = 100;

    private static final int RATE = 100;
    private static final double KIB = 1024;
    private static final Duration SETTLE = Duration.ofSeconds(10);
    private static final Duration PROOF = Duration.ofSeconds(2);

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String about() {
        return "10,000 idle streams: how much the serving process grows by each, and what it holds in all (PSS; nothing is"
                + " forced to collect). Before they are measured, two seconds of events prove that they are live.";
    }

    @Override
    public String headline() {
        return TOTAL;
    }

    @Override
    public List<Trial> trials(Stage stage) {
        return stage.contestants().beside(1, "nchan", "node").stream()
                .map(contestant -> new Trial(ROW, contestant.name(), () -> measure(stage, contestant)))
                .toList();
    }

    private static Figures measure(Stage stage, Contestant contestant) throws Absent, Inexact {
        int readers = stage.count(READERS);
        int channels = stage.count(CHANNELS);
        try (var server = contestant.start()) {
            Fleet.open(server.readers(1, WARM_UP), 1, stage.opening()).close();
            Watch.pass(stage.time(SETTLE));
            double before = memory(server);
            try (var fleet = Fleet.open(server.readers(channels, readers), 1, stage.opening());
                    var publisher = new Publisher(server.outlet(), channels)) {
                publisher.atRate(RATE);
                Watch.pass(stage.time(PROOF));
                Exactness.demandAll(fleet, publisher, readers / channels);
                Watch.pass(stage.time(SETTLE));
                double after = memory(server);
                return new Figures()
                        .put(EACH, (after - before) / readers / KIB)
                        .put("empty_mib", before / KIB / KIB)
                        .put(TOTAL, after / KIB / KIB);
            }
        }
    }

    private static double memory(Server server) {
        return Accounting.memory(server.processes().getOrDefault(Server.STREAMS, List.of()));
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.atMost(ROW, EACH, 12), Goal.atMost(ROW, TOTAL, 2, "nchan"));
    }
}

package io.tailrace.bench.scenario;

import io.tailrace.bench.load.Fleet;
import io.tailrace.bench.load.Outlet;
import io.tailrace.bench.load.Publisher;
import io.tailrace.bench.load.Transport;
import io.tailrace.bench.report.Goal;
import io.tailrace.bench.servers.Absent;
import io.tailrace.bench.servers.Contestants.Contestant;
import io.tailrace.bench.servers.Server;
import io.tailrace.bench.servers.Tailrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Events to many readers at once: what a delivery costs, and how long it takes. */
public final class FanOut implements Scenario {

    private static final String CPU = "cpu_s_per_m";
    private static final String RATE = "deliveries_per_s";
    private static final String CROWD = "1 × 10k, 5/s";
    private static final String HALL = "1 × 1k, 50/s";
    private static final String ROOMS = "1,000 × 10, 5k/s";
    private static final String COLD = "1,000 × 10, 5k/s, first minute";
    private static final String SATURATED = "1 × 10k, saturated";

    private static final String HALL_TLS = HALL + ", TLS";
    private static final String HALL_H2 = HALL + ", h2 with TLS";
    private static final String HALL_H2C = HALL + ", h2 in clear";
    private static final String HALL_TEN = HALL + ", h2 with TLS, by ten";

    /** Of what is compiled ahead, or little; a node's is {@link Stage#WARM_UP}. */
    private static final Duration BRIEF_WARM_UP = Duration.ofSeconds(9);

    private static final Duration MEASURE = Duration.ofSeconds(10);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Events that are published ahead of the readers, when the rate is theirs to say. */
    private static final int WINDOW = 64;

    private static final int READING_THREADS = 1;
    private static final int NODES = 2;

    /** @param perSecond events; 0: as many as are taken */
    private record Row(String name, int channels, int readersEach, int perSecond, Duration warmUp, Duration measure) {

        /** Ten seconds after a warm-up, of readers of one channel. */
        static Row of(String name, int readers, int perSecond) {
            return new Row(name, 1, readers, perSecond, BRIEF_WARM_UP, MEASURE);
        }
    }

    private static final List<Row> ROWS = List.of(
            Row.of(CROWD, 10_000, 5),
            Row.of(HALL, 1_000, 50),
            new Row(ROOMS, 1_000, 10, 5_000, BRIEF_WARM_UP, MEASURE),
            Row.of(SATURATED, 10_000, 0));

    /** A row that has only nchan beside it, and what carries its streams. */
    private record Carried(Row row, Transport transport) {

        /** A thousand readers of one channel. */
        static Carried hall(String name, Transport transport) {
            return new Carried(Row.of(name, 1_000, 50), transport);
        }
    }

    private static final List<Carried> CARRIED = List.of(
            new Carried(new Row(COLD, 1_000, 10, 5_000, Duration.ZERO, MINUTE), Transport.PLAIN),
            Carried.hall(HALL_TLS, new Transport(true, false, 1)),
            Carried.hall(HALL_H2, new Transport(true, true, 1)),
            Carried.hall(HALL_H2C, new Transport(false, true, 1)),
            Carried.hall(HALL_TEN, new Transport(true, true, 10)));

    @Override
    public String name() {
        return "fanout";
    }

    @Override
    public String about() {
        return "Events to many readers at once: CPU seconds per million deliveries of the server that streams"
                + " (of ours the node that readers are connected to; the node that takes the writes, PostgreSQL and"
                + " Redis have columns of their own), and the time from when an event was due to its arrival. Over HTTP/1.1"
                + " in clear, but for the rows that name TLS or HTTP/2 (h2, a connection per stream; by ten: ten streams on a"
                + " connection): those, and the first minute, have only nchan beside them.";
    }

    @Override
    public String headline() {
        return CPU;
    }

    @Override
    public List<Trial> trials(Stage stage) {
        var trials = new ArrayList<Trial>();
        for (var row : stage.some(ROWS)) {
            for (var contestant : stage.contestants().beside(NODES, "floor", "nchan", "node")) {
                trials.add(trial(stage, row, contestant, Transport.PLAIN));
            }
        }
        for (var carried : stage.one(CARRIED)) {
            for (var contestant : stage.contestants().beside(NODES, "nchan")) {
                trials.add(trial(stage, carried.row, contestant, carried.transport));
            }
        }
        return trials;
    }

    private static Trial trial(Stage stage, Row row, Contestant contestant, Transport transport) {
        return new Trial(row.name, contestant.name(), () -> measure(stage, row, contestant, transport));
    }

    private static Figures measure(Stage stage, Row row, Contestant contestant, Transport transport)
            throws Absent, Inexact {
        int channels = row.channels == 1 ? 1 : stage.count(row.channels);
        int each = row.channels == 1 ? stage.count(row.readersEach) : row.readersEach;
        try (var server = contestant.start(transport);
                var fleet = Fleet.open(server.readers(channels, channels * each), READING_THREADS, stage.opening());
                var publisher = new Publisher(outlet(server, row), channels)) {
            if (row.perSecond == 0) {
                publisher.ahead(fleet::delivered, each, WINDOW);
            } else {
                publisher.atRate(channels == row.channels ? row.perSecond : stage.count(row.perSecond));
            }
            Watch.pass(stage.time(warmUp(row, server)));
            fleet.takeMicros();
            var figures = measure(server, fleet, stage.time(row.measure));
            Exactness.demandAll(fleet, publisher, each);
            return figures;
        }
    }

    /** A node's is longer; but the first minute is the first minute. */
    private static Duration warmUp(Row row, Server server) {
        return server instanceof Tailrace && !row.warmUp.isZero() ? Stage.WARM_UP : row.warmUp;
    }

    /** Where thousands of events per second are written, ours takes them in batches. */
    private static Outlet outlet(Server server, Row row) {
        var outlet = server.outlet();
        boolean many = row.perSecond == 0 || row.perSecond > 1_000;
        return server instanceof Tailrace && many ? outlet.with(Tailrace.BATCH, 1, row.channels == 1 ? 1 : 4) : outlet;
    }

    private static Figures measure(Server server, Fleet fleet, Duration time) {
        var figures = new Figures();
        long before = fleet.delivered();
        var watch = Watch.start(server);
        Watch.pass(time);
        long count = fleet.delivered() - before;
        double seconds = watch.seconds();
        watch.stop(figures, Math.max(1, count));
        figures.put(RATE, count / seconds);
        return figures.latency("", fleet.takeMicros());
    }

    @Override
    public List<Goal> goals() {
        return List.of(
                Goal.atMost(CROWD, CPU, 1, "nchan"),
                Goal.atMost(CROWD, CPU, 1.4, "floor"),
                Goal.atMost(HALL, CPU, 1, "nchan"),
                Goal.atMost(HALL, CPU, 1.4, "floor"),
                Goal.atLeast(SATURATED, RATE, 5, "nchan"),
                Goal.atMost(ROOMS, CPU, 1, "nchan"),
                Goal.atMost(ROOMS, "p99_ms", 1.2, "nchan"),
                Goal.atMost(COLD, CPU, 1.4, "nchan"),
                Goal.atMost(CROWD, CPU, 1.3, "tailrace").of(HALL, CPU));
    }
}

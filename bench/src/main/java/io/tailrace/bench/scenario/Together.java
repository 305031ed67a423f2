package io.tailrace.bench.scenario;

import io.tailrace.bench.load.Crowd;
import io.tailrace.bench.load.Fleet;
import io.tailrace.bench.load.Publisher;
import io.tailrace.bench.report.Goal;
import io.tailrace.bench.servers.Tailrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** People on one document: cursors, presence, and durable events beside them. */
public final class Together implements Scenario {

    private static final String ALONE = "1 user";
    private static final String MANY = "100 users";
    private static final String QUIET = "events to 100 readers, quiet";
    private static final String FLOODED = "events to 100 readers, beside 100 cursors";
    private static final String EVENT = "event_p99_ms";
    private static final int USERS = 100;
    private static final int READERS = 100;
    private static final int RATE = 20;
    private static final int CHANGES = 25;
    private static final Duration MOVE = Duration.ofMillis(50);
    private static final Duration BATCH = Duration.ofMillis(500);
    private static final Duration MEASURE = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final double MICROS = 1000;

    @Override
    public String name() {
        return "together";
    }

    @Override
    public String about() {
        return "100 users on one document over two nodes, each moving its cursor 20 times per second and heartbeating: from a"
                + " move to its arrival at another user, from a change of presence to its arrival on the other node (the first"
                + " after a quiet time, and one that is batched, beyond the end of its batch), and CPU in microseconds per user and"
                + " second. Then durable events to 100 readers, quiet, and beside the cursors, half of which come over the bus"
                + " from the other node, with one reader more that takes 2 KB per second.";
    }

    @Override
    public String headline() {
        return "cursor_p99_ms";
    }

    @Override
    public List<Trial> trials(Stage stage) {
        return List.of(
                new Trial(ALONE, "tailrace", () -> people(stage, 1)),
                new Trial(MANY, "tailrace", () -> people(stage, stage.count(USERS))),
                new Trial(QUIET, "tailrace", () -> events(stage, false)),
                new Trial(FLOODED, "tailrace", () -> events(stage, true)));
    }

    private static List<Crowd.Place> places(Tailrace tailrace, int users) {
        return IntStream.range(0, users)
                .mapToObj(user -> tailrace.cursor("user-" + user, user % 2))
                .toList();
    }

    private static void awaitOpen(Crowd crowd, int users) throws Inexact {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (crowd.open() < users) {
            if (System.nanoTime() - deadline > 0) {
                throw new Inexact(crowd.open() + " of " + users + " sockets opened");
            }
            Watch.pass(Duration.ofMillis(20));
        }
    }

    private static Figures people(Stage stage, int users) throws Inexact {
        try (var tailrace = stage.cluster().nodes(2, Map.of());
                var crowd = new Crowd(places(tailrace, users), MOVE)) {
            awaitOpen(crowd, users);
            for (int user = 0; user < users; user++) {
                tailrace.beat("user-" + user, user % 2, "viewing");
            }
            Watch.pass(stage.time(Stage.WARM_UP));
            crowd.takeMicros();
            var figures = new Figures();
            var watch = Watch.start(tailrace);
            Watch.pass(stage.time(MEASURE));
            var cursors = crowd.takeMicros();
            double seconds = watch.seconds();
            watch.stop(figures, Math.max(1, (long) (users * seconds)));
            if (users > 1) {
                figures.latency("cursor_", cursors);
            }
            presence(stage, tailrace, figures);
            if (crowd.gone() > 0) {
                throw new Inexact(crowd.gone() + " sockets ended");
            }
            return figures;
        }
    }

    /** Changes of presence on one node as a stream of the other one hears of them. */
    private static void presence(Stage stage, Tailrace tailrace, Figures figures) throws Inexact {
        try (var watcher = tailrace.watcher(1)) {
            var first = new ArrayList<Double>();
            var batched = new ArrayList<Double>();
            for (int i = 0; i < (stage.quick() ? 2 : CHANGES); i++) {
                Watch.pass(BATCH.multipliedBy(2));
                watcher.forget();
                long sent = System.nanoTime();
                tailrace.beat("prober", 0, i % 2 == 0 ? "editing" : "viewing");
                long told = watcher.await(LIMIT);
                first.add((told - sent) / MICROS / MICROS);
                Watch.pass(BATCH.dividedBy(4));
                watcher.forget();
                tailrace.beat("other-prober", 0, i % 2 == 0 ? "editing" : "viewing");
                batched.add(Math.max(0, (watcher.await(LIMIT) - told - BATCH.toNanos()) / MICROS / MICROS));
            }
            figures.put("first_change_p99_ms", most(first)).put("batched_change_late_p99_ms", most(batched));
        }
    }

    /** Of so few the largest but one in a hundred is the largest. */
    private static double most(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }

    private static Figures events(Stage stage, boolean flooded) throws Inexact {
        int users = stage.count(USERS);
        try (var tailrace = stage.cluster().nodes(2, Map.of());
                var crowd = new Crowd(flooded ? places(tailrace, users) : List.of(), MOVE);
                var fleet = Fleet.open(tailrace.readers(1, stage.count(READERS)), 1, stage.opening());
                var publisher = new Publisher(tailrace.outlet(), 1);
                var slow = tailrace.slowReader(1)) {
            if (flooded) {
                awaitOpen(crowd, users);
            }
            publisher.atRate(RATE);
            Watch.pass(stage.time(Stage.WARM_UP));
            fleet.takeMicros();
            Watch.pass(stage.time(MEASURE));
            Histogram micros = fleet.takeMicros();
            var figures = new Figures().latency("event_", micros);
            Exactness.demandAll(fleet, publisher, stage.count(READERS));
            return figures;
        }
    }

    @Override
    public List<Goal> goals() {
        return List.of(
                Goal.atMost(MANY, "cursor_p99_ms", 100),
                Goal.atMost(MANY, "first_change_p99_ms", 50),
                Goal.atMost(MANY, "batched_change_late_p99_ms", 50),
                Goal.atMost(FLOODED, EVENT, 1.2, "tailrace").of(QUIET, EVENT));
    }
}

package io.tailrace.bench.scenario;

import io.tailrace.bench.load.Writers;
import io.tailrace.bench.report.Goal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** History, page by page. */
public final class CatchUp implements Scenario {

    private static final String RATE = "events_per_s";
    private static final int HISTORY = 20_000;
    private static final int PAGE = 500;
    private static final List<Integer> READERS = List.of(1, 8, 32);
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration MEASURE = Duration.ofSeconds(8);

    @Override
    public String name() {
        return "catchup";
    }

    @Override
    public String about() {
        return "History of one channel over HTTP, pages of 500 events anywhere in 20,000: events per second, and what a"
                + " million of them cost. Each page must hold its 500.";
    }

    @Override
    public String headline() {
        return RATE;
    }

    @Override
    public List<Trial> trials(Stage stage) {
        var trials = new ArrayList<Trial>();
        for (int readers : stage.some(READERS)) {
            var row = readers + (readers == 1 ? " reader" : " readers");
            trials.add(new Trial(row, "tailrace", () -> measure(stage, readers)));
        }
        return trials;
    }

    private static Figures measure(Stage stage, int readers) throws Inexact {
        int history = Math.max(stage.count(HISTORY), 2 * PAGE);
        try (var tailrace = stage.cluster().nodes(1, Map.of())) {
            Storm.history(tailrace, history);
            try (var pages = new Writers(tailrace.pages(PAGE, readers), history - PAGE)) {
                Watch.pass(stage.time(WARM_UP));
                pages.takeMicros();
                long before = pages.written();
                var figures = new Figures();
                var watch = Watch.start(tailrace);
                Watch.pass(stage.time(MEASURE));
                long count = pages.written() - before;
                figures.put(RATE, count / watch.seconds());
                watch.stop(figures, Math.max(1, count));
                figures.latency("page_", pages.takeMicros());
                pages.stop(Exactness.REST);
                if (pages.refused() > 0 || count == 0) {
                    throw new Inexact(
                            pages.refused() + " events were missing from pages, the last in a " + pages.lastRefusal());
                }
                return figures;
            }
        }
    }

    @Override
    public List<Goal> goals() {
        return List.of();
    }
}

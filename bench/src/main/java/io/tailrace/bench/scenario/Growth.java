package io.tailrace.bench.scenario;

import io.tailrace.bench.load.Fleet;
import io.tailrace.bench.load.Plan;
import io.tailrace.bench.load.Publisher;
import io.tailrace.bench.load.Writers;
import io.tailrace.bench.machine.Accounting;
import io.tailrace.bench.machine.LiveHeap;
import io.tailrace.bench.report.Goal;
import io.tailrace.bench.servers.Server;
import io.tailrace.bench.servers.Tailrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether cost stays flat while the number of channels grows. */
public final class Growth implements Scenario {

    private static final String COST = "cpu_s_per_m_all";
    private static final String MEMORY = "total_mib";
    private static final String ONE_FOR_ALL = "10k readers of 1 channel";
    private static final String ONE_EACH = "10k channels, a reader each";
    private static final String ONE_EACH_BY_TWO = "20k channels, a reader each, by two";
    private static final String NO_READER = "100k channels, no reader";
    private static final String EACH = "kib_per_stream";
    private static final String HEAP = "heap_bytes_per_channel";
    private static final String HEAP_EACH = "heap_bytes_per_stream";
    private static final List<Integer> CHANNELS = List.of(1, 100, 10_000, 100_000);

    /** Live bytes per channel that nobody reads which are no channel's: a megabyte and a half in all. */
    private static final double NOISE_BYTES = 16;

    /** What a channel with a reader may hold. */
    private static final double CHANNEL_BYTES = 2_048;

    private static final int UNREAD = 100_000;
    private static final int KNOWN = 1_000;
    private static final int WRITERS = 16;
    private static final int READERS = 10_000;
    private static final int RATE = 2_000;
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration MEASURE = Duration.ofSeconds(10);
    private static final Duration FILLING = Duration.ofMinutes(3);
    private static final double MIB = 1024 * 1024;

    @Override
    public String name() {
        return "growth";
    }

    @Override
    public String about() {
        return "Writes in batches of 50 to 1, 100, 10,000 and 100,000 channels: CPU of the node and PostgreSQL together per"
                + " million. 10,000 readers on one channel, on a channel each, and on two each (20,000 channels with one reader"
                + " each; a process may have 20,000 files open): what a channel with a reader holds beyond the connection, in"
                + " live bytes of its heap (jcmd GC.class_histogram, after a full collection); the process's memory stands"
                + " beside it, with what the collector has not given back. And 100,000 channels that are written to and read"
                + " by nobody: what the node holds of each, likewise.";
    }

    @Override
    public String headline() {
        return COST;
    }

    @Override
    public List<Trial> trials(Stage stage) {
        var trials = new ArrayList<Trial>();
        for (int channels : stage.some(CHANNELS)) {
            trials.add(new Trial(row(channels), "tailrace", () -> writes(stage, stage.count(channels))));
        }
        trials.add(new Trial(ONE_FOR_ALL, "tailrace", () -> readers(stage, 1, 1)));
        trials.add(new Trial(ONE_EACH, "tailrace", () -> readers(stage, stage.count(READERS), 1)));
        trials.add(new Trial(ONE_EACH_BY_TWO, "tailrace", () -> readers(stage, 2 * stage.count(READERS), 2)));
        trials.add(new Trial(NO_READER, "tailrace", () -> unread(stage)));
        return trials;
    }

    private static String row(int channels) {
        return "writes to " + channels + (channels == 1 ? " channel" : " channels");
    }

    private static Figures writes(Stage stage, int channels) throws Inexact {
        try (var tailrace = stage.cluster().nodes(1, Map.of())) {
            fill(tailrace, channels);
            try (var writers = new Writers(tailrace.outlet().with(Tailrace.BATCH, 1, WRITERS), channels)) {
                Watch.pass(stage.time(WARM_UP));
                long before = writers.written();
                var figures = new Figures();
                var watch = Watch.start(tailrace);
                Watch.pass(stage.time(MEASURE));
                long count = Math.max(1, writers.written() - before);
                figures.put("writes_per_s", count / watch.seconds());
                watch.stop(figures, count);
                var used = figures.values();
                figures.put(
                        COST, used.getOrDefault("cpu_s_per_m", 0.0) + used.getOrDefault("postgres_cpu_s_per_m", 0.0));
                writers.stop(Exactness.REST);
                if (writers.refused() > 0) {
                    throw new Inexact(
                            writers.refused() + " writes were refused, the last with " + writers.lastRefusal());
                }
                return figures;
            }
        }
    }

    /** Every channel has an event before: making one costs more than writing to it. */
    private static void fill(Tailrace tailrace, int channels) throws Inexact {
        try (var publisher = new Publisher(tailrace.outlet().with(Tailrace.BATCH, 1, WRITERS), channels)) {
            if (!publisher.publish(channels, FILLING)) {
                throw new Inexact("the channels could not be filled");
            }
        }
    }

    /** Every one of them is written to twice: what is made at first use is there before. */
    private static Figures unread(Stage stage) throws Inexact {
        int channels = stage.count(UNREAD);
        try (var tailrace = stage.cluster().nodes(1, Map.of())) {
            long pid = tailrace.node(0).pid();
            for (int i = 0; i < 2; i++) {
                fill(tailrace, stage.count(KNOWN));
            }
            long before = LiveHeap.bytes(pid);
            for (int i = 0; i < 2; i++) {
                fill(tailrace, channels);
            }
            long after = LiveHeap.bytes(pid);
            return new Figures()
                    .put(HEAP, Math.max(0, after - before) / (double) channels)
                    .put("live_heap_mib", after / MIB);
        }
    }

    /** @param each how many channels a reader follows, of which nobody else follows any */
    private static Figures readers(Stage stage, int channels, int each) throws Inexact {
        int readers = stage.count(READERS);
        try (var tailrace = stage.cluster().nodes(2, Map.of())) {
            var streams = tailrace.processes().getOrDefault(Server.STREAMS, List.of());
            long node = tailrace.node(tailrace.size() - 1).pid();
            long heapBefore = LiveHeap.bytes(node);
            double before = Accounting.memory(streams);
            try (var fleet = Fleet.open(plan(tailrace, channels, readers, each), 1, stage.opening());
                    var publisher = new Publisher(tailrace.outlet().with(Tailrace.BATCH, 1, 4), channels)) {
                publisher.atRate(channels == 1 ? 1 : RATE);
                Watch.pass(stage.time(WARM_UP));
                Exactness.demandAll(fleet, publisher, readers * each / channels);
                double after = Accounting.memory(streams);
                return new Figures()
                        .put(MEMORY, after / MIB)
                        .put(EACH, (after - before) / readers / 1024)
                        .put(HEAP_EACH, (LiveHeap.bytes(node) - heapBefore) / (double) readers);
            }
        }
    }

    private static Plan plan(Tailrace tailrace, int channels, int readers, int each) {
        return tailrace.readers(List.of(tailrace.address(tailrace.size() - 1)), channels, readers, each);
    }

    @Override
    public List<Goal> goals() {
        return List.of(
                Goal.atMost(row(100_000), COST, 1.2, "tailrace").of(row(1), COST),
                Goal.atMost(row(100_000), COST, 1.2, "tailrace").of(row(100), COST),
                Goal.atMost(ONE_EACH, HEAP_EACH, 1, "tailrace")
                        .of(ONE_FOR_ALL, HEAP_EACH)
                        .plus(CHANNEL_BYTES),
                Goal.atMost(ONE_EACH_BY_TWO, HEAP_EACH, 1, "tailrace")
                        .of(ONE_FOR_ALL, HEAP_EACH)
                        .plus(2 * CHANNEL_BYTES),
                Goal.atMost(NO_READER, HEAP, NOISE_BYTES));
    }
}

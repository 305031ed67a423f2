package io.tailrace.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.HdrHistogram.Histogram;

/**
 * Readers by the thousand on a few loops, each loop with a squad of its own, so that nothing is shared between their
 * threads. Any thread.
 */
public final class Fleet implements AutoCloseable {

    /** Readers of one loop that are under way at once while the fleet opens. */
    private static final int OPENING = 128;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Plan plan;
    private final List<Squad> squads = new ArrayList<>();

    private Fleet(Plan plan) {
        this.plan = plan;
    }

    /**
     * Opens the streams and returns when all are live.
     *
     * @throws IllegalStateException when they are not within {@code limit}
     */
    public static Fleet open(Plan plan, int loops, Duration limit) {
        var fleet = new Fleet(plan);
        for (int i = 0; i < loops; i++) {
            fleet.squads.add(new Squad(plan, Loop.start("readers-" + i), i, loops));
        }
        fleet.squads.forEach(Squad::openAll);
        if (!fleet.awaitLive(limit)) {
            var state = fleet.state();
            fleet.close();
            throw new IllegalStateException("after " + limit.toSeconds() + " s " + state);
        }
        return fleet;
    }

    /** The readers of one loop; all but the counters belong to its thread. */
    static final class Squad {

        private final Plan plan;
        private final Loop loop;
        private final Dialer dialer;
        private final int of;
        private final Tally tally = new Tally();
        private final Histogram awayMicros = Tally.histogram();
        private final Histogram admittedMicros = Tally.histogram();
        private final List<Reader> readers = new ArrayList<>();
        private final AtomicInteger live = new AtomicInteger();
        private final AtomicInteger returns = new AtomicInteger();
        private volatile int refusals;
        private volatile int lastRefusal;
        private volatile int cuts;
        private volatile int turnedAway;
        private volatile int repeats;
        private int opened;

        Squad(Plan plan, Loop loop, int place, int of) {
            this.plan = plan;
            this.loop = loop;
            this.dialer = new Dialer(loop, plan.transport());
            this.of = of;
            for (int i = place; i < plan.readers(); i += of) {
                readers.add(new Reader(this, i, (int) ((long) i * plan.channelsEach() % plan.channels())));
            }
        }

        Plan plan() {
            return plan;
        }

        Loop loop() {
            return loop;
        }

        Tally tally() {
            return tally;
        }

        void openAll() {
            loop.execute(() -> {
                for (int i = 0; i < OPENING; i++) {
                    openNext();
                }
            });
        }

        private void openNext() {
            if (opened < readers.size()) {
                readers.get(opened++).open();
            }
        }

        /** Opens the stream of a reader: of the whole fleet the one numbered {@code index}. */
        EventStream connect(int index, int cut, EventStream.Listener listener) {
            int last = plan.address().size() - 1;
            return dialer.open(index / of, plan.address().get(Math.min(cut, last)), listener);
        }

        void live() {
            live.incrementAndGet();
            openNext();
        }

        void back(long nanosSinceCut, long nanosSinceAsked) {
            Tally.record(awayMicros, 0, nanosSinceCut);
            Tally.record(admittedMicros, 0, nanosSinceAsked);
            returns.incrementAndGet();
            live();
        }

        void lost() {
            live.decrementAndGet();
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // written by the loop's thread only
        void turnedAway(boolean wasLive) {
            if (wasLive) {
                cuts++;
            } else {
                turnedAway++;
            }
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // likewise
        void refused(int status) {
            refusals++;
            lastRefusal = status;
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // likewise
        void repeated(int channel, long seq) {
            repeats++;
            if (!plan.repeats()) {
                tally.wrong("event " + seq + " of channel " + channel + " came again");
            }
        }
    }

    /** Waits until all are live; whether they are. */
    public boolean awaitLive(Duration limit) {
        return await(limit, () -> live() == plan.readers());
    }

    /** Waits until so many have come back that were cut off; whether they did. */
    public boolean awaitReturns(int count, Duration limit) {
        return await(limit, () -> returns() >= count);
    }

    /** Waits until {@code count} deliveries were made in all; whether they were. */
    public boolean awaitDelivered(long count, Duration limit) {
        return await(limit, () -> delivered() >= count);
    }

    private boolean await(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            squads.forEach(squad -> squad.loop.demandAlive());
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    /** Streams that are open. */
    public int live() {
        return sum(squad -> squad.live.get());
    }

    /** How often a reader came back that was cut off. */
    public int returns() {
        return sum(squad -> squad.returns.get());
    }

    /** How often a live stream ended. */
    public int cuts() {
        return sum(squad -> squad.cuts);
    }

    /** Attempts that were ended before they were live. */
    public int turnedAway() {
        return sum(squad -> squad.turnedAway);
    }

    /** Answers that were no stream. */
    public int refusals() {
        return sum(squad -> squad.refusals);
    }

    /** Events that came again. */
    public int repeats() {
        return sum(squad -> squad.repeats);
    }

    private int sum(ToIntFunction<Squad> what) {
        return squads.stream().mapToInt(what).sum();
    }

    /** Events that came, in all. */
    public long delivered() {
        return squads.stream().mapToLong(squad -> squad.tally.delivered()).sum();
    }

    /** The latencies of what came since the last call, in microseconds. */
    public Histogram takeMicros() {
        var sum = Tally.histogram();
        for (var squad : squads) {
            squad.loop.ask(() -> {
                squad.tally.drainTo(sum);
                return true;
            });
        }
        return sum;
    }

    /** How long readers were away that came back since the last call, in microseconds. */
    public Histogram takeAwayMicros() {
        return take(squad -> squad.awayMicros);
    }

    /** How long those waited from the request that was granted to being live, in microseconds. */
    public Histogram takeAdmittedMicros() {
        return take(squad -> squad.admittedMicros);
    }

    private Histogram take(Function<Squad, Histogram> which) {
        var sum = Tally.histogram();
        for (var squad : squads) {
            squad.loop.ask(() -> {
                var micros = which.apply(squad);
                sum.add(micros);
                micros.reset();
                return true;
            });
        }
        return sum;
    }

    /** Does something with the readers numbered below {@code below}, on their threads. */
    void each(int below, Consumer<Reader> what) {
        for (var squad : squads) {
            squad.loop.execute(() -> {
                int mine = below / squads.size();
                for (int i = 0; i < mine; i++) {
                    what.accept(squad.readers.get(i));
                }
            });
        }
    }

    /** Lets the first {@code count} readers read nothing more. */
    public void stall(int count) {
        each(count, Reader::stall);
    }

    /** Cuts all at once; each comes back after its last event but 0 to {@code back} ones. */
    public void cutAll(int back) {
        each(
                plan.readers(),
                reader -> reader.cutBack(ThreadLocalRandom.current().nextInt(back + 1)));
    }

    /** Cuts each with a chance; it comes back by itself, soon. */
    public void cutSome(double chance) {
        each(plan.readers(), reader -> {
            if (reader.live() && ThreadLocalRandom.current().nextDouble() < chance) {
                reader.cut(Duration.ofMillis(ThreadLocalRandom.current().nextInt(500)));
            }
        });
    }

    /** How many readers have seen everything up to {@code seq} of the one channel that each follows. */
    public int caughtUp(long seq) {
        return squads.stream()
                .mapToInt(squad -> squad.loop.ask(() -> (int) squad.readers.stream()
                        .filter(reader -> reader.last() >= seq)
                        .count()))
                .sum();
    }

    /** How often something was not as it must be. */
    public long wrong() {
        return squads.stream()
                .mapToLong(squad -> squad.loop.ask(squad.tally::wrong))
                .sum();
    }

    /** What was wrong first; empty when nothing was. */
    public String firstFault() {
        return squads.stream()
                .map(squad -> squad.loop.ask(squad.tally::firstFault))
                .filter(fault -> !fault.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** In a line, for whoever wonders why something did not happen. */
    public String state() {
        int refusal = squads.stream().mapToInt(squad -> squad.lastRefusal).max().orElse(0);
        var fault = firstFault();
        return live() + " of " + plan.readers() + " streams are open, " + cuts() + " ended, " + returns()
                + " came back, " + turnedAway() + " attempts failed, " + refusals() + " were refused"
                + (refusal == 0 ? "" : ", the last with " + refusal)
                + (fault.isEmpty() ? "" : "; " + fault);
    }

    /** Cuts all connections. */
    @Override
    public void close() {
        squads.forEach(squad -> squad.loop.close());
    }
}

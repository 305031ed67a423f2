package io.tailrace.server.limit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What a node let through and has not told.
 *
 * <p>Protocol: {@code tallies} has the untold units of each account; whoever adds the unit with which they are worth telling
 * puts the account into {@code due}, inside the map's step, so that it stands there once. One thread {@linkplain #take
 * takes} what is due, and with it the tally: what is added from then on is another one. A tally that is not worth telling
 * after {@link #MEMORY} begins anew.
 */
final class Tallies {

    /** What part of a second's worth is too little to be told. */
    static final int PART = 100;

    /** After so long what is too little is forgotten. */
    static final Duration MEMORY = Duration.ofSeconds(1);

    /** Accounts that are known at once; of more than these nothing is told. */
    static final int MAX_ACCOUNTS = 100_000;

    /**
     * What was let through of one account.
     *
     * @param owed hears what all nodes have let through
     * @param since of nanoTime
     */
    record Tally(String account, int perSecond, long units, Consumer<Duration> owed, long since) {

        /** How long that many take at an even rate. */
        Duration time() {
            return time(units);
        }

        Duration time(long some) {
            return Duration.ofNanos(Math.ceilDiv(some * TimeUnit.SECONDS.toNanos(1), perSecond));
        }

        private boolean worthTelling() {
            return units * PART >= perSecond;
        }

        private Tally plus(int more) {
            return new Tally(account, perSecond, units + more, owed, since);
        }
    }

    private final ConcurrentMap<String, Tally> tallies = new ConcurrentHashMap<>();
    private final BlockingQueue<String> due = new LinkedBlockingQueue<>(); // of accounts in the map
    private final LongSupplier nanos;

    Tallies(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** See {@link Sharing#spent}. */
    void add(String account, int perSecond, int units, Consumer<Duration> owed) {
        if (tallies.size() >= MAX_ACCOUNTS && !tallies.containsKey(account)) {
            return;
        }
        long now = nanos.getAsLong();
        tallies.compute(account, (name, before) -> {
            var present = before == null || stale(before, now) ? null : before;
            var after = present == null ? new Tally(name, perSecond, units, owed, now) : present.plus(units);
            if (after.worthTelling() && (present == null || !present.worthTelling())) {
                due.add(name);
            }
            return after;
        });
    }

    private static boolean stale(Tally tally, long now) {
        return !tally.worthTelling() && now - tally.since >= MEMORY.toNanos();
    }

    /** Units of an account that are not told. */
    long untold(String account) {
        var tally = tallies.get(account);
        return tally == null ? 0 : tally.units;
    }

    /** Takes what is due, {@code most} of it; waits for the first for {@code patience} at most. */
    List<Tally> take(int most, Duration patience) throws InterruptedException {
        var accounts = new ArrayList<String>();
        String first = due.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (first == null) {
            return List.of();
        }
        accounts.add(first);
        due.drainTo(accounts, most - 1);
        var taken = new ArrayList<Tally>(accounts.size());
        for (String account : accounts) {
            var tally = tallies.remove(account);
            if (tally != null) {
                taken.add(tally);
            }
        }
        return taken;
    }

    /** Forgets what was too little for too long. */
    void sweep() {
        long now = nanos.getAsLong();
        tallies.values().removeIf(tally -> stale(tally, now));
    }

    /** Accounts that something is held of. */
    int known() {
        return tallies.size();
    }
}

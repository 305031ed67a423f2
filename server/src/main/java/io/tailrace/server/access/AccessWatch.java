package io.tailrace.server.access;

import io.tailrace.log.LogUnavailable;
import io.tailrace.log.Memberships;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How far this node has applied access changes, by asking the database: every few seconds for tenants that have
 * listeners, and on demand.
 *
 * <p>Protocol, per tenant: a round reads the access epoch, then takes a snapshot of the listeners, then has each of them
 * recheck, then publishes the epoch as applied and runs what waited for it. A listener that comes after the snapshot was
 * read comes after the epoch was, so its own first check sees all changes up to it. One round runs at a time; a demand
 * that comes meanwhile makes another follow. An epoch below the one that was applied counts as a change like any other: the
 * database was restored, and would otherwise have to count up to it again before anybody is rechecked. The tenant's
 * monitor guards its fields; {@code applied}, and when the last round that succeeded began, are also read without it. No
 * listener runs under the monitor.
 */
public final class AccessWatch implements AccessChanges, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(AccessWatch.class.getName());

    /** How often each tenant with listeners is checked: half of the 5 s within which a lost message must be made up. */
    static final Duration PERIOD = Duration.ofMillis(2_500);

    /** How old a look may be for what is of the moment: with the time to hand that on, no more than 5 s. */
    static final Duration FRESH = Duration.ofMillis(4_500);

    /** How long a round that failed waits before the next. */
    private static final Duration RETRY = Duration.ofMillis(500);

    /** Listeners that recheck at once, over all tenants: each may hold a database connection. */
    private static final int CONCURRENT = 8;

    private final ToLongFunction<String> epochs;
    private final Duration period;
    private final LongSupplier nanos;
    private final Semaphore rechecks = new Semaphore(CONCURRENT);
    private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();
    private final Thread ticker;

    public AccessWatch(Memberships memberships) {
        this(memberships::accessEpoch, PERIOD, System::nanoTime);
    }

    /**
     * @param epochs the access epoch of a tenant, as the database has it
     * @param nanos a clock that goes on while this process is suspended
     */
    AccessWatch(ToLongFunction<String> epochs, Duration period, LongSupplier nanos) {
        this.epochs = epochs;
        this.period = period;
        this.nanos = nanos;
        this.ticker = Thread.ofVirtual().name("access-watch").start(this::tick);
    }

    @Override
    public long applied(String tenant) {
        var known = tenants.get(tenant);
        return known == null ? 0 : known.applied;
    }

    @Override
    public void require(String tenant, long epoch, Runnable then) {
        if (tenant(tenant).waits(epoch, then)) {
            then.run();
        }
    }

    @Override
    public boolean fresh(String tenant) {
        var known = tenants.get(tenant);
        return known != null && known.fresh();
    }

    /** Asks for a round now: somebody says that the tenant's access has changed. Never blocks. */
    public void changed(String tenant) {
        var known = tenants.get(tenant);
        if (known != null) {
            known.demand();
        }
    }

    @Override
    public AutoCloseable listen(String tenant, Runnable listener) {
        var known = tenant(tenant);
        var own = new Runnable() {
            @Override
            public void run() {
                listener.run();
            }
        };
        known.add(own);
        return () -> known.remove(own);
    }

    private Tenant tenant(String name) {
        return tenants.computeIfAbsent(name, Tenant::new);
    }

    private void tick() {
        try {
            while (true) {
                Thread.sleep(period);
                tenants.values().forEach(Tenant::demandIfHeard);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ticker.interrupt();
    }

    /** What runs once an epoch is applied. */
    private record Waiting(long epoch, Runnable then) {}

    private final class Tenant {

        private final String name;
        private final Set<Runnable> listeners = new LinkedHashSet<>();
        private final List<Waiting> waiting = new ArrayList<>();
        private boolean running;
        private boolean again;
        private volatile long applied;
        private volatile long lookedAt = nanos.getAsLong() - FRESH.toNanos();

        Tenant(String name) {
            this.name = name;
        }

        synchronized void add(Runnable listener) {
            listeners.add(listener);
            if (!fresh()) {
                demand();
            }
        }

        boolean fresh() {
            return nanos.getAsLong() - lookedAt < FRESH.toNanos();
        }

        synchronized void remove(Runnable listener) {
            listeners.remove(listener);
        }

        /** Whether {@code epoch} is applied already; otherwise {@code then} waits for it. */
        synchronized boolean waits(long epoch, Runnable then) {
            if (applied >= epoch) {
                return true;
            }
            waiting.add(new Waiting(epoch, then));
            demand();
            return false;
        }

        synchronized void demandIfHeard() {
            if (!listeners.isEmpty()) {
                demand();
            }
        }

        synchronized void demand() {
            again = true;
            if (!running) {
                running = true;
                Thread.ofVirtual().name("access-" + name).start(this::rounds);
            }
        }

        private synchronized boolean goesOn() {
            running = again;
            again = false;
            return running;
        }

        private void rounds() {
            try {
                while (goesOn()) {
                    try {
                        round();
                    } catch (RuntimeException failed) {
                        // A listener that could not recheck is as if the epoch was not read: nothing is applied.
                        if (!(failed instanceof LogUnavailable)) {
                            LOG.log(System.Logger.Level.ERROR, "access changes cannot be applied", failed);
                        }
                        synchronized (this) {
                            again = true;
                        }
                        Thread.sleep(RETRY);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void round() throws InterruptedException {
            long begun = nanos.getAsLong();
            long epoch = epochs.applyAsLong(name);
            if (epoch != applied) { // below: a restore took it back, and with it what was applied
                List<Runnable> told;
                synchronized (this) {
                    told = List.copyOf(listeners);
                }
                recheck(told);
            }
            lookedAt = begun;
            for (Runnable then : apply(epoch)) {
                then.run();
            }
        }

        private synchronized List<Runnable> apply(long epoch) {
            applied = epoch;
            var due = waiting.stream().filter(each -> each.epoch <= applied).toList();
            waiting.removeAll(due);
            return due.stream().map(Waiting::then).toList();
        }

        private void recheck(List<Runnable> told) throws InterruptedException {
            var failure = new AtomicReference<@Nullable RuntimeException>();
            var threads = new ArrayList<Thread>();
            for (Runnable listener : told) {
                rechecks.acquire();
                threads.add(Thread.ofVirtual().name("access-recheck").start(() -> {
                    try {
                        listener.run();
                    } catch (RuntimeException e) {
                        failure.compareAndSet(null, e);
                    } finally {
                        rechecks.release();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            RuntimeException failed = failure.get();
            if (failed != null) {
                throw failed;
            }
        }
    }
}

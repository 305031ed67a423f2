package io.tailrace.server.hub;

import io.tailrace.catchup.HeadWatch;
import io.tailrace.log.EventLog;
import io.tailrace.server.access.AccessChanges;
import io.tailrace.server.bus.Bus;
import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The hubs of this node.
 *
 * <p>Protocol: a hub is made, given readers and taken out inside {@code hubs.compute} of its channel, so that none is
 * taken out while somebody attaches. Subscribing and unsubscribing happen outside. A sweep every now and then ends hubs
 * that nobody has read for the time they linger.
 */
public final class HubRegistry implements Hubs, HeadWatch, AutoCloseable {

    private static final Duration MIN_SWEEP = Duration.ofMillis(5);
    private static final Duration MAX_SWEEP = Duration.ofSeconds(1);

    /** Seconds after which those who waited here come back elsewhere. */
    private static final int SOONEST = 1;

    private static final int LATEST = 5;

    private final ConcurrentMap<ChannelId, Hub> hubs = new ConcurrentHashMap<>();
    private final Set<Semaphore> waiting = ConcurrentHashMap.newKeySet();
    private final ExecutorService waker = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // at most one task of each hub
            Thread.ofPlatform().daemon().name("hub-waker").factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    private final Timer timer;
    private final Audits audits;
    private final ReplayPages pages;
    private final Hub.Shared shared;
    private final RandomGenerator spread = new Random(); // which any thread may ask
    private volatile boolean draining;

    private HubRegistry(
            EventLog log, Bus bus, AccessChanges access, HubOptions options, HubMeters meters, Timer timer) {
        this.timer = timer;
        this.audits = new Audits(log, hubs.values(), timer, meters, RandomGenerator.getDefault());
        this.pages = new ReplayPages(log, new LogReads(options.reads()), options.pageBytes(), meters);
        this.shared = new Hub.Shared(
                log, bus, access, new LogReads(options.reads()), timer, options, meters, audits::signal, waker);
    }

    /** Opens the hubs of a node; none subscribes before it is asked for. */
    public static HubRegistry open(EventLog log, Bus bus, AccessChanges access, HubOptions options, HubMeters meters) {
        return open(log, bus, access, options, meters, Timer.system());
    }

    static HubRegistry open(
            EventLog log, Bus bus, AccessChanges access, HubOptions options, HubMeters meters, Timer timer) {
        var registry = new HubRegistry(log, bus, access, options, meters, timer);
        registry.audits.start();
        registry.timer.after(registry.sweepPause(), registry::sweep);
        return registry;
    }

    @Override
    public Tail attach(ChannelId channel, Tail.Reader reader) {
        return tail(channel, reader);
    }

    private HubTail tail(ChannelId channel, Tail.Reader reader) {
        var made = new HubTail[1];
        Hub hub = hubs.compute(channel, (id, present) -> {
            Hub current = present == null ? new Hub(id, shared) : present;
            made[0] = current.attach(reader, pages);
            return current;
        });
        hub.start();
        return made[0];
    }

    @Override
    public boolean awaitBeyond(ChannelId channel, long after, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        var woken = new Semaphore(0);
        waiting.add(woken);
        try (HubTail tail = tail(channel, woken::release)) {
            while (!draining) {
                if (tail.view().head() > after) {
                    return true;
                }
                long left = deadline - System.nanoTime();
                if (left <= 0 || !woken.tryAcquire(left, TimeUnit.NANOSECONDS)) {
                    return tail.view().head() > after;
                }
                woken.drainPermits();
            }
            return false;
        } finally {
            waiting.remove(woken);
        }
    }

    @Override
    public Optional<Duration> drainsFor() {
        return draining ? Optional.of(Duration.ofSeconds(spread.nextLong(SOONEST, LATEST + 1))) : Optional.empty();
    }

    /** Ends every {@link #awaitBeyond} now and from now on: the node is about to stop. Streams go on. */
    public void drain() {
        draining = true;
        waiting.forEach(Semaphore::release);
    }

    private void sweep() {
        for (Hub hub : hubs.values()) {
            if (hub.idle()) {
                end(hub);
            }
        }
        timer.after(sweepPause(), this::sweep);
    }

    private Duration sweepPause() {
        Duration share = shared.options().linger().dividedBy(4);
        return share.compareTo(MIN_SWEEP) < 0 ? MIN_SWEEP : share.compareTo(MAX_SWEEP) > 0 ? MAX_SWEEP : share;
    }

    private void end(Hub hub) {
        var left = hubs.computeIfPresent(hub.channel(), (id, present) -> present == hub && hub.idle() ? null : present);
        if (left != hub) {
            hub.end();
            pages.forget(hub);
        }
    }

    /** Hubs at the moment. */
    public int size() {
        return hubs.size();
    }

    /** Ends all hubs. Readers that are still attached get nothing more. */
    @Override
    public void close() {
        drain();
        timer.close();
        audits.close();
        hubs.values().forEach(Hub::end);
        hubs.clear();
        waker.shutdown();
    }
}

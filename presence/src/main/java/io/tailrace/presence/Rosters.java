package io.tailrace.presence;

import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The member lists of the channels that a node watches. Any thread; nothing blocks but closing.
 *
 * <p>Protocol: one watcher per channel, which looks at the store on a virtual thread, one look at a time, {@value
 * #LOOKS_AT_ONCE} of all watchers at once. It looks when it begins, when it is nudged (at once after a quiet time, else
 * when the batch is full) and when the store said that something ends; a nudge during a look makes it look again. Its
 * lock guards what it has reported and when it looks next; listeners are told under it, in order.
 */
public final class Rosters implements AutoCloseable {

    /** Looks that run at once: connections that the store has. */
    static final int LOOKS_AT_ONCE = 8;

    /** Looks that are far away come at this part of their time at the earliest, so that watchers do not march in step. */
    private static final double SPREAD = 0.8;

    private static final System.Logger LOG = System.getLogger(Rosters.class.getName());

    /** Told in order, one at a time, on any thread; must be quick and never block. */
    public interface Listener {
        void changed(Changes changes);
    }

    private final Presence presence;
    private final PresenceOptions options;
    private final PresenceMeters meters;
    private final RandomGenerator random = RandomGenerator.getDefault();
    private final Map<ChannelId, List<Watcher>> watchers = new ConcurrentHashMap<>();
    private final Semaphore looking = new Semaphore(LOOKS_AT_ONCE);
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("rosters").factory(), (task, ended) -> {});

    public Rosters(Presence presence, PresenceOptions options, PresenceMeters meters) {
        this.presence = presence;
        this.options = options;
        this.meters = meters;
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Watches a channel, once that is {@linkplain Watched#begin begun}, until the handle is closed. */
    public Watched watch(ChannelId channel, Listener listener) {
        var watcher = new Watcher(channel, listener);
        watchers.compute(channel, (same, others) -> {
            var all = others == null ? new CopyOnWriteArrayList<Watcher>() : others;
            all.add(watcher);
            return all;
        });
        return watcher;
    }

    /** The list of this channel may have changed; does nothing for one that is not watched. */
    public void nudge(ChannelId channel) {
        watchers.getOrDefault(channel, List.of()).forEach(Watcher::nudge);
    }

    /** Channels that are watched. */
    public int size() {
        return watchers.size();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        watchers.clear();
    }

    /** A channel that is watched. */
    public interface Watched extends AutoCloseable {

        /** Looks for the first time: whoever listens has the handle by now. */
        void begin();

        /** What was reported so far: with what is reported after {@link Listed#number} it is always complete. */
        Listed list();

        @Override
        void close();
    }

    private final class Watcher implements Watched {

        private final ChannelId channel;
        private final Listener listener;
        private final Watch watch = new Watch(options.listed(), options.ttl().toNanos());
        private @Nullable ScheduledFuture<?> due;
        private long dueAt;
        private long reportedAt = System.nanoTime() - PresenceOptions.SLOWEST_BATCH.toNanos();
        private boolean begun;
        private boolean busy;
        private boolean nudged;
        private boolean closed;
        private int failures;

        Watcher(ChannelId channel, Listener listener) {
            this.channel = channel;
            this.listener = listener;
        }

        @Override
        public synchronized void begin() {
            begun = true;
            nudge();
        }

        synchronized void nudge() {
            nudged = true;
            if (begun && !busy) {
                wake(batchEnds());
            }
        }

        private long batchEnds() {
            var batch = watch.crowded() ? PresenceOptions.SLOWEST_BATCH : options.batch();
            return Math.max(0, reportedAt + batch.toNanos() - System.nanoTime());
        }

        /** Looks in so many nanoseconds, if not earlier. */
        private void wake(long nanos) {
            long at = System.nanoTime() + nanos;
            if (closed || due != null && dueAt - at <= 0) {
                return;
            }
            if (due != null) {
                due.cancel(false);
            }
            dueAt = at;
            due = timer.schedule(this::lookNow, nanos, TimeUnit.NANOSECONDS);
        }

        private synchronized void lookNow() {
            due = null;
            if (!closed && !busy) {
                busy = true;
                nudged = false;
                Thread.ofVirtual().name("roster").start(this::look);
            }
        }

        private void look() {
            looking.acquireUninterruptibly();
            Duration next;
            try {
                next = compare();
            } catch (PresenceUnavailable away) {
                LOG.log(System.Logger.Level.DEBUG, "a member list cannot be looked at", away);
                next = backoff();
            } catch (RuntimeException fault) {
                LOG.log(System.Logger.Level.ERROR, "a look at a member list failed", fault);
                next = options.heartbeat();
            } finally {
                looking.release();
            }
            end(next);
        }

        private synchronized void end(Duration next) {
            busy = false;
            boolean soon = next.compareTo(options.heartbeat()) < 0;
            long spread = soon ? next.toNanos() : (long) (next.toNanos() * random.nextDouble(SPREAD, 1));
            long nanos = Math.min(spread, watch.doubtsEndIn(System.nanoTime()));
            wake(nudged ? Math.min(nanos, batchEnds()) : nanos);
        }

        private Duration backoff() {
            failures = Math.min(failures + 1, 6);
            long most = Math.min(options.heartbeat().toMillis(), 250L << failures);
            return Duration.ofMillis(random.nextLong(most / 2, most));
        }

        /** Looks at all there is to see, and reports what differs; when to look again. */
        private Duration compare() {
            Watch.Comparison comparison;
            Roster.Mark since;
            synchronized (this) {
                comparison = watch.compare(System.nanoTime());
                since = watch.since();
            }
            try {
                Roster page;
                do {
                    page = presence.look(channel, since);
                    meters.looked();
                    synchronized (this) {
                        comparison.add(page);
                        since = page.mark();
                    }
                } while (page.more());
                failures = 0;
                return page.nextLook();
            } finally {
                report(comparison); // what was compared before a failure counts as reported
            }
        }

        private synchronized void report(Watch.Comparison comparison) {
            if (!comparison.seen()) {
                return;
            }
            long before = watch.number();
            var changes = comparison.end();
            if (changes.number() > before && !closed) {
                reportedAt = System.nanoTime();
                meters.changed(
                        changes.joined().size(),
                        changes.updated().size(),
                        changes.left().size());
                listener.changed(changes);
            }
        }

        @Override
        public synchronized Listed list() {
            return watch.listed();
        }

        @Override
        public void close() {
            watchers.computeIfPresent(channel, (same, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
            synchronized (this) {
                closed = true;
                if (due != null) {
                    due.cancel(false);
                }
            }
        }
    }
}

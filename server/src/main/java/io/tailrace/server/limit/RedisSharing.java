package io.tailrace.server.limit;

import io.tailrace.redis.RedisAway;
import io.tailrace.server.http.Journal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Limits that nodes hold together over Redis, and nobody waits for it: what a node lets through it tells a moment later, and
 * hears how far all nodes together have let it come, which from then on counts here as if it had been let through here.
 *
 * <p>What this costs: nodes that are asked in the same moment, after a pause, each let a second's worth through before
 * they hear of each other. It is owed: nothing passes until it has been waited for. With N nodes, in T seconds, at most
 * T + 1.2 N seconds' worth passes, and what each node does not tell, a hundredth. While Redis is away each node holds the
 * limit by itself, and says so: meter, journal, readiness.
 *
 * <p>Protocol: any thread adds to the {@link Tallies}; one thread takes from them what is due, tells it, and goes on after
 * {@link #PACE}, so that an account is told about at most twenty times per second. {@code up} is that thread's.
 */
public final class RedisSharing implements Sharing {

    private static final System.Logger LOG = System.getLogger(RedisSharing.class.getName());

    /** From one time that an account is told about to the next at least. */
    static final Duration PACE = Duration.ofMillis(50);

    /** Accounts in one round trip at most. */
    private static final int AT_ONCE = 256;

    private final Tallies tallies = new Tallies(System::nanoTime);
    private final Totals totals;
    private final LimitMeters meters;
    private final Journal journal;
    private final Thread thread = Thread.ofPlatform().daemon().name("limits").unstarted(this::run);
    private volatile boolean open = true;
    private volatile boolean up;

    // The thread's.
    private boolean outage;
    private long sweptAt = System.nanoTime();

    private RedisSharing(Totals totals, LimitMeters meters, Journal journal) {
        this.totals = totals;
        this.meters = meters;
        this.journal = journal;
    }

    /**
     * Shares over this Redis, or Redis Cluster; connects in the background, and as often as it takes.
     *
     * @param redis {@code redis://} or {@code rediss://}, with user and password if need be
     * @param scope first part of every key: installations that share a Redis have scopes of their own
     */
    public static RedisSharing open(URI redis, String scope, LimitMeters meters, Journal journal) {
        var sharing = new RedisSharing(new Totals(redis, scope), meters, journal);
        sharing.thread.start();
        return sharing;
    }

    @Override
    public void spent(String account, int perSecond, int units, Consumer<Duration> owed) {
        tallies.add(account, perSecond, units, owed);
    }

    @Override
    public boolean up() {
        return up;
    }

    private void run() {
        try {
            attempt(totals::look); // or nobody would know before something is due
            while (open) {
                var due = tallies.take(AT_ONCE, Tallies.MEMORY);
                attempt(() -> tell(due));
                if (due.size() < AT_ONCE) {
                    sweep();
                    Thread.sleep(PACE);
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void attempt(Runnable step) {
        try {
            step.run();
            reached();
        } catch (RedisAway away) {
            alone();
        } catch (RuntimeException fault) { // or limits would never be shared again
            LOG.log(System.Logger.Level.ERROR, "limits cannot be shared", fault);
            alone();
        }
    }

    /** Tells what is due, or looks whether that could be; what cannot be told is forgotten, for the limit has held here. */
    private void tell(List<Tallies.Tally> due) {
        if (due.isEmpty()) {
            totals.look();
            return;
        }
        var ahead = totals.add(due);
        meters.told(due.size());
        for (int i = 0; i < due.size(); i++) {
            var told = due.get(i);
            told.owed().accept(ahead.get(i).plus(told.time(tallies.untold(told.account()))));
        }
    }

    private void reached() {
        if (!up && open) {
            up = true;
            meters.shared(true);
            if (outage) {
                outage = false;
                journal.line("limits.shared").write();
            }
        }
    }

    private void alone() {
        if (!outage && open) {
            outage = true;
            up = false;
            meters.shared(false);
            journal.line("limits.alone").cause("redis").write();
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        if (now - sweptAt >= Tallies.MEMORY.toNanos()) {
            sweptAt = now;
            tallies.sweep();
        }
    }

    @Override
    public void close() {
        open = false;
        thread.interrupt();
        totals.close();
    }
}

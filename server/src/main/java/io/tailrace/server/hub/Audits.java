package io.tailrace.server.hub;

import io.tailrace.log.EventLog;
import io.tailrace.log.Head;
import io.tailrace.log.LogUnavailable;
import io.tailrace.server.hub.Sequence.Mark;
import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Compares the hubs of a node with the log. One thread; whatever is due at a tick, or at a signal, shares one statement,
 * so that ten thousand hubs that were confirmed at once cost ten statements. Bounded: {@value #BATCH} hubs a statement,
 * one statement at a time.
 */
final class Audits implements AutoCloseable {

    /** Hubs in one statement at most. */
    static final int BATCH = 1_000;

    private static final System.Logger LOG = System.getLogger(Audits.class.getName());
    private static final Duration TICK = Duration.ofMillis(50);

    private final EventLog log;
    private final Collection<Hub> hubs;
    private final Timer timer;
    private final HubMeters meters;
    private final RandomGenerator random;
    private final Thread thread;
    private volatile boolean open = true;

    /** @param hubs a live view of the node's hubs */
    Audits(EventLog log, Collection<Hub> hubs, Timer timer, HubMeters meters, RandomGenerator random) {
        this.log = log;
        this.hubs = hubs;
        this.timer = timer;
        this.meters = meters;
        this.random = random;
        this.thread = Thread.ofPlatform().daemon().name("hub-audits").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Something is due now; never blocks. */
    void signal() {
        LockSupport.unpark(thread);
    }

    private void run() {
        while (open) {
            List<Hub> due = due();
            if (due.isEmpty()) {
                LockSupport.parkNanos(this, TICK.toNanos());
            } else {
                audit(due);
            }
        }
    }

    private List<Hub> due() {
        long now = timer.now();
        return hubs.stream().filter(hub -> hub.auditDue(now)).limit(BATCH).toList();
    }

    private void audit(List<Hub> due) {
        var marks = new LinkedHashMap<Hub, Mark>();
        var channels = new ArrayList<ChannelId>();
        for (Hub hub : due) {
            marks.put(hub, hub.auditBegins(random.nextDouble(0.75, 1.25)));
            channels.add(hub.channel());
        }
        try {
            Map<ChannelId, Head> heads = log.heads(channels);
            meters.audited(due.size());
            marks.forEach((hub, mark) -> take(hub, mark, heads.get(hub.channel())));
        } catch (LogUnavailable e) {
            LOG.log(System.Logger.Level.DEBUG, "the heads could not be read", e);
            meters.readFailed();
            due.forEach(Hub::auditFailed);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "an audit failed", e);
            due.forEach(Hub::auditFailed);
        }
    }

    private static void take(Hub hub, Mark mark, @Nullable Head head) {
        if (head == null) {
            hub.auditFailed();
        } else {
            hub.audited(mark, head);
        }
    }

    @Override
    public void close() {
        open = false;
        signal();
    }
}

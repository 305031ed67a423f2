package io.tailrace.server.signal;

import io.tailrace.log.LogUnavailable;
import io.tailrace.log.Receipts;
import io.tailrace.log.Receipts.Read;
import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps receipts by write-behind: gathers them for {@link #PACE}, moves them in the log in one statement, and tells
 * readers of those that moved. So nobody is ever told of a marker that goes back, whichever node took it.
 *
 * <p>Protocol: {@code lock} guards {@code waiting}, the furthest of each user and channel, {@value #MAX_WAITING} at most.
 * One thread takes a page of them, asks the log without the lock, and puts them back when the log is away. What is
 * waiting when the node crashes is lost: the answer to the client promised no more (202).
 */
public final class ReceiptKeeper implements AutoCloseable {

    /** From one statement to the next at least. */
    static final Duration PACE = Duration.ofMillis(250);

    /** Receipts that wait at most. */
    static final int MAX_WAITING = 100_000;

    private static final System.Logger LOG = System.getLogger(ReceiptKeeper.class.getName());

    private record Key(ChannelId channel, String user) {}

    private final Receipts receipts;
    private final Signals signals;
    private final SignalMeters meters;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Key, Long> waiting = new LinkedHashMap<>();
    private final Thread thread = Thread.ofVirtual().name("receipts").unstarted(this::run);
    private boolean open = true;

    public ReceiptKeeper(Receipts receipts, Signals signals, SignalMeters meters) {
        this.receipts = receipts;
        this.signals = signals;
        this.meters = meters;
    }

    /** Begins to keep: the schema is there. */
    public void start() {
        thread.start();
    }

    /** Takes a receipt; false when too many are waiting. Never blocks on the database. */
    boolean offer(ChannelId channel, String user, long seq) {
        lock.lock();
        try {
            var key = new Key(channel, user);
            if (waiting.size() >= MAX_WAITING && !waiting.containsKey(key)) {
                return false;
            }
            waiting.merge(key, seq, Math::max);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (awaitSome()) {
                keep();
                Thread.sleep(PACE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private boolean awaitSome() throws InterruptedException {
        lock.lock();
        try {
            while (open && waiting.isEmpty()) {
                changed.await();
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** Moves a page of what waits; whether that was done. Blocks on the database. */
    private boolean keep() {
        var page = take();
        if (page.isEmpty()) {
            return true;
        }
        try {
            var moved = receipts.advance(page);
            meters.kept(page.size());
            moved.forEach(each -> signals.receipt(each.channel(), each.user(), each.seq(), each.at()));
            return true;
        } catch (LogUnavailable away) {
            LOG.log(System.Logger.Level.DEBUG, "receipts are kept later", away);
            meters.notKept(page.size());
            page.forEach(read -> offer(read.channel(), read.user(), read.seq()));
            return false;
        }
    }

    private List<Read> take() {
        lock.lock();
        try {
            var page = new ArrayList<Read>();
            for (var next = waiting.entrySet().iterator(); next.hasNext() && page.size() < Receipts.MAX_PAGE; ) {
                var entry = next.next();
                page.add(new Read(entry.getKey().channel(), entry.getKey().user(), entry.getValue()));
                next.remove();
            }
            return page;
        } finally {
            lock.unlock();
        }
    }

    private boolean isEmpty() {
        lock.lock();
        try {
            return waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Keeps what still waits, if the database answers. */
    @Override
    public void close() {
        lock.lock();
        try {
            open = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
        while (!isEmpty() && keep()) {
            // the next page
        }
    }
}

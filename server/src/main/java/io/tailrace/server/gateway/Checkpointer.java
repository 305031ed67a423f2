package io.tailrace.server.gateway;

import io.tailrace.log.LogUnavailable;
import io.tailrace.server.http.Journal;
import io.tailrace.wire.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Saves checkpoints of all streams of a node, as many as have gathered in one statement; renews those that are in use;
 * sweeps old ones; and notices, on the way, whether the database answers.
 *
 * <p>Protocol: streams {@link #save} from their threads; one thread of the checkpointer's own takes what is there,
 * writes it, and calls each stream back. A stream has at most one request in the queue, which bounds it.
 */
final class Checkpointer implements AutoCloseable {

    /** Rows in one statement. */
    static final int BATCH = 500;

    private static final Duration PROBE = Duration.ofSeconds(2);
    private static final Duration HOUSEKEEPING = Duration.ofMinutes(30);

    /** @param saved told whether the row is there; on the checkpointer's thread, must not block */
    private record Request(Checkpoint row, Consumer<Boolean> saved) {}

    private final CheckpointTable table;
    private final StreamMeters meters;
    private final Journal journal;
    private final LinkedBlockingQueue<Request> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean away;
    private volatile Runnable turned = () -> {};
    private volatile Supplier<Collection<String>> inUse = List::of;

    Checkpointer(CheckpointTable table, StreamMeters meters, Journal journal) {
        this.table = table;
        this.meters = meters;
        this.journal = journal;
        this.thread = Thread.ofVirtual().name("checkpoints").unstarted(this::run);
    }

    /**
     * @param ids the checkpoints that clients of open streams may hold
     * @param databaseTurned run when {@link #databaseAway} has changed; must not block
     */
    void start(Supplier<Collection<String>> ids, Runnable databaseTurned) {
        inUse = ids;
        turned = databaseTurned;
        thread.start();
    }

    /** Saves {@code row} soon; {@code saved} is then told, on another thread, whether that worked. Never blocks. */
    void save(Checkpoint row, Consumer<Boolean> saved) {
        queue.add(new Request(row, saved));
    }

    /** The checkpoint of this id, if it is this principal's; blocks, throws {@link LogUnavailable}. */
    Optional<Checkpoint> find(Position.Checkpoint position, String tenant, String principal) {
        return table.find(position, tenant, principal);
    }

    /** Whether the database did not answer when it was last asked. */
    boolean databaseAway() {
        return away;
    }

    private void run() {
        long housekeptAt = System.nanoTime();
        try {
            while (true) {
                var first = queue.poll(PROBE.toMillis(), TimeUnit.MILLISECONDS);
                if (first == null) {
                    probe();
                } else {
                    write(first);
                }
                if (System.nanoTime() - housekeptAt > HOUSEKEEPING.toNanos()) {
                    housekeptAt = System.nanoTime();
                    keepHouse();
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void probe() {
        try {
            table.probe();
            noticed(false);
        } catch (LogUnavailable unavailable) {
            noticed(true);
        }
    }

    private void write(Request first) {
        var batch = new ArrayList<Request>();
        batch.add(first);
        queue.drainTo(batch, BATCH - 1);
        boolean saved = insert(batch.stream().map(Request::row).toList());
        for (Request request : batch) {
            request.saved().accept(saved);
        }
    }

    private boolean insert(List<Checkpoint> rows) {
        try {
            table.insert(rows);
            meters.checkpointed(rows.size());
            noticed(false);
            return true;
        } catch (LogUnavailable unavailable) {
            meters.checkpointFailed(rows.size());
            noticed(true);
            return false;
        } catch (RuntimeException fault) {
            meters.checkpointFailed(rows.size());
            journal.fault("checkpoints", fault);
            return false;
        }
    }

    private void keepHouse() {
        try {
            var ids = List.copyOf(inUse.get());
            for (int from = 0; from < ids.size(); from += BATCH) {
                table.renew(ids.subList(from, Math.min(from + BATCH, ids.size())));
            }
            int swept;
            do {
                swept = table.sweep();
            } while (swept == CheckpointTable.SWEEP);
        } catch (LogUnavailable later) {
            noticed(true);
        }
    }

    private void noticed(boolean isAway) {
        if (away != isAway) {
            away = isAway;
            journal.line(isAway ? "streams.database-away" : "streams.database-back")
                    .write();
            turned.run();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}

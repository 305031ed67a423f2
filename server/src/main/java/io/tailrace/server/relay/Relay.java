package io.tailrace.server.relay;

import io.tailrace.log.EventLog;
import io.tailrace.log.LogUnavailable;
import io.tailrace.log.Outbox;
import io.tailrace.log.Outbox.Mark;
import io.tailrace.server.bus.Announcement.HeadMoved;
import io.tailrace.server.bus.Bus;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Announces marks that stay in the outbox, as a notice per channel that its head has moved, and settles them once the
 * bus took the notice. Announcing twice is harmless, announcing never is made up for by the hubs' audits: so marks
 * may be dropped when they are old.
 *
 * <p>Protocol: one thread. While the bus is up it is a candidate for the {@link Seat}; while it has the seat it waits
 * for a notification or the next poll, and announces. It leaves the seat when the connection, the database or the bus
 * is lost, so that a node that still has them takes over. Polls slow down while there is nothing.
 */
public final class Relay implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Relay.class.getName());
    private static final Duration DROP_EVERY = Duration.ofSeconds(10);
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final Supplier<Connection> connections;
    private final EventLog log;
    private final Outbox outbox;
    private final Bus bus;
    private final RelayOptions options;
    private final RelayMeters meters;
    private final InstantSource clock;
    private final Thread thread = Thread.ofPlatform().daemon().name("relay").unstarted(this::run);
    private volatile boolean open = true;
    private volatile boolean relaying;
    private volatile @Nullable Seat seat;
    private Instant dropAt = Instant.MIN;

    private Relay(
            Supplier<Connection> connections,
            EventLog log,
            Outbox outbox,
            Bus bus,
            RelayOptions options,
            RelayMeters meters,
            InstantSource clock) {
        this.connections = connections;
        this.log = log;
        this.outbox = outbox;
        this.bus = bus;
        this.options = options;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Starts a relay, or one that stands by while another node has the seat.
     *
     * @param connections opens a connection that the relay keeps for itself; throws {@link LogUnavailable}
     */
    public static Relay start(
            Supplier<Connection> connections,
            EventLog log,
            Outbox outbox,
            Bus bus,
            RelayOptions options,
            RelayMeters meters,
            InstantSource clock) {
        var relay = new Relay(connections, log, outbox, bus, options, meters, clock);
        relay.thread.start();
        return relay;
    }

    /** Whether this node has the seat. */
    public boolean relaying() {
        return relaying;
    }

    private void run() {
        while (open) {
            try {
                if (bus.up()) {
                    stand();
                }
                Thread.sleep(options.candidacy());
            } catch (InterruptedException e) {
                return; // closed
            } catch (SQLException | LogUnavailable e) {
                LOG.log(System.Logger.Level.DEBUG, "the relay lost the database", e);
                pause();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "the relay failed", e);
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(options.candidacy());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** Stands for the seat, and serves while it has it. */
    private void stand() throws SQLException, InterruptedException {
        try (var candidate = new Seat(connections.get())) {
            seat = candidate;
            while (open && bus.up()) {
                if (candidate.take()) {
                    serve(candidate);
                } else {
                    candidate.await(options.candidacy());
                }
            }
        } finally {
            seat = null;
        }
    }

    private void serve(Seat taken) throws SQLException {
        LOG.log(System.Logger.Level.INFO, "this node is the relay");
        relaying = true;
        meters.relaying(true);
        try {
            Duration pause = options.poll();
            Duration age = options.patience();
            while (open && bus.up()) {
                boolean found = announceAll(age);
                dropWhenDue();
                pause = found ? options.poll() : shorter(pause.multipliedBy(2), options.idlePoll());
                age = taken.await(pause) ? Duration.ZERO : options.patience();
            }
        } finally {
            relaying = false;
            meters.relaying(false);
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Announces marks of at least {@code age}, batch by batch; whether there were any. */
    private boolean announceAll(Duration age) {
        boolean found = false;
        while (open) {
            List<Mark> marks = outbox.unsettled(age, options.batch());
            if (marks.isEmpty() || !announce(marks)) {
                return found;
            }
            found = true;
            if (marks.size() < options.batch()) {
                return true;
            }
        }
        return found;
    }

    /** The head that is announced is read now: it is at least what the marks say, and has epoch and access epoch. */
    private boolean announce(List<Mark> marks) {
        var channels = marks.stream().map(Mark::channel).distinct().toList();
        var heads = log.heads(channels);
        var moved = heads.entrySet().stream()
                .map(entry -> new HeadMoved(
                        entry.getKey(),
                        entry.getValue().epoch(),
                        entry.getValue().seq(),
                        entry.getValue().accessEpoch()))
                .toList();
        if (!bus.publish(moved)) {
            return false;
        }
        outbox.settle(marks.stream().map(Mark::id).toList());
        meters.announced(channels.size(), marks.size());
        return true;
    }

    private void dropWhenDue() {
        Instant now = clock.instant();
        if (now.isBefore(dropAt)) {
            return;
        }
        dropAt = now.plus(DROP_EVERY);
        int dropped = outbox.drop(options.forget());
        if (dropped > 0) {
            meters.dropped(dropped);
        }
    }

    /** Gives the seat back and ends; waits for it a little. */
    @Override
    public void close() {
        open = false;
        thread.interrupt();
        Seat current = seat;
        if (current != null) {
            current.abort();
        }
        try {
            thread.join(CLOSING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

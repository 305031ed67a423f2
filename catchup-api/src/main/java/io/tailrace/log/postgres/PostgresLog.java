package io.tailrace.log.postgres;

import io.tailrace.log.Audit;
import io.tailrace.log.Channels;
import io.tailrace.log.Contracts;
import io.tailrace.log.EventLog;
import io.tailrace.log.LogEpoch;
import io.tailrace.log.LogMeters;
import io.tailrace.log.Memberships;
import io.tailrace.log.Outbox;
import io.tailrace.log.Receipts;
import io.tailrace.log.Retention;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The log on one PostgreSQL database: each of its interfaces, ready for any number of threads. The database stays the
 * caller's to migrate and to close.
 *
 * @param events append and read
 * @param channels make, describe and delete
 * @param members who belongs and who is shut out
 * @param contracts of the namespaces
 * @param outbox what may not have been announced
 * @param epoch to be observed at start and every few seconds
 * @param retention to be swept every minute or so
 * @param receipts how far users have read
 * @param audit what managers did
 */
public record PostgresLog(
        EventLog events,
        Channels channels,
        Memberships members,
        Contracts contracts,
        Outbox outbox,
        LogEpoch epoch,
        Retention retention,
        Receipts receipts,
        Audit audit) {

    /** How long an idempotency key lives when nobody says otherwise: seven days. */
    public static final Duration IDEMPOTENCY_TTL = Duration.ofDays(7);

    /** How long between two sweeps of all nodes together when nobody says otherwise: five minutes. */
    public static final Duration SWEEP_INTERVAL = Duration.ofMinutes(5);

    /** The log with the usual lifetimes. */
    public static PostgresLog on(Database database, InstantSource clock) {
        return on(database, clock, IDEMPOTENCY_TTL, SWEEP_INTERVAL, LogMeters.NONE);
    }

    /**
     * The log.
     *
     * @param clock for the age of cached contracts; events and leases go by the clock of the database
     * @param idempotencyTtl how long a key is remembered at least
     * @param sweepInterval the least time between two sweeps of all nodes together
     */
    public static PostgresLog on(
            Database database, InstantSource clock, Duration idempotencyTtl, Duration sweepInterval, LogMeters meters) {
        var contracts = new PostgresContracts(database, clock);
        return new PostgresLog(
                new PostgresEventLog(database, meters),
                new PostgresChannels(database),
                new PostgresMemberships(database),
                contracts,
                new PostgresOutbox(database),
                new PostgresLogEpoch(database, meters),
                new PostgresRetention(database, contracts, sweepInterval, idempotencyTtl, meters),
                new PostgresReceipts(database),
                new PostgresAudit(database));
    }
}

package io.tailrace.log.postgres;

import io.tailrace.log.LogEpoch;
import io.tailrace.log.LogMeters;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log's epoch in PostgreSQL. What was seen last is recorded in the database, for the next start, and kept here: a
 * restore of data files brings an old record along, and only a node that lived through it can tell.
 *
 * <p>A new epoch is the count of ten-second steps since 2026, if that is more than the old one: a backup restored
 * twice does not give one number to two histories.
 */
final class PostgresLogEpoch implements LogEpoch {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresLogEpoch.class);

    private static final String NEXT =
            "greatest(epoch + 1, ? + 1, floor(extract(epoch FROM clock_timestamp() - timestamptz '2026-01-01Z') / 10)::int)";

    /** What the record says, and where the server is: an LSN as its distance from zero. */
    private static final String LOOK = """
            SELECT l.epoch, s.system_identifier,
                ('x' || substr(pg_walfile_name(pg_current_wal_flush_lsn()), 1, 8))::bit(32)::int AS timeline,
                (pg_current_wal_flush_lsn() - '0/0')::bigint AS flushed,
                l.system_identifier AS last_system_identifier, l.timeline AS last_timeline,
                (l.flush_lsn - '0/0')::bigint AS last_flushed
            FROM tailrace.log l, pg_control_system() s
            """;

    private static final String RECORD = """
            UPDATE tailrace.log SET epoch = ?, system_identifier = ?, timeline = ?, flush_lsn = '0/0'::pg_lsn + ?
            """;

    /** Where a server's log stands. */
    private record Stand(long systemIdentifier, int timeline, long flushed) {

        boolean follows(@Nullable Stand earlier) {
            return earlier == null
                    || (systemIdentifier == earlier.systemIdentifier
                            && timeline == earlier.timeline
                            && flushed >= earlier.flushed);
        }
    }

    private record Look(int epoch, Stand now, @Nullable Stand recorded) {}

    private final Database database;
    private final LogMeters meters;

    // Guarded by this: what this node saw last.
    private int seenEpoch;
    private @Nullable Stand seen;

    PostgresLogEpoch(Database database, LogMeters meters) {
        this.database = database;
        this.meters = meters;
    }

    @Override
    public int current() {
        return database.one("SELECT epoch FROM tailrace.log", row -> row.getInt(1));
    }

    @Override
    public synchronized int observe() {
        return look(false);
    }

    @Override
    public synchronized int restored() {
        return look(true);
    }

    private int look(boolean raise) {
        Look result = database.transaction(sql -> {
            // First the lock, then the look: one statement would look before it waits.
            sql.query("SELECT FROM tailrace.log FOR UPDATE", row -> 0);
            Look look = sql.one(LOOK, PostgresLogEpoch::look);
            boolean undone = raise
                    || !look.now().follows(look.recorded())
                    || look.epoch() < seenEpoch
                    // Another node that raised it has seen the same.
                    || (look.epoch() == seenEpoch && !look.now().follows(seen));
            int epoch = look.epoch();
            if (undone) {
                epoch = sql.one("SELECT " + NEXT + " FROM tailrace.log", row -> row.getInt(1), seenEpoch);
                LOG.warn("the log is another than it was: epoch {} follows {}", epoch, look.epoch());
                meters.newEpoch(epoch);
            }
            Stand now = look.now();
            sql.update(RECORD, epoch, now.systemIdentifier(), now.timeline(), now.flushed());
            return new Look(epoch, now, null);
        });
        seenEpoch = result.epoch();
        seen = result.now();
        return seenEpoch;
    }

    private static Look look(ResultSet row) throws SQLException {
        Long identifier = row.getObject("last_system_identifier", Long.class);
        Stand recorded = identifier == null
                ? null
                : new Stand(identifier, row.getInt("last_timeline"), row.getLong("last_flushed"));
        return new Look(
                row.getInt("epoch"),
                new Stand(row.getLong("system_identifier"), row.getInt("timeline"), row.getLong("flushed")),
                recorded);
    }
}

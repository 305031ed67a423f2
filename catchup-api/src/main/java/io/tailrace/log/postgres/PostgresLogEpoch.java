package io.tailrace.log.postgres;

import io.tailrace.log.LogEpoch;
import io.tailrace.log.LogMeters;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log's epoch in PostgreSQL. What was seen last is recorded in the database, for the next start, and kept here: a
 * restore brings an old record along, and only a node that lived through it can tell. It does so by counting its looks
 * in a row of its own, which a restored log has fewer of.
 *
 * <p>Protocol: a look holds the lock on the log's row from before it reads until it commits, so looks of all nodes stand
 * in one order. {@code seen} is replaced after the commit, by the look with the highest count. Each new connection of
 * the pool is checked before anybody uses it: a restore ends all connections, so nothing is appended to a restored log
 * under the old epoch by a node that has seen more of it.
 *
 * <p>A new epoch is the count of ten-second steps since 2026, if that is more than the old one: a backup restored
 * twice does not give one number to two histories.
 */
final class PostgresLogEpoch implements LogEpoch {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresLogEpoch.class);

    private static final String NEXT =
            "greatest(epoch + 1, ? + 1, floor(extract(epoch FROM clock_timestamp() - timestamptz '2026-01-01Z') / 10)::int)";

    /** What the records say, and where the server is: an LSN as its distance from zero. */
    private static final String LOOK = """
            SELECT l.epoch, s.system_identifier,
                ('x' || substr(pg_walfile_name(pg_current_wal_flush_lsn()), 1, 8))::bit(32)::int AS timeline,
                (pg_current_wal_flush_lsn() - '0/0')::bigint AS flushed,
                l.system_identifier AS last_system_identifier, l.timeline AS last_timeline,
                (l.flush_lsn - '0/0')::bigint AS last_flushed,
                coalesce((SELECT w.looks FROM tailrace.witness w WHERE w.node = ?), 0) AS looks
            FROM tailrace.log l, pg_control_system() s
            """;

    private static final String RECORD = """
            UPDATE tailrace.log SET epoch = ?, system_identifier = ?, timeline = ?, flush_lsn = '0/0'::pg_lsn + ?
            """;

    private static final String WITNESS = """
            INSERT INTO tailrace.witness AS w (node, looks) VALUES (?, ?)
            ON CONFLICT (node) DO UPDATE SET looks = excluded.looks, looked_at = now()
            """;

    /** Nodes that have not looked for so long will not look again. */
    private static final String FORGET = "DELETE FROM tailrace.witness WHERE looked_at < now() - interval '30 days'";

    /** Where a server's log stands. */
    private record Stand(long systemIdentifier, int timeline, long flushed) {

        boolean follows(@Nullable Stand earlier) {
            return earlier == null
                    || (systemIdentifier == earlier.systemIdentifier
                            && timeline == earlier.timeline
                            && flushed >= earlier.flushed);
        }
    }

    /** What a look finds; {@code recorded} is null before the first. */
    private record Look(
            int epoch, long looks, Stand now, @Nullable Stand recorded) {

        boolean undone(@Nullable Look seen) {
            if (!now.follows(recorded)) {
                return true;
            }
            // Of a higher epoch: another node that raised it has seen the same.
            return seen != null
                    && (epoch < seen.epoch || (epoch == seen.epoch && (looks < seen.looks || !now.follows(seen.now))));
        }
    }

    private final Database database;
    private final LogMeters meters;
    private final String node = UUID.randomUUID().toString();
    private volatile @Nullable Look seen;

    PostgresLogEpoch(Database database, LogMeters meters) {
        this.database = database;
        this.meters = meters;
        database.onConnect(this::check);
    }

    @Override
    public int current() {
        return database.all().one("SELECT epoch FROM tailrace.log", row -> row.getInt(1));
    }

    @Override
    public int observe() {
        return remember(database.all().transaction(sql -> look(sql, false)));
    }

    @Override
    public int restored() {
        return remember(database.all().transaction(sql -> look(sql, true)));
    }

    /** Before the first look there is nothing to compare with, and maybe no table. */
    private void check(Connection connection) throws SQLException {
        Look last = seen;
        if (last != null
                && new Statements(connection)
                        .one(LOOK, PostgresLogEpoch::look, node)
                        .undone(last)) {
            remember(Database.transaction(connection, sql -> look(sql, false)));
        }
    }

    private synchronized int remember(Look look) {
        Look last = seen;
        if (last == null || look.looks() > last.looks()) {
            seen = look;
        }
        return look.epoch();
    }

    private Look look(Sql sql, boolean raise) {
        // First the lock, then the look: one statement would look before it waits.
        sql.query("SELECT FROM tailrace.log FOR UPDATE", row -> 0);
        Look last = seen;
        Look look = sql.one(LOOK, PostgresLogEpoch::look, node);
        int epoch = look.epoch();
        if (raise || look.undone(last)) {
            epoch = sql.one(
                    "SELECT " + NEXT + " FROM tailrace.log", row -> row.getInt(1), last == null ? 0 : last.epoch());
            LOG.warn("the log is another than it was: epoch {} follows {}", epoch, look.epoch());
            meters.newEpoch(epoch);
        }
        Stand now = look.now();
        long looks = Math.max(look.looks(), last == null ? 0 : last.looks()) + 1;
        sql.update(RECORD, epoch, now.systemIdentifier(), now.timeline(), now.flushed());
        sql.update(WITNESS, node, looks);
        if (last == null) {
            sql.update(FORGET);
        }
        return new Look(epoch, looks, now, null);
    }

    private static Look look(ResultSet row) throws SQLException {
        Long identifier = row.getObject("last_system_identifier", Long.class);
        Stand recorded = identifier == null
                ? null
                : new Stand(identifier, row.getInt("last_timeline"), row.getLong("last_flushed"));
        return new Look(
                row.getInt("epoch"),
                row.getLong("looks"),
                new Stand(row.getLong("system_identifier"), row.getInt("timeline"), row.getLong("flushed")),
                recorded);
    }
}

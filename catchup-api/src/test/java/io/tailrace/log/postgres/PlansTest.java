package io.tailrace.log.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.Append;
import io.tailrace.log.AppendOutcome.Committed;
import io.tailrace.log.EventLog;
import io.tailrace.log.Memberships;
import io.tailrace.log.Reader;
import io.tailrace.log.Role;
import io.tailrace.log.Writes;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Contract;
import io.tailrace.wire.Standing;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is called all the time looks rows up by index, however many there are: with a hundred thousand channels, one
 * sequential scan per call would be the whole cost.
 */
@ParameterizedClass
@EnumSource
class PlansTest extends OnPostgres {

    private static final int CHANNELS = 100_000;

    /** Calls of each: beyond the five that PostgreSQL plans anew each time. */
    private static final int CALLS = 12;

    private static final int BATCH = 100;

    @Test
    void nothingScansItsTable() {
        fill();
        try (var single = Database.open(server.options(name).withConnections(1))) {
            var node = PostgresLog.on(single, Clock.systemUTC());
            flush(single);
            Map<String, Long> before = scans();
            long lookups = lookups();
            for (int i = 0; i < CALLS; i++) {
                use(node, i);
            }
            flush(single);
            assertThat(scans()).isEqualTo(before);
            assertThat(lookups()).isGreaterThan(lookups + CALLS * BATCH);
        }
    }

    private static void fill() {
        for (String sql : List.of(
                "INSERT INTO tailrace.channel (tenant, name, head)"
                        + " SELECT 'acme', 'board:p' || i, 1 FROM generate_series(1, " + CHANNELS + ") i",
                "INSERT INTO tailrace.event (channel, seq, at, access_epoch, type, key, data, author)"
                        + " SELECT id, 1, now(), 0, 'x', 'k1', '1', 'u1' FROM tailrace.channel",
                "INSERT INTO tailrace.keyed SELECT channel, key, seq FROM tailrace.event",
                "INSERT INTO tailrace.idempotency SELECT 'acme', 'u1', 'old-' || channel || '-' || seq, '', channel,"
                        + " seq, at FROM tailrace.event",
                "INSERT INTO tailrace.member SELECT id, 'u1', 'editor' FROM tailrace.channel WHERE id % 10 = 0",
                "INSERT INTO tailrace.denial SELECT tenant, name, 'u9' FROM tailrace.channel WHERE id % 10 = 1",
                "INSERT INTO tailrace.outbox (channel, seq, at) SELECT id, head, now() FROM tailrace.channel",
                "ANALYZE")) {
            try (var unbounded = database.dedicated();
                    var statement = unbounded.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void use(PostgresLog node, int round) {
        var batch = new ArrayList<Append>();
        var ids = new ArrayList<ChannelId>();
        for (int i = 0; i < BATCH; i++) {
            String channel = "board:p" + (1 + (round * 7_919 + i * 977) % CHANNELS);
            batch.add(Writes.to(channel).key("k1").append());
            ids.add(id(channel));
        }
        batch.add(Writes.to("board:new-" + round).append());
        assertThat(node.events().append(batch)).hasOnlyElementsOfType(Committed.class);
        node.events().append(batch);
        ChannelId first = ids.getFirst();
        var reader = new Reader(ADMIN, Standing.GRANT);
        node.events().read(first, 0, EventLog.MAX_PAGE, reader);
        node.events().read(first, 1, 2);
        node.events().snapshot(first, Contract.builtIn("board"), 0, reader);
        node.events().snapshot(first, Contract.builtIn("chat"), 0, reader);
        node.events().heads(ids);
        node.events().pastWindow(first, 1, Contract.ReplayWindow.DEFAULT);
        node.members().standing(first, ADMIN);
        node.members()
                .standings(ids.stream()
                        .map(id -> new Memberships.Question(id, ADMIN))
                        .toList());
        node.members().put(first, "u5", Role.EDITOR, BY);
        node.members().remove(first, "u5", BY);
        node.outbox().unsettled(Duration.ZERO, 100);
        node.outbox().settle(List.of(1L + round));
        node.channels().describe(first);
    }

    private static void flush(Database single) {
        single.all().query("SELECT pg_stat_force_next_flush()", row -> 0);
        single.all().query("SELECT 1", row -> 0);
    }

    private static long lookups() {
        return database.all()
                .one("SELECT idx_scan FROM pg_stat_user_tables WHERE relname = 'channel'", row -> row.getLong(1));
    }

    private static Map<String, Long> scans() {
        var scans = new TreeMap<String, Long>();
        database.all()
                .query(
                        "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE schemaname = 'tailrace'"
                                + " AND relname NOT IN ('log', 'namespace', 'revocation', 'access', 'schema_history', 'discarded')",
                        row -> scans.put(row.getString(1), row.getLong(2)));
        return scans;
    }
}

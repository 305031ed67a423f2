package io.tailrace.log.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.log.AppendOutcome.Committed;
import io.tailrace.log.Audit;
import io.tailrace.log.LogMeters;
import io.tailrace.log.Memberships.Revoked;
import io.tailrace.log.ReadOutcome;
import io.tailrace.log.Receipts.Read;
import io.tailrace.log.Role;
import io.tailrace.log.Writes;
import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.PostgresServer.Version;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Contract;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What one tenant's statements reach of another's rows when they have no condition at all. The tables are those that the
 * catalog has: one that comes later and has no policy, or no row here, fails.
 */
@ParameterizedClass
@EnumSource(Version.class)
@Tag("R-70")
class WallTest extends OnPostgres {

    /** What is of no tenant: the log as a whole, the nodes, and what Flyway did. */
    private static final List<String> OF_NOBODY = List.of("log", "witness", "schema_history");

    private static final List<String> TENANTS = List.of("acme", "rival");

    @BeforeEach
    void fill() {
        String role = database.of("acme").one("SELECT current_user", row -> row.getString(1));
        assertThat(database.walled()).isTrue();
        if (database.all().query("SELECT FROM tailrace.channel", row -> 0).isEmpty()) {
            TENANTS.forEach(WallTest::use);
        }
        // Policies alone must hold, whatever somebody grants one day.
        database.all().update("GRANT ALL ON ALL TABLES IN SCHEMA tailrace TO \"" + role + "\"");
    }

    /** Leaves rows of {@code tenant} in every table. */
    private static void use(String tenant) {
        var by = Audit.By.of(Writes.actor(tenant, "admin"));
        var board = ChannelId.of(tenant, "board:1");
        log.contracts().put(tenant, "chat", Contract.builtIn("chat"), by);
        log.members().put(board, "bob", Role.EDITOR, by);
        log.members().put(board, "eve", Role.EDITOR, by);
        log.members().remove(board, "eve", by);
        log.members().revoke(tenant, Revoked.USER, "mallory", Instant.now().plusSeconds(600), by);
        log.receipts().advance(List.of(new Read(board, "bob", 1)));
        assertThat(append(Writes.to("board:1").key("card:1").by(by.actor()))).isInstanceOf(Committed.class);
        log.channels().create(ChannelId.of(tenant, "board:gone"), by);
        log.channels().delete(ChannelId.of(tenant, "board:gone"), by);
        database.of(tenant)
                .update(
                        "INSERT INTO tailrace.ticket (hash, tenant, principal, issued_at, purpose, channels, expires_at)"
                                + " VALUES (sha256(?::text::bytea), ?, 'bob', now(), 'STREAM', '{board:1}', now())",
                        tenant,
                        tenant);
        database.of(tenant)
                .update(
                        "INSERT INTO tailrace.checkpoint (id, tenant, principal, epoch, channels, seqs)"
                                + " VALUES (?, ?, 'bob', 1, 'board:1', '1')",
                        tenant,
                        tenant);
    }

    private static List<String> tables() {
        var tables = database.all()
                .query(
                        "SELECT relname FROM pg_class WHERE relnamespace = 'tailrace'::regnamespace"
                                + " AND relkind IN ('r', 'p') ORDER BY relname",
                        row -> row.getString(1));
        assertThat(tables).containsAll(OF_NOBODY);
        return tables.stream().filter(table -> !OF_NOBODY.contains(table)).toList();
    }

    private static long count(Sql sql, String table) {
        return sql.one("SELECT count(*) FROM tailrace." + table, row -> row.getLong(1));
    }

    /** What every table has, as its owner sees it. */
    private static Map<String, String> contents() {
        var contents = new TreeMap<String, String>();
        for (String table : tables()) {
            contents.put(
                    table,
                    database.all()
                            .one(
                                    "SELECT md5(coalesce(string_agg(to_jsonb(t)::text, ';' ORDER BY to_jsonb(t)::text), ''))"
                                            + " FROM tailrace." + table + " t",
                                    row -> row.getString(1)));
        }
        return contents;
    }

    @Test
    void aStatementWithoutAConditionSeesRowsOfItsTenantAlone() {
        for (String table : tables()) {
            long all = count(database.all(), table);
            assertThat(all).as("rows of %s for this test to hide", table).isPositive();
            assertThat(count(database.of("nobody"), table)).as(table).isZero();
            assertThat(count(database.of(""), table)).as(table).isZero();
            long seen = 0;
            for (String tenant : TENANTS) {
                long own = count(database.of(tenant), table);
                // What deleted channels left is nobody's.
                assertThat(own).as(table + " of " + tenant).isLessThan(all);
                seen += own;
            }
            assertThat(seen).as(table).isLessThanOrEqualTo(all);
        }
        for (String table : List.of("channel", "event", "keyed", "member", "outbox", "receipt", "audit", "ticket")) {
            assertThat(count(database.of("acme"), table)).as(table).isPositive();
        }
    }

    @Test
    void aStatementWithoutAConditionChangesAndRemovesNothingOfAnother() {
        var before = contents();
        for (String table : tables()) {
            String column = database.all()
                    .one(
                            "SELECT attname FROM pg_attribute WHERE attrelid = ('tailrace.' || ?)::regclass"
                                    + " AND attnum > 0 AND attidentity = '' ORDER BY attnum LIMIT 1",
                            row -> row.getString(1),
                            table);
            for (String statement : List.of(
                    "UPDATE tailrace." + table + " SET " + column + " = " + column, "DELETE FROM tailrace." + table)) {
                if (table.equals("audit")) {
                    assertThatThrownBy(() -> database.of("nobody").update(statement))
                            .hasStackTraceContaining("only ever added to");
                } else {
                    assertThat(database.of("nobody").update(statement))
                            .as(statement)
                            .isZero();
                }
            }
        }
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void nothingCanBePutWhereAnotherTenantIs() {
        var before = contents();
        for (String table : tables()) {
            for (String row : database.all()
                    .query("SELECT to_jsonb(t)::text FROM tailrace." + table + " t", row -> row.getString(1))) {
                assertThatThrownBy(() -> database.of("nobody")
                                .update(
                                        "INSERT INTO tailrace." + table + " OVERRIDING SYSTEM VALUE"
                                                + " SELECT * FROM jsonb_populate_record(null::tailrace." + table
                                                + ", ?::text::jsonb)",
                                        row))
                        .as(table)
                        .hasStackTraceContaining("row-level security");
            }
        }
        for (String table : List.of("channel", "ticket", "checkpoint", "access", "denial", "revocation", "namespace")) {
            assertThatThrownBy(() ->
                            database.of("acme").update("UPDATE tailrace." + table + " SET tenant = 'rival' || tenant"))
                    .as(table)
                    .hasStackTraceContaining("row-level security");
        }
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void aTransactionIsConfinedFromItsFirstStatementToItsLast() {
        var seen = new ArrayList<Long>();
        database.of("nobody").transaction(sql -> {
            seen.add(count(sql, "channel"));
            seen.add(count(sql, "event"));
            return sql.update("DELETE FROM tailrace.channel");
        });
        assertThat(seen).containsExactly(0L, 0L);
        assertThat(count(database.all(), "channel")).isPositive();
    }

    @Test
    void aConnectionThatIsGivenBackRemembersNobody() {
        try (var single = Database.open(server.options(name).withConnections(1))) {
            String who =
                    "SELECT session_user = current_user AND coalesce(current_setting('tailrace.tenant', true), '') = ''";
            for (int i = 0; i < 10; i++) { // past the number of runs after which the driver prepares for good
                assertThat(count(single.of("acme"), "access")).isEqualTo(1);
                assertThat(single.all().<Boolean>one(who, row -> row.getBoolean(1)))
                        .isTrue();
                assertThatThrownBy(() -> single.of("acme").update("SELECT 1 / 0"))
                        .isNotNull();
                assertThat(single.all().<Boolean>one(who, row -> row.getBoolean(1)))
                        .isTrue();
                assertThat(single.of("rival")
                                .<String>one("SELECT tenant FROM tailrace.access", row -> row.getString(1)))
                        .isEqualTo("rival");
            }
        }
    }

    /** As on a managed PostgreSQL: an owner of a database who makes no roles, and an operator who does so later. */
    @Test
    void whoMayMakeNoRoleRunsUnwalledUntilAnOperatorHasMadeIt() {
        String owner = "plain_owner_" + name;
        String own = "plain_" + name;
        database.all().update("CREATE ROLE " + owner + " LOGIN");
        server.execute("postgres", "CREATE DATABASE " + own + " OWNER " + owner);
        try (var older = Database.open(Database.Options.of(server.url(own), owner, null))) {
            older.migrate();
            assertThat(older.walled()).isFalse();
            reads(older);

            database.all().update("CREATE ROLE tailrace_tenant_" + own + " NOLOGIN");
            database.all().update("GRANT tailrace_tenant_" + own + " TO " + owner);
            try (var newer = Database.open(Database.Options.of(server.url(own), owner, null))) {
                newer.migrate();
                assertThat(newer.walled()).isTrue();
                assertThat(count(newer.of("nobody"), "event")).isZero();
                reads(newer);
                // Who runs as the owner, as nodes of before the wall do, goes on beside it.
                assertThat(older.walled()).isFalse();
                reads(older);
            }
        }
    }

    /** Who may make roles, but is no superuser, needs nobody. */
    @Test
    void whoMayMakeRolesRaisesTheWallAlone() {
        String owner = "maker_" + name;
        String own = "made_" + name;
        database.all().update("CREATE ROLE " + owner + " LOGIN CREATEROLE");
        server.execute("postgres", "CREATE DATABASE " + own + " OWNER " + owner);
        try (var node = Database.open(Database.Options.of(server.url(own), owner, null))) {
            node.migrate();
            assertThat(node.walled()).isTrue();
            reads(node);
            assertThat(count(node.of("nobody"), "event")).isZero();
        }
    }

    @Test
    void aRoleThatPoliciesDoNotBindIsNoWall() {
        String own = server.createDatabase();
        try (var node = server.open(own)) {
            node.migrate();
            assertThat(node.walled()).isTrue();
            node.all().update("ALTER ROLE \"tailrace_tenant_" + own + "\" BYPASSRLS");
            node.migrate();
            assertThat(node.walled()).isFalse();
            node.all().update("ALTER ROLE \"tailrace_tenant_" + own + "\" NOBYPASSRLS");
            node.migrate();
            assertThat(node.walled()).isTrue();
        }
    }

    /** As after a dump that was loaded without privileges: a node that starts, and one that runs on. */
    @Test
    void whatTheRoleLostItIsGivenBack() {
        try (var node = server.freshDatabase()) {
            reads(node);
            String role = node.of("acme").one("SELECT current_user", row -> row.getString(1));
            node.all().update("REVOKE ALL ON ALL TABLES IN SCHEMA tailrace FROM \"" + role + "\"");
            assertThatThrownBy(() -> reads(node)).hasStackTraceContaining("permission denied");
            node.migrate();
            reads(node);
            node.all().update("DROP OWNED BY \"" + role + "\"");
            node.all().update("DROP ROLE \"" + role + "\"");
            Eventually.eventually(() -> reads(node));
            assertThat(node.walled()).isTrue();
        }
    }

    private static void reads(Database node) {
        var on = PostgresLog.on(node, Clock.systemUTC(), Duration.ofDays(7), Duration.ZERO, LogMeters.NONE);
        var channel = id(channel());
        on.members().put(channel, "bob", Role.EDITOR, BY);
        assertThat(append(on.events(), Writes.to(channel.name().value()))).isInstanceOf(Committed.class);
        assertThat(on.events().read(channel, 0, 10))
                .isInstanceOfSatisfying(ReadOutcome.Page.class, page -> assertThat(page.entries())
                        .hasSize(2));
        on.retention().sweep();
    }
}

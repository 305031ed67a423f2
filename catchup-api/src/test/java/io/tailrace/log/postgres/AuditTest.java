package io.tailrace.log.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.log.Audit;
import io.tailrace.log.Memberships.Revoked;
import io.tailrace.log.Role;
import io.tailrace.log.Writes;
import io.tailrace.testkit.PostgresServer.Version;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Contract;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What managers did. */
@ParameterizedClass
@EnumSource(Version.class)
@Tag("R-75")
class AuditTest extends OnPostgres {

    private static Audit.By by(String tenant) {
        return new Audit.By(Writes.actor(tenant, "ada"), "192.0.2.7", "4bf92f3577b34da6a3ce929d0e0e4736");
    }

    @Test
    void keepsWhoDidWhatToWhatFromWhere() {
        var by = by("kept");
        var channel = ChannelId.of("kept", "board:1");
        log.channels().create(channel, by);
        log.members().put(channel, "bob", Role.EDITOR, by);
        log.members().remove(channel, "bob", by);
        log.contracts().put("kept", "board", Contract.builtIn("board"), by);
        log.members().revoke("kept", Revoked.USER, "bob", Instant.now().plusSeconds(60), by);
        log.channels().delete(channel, by);

        var entries = log.audit().page("kept", 0, 100);
        assertThat(entries)
                .extracting(entry -> entry.action() + " " + entry.subject())
                .containsExactly(
                        "channel.put board:1",
                        "member.put board:1",
                        "member.removed board:1",
                        "namespace.put board",
                        "revocation ",
                        "channel.deleted board:1");
        assertThat(entries).allSatisfy(entry -> {
            assertThat(entry.by()).isEqualTo("ada");
            assertThat(entry.address()).isEqualTo("192.0.2.7");
            assertThat(entry.trace()).isEqualTo(by.trace());
        });
        assertThat(entries.get(1).detail().text()).isEqualTo("{\"user\":\"bob\",\"role\":\"editor\"}");
        assertThat(entries.get(4).detail().text()).isEqualTo("{\"kind\":\"user\",\"subject\":\"bob\"}");
        assertThat(log.audit().page("kept", entries.get(3).id(), 1))
                .extracting(Audit.Entry::action)
                .containsExactly("revocation");
        assertThat(log.audit().page("other", 0, 100)).isEmpty();
    }

    @Test
    void whatDidNotHappenIsNotKept() {
        assertThatThrownBy(() -> database.all().transaction(sql -> {
                    PostgresAudit.add(sql, by("undone"), "member.put", "board:1", List.of());
                    throw new IllegalStateException("undone");
                }))
                .hasMessage("undone");
        assertThat(log.audit().page("undone", 0, 10)).isEmpty();
    }

    @Test
    void nobodyChangesOrRemovesAnEntry() {
        log.channels().create(ChannelId.of("fixed", "board:1"), by("fixed"));
        var before = log.audit().page("fixed", 0, 10);
        for (String statement : List.of(
                "UPDATE tailrace.audit SET principal = 'mallory'",
                "DELETE FROM tailrace.audit",
                "TRUNCATE tailrace.audit")) {
            assertThatThrownBy(() -> database.all().update(statement)).hasStackTraceContaining("only ever added to");
        }
        assertThat(log.audit().page("fixed", 0, 10)).isEqualTo(before);
    }

    /** Nodes add and read as a role that may do nothing else with it; the trigger is for everybody. */
    @Test
    void whatNodesRunAsMayOnlyAddAndRead() {
        var may = database.of("fixed")
                .one(
                        "SELECT concat_ws(' ', has_table_privilege('tailrace.audit', 'SELECT'),"
                                + " has_table_privilege('tailrace.audit', 'INSERT'),"
                                + " has_table_privilege('tailrace.audit', 'UPDATE'),"
                                + " has_table_privilege('tailrace.audit', 'DELETE'),"
                                + " has_table_privilege('tailrace.audit', 'TRUNCATE'))",
                        row -> row.getString(1));
        assertThat(may).isEqualTo("t t f f f");
    }

    @Test
    void whatWasDoneInTransactionsOfItsOwnIsKeptAfterwards() {
        log.audit().add(by("after"), "events.broadcast", "", Map.of("channels", 50));
        assertThat(log.audit().page("after", 0, 10)).singleElement().satisfies(entry -> {
            assertThat(entry.by()).isEqualTo("ada");
            assertThat(entry.detail().text()).isEqualTo("{\"channels\":50}");
        });
    }

    @Test
    void whoPagesWhileOthersManageMissesNothing() throws Exception {
        int each = 40;
        var done = new AtomicBoolean();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<Long>> reader = executor.submit(() -> paged(done));
            var writers = new ArrayList<Callable<Object>>();
            for (int i = 0; i < 4; i++) {
                int own = i;
                writers.add(() -> {
                    for (int k = 0; k < each; k++) {
                        var channel = ChannelId.of("busy", "board:" + own + "-" + k);
                        log.channels().create(channel, by("busy"));
                    }
                    return own;
                });
            }
            for (var writer : executor.invokeAll(writers)) {
                writer.get();
            }
            done.set(true);
            var seen = reader.get();
            assertThat(seen).hasSize(4 * each).isSorted();
            assertThat(new HashSet<>(seen)).hasSize(4 * each);
        }
    }

    /** Ids as a reader sees them that goes on from the last it has seen, until all is done and nothing follows. */
    private static List<Long> paged(AtomicBoolean done) {
        var seen = new ArrayList<Long>();
        while (true) {
            boolean last = done.get();
            var page = log.audit().page("busy", seen.isEmpty() ? 0 : seen.getLast(), 7);
            page.forEach(entry -> seen.add(entry.id()));
            if (last && page.isEmpty()) {
                return seen;
            }
        }
    }
}

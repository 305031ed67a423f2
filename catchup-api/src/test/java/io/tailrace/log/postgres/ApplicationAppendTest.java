package io.tailrace.log.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.log.AppendOutcome.Committed;
import io.tailrace.log.LogEntry;
import io.tailrace.log.Writes;
import io.tailrace.testkit.Eventually;
import io.tailrace.wire.Contract;
import io.tailrace.wire.Event;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

/** An application with its tables in the same database, as a role that may do nothing else with ours. */
@ParameterizedClass
@EnumSource
@Tag("R-12")
class ApplicationAppendTest extends OnPostgres {

    @BeforeEach
    void installApplication() {
        database.all().update("DO $$ BEGIN CREATE ROLE shop LOGIN; EXCEPTION WHEN duplicate_object THEN END $$");
        database.all().update("GRANT USAGE ON SCHEMA tailrace TO shop");
        database.all().update("GRANT EXECUTE ON FUNCTION tailrace.append TO shop");
        database.all().update("CREATE TABLE IF NOT EXISTS public.purchase (id int PRIMARY KEY, status text)");
        database.all().update("GRANT ALL ON public.purchase TO shop");
        log.outbox().drop(Duration.ZERO);
    }

    private static Connection shop() throws SQLException {
        return DriverManager.getConnection(server.url(name), "shop", null);
    }

    private static long run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return 0;
            }
            try (var result = statement.getResultSet()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    @Test
    void aDomainRowAndItsEventCommitTogether() throws SQLException {
        String a = channel();
        append(Writes.to(a));
        try (Connection shop = shop()) {
            shop.setAutoCommit(false);
            run(shop, "INSERT INTO public.purchase VALUES (7, 'paid')");
            long seq = run(
                    shop,
                    "SELECT tailrace.append('acme', '" + a + "', 'purchase.paid', '{\"id\": 7, \"sum\": 1.50}',"
                            + " key => 'purchase:7', author => 'shop')");
            assertThat(seq).isEqualTo(2);
            shop.rollback();
            assertThat(head(a).seq()).isEqualTo(1);

            run(shop, "INSERT INTO public.purchase VALUES (7, 'paid')");
            run(
                    shop,
                    "SELECT tailrace.append('acme', '" + a + "', 'purchase.paid', '{\"id\": 7, \"sum\": 1.50}',"
                            + " key => 'purchase:7', author => 'shop')");
            shop.commit();
        }
        assertThat(entries(a, 1)).extracting(LogEntry::event).singleElement().satisfies(event -> {
            assertThat(event.data().text()).isEqualTo("{\"id\": 7, \"sum\": 1.50}");
            assertThat(event.by()).isEqualTo("shop");
            assertThat(event.key()).isEqualTo("purchase:7");
        });
        assertThat(append(Writes.to(a).key("purchase:7").ifMatch(2))).isInstanceOf(Committed.class);
    }

    @Test
    void theRelayIsWokenAndFindsTheMark() throws SQLException {
        String a = channel();
        try (Connection listener = database.dedicated();
                Connection shop = shop()) {
            run(listener, "LISTEN tailrace_outbox");
            append(Writes.to(a));
            run(shop, "SELECT tailrace.append('acme', '" + a + "', 'x', '1')");
            Eventually.eventually(() -> {
                var notifications = listener.unwrap(PGConnection.class).getNotifications(100);
                assertThat(notifications).hasSize(1);
            });
        }
        assertThat(log.outbox().unsettled(Duration.ZERO, 10))
                .anyMatch(mark -> mark.channel().equals(id(a)) && mark.seq() == 2);
    }

    @Test
    void severalAppendsInOneTransactionFollowEachOther() throws SQLException {
        String a = channel();
        try (Connection shop = shop()) {
            shop.setAutoCommit(false);
            for (int i = 0; i < 3; i++) {
                run(shop, "SELECT tailrace.append('acme', '" + a + "', 'x@9999', '" + i + "', key => 'k')");
            }
            shop.commit();
        }
        assertThat(entries(a, 0))
                .extracting(LogEntry::event)
                .extracting(Event::seq)
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    void refusesWhatTheApiWouldRefuse() throws SQLException {
        log.contracts().put("acme", "puls", Contract.builtIn("pulse"), BY);
        try (Connection shop = shop()) {
            for (String arguments : new String[] {
                "'acme', '/x', 'x', '1'",
                "'acme', 'board:1', '', '1'",
                "'acme', 'board:1', 'x@0', '1'",
                "'acme', 'board:1', 'x@01', '1'",
                "'acme', 'board:1', 'x@', '1'",
                "'acme', 'board:1', 'x@2@3', '1'",
                "'acme', 'board:1', 'x@10000', '1'",
                "'acme', 'board:1', 'x@2' || chr(10), '1'",
                "'acme', 'board:1', repeat('x', 127) || '@2', '1'",
                "'acme', 'board:1', 'x', null",
                "null, 'board:1', 'x', '1'",
                "'acme', 'board:1', 'x', '{'",
                "'acme', 'board:1', 'x', '1', key => ''",
                "'acme', 'board:1', 'x', '1', ref => repeat('r', 65)",
                "'acme', 'pulse:1', 'x', '1'",
                "'acme', 'puls:1', 'x', '1'",
            }) {
                assertThatThrownBy(() -> run(shop, "SELECT tailrace.append(" + arguments + ")"))
                        .as(arguments)
                        .isInstanceOf(SQLException.class)
                        .extracting(e -> ((SQLException) e).getSQLState().substring(0, 2))
                        .isEqualTo("22");
            }
            assertThatThrownBy(() -> run(shop, "SELECT count(*) FROM tailrace.event"))
                    .hasMessageContaining("permission denied");
        }
    }
}

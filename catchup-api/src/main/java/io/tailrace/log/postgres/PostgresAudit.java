package io.tailrace.log.postgres;

import io.tailrace.log.Audit;
import io.tailrace.wire.Json;
import io.tailrace.wire.JsonCodec;
import java.util.List;

/** The audit in PostgreSQL. */
final class PostgresAudit implements Audit {

    /** One at a time per tenant, so that ids become visible in the order of what was done. */
    private static final String TAKE_TURN = "SELECT pg_advisory_xact_lock(1952541037, hashtext(?))";

    /** Those who write in another's name do not wait for each other: who pages waits for them. */
    private static final String AWAIT_WRITERS = "SELECT pg_advisory_xact_lock(1952541038, hashtext(?))";

    private static final String ADD = """
            INSERT INTO tailrace.audit (tenant, principal, token_id, address, trace, action, subject, detail)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String PAGE = """
            SELECT id, at, principal, token_id, address, trace, action, subject, detail
            FROM tailrace.audit WHERE tenant = ? AND id > ? ORDER BY id LIMIT ?""";

    private final Database database;

    PostgresAudit(Database database) {
        this.database = database;
    }

    /** Adds an entry in the transaction of {@code sql}, before anything else is locked in it. */
    static void add(Sql sql, By by, String action, String subject, Object detail) {
        var actor = by.actor();
        sql.query(TAKE_TURN, row -> 0, actor.tenant());
        sql.update(
                ADD,
                actor.tenant(),
                actor.user(),
                actor.tokenId(),
                by.address(),
                by.trace(),
                action,
                subject,
                JsonCodec.write(detail));
    }

    @Override
    public void add(By by, String action, String subject, Object detail) {
        database.of(by.actor().tenant()).transaction(sql -> {
            add(sql, by, action, subject, detail);
            return subject;
        });
    }

    @Override
    public List<Entry> page(String tenant, long after, int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("limit " + limit);
        }
        return database.of(tenant).transaction(sql -> {
            sql.query(TAKE_TURN, row -> 0, tenant);
            sql.query(AWAIT_WRITERS, row -> 0, tenant);
            return read(sql, tenant, after, limit);
        });
    }

    private static List<Entry> read(Sql sql, String tenant, long after, int limit) {
        return sql.query(
                PAGE,
                row -> new Entry(
                        row.getLong("id"),
                        Rows.instant(row, "at"),
                        row.getString("principal"),
                        row.getString("token_id"),
                        row.getString("address"),
                        row.getString("action"),
                        row.getString("subject"),
                        new Json(row.getString("detail")),
                        row.getString("trace")),
                tenant,
                after,
                limit);
    }
}

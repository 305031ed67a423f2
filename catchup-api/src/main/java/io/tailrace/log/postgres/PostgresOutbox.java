package io.tailrace.log.postgres;

import io.tailrace.log.Outbox;
import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** The outbox in PostgreSQL. Ages are by the clock of the database. */
final class PostgresOutbox implements Outbox {

    private static final String UNSETTLED = """
            SELECT o.id, c.tenant, c.name, o.seq
            FROM (SELECT * FROM tailrace.outbox ORDER BY id LIMIT ?) o
            JOIN LATERAL (SELECT tenant, name FROM tailrace.channel c WHERE c.id = o.channel LIMIT 1) c ON true
            WHERE o.at <= clock_timestamp() - make_interval(secs => ?)
            ORDER BY o.id
            """;

    private final Database database;

    PostgresOutbox(Database database) {
        this.database = database;
    }

    @Override
    public List<Mark> unsettled(Duration age, int limit) {
        return database.all()
                .query(
                        UNSETTLED,
                        row -> new Mark(
                                row.getLong(1), ChannelId.of(row.getString(2), row.getString(3)), row.getLong(4)),
                        limit,
                        seconds(age));
    }

    @Override
    public void settle(Collection<Long> ids) {
        if (!ids.isEmpty()) {
            database.all()
                    .update(
                            "DELETE FROM tailrace.outbox WHERE id = ANY (?)",
                            ids.stream().mapToLong(Long::longValue).toArray());
        }
    }

    @Override
    public int drop(Duration age) {
        return database.all()
                .update(
                        "DELETE FROM tailrace.outbox WHERE at <= clock_timestamp() - make_interval(secs => ?)",
                        seconds(age));
    }

    private static double seconds(Duration age) {
        return age.toMillis() / 1_000.0;
    }
}

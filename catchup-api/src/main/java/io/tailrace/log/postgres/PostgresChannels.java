package io.tailrace.log.postgres;

import io.tailrace.log.Audit;
import io.tailrace.log.Channels;
import io.tailrace.log.Head;
import io.tailrace.log.Role;
import io.tailrace.wire.ChannelId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Channels in PostgreSQL. */
final class PostgresChannels implements Channels {

    private static final String DESCRIBE = """
            SELECT l.epoch, c.head, c.floor, coalesce(a.epoch, 0) AS access, c.created_at, m.member, m.role
            FROM tailrace.channel c
            CROSS JOIN tailrace.log l
            LEFT JOIN tailrace.access a ON a.tenant = c.tenant
            LEFT JOIN LATERAL (SELECT * FROM tailrace.member m
                WHERE m.channel = c.id ORDER BY m.member LIMIT ?) m ON true
            WHERE c.tenant = ? AND c.name = ? AND c.deleted_at IS NULL
            ORDER BY m.member
            """;

    private static final String REVIVE = """
            UPDATE tailrace.channel SET deleted_at = NULL, created_at = clock_timestamp()
            WHERE tenant = ? AND name = ? AND deleted_at IS NOT NULL
            """;

    private record Line(Head head, Instant since, @Nullable Member member) {}

    private final Database database;

    PostgresChannels(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Description> describe(ChannelId channel) {
        List<Line> lines = database.of(channel.tenant())
                .query(
                        DESCRIBE,
                        row -> {
                            String user = row.getString("member");
                            Member member = user == null ? null : new Member(user, role(row.getString("role")));
                            return new Line(Rows.head(row), Rows.instant(row, "created_at"), member);
                        },
                        MAX_MEMBERS,
                        channel.tenant(),
                        channel.name().value());
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        List<Member> members =
                lines.stream().map(Line::member).filter(Objects::nonNull).toList();
        return Optional.of(
                new Description(lines.getFirst().head(), lines.getFirst().since(), members));
    }

    static Role role(String name) {
        return Role.valueOf(name.toUpperCase(Locale.ROOT));
    }

    @Override
    public boolean create(ChannelId channel, Audit.By by) {
        return database.of(channel.tenant()).transaction(sql -> {
            String tenant = channel.tenant();
            String name = channel.name().value();
            PostgresAudit.add(sql, by, "channel.put", name, Map.of());
            sql.one("SELECT (tailrace.enter(?, ?)).id", row -> row.getLong(1), tenant, name);
            return sql.update(REVIVE, tenant, name) == 1;
        });
    }

    @Override
    public Optional<Long> delete(ChannelId channel, Audit.By by) {
        String name = channel.name().value();
        return database.of(channel.tenant()).transaction(sql -> {
            PostgresAudit.add(sql, by, "channel.deleted", name, Map.of());
            return sql.one(
                    "SELECT tailrace.delete_channel(?, ?)",
                    row -> Optional.ofNullable(row.getObject(1, Long.class)),
                    channel.tenant(),
                    name);
        });
    }
}

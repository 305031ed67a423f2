package io.tailrace.log.postgres;

import io.tailrace.log.Audit;
import io.tailrace.log.Memberships;
import io.tailrace.log.Role;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.JsonCodec;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Memberships in PostgreSQL: each change is an entry of the audit and a call of a function, in one transaction. */
final class PostgresMemberships implements Memberships {

    private static final String STANDINGS = "SELECT " + Rights.DENIED + " AS denied, " + Rights.ROLE + " AS role FROM "
            + Rights.ASKED_BY_MANY + "LEFT JOIN LATERAL (SELECT c.id FROM tailrace.channel c"
            + " WHERE c.tenant = q.tenant AND c.name = q.name LIMIT 1) c ON true ORDER BY q.n";

    /** The data of {@code member.added} and {@code member.removed}. */
    private record Change(String user, @Nullable Role role) {}

    /** The detail of a revocation in the audit. */
    private record Revocation(String kind, String subject) {}

    private final Database database;

    PostgresMemberships(Database database) {
        this.database = database;
    }

    @Override
    public List<Standing> standings(List<Question> questions) {
        if (questions.size() > MAX_QUESTIONS) {
            throw new IllegalArgumentException(questions.size() + " questions");
        }
        return database.of(questions.stream().map(question -> question.channel().tenant()))
                .query(
                        STANDINGS,
                        row -> {
                            String role = row.getString("role");
                            return new Standing(
                                    role == null ? null : PostgresChannels.role(role), row.getBoolean("denied"));
                        },
                        Rights.parameters(questions));
    }

    @Override
    public Changed put(ChannelId channel, String user, Role role, Audit.By by) {
        return change("member.put", channel, user, role, by);
    }

    @Override
    public Changed remove(ChannelId channel, String user, Audit.By by) {
        return change("member.removed", channel, user, null, by);
    }

    private Changed change(String action, ChannelId channel, String user, @Nullable Role role, Audit.By by) {
        var change = new Change(user, role);
        return database.of(channel.tenant()).transaction(sql -> {
            PostgresAudit.add(sql, by, action, channel.name().value(), change);
            return sql.one(
                    "SELECT seq, access_epoch FROM tailrace.change_member(?, ?, ?, ?, ?, ?)",
                    row -> new Changed(row.getLong("seq"), row.getLong("access_epoch")),
                    channel.tenant(),
                    channel.name().value(),
                    user,
                    role == null ? null : role.name().toLowerCase(Locale.ROOT),
                    by.actor().user(),
                    JsonCodec.write(change));
        });
    }

    @Override
    public long revoke(String tenant, Revoked kind, String subject, Instant until, Audit.By by) {
        String name = kind.name().toLowerCase(Locale.ROOT);
        String whom = kind == Revoked.TENANT ? "" : subject;
        return database.of(tenant).transaction(sql -> {
            PostgresAudit.add(sql, by, "revocation", "", new Revocation(name, whom));
            return sql.one(
                    "SELECT tailrace.revoke(?, ?, ?, ?, ?)",
                    row -> row.getLong(1),
                    tenant,
                    name,
                    whom,
                    until,
                    by.actor().user());
        });
    }

    @Override
    public long accessEpoch(String tenant) {
        return database.of(tenant)
                .first("SELECT epoch FROM tailrace.access WHERE tenant = ?", row -> row.getLong(1), tenant)
                .orElse(0L);
    }
}

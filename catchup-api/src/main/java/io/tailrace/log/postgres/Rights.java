package io.tailrace.log.postgres;

import io.tailrace.log.Reader;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Standing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a statement that says who asks for which channel. {@link #ASKED} is a row {@code q} to select from; the
 * expressions judge it, with the channel's row as {@code c}.
 */
final class Rights {

    /** One row; takes the parameters of {@link #parameters}. */
    static final String ASKED = """
            (VALUES (?::text, ?::text, ?::text, ?::text, ?::text, ?::timestamptz))
                AS q(tenant, name, actor, token, device, issued)
            """;

    /** Whether the actor was denied or revoked: true or false. */
    static final String DENIED = """
            (EXISTS (SELECT FROM tailrace.denial d
                WHERE d.tenant = q.tenant AND d.channel = q.name AND d.member = q.actor)
            OR EXISTS (SELECT
                FROM (VALUES ('token', q.token), ('user', q.actor), ('device', q.device), ('tenant', ''))
                    AS x(kind, subject)
                JOIN tailrace.revocation v ON v.tenant = q.tenant AND v.kind = x.kind AND v.subject = x.subject
                WHERE x.kind = 'token' OR v.revoked_at >= q.issued))
            """;

    /** The actor's role: null when it is no member. */
    static final String ROLE = "(SELECT m.role FROM tailrace.member m WHERE m.channel = c.id AND m.member = q.actor)";

    private Rights() {}

    /** Whether the reader may not read, as an expression: an actor is always asked for denials, a member for its row. */
    static String forbidden(@Nullable Reader reader) {
        if (reader == null) {
            return "false";
        }
        return reader.standing() == Standing.MEMBERSHIP ? "(" + DENIED + " OR " + ROLE + " IS NULL)" : DENIED;
    }

    /** The parameters of {@link #ASKED}, and {@code more} behind them. */
    static @Nullable Object[] parameters(ChannelId channel, @Nullable Actor actor, Object... more) {
        var all = new ArrayList<@Nullable Object>();
        all.add(channel.tenant());
        all.add(channel.name().value());
        all.add(actor == null ? null : actor.user());
        all.add(actor == null ? null : actor.tokenId());
        all.add(actor == null ? null : actor.device());
        all.add(actor == null ? null : actor.issuedAt());
        all.addAll(List.of(more));
        return all.toArray();
    }
}

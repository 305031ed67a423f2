package io.tailrace.log.postgres;

import io.tailrace.log.Memberships.Question;
import io.tailrace.log.Reader;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
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

    /** Rows, numbered by {@code q.n} from 1; takes the arrays of {@link #parameters(List)}. */
    static final String ASKED_BY_MANY = """
            (SELECT w.tenant, w.name, w.actor, w.token, w.device, to_timestamp(w.issued / 1000.0) AS issued, w.n
                FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[])
                    WITH ORDINALITY AS w(tenant, name, actor, token, device, issued, n)) AS q
            """;

    /**
     * Whether the actor was denied or revoked: true or false. Scalar subqueries, for an {@code EXISTS} of many rows is
     * hashed, which reads all denials there are.
     */
    static final String DENIED = """
            ((SELECT 1 FROM tailrace.denial d
                WHERE d.tenant = q.tenant AND d.channel = q.name AND d.member = q.actor LIMIT 1) IS NOT NULL
            OR (SELECT 1
                FROM (VALUES ('token', q.token), ('user', q.actor), ('device', q.device), ('tenant', ''))
                    AS x(kind, subject)
                JOIN tailrace.revocation v ON v.tenant = q.tenant AND v.kind = x.kind AND v.subject = x.subject
                WHERE x.kind = 'token' OR v.revoked_at >= q.issued LIMIT 1) IS NOT NULL)
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

    /** The parameters of {@link #ASKED_BY_MANY}. */
    static @Nullable Object[] parameters(List<Question> questions) {
        return new @Nullable Object[] {
            texts(questions, question -> question.channel().tenant()),
            texts(questions, question -> question.channel().name().value()),
            texts(questions, question -> question.actor().user()),
            texts(questions, question -> question.actor().tokenId()),
            texts(questions, question -> question.actor().device()),
            questions.stream()
                    .mapToLong(question -> question.actor().issuedAt().toEpochMilli())
                    .toArray()
        };
    }

    private static @Nullable String[] texts(List<Question> questions, Function<Question, @Nullable String> text) {
        @Nullable String[] texts = new @Nullable String[questions.size()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = text.apply(questions.get(i));
        }
        return texts;
    }
}

package io.tailrace.log;

import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who belongs to a channel and who was shut out. Every change raises the tenant's access epoch in the transaction that
 * makes it, under the lock of the channel's row, appends {@code member.added} or {@code member.removed}, and is kept in the
 * {@link Audit}. Blocks on the database; throws {@link LogUnavailable} when it cannot be asked.
 */
public interface Memberships {

    /**
     * How a user stands to a channel.
     *
     * @param role its role; null: not a member
     * @param denied removed and not added again, or its token, user, device or tenant was revoked after the actor's
     *     token was issued: outranks every grant
     */
    record Standing(@Nullable Role role, boolean denied) {}

    /** What a change did: its event's number, and the tenant's access epoch after it. */
    record Changed(long seq, long accessEpoch) {}

    /** Whom a revocation hits: what was issued to it before the revocation. */
    enum Revoked {
        TOKEN,
        USER,
        DEVICE,
        TENANT
    }

    /** Who asks for which channel. */
    record Question(ChannelId channel, Actor actor) {}

    /** The most questions of one {@link #standings}. */
    int MAX_QUESTIONS = 1_000;

    /**
     * How each actor stands to its channel, in the order of the questions; one statement.
     *
     * @param questions at most {@link #MAX_QUESTIONS}
     */
    List<Standing> standings(List<Question> questions);

    /** How {@code actor} stands to {@code channel}. */
    default Standing standing(ChannelId channel, Actor actor) {
        return standings(List.of(new Question(channel, actor))).getFirst();
    }

    /** Makes {@code user} a member, or changes its role, and lifts a denial; the channel is created if need be. */
    Changed put(ChannelId channel, String user, Role role, Audit.By by);

    /** Removes {@code user} and denies it until it is added again; also when it was no member. */
    Changed remove(ChannelId channel, String user, Audit.By by);

    /** Revokes what was issued to {@code subject} up to now; {@code until} is when the longest token has expired. */
    long revoke(String tenant, Revoked kind, String subject, Instant until, Audit.By by);

    /** The tenant's access epoch; 0 for one that never had a change. */
    long accessEpoch(String tenant);
}

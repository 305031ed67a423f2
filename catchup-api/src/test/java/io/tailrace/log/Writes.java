package io.tailrace.log;

import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.EventDraft;
import io.tailrace.wire.IdempotencyKey;
import io.tailrace.wire.Json;
import io.tailrace.wire.Standing;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes for tests: says only what a test is about. */
public record Writes(
        ChannelId channel,
        Actor actor,
        Standing standing,
        String idempotencyKey,
        String type,
        @Nullable String key,
        @Nullable String ref,
        String data,
        @Nullable IfMatch ifMatch,
        long contractVersion,
        @Nullable String as) {

    public static Actor actor(String tenant, String user) {
        return new Actor(tenant, user, "jti-" + user, "phone-" + user, Instant.parse("2026-01-01T00:00:00Z"));
    }

    /** A write by u1 of tenant acme, by grant, under a key of its own. */
    public static Writes to(String channel) {
        return new Writes(
                ChannelId.of("acme", channel),
                actor("acme", "u1"),
                Standing.GRANT,
                UUID.randomUUID().toString(),
                "card.moved",
                null,
                null,
                "{}",
                null,
                0,
                null);
    }

    public Writes under(String other) {
        return new Writes(channel, actor, standing, other, type, key, ref, data, ifMatch, contractVersion, as);
    }

    public Writes key(String other) {
        return new Writes(
                channel, actor, standing, idempotencyKey, type, other, ref, data, ifMatch, contractVersion, as);
    }

    public Writes ref(String other) {
        return new Writes(
                channel, actor, standing, idempotencyKey, type, key, other, data, ifMatch, contractVersion, as);
    }

    public Writes data(String other) {
        return new Writes(
                channel, actor, standing, idempotencyKey, type, key, ref, other, ifMatch, contractVersion, as);
    }

    public Writes ifMatch(long seq) {
        return matching(new IfMatch.Revision(seq));
    }

    public Writes ifMatch(String earlier) {
        return matching(new IfMatch.Earlier(new IdempotencyKey(earlier)));
    }

    private Writes matching(IfMatch other) {
        return new Writes(channel, actor, standing, idempotencyKey, type, key, ref, data, other, contractVersion, as);
    }

    public Writes by(Actor other) {
        return new Writes(
                new ChannelId(other.tenant(), channel.name()),
                other,
                standing,
                idempotencyKey,
                type,
                key,
                ref,
                data,
                ifMatch,
                contractVersion,
                as);
    }

    public Writes byMembership() {
        return new Writes(
                channel,
                actor,
                Standing.MEMBERSHIP,
                idempotencyKey,
                type,
                key,
                ref,
                data,
                ifMatch,
                contractVersion,
                as);
    }

    public Writes version(long other) {
        return new Writes(channel, actor, standing, idempotencyKey, type, key, ref, data, ifMatch, other, as);
    }

    /** In the name of another user. */
    public Writes as(String user) {
        return new Writes(
                channel, actor, standing, idempotencyKey, type, key, ref, data, ifMatch, contractVersion, user);
    }

    public Append append() {
        return new Append(
                channel,
                actor,
                standing,
                as == null ? actor.user() : as,
                new IdempotencyKey(idempotencyKey),
                new EventDraft(type, new Json(data), key, ref, as),
                ifMatch,
                "0af7651916cd43dd8448eb211c80319c",
                "192.0.2.7",
                contractVersion);
    }
}

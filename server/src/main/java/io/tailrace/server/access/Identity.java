package io.tailrace.server.access;

import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.ChannelName;
import java.time.Instant;
import java.util.List;

/**
 * Who asks, as its credentials say: immutable, and good until they expire.
 *
 * @param actor tenant, user and what revocations go by
 * @param grants what the credentials allow; a ticket's are its channels, for reading
 * @param expiresAt when the credentials end
 * @param by what it came by
 */
public record Identity(Actor actor, List<Grant> grants, Instant expiresAt, Credential by) {

    /** What an identity comes by. */
    public enum Credential {
        /** {@code Authorization: Bearer}. */
        TOKEN,
        /** A token in a cookie. */
        COOKIE,
        /** {@code ?ticket=}: its grants are all it has, membership adds nothing. */
        TICKET
    }

    public Identity {
        grants = List.copyOf(grants);
    }

    /** Whether it came by ticket or cookie, where the end of it is 204 for a browser's EventSource. */
    public boolean session() {
        return by != Credential.TOKEN;
    }

    public String tenant() {
        return actor.tenant();
    }

    public String user() {
        return actor.user();
    }

    /** A channel of this identity's tenant. */
    public ChannelId channel(ChannelName name) {
        return new ChannelId(actor.tenant(), name);
    }

    /** Whether a grant allows it; membership is not asked. */
    public boolean granted(ChannelName channel, Capability capability) {
        return grants.stream().anyMatch(grant -> grant.allows(channel, capability));
    }
}

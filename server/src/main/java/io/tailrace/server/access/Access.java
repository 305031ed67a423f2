package io.tailrace.server.access;

import io.helidon.webserver.http.ServerRequest;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Standing;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The door: turns a request into an {@link Identity}, and an identity into rights on channels. Any thread. */
public interface Access {

    /**
     * Checks the request's bearer token, ticket or cookie, in this order; tells the request's {@code Exchange}.
     *
     * @throws io.tailrace.wire.Refusal 401 when there is none that is good ({@code ticket-expired} when a ticket or
     *     cookie was good once), 403 for a foreign {@code Origin}
     */
    Identity identify(ServerRequest request);

    /**
     * Checks a token by itself: one that comes over a connection that lasts, to go on after the one before.
     *
     * @throws io.tailrace.wire.Refusal 401 when it is not good
     */
    Identity identify(String token);

    /**
     * Where the right comes from, or empty when there is none. Asks the database about denials and membership, so it
     * may block, and throws {@link io.tailrace.log.LogUnavailable}.
     */
    Optional<Standing> standing(Identity identity, ChannelName channel, Capability capability);

    /**
     * The same for many channels at once.
     *
     * @return those on which there is the right, and where it comes from
     */
    Map<ChannelName, Standing> standings(Identity identity, Collection<ChannelName> channels, Capability capability);

    /**
     * As {@link #standing}, for callers that cannot go on without.
     *
     * @throws io.tailrace.wire.Refusal 403 when there is none
     */
    Standing require(Identity identity, ChannelName channel, Capability capability);

    /**
     * For callers whose statement checks again, as {@code EventLog}'s appends and reads do: a grant is taken at its
     * word, so that the common case asks the database nothing; membership is looked up.
     *
     * @throws io.tailrace.wire.Refusal 403 when there is neither
     */
    Standing presume(Identity identity, ChannelName channel, Capability capability);

    /**
     * Of {@code users}, those in whose name nobody may write here: removed from the channel, or revoked since the
     * credentials of {@code identity} were issued. Asks the database.
     */
    Set<String> shutOut(Identity identity, ChannelName channel, Collection<String> users);

    /**
     * The right on every channel whose name begins with {@code prefix}, also those that are yet to be made: a matter of
     * grants alone, of members only in that a revocation undoes it. Asks the database.
     *
     * @param prefix the beginning; empty: every channel of the tenant
     * @throws io.tailrace.wire.Refusal 403 when there is none
     */
    void requireAll(Identity identity, String prefix, Capability capability);
}

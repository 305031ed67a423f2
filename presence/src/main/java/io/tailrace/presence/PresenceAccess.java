package io.tailrace.presence;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.ChannelName;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who asks and what it may, and what it sent. Implemented where tokens are known. */
public interface PresenceAccess {

    /** Somebody who may. @param device the one that its token is bound to; null: none */
    record Granted(ChannelId channel, String user, @Nullable String device) {}

    /**
     * Lets a reader of the channel see who is here.
     *
     * @throws io.tailrace.wire.Refusal 401, 403, or 409 when the channel has no presence
     */
    Granted reader(ServerRequest request, ChannelName channel);

    /**
     * Lets somebody be here; the response may be told how often it may say so.
     *
     * @throws io.tailrace.wire.Refusal 401, 403, 409 when the channel has no presence, or 429
     */
    Granted member(ServerRequest request, ServerResponse response, ChannelName channel);

    /**
     * Whether a member, who was let in before, may be here in this mode.
     *
     * @throws io.tailrace.wire.Refusal 403 when not
     */
    void require(ServerRequest request, Granted member, Mode mode);

    /** It is here in this mode, and has to be asked for again when rights change. */
    void here(ServerRequest request, Attendance attendance, Granted member);

    /**
     * The value of a query parameter; empty when it is not given.
     *
     * @param known names of all parameters that may be there
     * @throws io.tailrace.wire.Refusal 400 when it is given twice, or another one is there
     */
    Optional<String> parameter(ServerRequest request, String name, Set<String> known);

    /** Reads the JSON body. @param maxBytes of the longest that is accepted */
    <T> T body(ServerRequest request, Class<T> type, int maxBytes);
}

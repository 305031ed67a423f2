package io.tailrace.catchup;

import io.helidon.webserver.http.ServerRequest;
import io.tailrace.log.Reader;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.ChannelName;

/** Tells who asks and that it may read; the server's access room implements it. */
@FunctionalInterface
public interface ReadAccess {

    /** A channel of the asker's tenant, and the asker. */
    record Granted(ChannelId channel, Reader reader) {}

    /**
     * Checks the request's credentials and its right to read {@code channel}.
     *
     * @throws io.tailrace.wire.Refusal when there are none, or they do not suffice
     */
    Granted require(ServerRequest request, ChannelName channel);
}

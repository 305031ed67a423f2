package io.tailrace.server.cursors;

import io.tailrace.server.access.Identity;
import io.tailrace.wire.Json;
import java.time.InstantSource;

/** What a socket asks of where it stays. Any thread. */
interface Stays {

    CursorOptions options();

    InstantSource clock();

    /** Its client points somewhere else; null JSON: nowhere. */
    void move(CursorSocket socket, Json position);

    /**
     * Its client's next credentials.
     *
     * @throws io.tailrace.wire.Refusal 401 when the token is not good or somebody else's, 403 when it lacks the right
     * @throws io.tailrace.log.LogUnavailable when rights cannot be asked for
     */
    Identity renewed(CursorSocket socket, String token);

    /** So many cursors were sent to it. */
    void sent(int cursors);
}

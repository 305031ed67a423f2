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
     * Whose its client's next credentials are: the same user's.
     *
     * @throws io.tailrace.wire.Refusal 401 when the token is not good, 403 when it is somebody else's
     */
    Identity identified(CursorSocket socket, String token);

    /**
     * Closes it when its identity has no right to be here; blocks.
     *
     * @throws io.tailrace.log.LogUnavailable when rights cannot be asked for
     */
    void recheck(CursorSocket socket);

    /** Whether it is known well enough who may be here; otherwise nothing is to be taken from it or sent to it. */
    boolean fresh(CursorSocket socket);

    /** So many cursors were sent to it. */
    void sent(int cursors);
}

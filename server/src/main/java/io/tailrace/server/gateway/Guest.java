package io.tailrace.server.gateway;

import io.tailrace.server.access.Identity;
import org.jspecify.annotations.Nullable;

/** Whoever holds a connection for long: a stream or a poll. Any thread. */
interface Guest {

    /** Who it is. */
    Identity identity();

    /** Asks it to leave at this time of {@link Pace#nanos}. */
    void leaveAt(long nanos);

    /** Has it look around: something about the node has changed. */
    void wake();

    /** How it writes; null: it only writes once, at its end. */
    @Nullable
    ConnectionWriter writer();

    /** The checkpoint that its client may hold; null: none. */
    @Nullable
    String checkpoint();
}

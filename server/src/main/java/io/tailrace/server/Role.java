package io.tailrace.server;

import java.util.Locale;

/** What a node may do; all by default, fewer where roles run as pools of their own. */
public enum Role {
    /** Accepts writes. */
    WRITE,
    /** Serves history, snapshots and long polls. */
    CATCHUP,
    /** Holds streams. */
    GATEWAY,
    /** Announces what writers left unannounced. */
    RELAY,
    /** Serves presence. */
    PRESENCE;

    /** As it stands in {@code TAILRACE_ROLES}. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

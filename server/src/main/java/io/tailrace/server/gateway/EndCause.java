package io.tailrace.server.gateway;

import java.util.Locale;

/** Why a stream ended. */
public enum EndCause {
    /** The client went away, or its connection did. */
    CLIENT_LEFT,
    /** Its time was over; it was told to come back. */
    RECYCLED,
    /** This node drains; it was told to come back. */
    DRAINED,
    /** Its credentials ran out. */
    EXPIRED,
    /** It may read none of its channels any more. */
    REVOKED,
    /** A write made no progress for too long. */
    STALLED,
    /** It could not start just now: the database, or the node, was not ready. */
    PUT_OFF,
    /** A fault of ours. */
    FAULT;

    /** As labels and the journal have it: {@code client-left}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

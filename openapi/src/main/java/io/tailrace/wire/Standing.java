package io.tailrace.wire;

/** Where a right on a channel comes from; decides what storage checks again before it acts on it. */
public enum Standing {
    /** A grant in the token: it holds unless the user was denied or the token revoked. */
    GRANT,
    /** A row of the channel's members: it holds as long as the row is there. */
    MEMBERSHIP
}

package io.tailrace.server.http;

/** What the door asks of every address, for targets of other rooms. */
public final class Addresses {

    private Addresses() {}

    /** @throws io.tailrace.wire.Refusal when the door turns a request with this query away */
    public static void requireWellFormed(String query) {
        Parameters.requireWellFormed(query, "query");
    }
}

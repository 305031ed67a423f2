package io.tailrace.server.http;

/** What every request passes before its handler: where a node that is not ready turns requests away. */
@FunctionalInterface
public interface Door {

    /** A door that is always open. */
    Door OPEN = route -> {};

    /**
     * Lets a request in; quick, any thread.
     *
     * @param route method and path pattern
     * @throws io.tailrace.wire.Refusal to turn it away
     */
    void pass(String route);
}

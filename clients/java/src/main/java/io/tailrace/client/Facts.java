package io.tailrace.client;

import io.tailrace.client.ConnectionState.Name;

/** What decides whether there can be a connection, and what it is called. Used on the loop. */
final class Facts {

    /** The platform has a network, as far as it has said. */
    boolean network = true;

    /** The application does not want one for the time being. */
    boolean paused;

    /** The server wants no more of this client. */
    boolean stopped;

    /** The application wants none any more. */
    boolean closed;

    /** The server says that events come late. */
    boolean late;

    /** Refusals of tokens, one after the other. */
    int authFailures;

    boolean mayConnect() {
        return network && !paused && !stopped && !closed;
    }

    /**
     * The state's name.
     *
     * @param open whether a stream is
     * @param polls whether polls are answered
     * @param failures to connect, one after the other
     */
    Name name(Roster roster, boolean open, boolean polls, int failures) {
        if (closed) {
            return Name.CLOSED;
        }
        if (stopped || authFailures > 1) {
            return Name.UNAUTHORIZED;
        }
        if (roster.isEmpty()) {
            return Name.IDLE;
        }
        if (!mayConnect()) {
            return Name.OFFLINE;
        }
        if (open) {
            return late ? Name.DEGRADED : roster.catchingUp() ? Name.CATCHING_UP : Name.LIVE;
        }
        return polls ? Name.POLLING : failures > 1 ? Name.OFFLINE : Name.CONNECTING;
    }
}

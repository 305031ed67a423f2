package io.tailrace.server.gateway;

import java.util.OptionalLong;

/**
 * Puts a stream's bytes on its connection: the one seam between streams and sockets. Whoever drives the stream writes;
 * {@link #stuckSince} and {@link #cut} are for the watchdog, on any thread. There are two forms: {@link ResponseWriter}
 * blocks while the client is slow, {@link SocketWriter} keeps what the socket does not take and says so.
 */
interface ConnectionWriter {

    /**
     * Takes all that {@code frames} holds, which may be used anew after it. Not to be called while it is {@link #behind}.
     *
     * @throws ConnectionGone when the client left or the connection was cut
     */
    void write(SseBuffer frames) throws ConnectionGone;

    /** Whether it still holds bytes that the client has not taken. */
    boolean behind();

    /** Since when the client has taken nothing of what it was sent, in {@link Pace#nanos}; empty when it was sent nothing. */
    OptionalLong stuckSince();

    /** Closes the connection of a client that does not take what it was sent; does nothing otherwise. */
    void cut();

    /** Whether {@link #cut} ended it. */
    boolean wasCut();

    /** The connection can take nothing more. */
    final class ConnectionGone extends Exception {

        private static final long serialVersionUID = 1L;

        ConnectionGone(Throwable cause) {
            super("the connection is gone", cause, false, false);
        }
    }
}

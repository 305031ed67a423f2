package io.tailrace.server.gateway;

import java.util.OptionalLong;

/**
 * Puts a stream's bytes on its connection: the one seam between streams and sockets. The stream's thread writes;
 * {@link #stuckSince} and {@link #cut} are for the watchdog, on any thread.
 */
interface ConnectionWriter {

    /**
     * Sends all of it, and blocks while the client takes it.
     *
     * @throws ConnectionGone when the client left or the connection was cut
     */
    void write(byte[] bytes, int length) throws ConnectionGone;

    /** When the write that is under way last made progress, in {@link System#nanoTime}; empty when none is. */
    OptionalLong stuckSince();

    /** Closes the connection under a write that is under way; does nothing otherwise. */
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

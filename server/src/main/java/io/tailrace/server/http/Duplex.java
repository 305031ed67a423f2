package io.tailrace.server.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is HTTP no more: bytes to and fro, encrypted or not. One thread reads; one at a time writes.
 */
public interface Duplex {

    /**
     * What has come, waiting for some.
     *
     * @param millis the longest wait, at least 1
     * @return null at the end
     * @throws java.net.SocketTimeoutException when nothing came in that time; reading may go on
     * @throws IOException when the connection is broken or was cut
     */
    byte @Nullable [] read(int millis) throws IOException;

    /** Writes all of it; blocks while the client does not take it. */
    void write(byte[] bytes) throws IOException;

    /** Closes the socket at once, whatever waits on it; any thread. */
    void abort();
}

package io.tailrace.server.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;

/**
 * A socket that a lasting answer has taken from HTTP: non-blocking, with the head of the answer already on it. The
 * connection's thread sleeps until {@link #release}, and then closes it. Any thread.
 */
public final class TakenSocket {

    private final SocketChannel channel;
    private final boolean chunked;
    private final Thread connection;
    private volatile boolean released;

    TakenSocket(SocketChannel channel, boolean chunked, Thread connection) throws IOException {
        this.channel = channel;
        this.chunked = chunked;
        this.connection = connection;
        channel.configureBlocking(false);
    }

    /** The socket, in non-blocking mode. */
    public SocketChannel channel() {
        return channel;
    }

    /** Whether what is written has to be in chunks (RFC 9112, section 7.1); otherwise the end of the connection ends it. */
    public boolean chunked() {
        return chunked;
    }

    /** Closes the socket at once, whatever is in it. */
    public void abort() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has the connection's thread close the socket; what was written before still reaches the client. */
    public void release() {
        released = true;
        LockSupport.unpark(connection);
    }

    /** Sleeps until it is released. */
    void awaitRelease() throws InterruptedException {
        while (!released) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** Who takes a socket. */
    public interface Taker {

        /** The socket is here; on the connection's thread, which this must not hold for long. */
        void take(TakenSocket socket);

        /** The socket is closed, or about to be: the last call, also where {@link #take} never came. */
        void gone();
    }
}

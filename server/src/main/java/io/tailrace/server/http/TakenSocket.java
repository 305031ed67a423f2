package io.tailrace.server.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A socket that a lasting answer has taken from HTTP: non-blocking, with the head of the answer already on it, and nobody
 * else's. Any thread.
 */
public final class TakenSocket {

    private final SocketChannel channel;
    private final boolean chunked;
    private final Taker taker;
    private final Consumer<TakenSocket> closed;
    private final AtomicBoolean over = new AtomicBoolean();

    /** @param closed told once, when it has closed */
    TakenSocket(SocketChannel channel, boolean chunked, Taker taker, Consumer<TakenSocket> closed) {
        this.channel = channel;
        this.chunked = chunked;
        this.taker = taker;
        this.closed = closed;
    }

    /** Hands it over. */
    void give() throws IOException {
        channel.configureBlocking(false);
        taker.take(this);
    }

    /** The socket, in non-blocking mode. */
    public SocketChannel channel() {
        return channel;
    }

    /** Whether what is written has to be in chunks (RFC 9112, section 7.1); otherwise the end of the connection ends it. */
    public boolean chunked() {
        return chunked;
    }

    /** Closes it; what the kernel has taken before still reaches the client. The first call counts. */
    public void close() {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            closed.accept(this);
            taker.gone();
        }
    }

    /** Who takes a socket. */
    public interface Taker {

        /** The socket is here; on the connection's thread, which ends after this. */
        void take(TakenSocket socket);

        /** The socket has closed: the last call, also where {@link #take} never came. */
        void gone();
    }
}

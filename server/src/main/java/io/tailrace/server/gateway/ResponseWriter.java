package io.tailrace.server.gateway;

import io.helidon.common.socket.SocketWriterException;
import io.helidon.http.http2.Http2Exception;
import io.helidon.webserver.CloseConnectionException;
import io.tailrace.server.http.ClientConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a response's output stream on the stream's own virtual thread, which blocks while the client is slow.
 *
 * <p>Protocol: {@code writing} is the thread inside a write, set and cleared by it under {@code lock}. The watchdog cuts
 * under the same lock: by closing the socket, or, where the connection has other streams, by an interrupt, which so
 * never hits the thread outside a write. A batch goes out in slices, and each slice taken counts as progress:
 * a client that takes {@value #SLICE} bytes within the watchdog's bound is slow, not dead.
 */
final class ResponseWriter implements ConnectionWriter {

    /** The largest DATA frame that every HTTP/2 client takes (RFC 9113, section 4.2): a batch up to this is one. */
    static final int SLICE = 16 * 1024;

    private final OutputStream out;
    private final LongSupplier nanos;
    private final ClientConnection connection;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread writing;
    private boolean cut;
    private volatile long progressAt;

    ResponseWriter(OutputStream out, ClientConnection connection, LongSupplier nanos) {
        this.out = out;
        this.connection = connection;
        this.nanos = nanos;
    }

    @Override
    public void write(SseBuffer frames) throws ConnectionGone {
        var bytes = frames.content();
        begin();
        try {
            while (bytes.hasRemaining()) {
                int slice = Math.min(SLICE, bytes.remaining());
                out.write(bytes.array(), bytes.position(), slice);
                bytes.position(bytes.position() + slice);
                progressAt = nanos.getAsLong();
            }
            out.flush();
        } catch (IOException
                | UncheckedIOException
                | SocketWriterException
                | CloseConnectionException
                | Http2Exception
                | IllegalStateException gone) {
            throw new ConnectionGone(gone);
        } finally {
            end();
        }
    }

    @Override
    public boolean behind() {
        return false;
    }

    private void begin() throws ConnectionGone {
        lock.lock();
        try {
            if (cut) {
                throw new ConnectionGone(new IOException("cut"));
            }
            progressAt = nanos.getAsLong();
            writing = Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            writing = null;
            if (cut && connection.multiplexed()) {
                Thread.interrupted(); // the interrupt was for the write, and has done its work
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public OptionalLong stuckSince() {
        lock.lock();
        try {
            return writing == null ? OptionalLong.empty() : OptionalLong.of(progressAt);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void cut() {
        lock.lock();
        try {
            if (writing != null) {
                cut = true;
                if (connection.multiplexed()) {
                    writing.interrupt(); // waits for window, or for the connection, of which others are a part
                } else {
                    connection.abort();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean wasCut() {
        lock.lock();
        try {
            return cut;
        } finally {
            lock.unlock();
        }
    }
}

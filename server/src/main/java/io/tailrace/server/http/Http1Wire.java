package io.tailrace.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1 connection around Helidon's: reads have deadlines, answers to {@code HEAD} have no body, HTTP/1.0 is served,
 * and an answer that came before the end of its request reaches the client.
 *
 * <p>Everything happens on the connection's thread, with three exceptions: {@link #onDeparture} reads on a thread of its
 * own once the last request is being answered, when nobody else reads any more; {@link #abort} closes the channel, which
 * ends whatever waits on it; {@code active} is counted. Where an answer takes the socket over, the parser is told that the client has
 * nothing more to say, and whoever accepted the connection hands the socket on.
 */
final class Http1Wire implements ServerConnection, InterruptableTask<Void>, ClientConnection {

    /** How long, and how much, a client may go on sending after it was refused. */
    private static final Duration LINGER = Duration.ofSeconds(5);

    /** Bytes that are thrown away at once. */
    private static final int UNWANTED = 16 * 1024;

    private static final long LINGER_BYTES = 64L << 20;

    /** Bytes that a client may send behind a request whose answer lasts; with more it is taken for gone. */
    private static final int MAX_PIPELINED = 65_536;

    private final ConnectionContext context;
    private final HttpOptions options;
    private final Connections connections;
    private final SocketChannel channel;
    private final DataReader source;
    private final Answers answers;
    private final ServerConnection inner;
    private final DataReader requests = DataReader.create(this::read);
    private volatile TakenSocket.@Nullable Taker taker;
    private final AtomicInteger active = new AtomicInteger();

    /** When the request at hand has to be here, by {@link System#nanoTime}; 0: none is at hand. */
    private long deadline;

    private boolean requestHasBody;
    private boolean clientCloses;
    private volatile boolean closing;

    Http1Wire(
            ConnectionContext context,
            ServerConnectionSelector selector,
            SocketChannel channel,
            HttpOptions options,
            Connections connections) {
        this.context = context;
        this.options = options;
        this.connections = connections;
        this.channel = channel;
        this.source = context.dataReader();
        this.answers = new Answers(context.dataWriter());
        this.inner = selector.connection(Wire.http1(context, this, requests, answers));
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        connections.opened();
        try {
            inner.handle(limit);
        } catch (CloseConnectionException over) {
            if (taker == null) {
                throw over;
            }
        } finally {
            connections.closed();
            if (taker == null) {
                linger();
            }
        }
    }

    /** Who takes the socket, now that all requests are over; null: nobody. */
    TakenSocket.@Nullable Taker taker() {
        return taker;
    }

    /** Whether the answer that was begun is in chunks. */
    boolean chunked() {
        return !answers.isOld();
    }

    @Override
    public boolean takeOver(TakenSocket.Taker by) {
        if (context.isSecure()) {
            return false;
        }
        closing = true;
        answers.silence();
        taker = by;
        return true;
    }

    @Override
    public Optional<Duplex> upgrade() {
        closing = true;
        answers.silence();
        return Optional.of(new Upgraded());
    }

    /** The connection without HTTP. */
    private final class Upgraded implements Duplex {

        @Override
        public byte @Nullable [] read(int millis) throws IOException {
            int early = requests.available(); // came along with the request
            return early > 0 ? requests.readBytes(early) : receiveWithin(millis);
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            try {
                context.dataWriter().writeNow(BufferData.create(bytes));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            } catch (ServerConnectionException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void abort() {
            Http1Wire.this.abort();
        }
    }

    /** The parser has the first line of a request. */
    void asked(HttpPrologue prologue) {
        requestHasBody = false;
        clientCloses = false;
        answers.begin(prologue.method() == Method.HEAD);
    }

    /** The parser has the headers of a request. */
    void asked(Headers headers) {
        clientCloses = headers.containsToken(HeaderValues.CONNECTION_CLOSE);
        requestHasBody = headers.contains(HeaderNames.TRANSFER_ENCODING)
                || headers.contains(HeaderNames.CONTENT_LENGTH) && !headers.contains(HeaderValues.CONTENT_LENGTH_ZERO);
    }

    /**
     * An answer begins. Helidon would go on to the next request even after {@code Connection: close}, and take what was
     * left of a bad body for one.
     */
    void answering(Headers headers) {
        if (clientCloses || headers.containsToken(HeaderValues.CONNECTION_CLOSE)) {
            closing = true;
            if (!canInterrupt()) { // otherwise it ends by itself, and close would interrupt this thread's writing
                inner.close(false);
            }
        }
    }

    /** Bytes for the parser; null at the end. */
    private byte @Nullable [] read() {
        if (closing) {
            return null; // what else comes is not answered
        }
        boolean between = canInterrupt();
        try {
            if (between) {
                deadline = 0;
                return firstBytes();
            }
            if (deadline == 0) {
                deadline = System.nanoTime() + options.requestTimeout().toNanos();
            }
            return receive(Duration.ofNanos(deadline - System.nanoTime()));
        } catch (SocketTimeoutException late) {
            closing = true;
            if (between) {
                return null;
            }
            throw RequestException.builder()
                    .type(DirectHandler.EventType.OTHER)
                    .status(Status.REQUEST_TIMEOUT_408)
                    .setKeepAlive(false)
                    .message("the request did not arrive in time")
                    .build();
        } catch (IOException gone) {
            throw new CloseConnectionException("the client has left", gone);
        }
    }

    /** The first line of a request at least, and all of an HTTP/1.0 request's head, made modern. */
    private byte @Nullable [] firstBytes() throws IOException {
        byte[] bytes = receive(options.idleTimeout());
        long end = System.nanoTime() + options.requestTimeout().toNanos();
        while (bytes != null && Http10.wantsMore(bytes)) {
            byte[] more = receive(Duration.ofNanos(end - System.nanoTime()));
            if (more == null) {
                return null;
            }
            bytes = Http10.joined(bytes, more);
        }
        answers.old(bytes != null && Http10.isOld(bytes));
        return bytes == null ? null : Http10.modern(bytes);
    }

    private byte @Nullable [] receive(Duration patience) throws IOException {
        if (patience.isNegative() || patience.isZero()) {
            throw new SocketTimeoutException();
        }
        return receiveWithin((int) Math.max(1, patience.toMillis()));
    }

    /** What has come, waiting for some at most {@code millis}; 0: for ever. Null at the end. */
    private byte @Nullable [] receiveWithin(int millis) throws IOException {
        channel.socket().setSoTimeout(millis);
        try {
            source.ensureAvailable();
            return source.readBytes(source.available());
        } catch (DataReader.InsufficientDataAvailableException end) {
            return null;
        } catch (ServerConnectionException failed) {
            if (failed.getCause() instanceof UncheckedIOException io) {
                throw io.getCause();
            }
            throw failed;
        }
    }

    /**
     * Lets a client that was refused while it sent read its answer: closing with unread bytes would reset the connection
     * and take the answer along. What comes is thrown away as it is on the wire, in one buffer: a few clients that send
     * megabytes to be refused would otherwise keep the collector busy.
     */
    private void linger() {
        if (!requestHasBody || !channel.isOpen()) {
            return;
        }
        long end = System.nanoTime() + LINGER.toNanos();
        long bytes = 0;
        try {
            if (!context.isSecure()) {
                channel.shutdownOutput();
            }
            var in = channel.socket().getInputStream();
            byte[] unwanted = new byte[UNWANTED];
            while (bytes < LINGER_BYTES) {
                channel.socket().setSoTimeout((int) Math.max(1, (end - System.nanoTime()) / 1_000_000));
                int read = in.read(unwanted);
                if (read < 0 || System.nanoTime() - end > 0) {
                    return;
                }
                bytes += read;
            }
        } catch (IOException over) {
            // it left, or was given time enough
        }
    }

    @Override
    public Watch onDeparture(ServerRequest request, Runnable departed) {
        closing = true;
        Thread.ofVirtual().name("departure").start(() -> {
            try {
                int pipelined = 0;
                while (pipelined <= MAX_PIPELINED) {
                    byte[] unanswered = receiveWithin(0);
                    if (unanswered == null) {
                        break;
                    }
                    pipelined += unanswered.length;
                }
            } catch (IOException | RuntimeException gone) {
                // the same
            }
            departed.run();
        });
        return () -> {}; // it ends with the connection
    }

    @Override
    public void abort() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean multiplexed() {
        return false;
    }

    @Override
    public Duration patience() {
        return options.requestTimeout();
    }

    @Override
    public void active(int change) {
        active.addAndGet(change);
    }

    @Override
    public Duration idleTime() {
        return active.get() > 0 || taker != null ? Duration.ZERO : inner.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
        inner.close(interrupt);
    }

    @Override
    public boolean canInterrupt() {
        return inner instanceof InterruptableTask<?> task && task.canInterrupt();
    }
}

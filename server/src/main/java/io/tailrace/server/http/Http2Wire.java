package io.tailrace.server.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection around Helidon's: it is not idle while a request lives, or it would be closed under its streams,
 * and it tells when the client resets a request, or leaves.
 *
 * <p>The connection's thread reads, and so tells; requests watch and stop watching on theirs. The monitor orders a reset
 * and the watch that it concerns: a reset that comes first is remembered in {@code resetEarly}.
 */
final class Http2Wire implements ServerConnection, InterruptableTask<Void>, ClientConnection {

    /** Requests reset before they were watched that are remembered at once. */
    private static final int MAX_EARLY = 1_000;

    private final SocketChannel channel;
    private final HttpOptions options;
    private final Connections connections;
    private final ServerConnection inner;
    private final AtomicInteger active = new AtomicInteger();
    private final Set<Integer> resetEarly = new HashSet<>();
    private final Map<Integer, Runnable> watched = new ConcurrentHashMap<>();
    private final Http2Resets resets = new Http2Resets(this::left);
    private final DataReader source;

    Http2Wire(
            ConnectionContext context,
            ServerConnectionSelector selector,
            SocketChannel channel,
            HttpOptions options,
            Connections connections) {
        this.channel = channel;
        this.options = options;
        this.connections = connections;
        this.source = context.dataReader();
        this.inner = selector.connection(Wire.http2(context, this, DataReader.create(this::read)));
    }

    /** Bytes for Helidon; null at the end. */
    private byte @Nullable [] read() {
        try {
            source.ensureAvailable();
            byte[] bytes = source.readBytes(source.available());
            resets.received(bytes);
            return bytes;
        } catch (DataReader.InsufficientDataAvailableException end) {
            return null;
        }
    }

    private void left(int request) {
        var departed = departure(request);
        if (departed != null) {
            departed.run();
        }
    }

    private synchronized @Nullable Runnable departure(int request) {
        var departed = watched.remove(request);
        if (departed == null && resetEarly.size() < MAX_EARLY) {
            resetEarly.add(request);
        }
        return departed;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        connections.opened();
        try {
            channel.socket().setSoTimeout(0); // until here it had to hurry; a live stream may say nothing for long
            inner.handle(limit);
        } catch (SocketException closed) {
            throw new CloseConnectionException("the client has left", closed);
        } finally {
            connections.closed();
            List.copyOf(watched.keySet()).forEach(this::left);
        }
    }

    @Override
    @SuppressWarnings({"removal", "deprecation"})
    public void handle(Semaphore requestSemaphore) throws InterruptedException {
        inner.handle(requestSemaphore);
    }

    @Override
    public Duration idleTime() {
        return active.get() > 0 ? Duration.ZERO : inner.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
        inner.close(interrupt);
    }

    @Override
    public boolean canInterrupt() {
        return inner instanceof InterruptableTask<?> task && task.canInterrupt();
    }

    @Override
    public boolean multiplexed() {
        return true;
    }

    @Override
    public Watch onDeparture(ServerRequest request, Runnable departed) {
        int stream = request.id();
        if (watches(stream, departed)) {
            return () -> watched.remove(stream);
        }
        departed.run();
        return () -> {};
    }

    /** False when the request was reset before anybody watched it. */
    private synchronized boolean watches(int stream, Runnable departed) {
        if (resetEarly.remove(stream)) {
            return false;
        }
        resetEarly.removeIf(earlier -> earlier < stream - MAX_EARLY); // answered long ago
        watched.put(stream, departed);
        return true;
    }

    @Override
    public boolean takeOver(TakenSocket.Taker taker) {
        return false;
    }

    @Override
    public Optional<Duplex> upgrade() {
        return Optional.empty();
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
    public Duration patience() {
        return options.requestTimeout();
    }

    @Override
    public void active(int change) {
        active.addAndGet(change);
    }
}

package io.tailrace.server.http;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP/2 connection that is not idle while a request lives: Helidon's own would be closed under its streams. */
final class Http2Wire implements ServerConnection, InterruptableTask<Void>, ClientConnection {

    private final SocketChannel channel;
    private final HttpOptions options;
    private final Connections connections;
    private final ServerConnection inner;
    private final AtomicInteger active = new AtomicInteger();

    Http2Wire(
            ConnectionContext context,
            ServerConnectionSelector selector,
            SocketChannel channel,
            HttpOptions options,
            Connections connections) {
        this.channel = channel;
        this.options = options;
        this.connections = connections;
        this.inner = selector.connection(Wire.http2(context, this));
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        connections.opened();
        try {
            inner.handle(limit);
        } finally {
            connections.closed();
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
    public void onDeparture(Runnable departed) {
        // The connection's thread reads; a stream that was reset shows when it is written to.
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

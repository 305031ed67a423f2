package io.tailrace.server.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.FixedLimit;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.context.Context;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.media.MediaContext;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket without TLS, around the parsers of the server below us: it accepts by itself, because only so can a
 * connection's thread and buffers go once a lasting answer has taken its socket, and a lack of file descriptors pass.
 *
 * <p>Protocol: one thread accepts, and takes a place before it does; each connection has a virtual thread of its own,
 * which gives the place back, unless the socket was taken: then its close does. {@code serving} and {@code taken} are
 * what {@link #close} has to end. Another thread closes connections that are idle for too long.
 */
final class PlainListener implements AutoCloseable {

    /** Bytes that the kernel may hold for a reader that does not read. */
    static final int SEND_BUFFER = 65_536;

    private static final System.Logger LOG = System.getLogger(PlainListener.class.getName());

    /** Connections that the kernel completes before they are accepted: a storm must not be refused. */
    private static final int BACKLOG = 4_096;

    /** How long accepting pauses when it fails: most likely no file descriptor is left. */
    private static final Duration BREATH = Duration.ofMillis(50);

    /** How long requests have to end when the listener closes. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private final HttpOptions options;
    private final Connections open;
    private final ServerSocketChannel server;
    private final Shared shared;
    private final Router router;
    private final Limit requests = FixedLimit.create();
    private final WireSelector http1;
    private final WireSelector http2;
    private final Semaphore places;
    private final Map<Thread, ServerConnection> serving = new ConcurrentHashMap<>();
    private final Set<TakenSocket> taken = ConcurrentHashMap.newKeySet();
    private final Thread idle;
    private volatile boolean closed;

    /** What the parsers ask of a listener. */
    private record Shared(
            Context context,
            MediaContext mediaContext,
            ContentEncodingContext contentEncodingContext,
            DirectHandlers directHandlers,
            ListenerConfig config,
            ExecutorService executor)
            implements ListenerContext {}

    private PlainListener(HttpOptions options, int port, HttpRouting.Builder routing, Connections open)
            throws IOException {
        this.options = options;
        this.open = open;
        this.places = new Semaphore(open.most());
        this.shared = new Shared(
                Context.create(),
                MediaContext.create(),
                ContentEncodingContext.create(),
                DirectProblems.handlers(),
                ListenerConfig.builder()
                        .protocolsDiscoverServices(false)
                        .maxPayloadSize(options.maxBodyBytes())
                        .build(),
                Executors.newVirtualThreadPerTaskExecutor());
        this.router = Router.builder().addRouting(routing).build();
        this.http1 = WireSelector.http1(options, Accepted.none(), open);
        this.http2 = WireSelector.http2(options, Accepted.none(), open);
        this.idle = Thread.ofVirtual().name("idle-connections").unstarted(this::closeIdle);
        this.server = ServerSocketChannel.open();
        try {
            server.bind(new InetSocketAddress(options.host(), port), BACKLOG);
        } catch (IOException portTaken) {
            server.close();
            throw portTaken;
        }
    }

    /**
     * Starts to listen.
     *
     * @param port 0: any free one
     * @throws UncheckedIOException when the port is taken
     */
    static PlainListener start(HttpOptions options, int port, HttpRouting.Builder routing, Connections open) {
        try {
            var listener = new PlainListener(options, port, routing, open);
            listener.router.beforeStart();
            Thread.ofPlatform().name("listener-" + listener.port()).start(listener::accept);
            listener.idle.start();
            return listener;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.socket().getLocalPort();
    }

    private void accept() {
        boolean failing = false;
        while (!closed) {
            places.acquireUninterruptibly();
            try {
                var channel = server.accept();
                failing = false;
                Thread.ofVirtual().name("connection").start(() -> serve(channel));
            } catch (ClosedChannelException over) {
                return;
            } catch (IOException e) {
                places.release();
                if (!failing) {
                    LOG.log(System.Logger.Level.WARNING, "connections cannot be accepted: {0}", e.getMessage());
                }
                failing = true;
                LockSupport.parkNanos(BREATH.toNanos());
            }
        }
    }

    /** One connection, from its first byte until it closes or its socket is taken. */
    private void serve(SocketChannel channel) {
        TakenSocket given = null;
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
            given = serve(new PlainConnection(channel, shared, router));
        } catch (IOException | RuntimeException gone) {
            log(gone);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } finally {
            if (given == null) {
                close(channel);
                places.release();
            }
        }
        if (given != null) {
            give(given);
        }
    }

    /** Serves the requests of a connection; returns its socket if the last answer takes it. */
    private @Nullable TakenSocket serve(PlainConnection connection) throws IOException, InterruptedException {
        return switch (spoken(connection)) {
            case HTTP_1 -> {
                var wire = (Http1Wire) http1.connection(connection, connection.channel());
                try {
                    handle(wire);
                } catch (RuntimeException | InterruptedException failed) {
                    var taker = wire.taker();
                    if (taker != null) {
                        taker.gone();
                    }
                    throw failed;
                }
                var taker = wire.taker();
                yield taker == null ? null : taken(connection.channel(), wire.chunked(), taker);
            }
            case HTTP_2 -> {
                handle(http2.connection(connection, connection.channel()));
                yield null;
            }
            case UNKNOWN -> null;
        };
    }

    /** Waits for as many bytes as it takes to tell what is spoken; unknown: the client left, or took too long. */
    private WireSelector.Spoken spoken(PlainConnection connection) throws IOException {
        var reader = connection.dataReader();
        long deadline = System.nanoTime() + options.requestTimeout().toNanos();
        try {
            while (true) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return WireSelector.Spoken.UNKNOWN;
                }
                connection.channel().socket().setSoTimeout((int) left);
                reader.pullData();
                var spoken =
                        WireSelector.spoken(reader.getBuffer(reader.available()).readBytes());
                if (spoken != WireSelector.Spoken.UNKNOWN) {
                    return spoken;
                }
            }
        } catch (DataReader.InsufficientDataAvailableException left) {
            return WireSelector.Spoken.UNKNOWN;
        }
    }

    private void handle(ServerConnection wire) throws InterruptedException {
        serving.put(Thread.currentThread(), wire);
        try {
            if (!closed) {
                wire.handle(requests);
            }
        } finally {
            serving.remove(Thread.currentThread());
        }
    }

    private TakenSocket taken(SocketChannel channel, boolean chunked, TakenSocket.Taker taker) {
        var socket = new TakenSocket(channel, chunked, taker, over -> {
            taken.remove(over);
            open.closed();
            places.release();
        });
        open.opened();
        taken.add(socket);
        return socket;
    }

    private void give(TakenSocket socket) {
        try {
            socket.give();
        } catch (IOException gone) {
            socket.close();
        }
        if (closed) {
            socket.close();
        }
    }

    private void closeIdle() {
        try {
            while (!closed) {
                Thread.sleep(options.idleTimeout());
                serving.values().stream()
                        .filter(connection -> connection.idleTime().compareTo(options.idleTimeout()) > 0)
                        .forEach(connection -> connection.close(false));
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private static void log(Exception gone) {
        boolean usual = gone instanceof IOException
                || gone instanceof CloseConnectionException
                || gone instanceof UncheckedIOException
                || gone.getCause() instanceof IOException;
        LOG.log(usual ? System.Logger.Level.TRACE : System.Logger.Level.WARNING, "a connection ended", gone);
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a socket did not close well", e);
        }
    }

    /** Stops listening, lets requests end for a moment, and ends what is left. */
    @Override
    public void close() {
        closed = true;
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        idle.interrupt();
        places.release(); // whoever waits to accept finds it closed
        serving.values().forEach(connection -> connection.close(false));
        Set.copyOf(taken).forEach(TakenSocket::close);
        long deadline = System.nanoTime() + GRACE.toNanos();
        serving.keySet().forEach(thread -> join(thread, deadline));
        serving.keySet().forEach(Thread::interrupt);
        shared.executor().shutdownNow();
        router.afterStop();
    }

    private static void join(Thread thread, long deadline) {
        try {
            var left = Duration.ofNanos(deadline - System.nanoTime());
            if (left.isPositive()) {
                var unused = thread.join(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

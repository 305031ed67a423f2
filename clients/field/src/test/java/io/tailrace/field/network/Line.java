package io.tailrace.field.network;

import io.tailrace.field.network.Scissors.Ending;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A network between a client and a port of this machine. Listens on a port of its own; may be used by many threads.
 * Close it, which resets every connection.
 */
public final class Line implements AutoCloseable {

    /** Bytes that a socket of ours holds by itself at most: little, so that what is on its way is where we see it. */
    private static final int SOCKET_BUFFER = 16 << 10;

    private static final int BACKLOG = 512;
    private static final int CONNECT_MILLIS = 5_000;

    private final ServerSocket listener;
    private final InetSocketAddress target;
    private final Pacer down;
    private final Pacer up;
    private final Gate gate = new Gate();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Optional<Scissors>> scissors = new AtomicReference<>(Optional.empty());
    private final AtomicLong bytesDown = new AtomicLong();
    private final AtomicLong bytesUp = new AtomicLong();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean unplugged;

    private Line(int port, Profile profile, long seed) throws IOException {
        target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        down = new Pacer(profile.downBits(), profile, seed, System::nanoTime);
        up = new Pacer(profile.upBits(), profile, ~seed, System::nanoTime);
        listener = new ServerSocket();
        listener.setReceiveBufferSize(SOCKET_BUFFER);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    }

    /**
     * Opens a line.
     *
     * @param port of the server, on 127.0.0.1
     * @param seed of its stalls and its jitter
     */
    public static Line to(int port, Profile profile, long seed) {
        try {
            var line = new Line(port, profile, seed);
            Thread.ofVirtual().name("line").start(line::accept);
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var client = listener.accept();
                Thread.ofVirtual().name("line-connect").start(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        accepted.incrementAndGet();
        var server = new Socket();
        var connection = new Connection(client, server);
        try {
            if (unplugged) {
                connection.end(Ending.RESET);
                return;
            }
            server.setReceiveBufferSize(SOCKET_BUFFER);
            server.connect(target, CONNECT_MILLIS);
            for (var socket : new Socket[] {client, server}) {
                socket.setTcpNoDelay(true);
                socket.setSendBufferSize(SOCKET_BUFFER);
            }
            open.add(connection);
            new Pipe(connection, client, server, up, gate, bytesUp::addAndGet).start(null);
            new Pipe(connection, server, client, down, gate, bytesDown::addAndGet).start(new Shears(scissors));
            if (unplugged || listener.isClosed()) {
                connection.end(Ending.RESET);
            }
            open.removeIf(Connection::over);
        } catch (IOException gone) {
            connection.end(Ending.RESET);
        }
    }

    /** Where clients connect. */
    public int port() {
        return listener.getLocalPort();
    }

    /** The same as an origin. */
    public URI origin() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** Cuts one connection, the first that comes to that place in what comes down from now on. */
    public void cutAt(Scissors place) {
        scissors.set(Optional.of(place));
    }

    /** Whether the last {@link #cutAt} has happened. */
    public boolean isCut() {
        return scissors.get().isEmpty();
    }

    /** Ends every connection now. */
    public void cut(Ending ending) {
        for (var connection : open) {
            connection.end(ending);
        }
        open.removeIf(Connection::over);
    }

    /** Every connection there is stays open and carries nothing any more, in either direction; further ones work. */
    public void mute() {
        open.forEach(Connection::goMute);
    }

    /** Nothing passes for a while; then everything does that was sent. */
    public void freeze(Duration duration) {
        gate.freeze(duration);
    }

    /** No network: connections end, and further ones are refused. */
    public void unplug() {
        unplugged = true;
        cut(Ending.RESET);
    }

    /** Ends {@link #unplug}. */
    public void plugIn() {
        unplugged = false;
    }

    /** Bytes that clients were given so far. */
    public long bytesDown() {
        return bytesDown.get();
    }

    /** Bytes that the server was given so far. */
    public long bytesUp() {
        return bytesUp.get();
    }

    /** Connections that clients have opened so far. */
    public int connections() {
        return accepted.get();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut(Ending.RESET);
        gate.close();
    }
}

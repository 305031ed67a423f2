package io.tailrace.server.http;

import io.helidon.common.socket.SocketOptions;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sees every accepted channel, so that a connection can find its own by the id that Helidon gives it: there is no other
 * way to a read timeout, or to close a connection whose writer is stuck. Channels are put in by the accepting thread and
 * taken out by their connection's; those that died in between are swept.
 */
final class Accepted implements SocketOptions {

    /** Accepted connections between two sweeps. */
    private static final int SWEEP = 1_024;

    private final SocketOptions options;
    private final Duration patience;
    private final Map<String, SocketChannel> channels = new ConcurrentHashMap<>();
    private final AtomicInteger sinceSweep = new AtomicInteger();

    /**
     * @param options what every channel is set to
     * @param patience how long a new connection may take to say what it speaks, TLS included
     */
    Accepted(SocketOptions options, Duration patience) {
        this.options = options;
        this.patience = patience;
    }

    /** Of no connections: for those that are made with their channel. */
    static Accepted none() {
        return new Accepted(SocketOptions.create(), Duration.ZERO);
    }

    @Override
    public void configureSocket(SocketChannel channel) {
        options.configureSocket(channel);
        try {
            channel.socket().setSoTimeout((int) patience.toMillis());
        } catch (SocketException closed) {
            throw new UncheckedIOException(closed);
        }
        channels.put("0x" + HexFormat.of().toHexDigits(System.identityHashCode(channel)), channel);
        if (sinceSweep.incrementAndGet() >= SWEEP) {
            sinceSweep.set(0);
            channels.values().removeIf(known -> !known.isOpen());
        }
    }

    /** The channel of the connection with this {@code childSocketId}; can be taken once. */
    SocketChannel take(String id) {
        var channel = channels.remove(id);
        if (channel == null) {
            // Two channels with one identity hash, one in 2^31: the second was taken for the first.
            throw new IllegalStateException("no accepted channel " + id);
        }
        return channel;
    }

    @Override
    public Map<SocketOption<?>, Object> socketOptions() {
        return options.socketOptions();
    }

    @Override
    public Duration connectTimeout() {
        return options.connectTimeout();
    }

    @Override
    public Duration readTimeout() {
        return options.readTimeout();
    }

    @Override
    public Optional<Integer> socketReceiveBufferSize() {
        return options.socketReceiveBufferSize();
    }

    @Override
    public Optional<Integer> socketSendBufferSize() {
        return options.socketSendBufferSize();
    }

    @Override
    public boolean socketReuseAddress() {
        return options.socketReuseAddress();
    }

    @Override
    public boolean socketKeepAlive() {
        return options.socketKeepAlive();
    }

    @Override
    public boolean tcpNoDelay() {
        return options.tcpNoDelay();
    }
}

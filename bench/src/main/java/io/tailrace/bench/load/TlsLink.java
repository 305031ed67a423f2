package io.tailrace.bench.load;

import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Link} inside of TLS: the listener of the socket, whose records it opens, and the link of another, which is
 * connected when both have shaken hands. A server that speaks no TLS, or not the protocol that is wanted inside, is an
 * {@link IllegalStateException}, which ends the loop.
 */
final class TlsLink implements Link, Link.Listener {

    private static final byte[] NOTHING = {};
    private static final String HTTP_1 = "http/1.1";

    private final SSLEngine engine;
    private final String protocol;
    private final Link.Listener listener;

    /** What records have inside; the same for all links of a loop, for it is empty between them. */
    private final ByteBuffer inside;

    private byte[] rest = NOTHING; // of a record that has not come whole
    private @Nullable Link socket;
    private boolean connected;
    private boolean over;

    /**
     * Over a socket that is given with {@link #on}.
     *
     * @param engine of this connection, a client's
     * @param protocol that ALPN must have agreed on
     * @param inside room for what a record has inside
     */
    TlsLink(SSLEngine engine, String protocol, ByteBuffer inside, Link.Listener listener) {
        this.engine = engine;
        this.protocol = protocol;
        this.inside = inside;
        this.listener = listener;
    }

    /** Before it is connected. */
    void on(Link below) {
        socket = below;
    }

    @Override
    public void connected(Link below) {
        try {
            engine.beginHandshake();
            shakeHands(engine.getHandshakeStatus());
        } catch (SSLException e) {
            throw broken(e);
        }
    }

    @Override
    public void received(byte[] bytes, int from, int to) {
        var records = ByteBuffer.wrap(bytes, from, to - from);
        if (rest.length > 0) {
            var whole = ByteBuffer.allocate(rest.length + to - from).put(rest).put(records);
            records = whole.flip();
        }
        try {
            while (!over && opened(records)) {
                // one record after another
            }
        } catch (SSLException e) {
            throw broken(e);
        }
        rest = records.hasRemaining()
                ? Arrays.copyOfRange(records.array(), records.position(), records.limit())
                : NOTHING;
    }

    /** Opens the next record: whether there may be another. */
    private boolean opened(ByteBuffer records) throws SSLException {
        inside.clear();
        var result = engine.unwrap(records, inside);
        if (result.bytesProduced() > 0) {
            listener.received(inside.array(), 0, inside.position());
        }
        if (over) {
            return false;
        }
        shakeHands(result.getHandshakeStatus());
        return result.getStatus() == Status.OK && progress(result);
    }

    private static boolean progress(SSLEngineResult result) {
        return result.bytesConsumed() > 0 || result.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
    }

    /** Does what the engine wants beside reading. */
    private void shakeHands(HandshakeStatus wanted) throws SSLException {
        var next = wanted;
        while (next == HandshakeStatus.NEED_TASK || next == HandshakeStatus.NEED_WRAP) {
            if (next == HandshakeStatus.NEED_WRAP) {
                next = wrap(ByteBuffer.allocate(0));
            } else {
                for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
                next = engine.getHandshakeStatus();
            }
        }
        if (next == HandshakeStatus.FINISHED && !connected) {
            connected = true;
            demand(engine.getApplicationProtocol());
            listener.connected(this);
        }
    }

    /** Who agrees on nothing speaks HTTP/1.1. */
    private void demand(String agreed) {
        if (!protocol.equals(agreed) && !(agreed.isEmpty() && protocol.equals(HTTP_1))) {
            throw new IllegalStateException("the server does not speak " + protocol + " with TLS");
        }
    }

    /** Sends a record, or what the engine has to say of its own. */
    private HandshakeStatus wrap(ByteBuffer bytes) throws SSLException {
        var records = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        var result = engine.wrap(bytes, records);
        if (result.getStatus() == Status.CLOSED) {
            return HandshakeStatus.NOT_HANDSHAKING;
        }
        if (socket != null && records.flip().hasRemaining()) {
            socket.send(records);
        }
        return result.getHandshakeStatus();
    }

    @Override
    public void send(ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining() && !engine.isOutboundDone()) {
                wrap(bytes);
            }
        } catch (SSLException e) {
            throw broken(e);
        }
    }

    private static IllegalStateException broken(SSLException e) {
        return new IllegalStateException("TLS: " + e.getMessage(), e);
    }

    @Override
    public void stall() {
        if (socket != null) {
            socket.stall();
        }
    }

    @Override
    public void close() {
        over = true;
        if (socket != null) {
            socket.close();
        }
    }

    @Override
    public void gone() {
        listener.gone();
    }
}

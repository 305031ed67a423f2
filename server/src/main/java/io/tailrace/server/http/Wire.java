package io.tailrace.server.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** A connection's context with a peer, a reader and a writer of our own. */
final class Wire implements ConnectionContext {

    private final ConnectionContext inner;
    private final PeerInfo peer;
    private final DataReader reader;
    private final DataWriter writer;
    private final @Nullable Http1Wire http1;

    private Wire(
            ConnectionContext inner,
            ClientConnection connection,
            DataReader reader,
            DataWriter writer,
            @Nullable Http1Wire http1) {
        this.inner = inner;
        this.peer = new ClientConnection.Peer(inner.remotePeer(), connection);
        this.reader = reader;
        this.writer = writer;
        this.http1 = http1;
    }

    static Wire http1(ConnectionContext inner, Http1Wire http1, DataReader reader, DataWriter writer) {
        return new Wire(inner, http1, reader, writer, http1);
    }

    static Wire http2(ConnectionContext inner, ClientConnection connection, DataReader reader) {
        return new Wire(inner, connection, reader, inner.dataWriter(), null);
    }

    /** The connection that listeners of the parser tell about. */
    static Http1Wire http1(ConnectionContext context) {
        if (context instanceof Wire wire && wire.http1 != null) {
            return wire.http1;
        }
        throw new IllegalStateException("not one of our HTTP/1 connections");
    }

    @Override
    public PeerInfo remotePeer() {
        return peer;
    }

    @Override
    public DataReader dataReader() {
        return reader;
    }

    @Override
    public DataWriter dataWriter() {
        return writer;
    }

    @Override
    public ListenerContext listenerContext() {
        return inner.listenerContext();
    }

    @Override
    public ExecutorService executor() {
        return inner.executor();
    }

    @Override
    public Router router() {
        return inner.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
        return inner.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
        return inner.serverSocket();
    }

    @Override
    public PeerInfo localPeer() {
        return inner.localPeer();
    }

    @Override
    public boolean isSecure() {
        return inner.isSecure();
    }

    @Override
    public String socketId() {
        return inner.socketId();
    }

    @Override
    public String childSocketId() {
        return inner.childSocketId();
    }
}

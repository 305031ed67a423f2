package io.tailrace.server.http;

import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.http.ServerRequest;
import java.net.SocketAddress;
import java.security.Principal;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Optional;

/** The connection that a request came by, for answers that last. Any thread. */
public interface ClientConnection {

    /** The connection of {@code request}. */
    static ClientConnection of(ServerRequest request) {
        if (request.remotePeer() instanceof Peer peer) {
            return peer.connection();
        }
        throw new IllegalStateException("the request did not come through a Listener");
    }

    /** Whether this is HTTP/2, where many requests share the connection. */
    boolean multiplexed();

    /**
     * Calls {@code departed} at most once, on a thread that it must not block, when the client has left, or, where the
     * connection is multiplexed, has reset this one request. A connection that is not multiplexed serves no further
     * request after this.
     *
     * @return ends it, once the request is answered
     */
    Watch onDeparture(ServerRequest request, Runnable departed);

    /**
     * Gives the socket to {@code taker} once the handler of the request at hand has returned, and serves no further
     * request. To be called after the answer's head was written and flushed; nothing more is written by the response.
     *
     * @return false where that cannot be, because the connection is multiplexed or encrypted: nothing has happened then
     */
    boolean takeOver(TakenSocket.Taker taker);

    /**
     * Takes the connection out of HTTP, for another protocol: the handler of the request at hand uses it, and it closes when
     * that returns. Nothing of a response is written.
     *
     * @return empty where the connection is multiplexed: nothing has happened then
     */
    Optional<Duplex> upgrade();

    /** What watches for a departure, until closed. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Closes the socket at once, whatever waits on it: for a watchdog whose client does not read. When the connection is
     * multiplexed this ends its other requests too.
     */
    void abort();

    /** How long a request may take to arrive. */
    Duration patience();

    /** A request begins, or has ended: a connection is idle when it has none. */
    void active(int change);

    /** The client's side of a connection, and the connection. */
    record Peer(PeerInfo info, ClientConnection connection) implements PeerInfo {

        @Override
        public SocketAddress address() {
            return info.address();
        }

        @Override
        public String host() {
            return info.host();
        }

        @Override
        public int port() {
            return info.port();
        }

        @Override
        public Optional<Principal> tlsPrincipal() {
            return info.tlsPrincipal();
        }

        @Override
        public Optional<Certificate[]> tlsCertificates() {
            return info.tlsCertificates();
        }
    }
}

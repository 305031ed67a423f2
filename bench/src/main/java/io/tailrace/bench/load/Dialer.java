package io.tailrace.bench.load;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** Opens streams as a {@link Transport} wants them, on one {@link Loop}; everything on its thread. */
final class Dialer {

    /** Source addresses, 127.0.0.2 and on: each has some 28,000 ports. */
    private static final int SOURCES = 8;

    private final Loop loop;
    private final Transport transport;
    private final ByteBuffer inside = Tls.room();
    private final Map<Integer, Http2Connection> shared = new HashMap<>();

    Dialer(Loop loop, Transport transport) {
        this.loop = loop;
        this.transport = transport;
    }

    /**
     * Opens a stream; what it asks is asked later, when it is connected.
     *
     * @param number of the reader on this loop, from 0: neighbours share a connection where several do
     */
    EventStream open(int number, InetSocketAddress to, EventStream.Listener listener) {
        var from = "127.0.0." + (2 + number % SOURCES);
        if (!transport.http2()) {
            var stream = new Http1Stream(listener);
            stream.on(connect(from, to, stream));
            return stream;
        }
        var connection = shared.get(number / transport.streams());
        if (connection == null || !connection.usable()) {
            connection = new Http2Connection(transport.tls());
            connection.on(connect(from, to, connection));
            shared.put(number / transport.streams(), connection);
        }
        return connection.open(listener);
    }

    private Link connect(String from, InetSocketAddress to, Link.Listener listener) {
        if (!transport.tls()) {
            return loop.connect(from, to, listener);
        }
        var protocol = transport.protocol();
        var tls = new TlsLink(Tls.engine(protocol), protocol, inside, listener);
        tls.on(loop.connect(from, to, tls));
        return tls;
    }
}

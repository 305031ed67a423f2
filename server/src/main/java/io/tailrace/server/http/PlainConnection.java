package io.tailrace.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.ServerConnectionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.Principal;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A connection without TLS as the parsers see it: the bytes of its channel, and what its listener's connections share.
 * Used by the connection's thread; over HTTP/2 those of its requests write, one at a time.
 */
final class PlainConnection implements ConnectionContext {

    /** Bytes of a first read: a request without a body is nearly always shorter. */
    private static final int SMALL_READ = 2_048;

    /** Bytes of a read when the one before came back full. */
    private static final int LARGE_READ = 32_768;

    private final SocketChannel channel;
    private final ListenerContext listener;
    private final Router router;
    private final Peer remote;
    private final Peer local;
    private final DataReader reader = DataReader.create(this::read);
    private final DataWriter writer = new Writer();
    private int nextRead = SMALL_READ;

    PlainConnection(SocketChannel channel, ListenerContext listener, Router router) throws IOException {
        this.channel = channel;
        this.listener = listener;
        this.router = router;
        this.remote = new Peer(channel.getRemoteAddress());
        this.local = new Peer(channel.getLocalAddress());
    }

    SocketChannel channel() {
        return channel;
    }

    /** What has come, waiting for some as long as the socket's timeout says; null at the end. */
    private byte @Nullable [] read() {
        byte[] bytes = new byte[nextRead];
        try {
            int read = channel.socket().getInputStream().read(bytes);
            if (read < 0) {
                return null;
            }
            nextRead = read == bytes.length ? LARGE_READ : SMALL_READ;
            return read == bytes.length ? bytes : Arrays.copyOf(bytes, read);
        } catch (IOException e) {
            throw new ServerConnectionException("nothing could be read", new UncheckedIOException(e));
        }
    }

    @Override
    public ListenerContext listenerContext() {
        return listener;
    }

    @Override
    public ExecutorService executor() {
        return listener.executor();
    }

    @Override
    public DataWriter dataWriter() {
        return writer;
    }

    @Override
    public DataReader dataReader() {
        return reader;
    }

    @Override
    public Router router() {
        return router;
    }

    @Override
    public PeerInfo remotePeer() {
        return remote;
    }

    @Override
    public PeerInfo localPeer() {
        return local;
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public String socketId() {
        return local.toString();
    }

    @Override
    public String childSocketId() {
        return remote.toString();
    }

    /** Writes each buffer at once; blocks while the client does not take it. */
    private final class Writer implements DataWriter {

        @Override
        public void write(BufferData... buffers) {
            writeNow(BufferData.create(buffers));
        }

        @Override
        public void write(BufferData buffer) {
            writeNow(buffer);
        }

        @Override
        public void writeNow(BufferData... buffers) {
            writeNow(BufferData.create(buffers));
        }

        @Override
        public void writeNow(BufferData buffer) {
            var bytes = ByteBuffer.wrap(buffer.readBytes());
            try {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** One end of the connection. */
    private record Peer(SocketAddress address) implements PeerInfo {

        @Override
        public String host() {
            return address instanceof InetSocketAddress inet ? inet.getAddress().getHostAddress() : address.toString();
        }

        @Override
        public int port() {
            return address instanceof InetSocketAddress inet ? inet.getPort() : -1;
        }

        @Override
        public Optional<Principal> tlsPrincipal() {
            return Optional.empty();
        }

        @Override
        public Optional<Certificate[]> tlsCertificates() {
            return Optional.empty();
        }
    }
}

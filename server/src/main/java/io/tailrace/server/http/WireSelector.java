package io.tailrace.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http2.Http2Config;
import io.helidon.webserver.http2.Http2ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.function.BiFunction;

/** Helidon's selectors, with connections of ours around theirs. */
final class WireSelector implements ServerConnectionSelector {

    /** Bytes of the longest first line: room for a stream of a hundred channels. */
    private static final int MAX_PROLOGUE = 16_384;

    private static final int MAX_HEADERS = 16_384;

    /** Bytes of the whole preface of HTTP/2 (RFC 9113, section 3.4). */
    private static final int PREFACE_BYTES = 24;

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII);

    /** What the first bytes of a connection speak. */
    enum Spoken {
        HTTP_1,
        HTTP_2,
        /** More bytes will tell. */
        UNKNOWN
    }

    private final ServerConnectionSelector inner;
    private final boolean first;
    private final Accepted accepted;
    private final BiFunction<ConnectionContext, SocketChannel, ServerConnection> connections;

    private WireSelector(
            ServerConnectionSelector inner,
            boolean first,
            Accepted accepted,
            BiFunction<ConnectionContext, SocketChannel, ServerConnection> connections) {
        this.inner = inner;
        this.first = first;
        this.accepted = accepted;
        this.connections = connections;
    }

    /** Whoever sends a line, of any version or none, or too much for one, gets an answer in HTTP/1. */
    static Spoken spoken(byte[] seen) {
        if (startsLikeHttp2(seen)) {
            return seen.length >= PREFACE_BYTES ? Spoken.HTTP_2 : Spoken.UNKNOWN;
        }
        return Http10.hasLine(seen) || seen.length > MAX_PROLOGUE ? Spoken.HTTP_1 : Spoken.UNKNOWN;
    }

    static WireSelector http1(HttpOptions options, Accepted accepted, Connections open) {
        var helidon = Http1ConnectionSelector.builder()
                .config(Http1Config.builder()
                        .maxPrologueLength(MAX_PROLOGUE)
                        .maxHeadersSize(MAX_HEADERS)
                        .receiveLog(false)
                        .sendLog(false)
                        .addReceiveListener(new Received())
                        .addSendListener(new Sent())
                        .build())
                .build();
        return new WireSelector(
                helidon, true, accepted, (context, channel) -> new Http1Wire(context, helidon, channel, options, open));
    }

    static WireSelector http2(HttpOptions options, Accepted accepted, Connections open) {
        var helidon = Http2ConnectionSelector.builder()
                .http2Config(Http2Config.create())
                .build();
        return new WireSelector(
                helidon,
                false,
                accepted,
                (context, channel) -> new Http2Wire(context, helidon, channel, options, open));
    }

    @Override
    public int bytesToIdentifyConnection() {
        return inner.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        if (first) {
            byte[] seen = data.readBytes();
            data.rewind();
            if (startsLikeHttp2(seen)) {
                return Http10.hasLine(seen) ? Support.UNSUPPORTED : Support.UNKNOWN;
            }
            if (Http10.hasLine(seen)) {
                return Support.SUPPORTED; // of any version or none: whoever sends a line gets an answer
            }
        }
        return inner.supports(data);
    }

    /** Whether this is the preface of HTTP/2 (RFC 9113, section 3.4), or what came of it so far. */
    private static boolean startsLikeHttp2(byte[] seen) {
        int length = Math.min(seen.length, PREFACE.length);
        return Arrays.equals(seen, 0, length, PREFACE, 0, length);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return inner.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        return connection(context, accepted.take(context.childSocketId()));
    }

    /** The same, of a channel that is known. */
    ServerConnection connection(ConnectionContext context, SocketChannel channel) {
        return connections.apply(context, channel);
    }

    private static final class Received implements Http1ConnectionListener {

        @Override
        public void prologue(ConnectionContext context, HttpPrologue prologue) {
            Wire.http1(context).asked(prologue);
        }

        @Override
        public void headers(ConnectionContext context, Headers headers) {
            Wire.http1(context).asked(headers);
        }
    }

    private static final class Sent implements Http1ConnectionListener {

        @Override
        public void headers(ConnectionContext context, Headers headers) {
            Wire.http1(context).answering(headers);
        }
    }
}

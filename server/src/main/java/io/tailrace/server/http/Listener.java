package io.tailrace.server.http;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;

/** The listening sockets, with Helidon's defaults replaced where they hurt; see {@code RATIONALE.md}. */
public final class Listener implements AutoCloseable {

    private static final String ADMIN = "admin";

    /** Bytes that the kernel may hold for a reader that does not read. */
    private static final int SEND_BUFFER = 65_536;

    private static final int ADMIN_CONNECTIONS = 100;

    private final WebServer server;
    private final Connections connections;

    private Listener(WebServer server, Connections connections) {
        this.server = server;
        this.connections = connections;
    }

    /**
     * Starts to listen.
     *
     * @throws java.io.UncheckedIOException when a port is taken
     */
    public static Listener start(HttpOptions options, RouteTable routes, RouteTable adminRoutes) {
        var open = new Connections(options.maxConnections());
        var server = WebServer.builder()
                .shutdownHook(false)
                .update(main -> common(main, options, open))
                .port(options.port())
                .routing(routes.routing())
                .putSocket(
                        ADMIN,
                        ListenerConfig.builder()
                                .update(admin -> common(admin, options, new Connections(ADMIN_CONNECTIONS)))
                                .port(options.adminPort())
                                .routing(adminRoutes.routing())
                                .build())
                .build();
        return new Listener(server.start(), open);
    }

    private static void common(ListenerConfig.BuilderBase<?, ?> listener, HttpOptions options, Connections open) {
        var accepted = new Accepted(
                SocketOptions.builder()
                        .tcpNoDelay(true)
                        .socketSendBufferSize(SEND_BUFFER)
                        .build(),
                options.requestTimeout());
        listener.host(options.host())
                .useNio(false) // NIO sockets know no read timeout, and cost 16 KiB more
                .protocolsDiscoverServices(false)
                .addConnectionSelector(WireSelector.http1(options, accepted, open))
                .addConnectionSelector(WireSelector.http2(options, accepted, open))
                .connectionOptions(accepted)
                .directHandlers(DirectProblems.handlers())
                .maxTcpConnections(options.maxConnections())
                .maxPayloadSize(options.maxBodyBytes())
                .idleConnectionTimeout(options.idleTimeout())
                .idleConnectionPeriod(options.idleTimeout());
        if (options.tls() != null) {
            listener.tls(tls(options.tls()));
        }
    }

    private static Tls tls(HttpOptions.Tls files) {
        var key = Keys.builder()
                .pem(pem -> pem.key(Resource.create(files.key())).certChain(Resource.create(files.certificate())))
                .build();
        return Tls.builder().privateKey(key).privateKeyCertChain(key).build();
    }

    /** The port it really listens on. */
    public int port() {
        return server.port();
    }

    /** The connections of the main port. */
    public Connections connections() {
        return connections;
    }

    /** The port of the operators' routes. */
    public int adminPort() {
        return server.port(ADMIN);
    }

    /** Stops listening and ends what is open, within about a second. */
    @Override
    public void close() {
        server.stop();
    }
}

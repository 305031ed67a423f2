package io.tailrace.server.http;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import java.io.UncheckedIOException;

/**
 * The listening sockets. Without TLS they are ours, with TLS those of the server below us, with its defaults replaced
 * where they hurt; see {@code RATIONALE.md}.
 */
public final class Listener implements AutoCloseable {

    private static final String ADMIN = "admin";

    private static final int ADMIN_CONNECTIONS = 100;

    private final Connections connections;
    private final int port;
    private final int adminPort;
    private final Runnable close;

    private Listener(Connections connections, int port, int adminPort, Runnable close) {
        this.connections = connections;
        this.port = port;
        this.adminPort = adminPort;
        this.close = close;
    }

    /**
     * Starts to listen.
     *
     * @throws UncheckedIOException when a port is taken
     */
    public static Listener start(HttpOptions options, RouteTable routes, RouteTable adminRoutes) {
        var open = new Connections(options.maxConnections());
        return options.tls() == null
                ? plain(options, routes, adminRoutes, open)
                : encrypted(options, options.tls(), routes, adminRoutes, open);
    }

    private static Listener plain(HttpOptions options, RouteTable routes, RouteTable adminRoutes, Connections open) {
        var main = PlainListener.start(options, options.port(), routes.routing(), open);
        try {
            var admin = PlainListener.start(
                    options, options.adminPort(), adminRoutes.routing(), new Connections(ADMIN_CONNECTIONS));
            return new Listener(open, main.port(), admin.port(), () -> {
                main.close();
                admin.close();
            });
        } catch (UncheckedIOException portTaken) {
            main.close();
            throw portTaken;
        }
    }

    private static Listener encrypted(
            HttpOptions options, HttpOptions.Tls tls, RouteTable routes, RouteTable adminRoutes, Connections open) {
        var server = WebServer.builder()
                .shutdownHook(false)
                .update(main -> common(main, options, tls, open))
                .port(options.port())
                .routing(routes.routing())
                .putSocket(
                        ADMIN,
                        ListenerConfig.builder()
                                .update(admin -> common(admin, options, tls, new Connections(ADMIN_CONNECTIONS)))
                                .port(options.adminPort())
                                .routing(adminRoutes.routing())
                                .build())
                .build()
                .start();
        return new Listener(open, server.port(), server.port(ADMIN), server::stop);
    }

    private static void common(
            ListenerConfig.BuilderBase<?, ?> listener, HttpOptions options, HttpOptions.Tls tls, Connections open) {
        var accepted = new Accepted(
                SocketOptions.builder()
                        .tcpNoDelay(true)
                        .socketSendBufferSize(PlainListener.SEND_BUFFER)
                        .build(),
                options.requestTimeout());
        listener.host(options.host())
                .useNio(false) // NIO sockets know no read timeout, and cost 16 KiB more
                .protocolsDiscoverServices(false)
                .addConnectionSelector(WireSelector.http1(options, accepted, open))
                .addConnectionSelector(WireSelector.http2(options, accepted, open))
                .connectionOptions(accepted)
                .directHandlers(DirectProblems.handlers())
                .maxTcpConnections(open.most())
                .maxPayloadSize(options.maxBodyBytes())
                .idleConnectionTimeout(options.idleTimeout())
                .idleConnectionPeriod(options.idleTimeout())
                .tls(tls(tls));
    }

    private static Tls tls(HttpOptions.Tls files) {
        var key = Keys.builder()
                .pem(pem -> pem.key(Resource.create(files.key())).certChain(Resource.create(files.certificate())))
                .build();
        return Tls.builder().privateKey(key).privateKeyCertChain(key).build();
    }

    /** The port it really listens on. */
    public int port() {
        return port;
    }

    /** The connections of the main port. */
    public Connections connections() {
        return connections;
    }

    /** The port of the operators' routes. */
    public int adminPort() {
        return adminPort;
    }

    /** Stops listening and ends what is open, within about a second. */
    @Override
    public void close() {
        close.run();
    }
}

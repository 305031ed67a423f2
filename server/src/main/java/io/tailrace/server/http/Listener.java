package io.tailrace.server.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;

/** The listening sockets, with Helidon's defaults replaced where they hurt; see {@code RATIONALE.md}. */
public final class Listener implements AutoCloseable {

    private static final String ADMIN = "admin";

    /** Bytes that the kernel may hold for a reader that does not read. */
    private static final int SEND_BUFFER = 65_536;

    private final WebServer server;

    private Listener(WebServer server) {
        this.server = server;
    }

    /**
     * Starts to listen.
     *
     * @throws java.io.UncheckedIOException when a port is taken
     */
    public static Listener start(HttpOptions options, RouteTable routes, RouteTable adminRoutes) {
        var server = WebServer.builder()
                .shutdownHook(false)
                .update(main -> common(main, options))
                .port(options.port())
                .routing(routes.routing())
                .putSocket(
                        ADMIN,
                        ListenerConfig.builder()
                                .update(admin -> common(admin, options))
                                .port(options.adminPort())
                                .routing(adminRoutes.routing())
                                .build())
                .build();
        return new Listener(server.start());
    }

    private static void common(ListenerConfig.BuilderBase<?, ?> listener, HttpOptions options) {
        listener.host(options.host())
                .useNio(false)
                .maxTcpConnections(options.maxConnections())
                .maxPayloadSize(options.maxBodyBytes())
                .idleConnectionTimeout(options.idleTimeout())
                .connectionOptions(SocketOptions.builder()
                        .tcpNoDelay(true)
                        .socketSendBufferSize(SEND_BUFFER)
                        .build());
    }

    /** The port it really listens on. */
    public int port() {
        return server.port();
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

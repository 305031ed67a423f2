package io.tailrace.docker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** What stands in for a node behind a proxy: it does what a test says, and is healthy. */
final class Node implements AutoCloseable {

    private final HttpServer server;

    private Node(HttpServer server) {
        this.server = server;
    }

    /** One that answers every request under /v1 with {@code handler}. */
    static Node on(int port, HttpHandler handler) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1", handler);
        server.createContext("/health", exchange -> answer(exchange, 200, "text/plain", "ok"));
        server.start();
        return new Node(server);
    }

    static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

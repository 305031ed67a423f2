package io.tailrace.field.script;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A web server that has a page and the client's bundle as it is packed, worker and all: Playwright cannot answer what a
 * SharedWorker asks for. Close it.
 */
final class Origin implements AutoCloseable {

    private static final Path BUNDLE = Path.of("..", "typescript", "target", "classes", "tailrace-client");
    private static final Path PAGES = Path.of("src", "test", "page");

    private final HttpServer server;

    private Origin(HttpServer server) {
        this.server = server;
    }

    static Origin start() {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", Origin::answer);
            server.start();
            return new Origin(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String name = exchange.getRequestURI().getPath().substring(1);
        Path file = name.endsWith(".html") ? PAGES.resolve(name) : BUNDLE.resolve(name);
        if (!name.matches("[a-z]+\\.(html|js)") || !Files.exists(file)) {
            exchange.sendResponseHeaders(404, -1);
        } else {
            byte[] content = Files.readAllBytes(file);
            exchange.getResponseHeaders().set("Content-Type", name.endsWith(".js") ? "text/javascript" : "text/html");
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        }
        exchange.close();
    }

    @Override
    public String toString() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

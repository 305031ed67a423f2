package io.tailrace.sdk.trial;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Passes on what a server answers, as a later version of it would say it: with members, values of enumerations, event
 * types, frames, problem types and a status that today's document does not have.
 */
final class Tomorrow implements AutoCloseable {

    /** Instead of 404, so that there is a status that no operation lists. */
    static final int UNHEARD_OF = 418;

    /** Of one connection; and what would have answers compressed, which could not be changed then. */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "accept-encoding",
            "connection",
            "content-length",
            "host",
            "transfer-encoding",
            "upgrade",
            "http2-settings");

    private static final byte[] FRAME =
            "event: of.tomorrow\ndata: {\"of_tomorrow\":true}\n\n".getBytes(StandardCharsets.UTF_8);

    private static final int BUFFER_BYTES = 8_192;

    private final URI server;
    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Tomorrow(URI server, HttpServer http) {
        this.server = server;
        this.http = http;
    }

    /** Listens on a port of its own on 127.0.0.1. */
    static Tomorrow before(URI server) {
        try {
            var http = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
            var tomorrow = new Tomorrow(server, http);
            http.createContext("/", tomorrow::pass);
            http.setExecutor(tomorrow.threads);
            http.start();
            return tomorrow;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            var answer = client.send(request(exchange), BodyHandlers.ofInputStream());
            try (var body = answer.body()) {
                answer(exchange, answer, body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest request(HttpExchange exchange) throws IOException {
        var asked = exchange.getRequestURI();
        var request = HttpRequest.newBuilder(server.resolve(asked.toString()))
                .method(
                        exchange.getRequestMethod(),
                        BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }

    private static void answer(HttpExchange exchange, HttpResponse<InputStream> answer, InputStream body)
            throws IOException {
        answer.headers().map().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name)) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        exchange.getResponseHeaders().set("X-Of-Tomorrow", "yes");
        var type = answer.headers().firstValue("content-type").orElse("");
        int status = answer.statusCode() == 404 ? UNHEARD_OF : answer.statusCode();
        if (type.startsWith("text/event-stream")) {
            exchange.sendResponseHeaders(status, 0);
            stream(exchange, body);
        } else {
            var bytes = body.readAllBytes();
            if (type.contains("json")) {
                bytes = LaterAnswer.of(bytes);
            }
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** As it comes, behind a frame that is new. */
    private static void stream(HttpExchange exchange, InputStream body) throws IOException {
        var to = exchange.getResponseBody();
        to.write(FRAME);
        to.flush();
        var buffer = new byte[BUFFER_BYTES];
        for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
            to.write(buffer, 0, read);
            to.flush();
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
        client.shutdownNow();
    }
}

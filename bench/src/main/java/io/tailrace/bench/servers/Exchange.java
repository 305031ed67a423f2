package io.tailrace.bench.servers;

import io.tailrace.bench.load.Tls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/** One request and its answer: for what is asked beside the measuring. Any thread. */
public final class Exchange {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .sslContext(Tls.believing())
            .build();

    private Exchange() {}

    public record Answer(int status, String body) {}

    static Answer get(InetSocketAddress from, String path, Map<String, String> headers) {
        return send(HttpRequest.newBuilder(uri("http", from, path)).GET(), headers);
    }

    /** The same inside of TLS. */
    static Answer secureGet(InetSocketAddress from, String path) {
        return send(HttpRequest.newBuilder(uri("https", from, path)).GET(), Map.of());
    }

    static Answer put(InetSocketAddress to, String path, Map<String, String> headers, String body) {
        return send(HttpRequest.newBuilder(uri("http", to, path)).PUT(BodyPublishers.ofString(body)), headers);
    }

    private static URI uri(String scheme, InetSocketAddress address, String path) {
        return URI.create(scheme + "://127.0.0.1:" + address.getPort() + path);
    }

    private static Answer send(HttpRequest.Builder request, Map<String, String> headers) {
        headers.forEach(request::header);
        try {
            var answer = CLIENT.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

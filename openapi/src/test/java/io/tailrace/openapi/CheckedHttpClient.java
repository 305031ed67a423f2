package io.tailrace.openapi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests and fails the test when request or answer are not as the OpenAPI document says. Bodies are judged when
 * they are read as text or bytes; streams by whoever reads them, with {@link #conformance()}. Safe for use by many
 * threads.
 */
public final class CheckedHttpClient {

    private static final Conformance CONFORMANCE = new Conformance(OpenApi.load());

    private final HttpClient client;

    public CheckedHttpClient(HttpClient client) {
        this.client = client;
    }

    public static Conformance conformance() {
        return CONFORMANCE;
    }

    /** The client below, for what cannot be judged. */
    public HttpClient unchecked() {
        return client;
    }

    /** Sends a request that is meant to be good. */
    public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        var response = client.send(request, handler);
        check(request, response, false);
        return response;
    }

    /** Sends a request that is malformed on purpose; only the answer is judged. */
    public <T> HttpResponse<T> sendMalformed(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        var response = client.send(request, handler);
        check(request, response, true);
        return response;
    }

    /** Fails when {@code response} to {@code request} is not as documented. */
    public static void check(HttpRequest request, HttpResponse<?> response, boolean malformed) {
        var exchange = new HttpExchange(
                request.method(),
                request.uri(),
                request.headers().map(),
                request.bodyPublisher().map(CheckedHttpClient::bytes).orElse(new byte[0]),
                response.statusCode(),
                response.headers().map(),
                body(response.body()));
        List<String> violations =
                malformed ? CONFORMANCE.responseViolations(exchange) : CONFORMANCE.violations(exchange);
        if (!violations.isEmpty()) {
            throw new AssertionError(exchange + " is not as the OpenAPI document says:\n  "
                    + String.join("\n  ", violations) + "\n" + Map.of("answer", response.body()));
        }
    }

    private static byte @Nullable [] body(Object body) {
        return switch (body) {
            case String text -> text.getBytes(StandardCharsets.UTF_8);
            case byte[] bytes -> bytes;
            case null, default -> null;
        };
    }

    private static byte[] bytes(HttpRequest.BodyPublisher publisher) {
        var done = new CompletableFuture<byte[]>();
        publisher.subscribe(new Flow.Subscriber<>() {
            private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(ByteBuffer buffer) {
                byte[] chunk = new byte[buffer.remaining()];
                buffer.get(chunk);
                bytes.writeBytes(chunk);
            }

            @Override
            public void onError(Throwable failure) {
                done.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                done.complete(bytes.toByteArray());
            }
        });
        return done.join();
    }
}

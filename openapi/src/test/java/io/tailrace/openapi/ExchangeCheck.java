package io.tailrace.openapi;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Fails the test when an exchange is not as the OpenAPI document says. Bodies are judged when they were read as text or
 * bytes.
 */
public final class ExchangeCheck {

    private static final Conformance CONFORMANCE = new Conformance(OpenApi.load());

    private ExchangeCheck() {}

    /** Judges {@code response} to {@code request}. */
    public static void check(HttpRequest request, HttpResponse<?> response) {
        var exchange = new HttpExchange(
                request.method(),
                request.uri(),
                request.headers().map(),
                request.bodyPublisher().map(ExchangeCheck::bytes).orElse(new byte[0]),
                response.statusCode(),
                response.headers().map(),
                body(response.body()));
        report(exchange.toString(), CONFORMANCE.violations(exchange), response.body());
    }

    /** Judges a frame of a stream; {@code event} is null for frames without a name. */
    public static void check(@Nullable String event, String data) {
        report("frame " + event, CONFORMANCE.frameViolations(event == null ? "message" : event, data), data);
    }

    private static void report(String what, List<String> violations, @Nullable Object seen) {
        if (!violations.isEmpty()) {
            throw new AssertionError(
                    what + " is not as the OpenAPI document says:\n  " + String.join("\n  ", violations) + "\n" + seen);
        }
    }

    private static byte @Nullable [] body(@Nullable Object body) {
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

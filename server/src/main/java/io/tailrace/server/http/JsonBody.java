package io.tailrace.server.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.Headers;
import io.helidon.http.HttpMediaType;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** JSON bodies of requests, bounded in type, size and time. */
public final class JsonBody {

    /** Bytes that are made room for as soon as a client says that it will send them. */
    private static final int SHORT = 16 * 1024;

    private JsonBody() {}

    /**
     * Reads the request's body as a {@code type}; blocks until it is there.
     *
     * @param maxBytes bytes of the longest body that is accepted
     * @throws Refusal 415 for another media type, 413 for a longer body, 408 for one that does not arrive in time
     * @throws io.tailrace.wire.JsonFault for one that is not acceptable JSON of this shape
     */
    public static <T> T read(ServerRequest request, Class<T> type, int maxBytes) {
        return JsonCodec.read(bytes(request, maxBytes), type);
    }

    /**
     * Reads a body that is to be JSON, as it is; blocks until it is there.
     *
     * @param maxBytes bytes of the longest body that is accepted
     * @throws Refusal 415 for another media type, 413 for a longer body, 408 for one that does not arrive in time
     */
    public static byte[] bytes(ServerRequest request, int maxBytes) {
        requireJson(request.headers());
        if (request.headers().contentLength().orElse(0) > maxBytes) {
            throw tooLarge(maxBytes);
        }
        byte[] body = ClientConnection.of(request).multiplexed() ? inTime(request, maxBytes) : read(request, maxBytes);
        if (body.length > maxBytes) {
            throw tooLarge(maxBytes);
        }
        return body;
    }

    /** JSON is UTF-8 and has no other charset (RFC 8259, section 8.1). */
    static void requireJson(Headers headers) {
        boolean json = mediaType(headers)
                .filter(type -> type.mediaType().equals(MediaTypes.APPLICATION_JSON))
                .filter(JsonBody::isUtf8)
                .isPresent();
        if (!json) {
            throw new Refusal(Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE));
        }
    }

    private static Optional<HttpMediaType> mediaType(Headers headers) {
        try {
            return headers.contentType();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // What Helidon makes of one that is none.
            throw new Refusal(ProblemType.REQUEST_MALFORMED, "Content-Type is no media type");
        }
    }

    /** JSON is UTF-8 (RFC 8259, section 8.1); the parameter does not exist, and may say nothing else if it is there. */
    private static boolean isUtf8(HttpMediaType type) {
        return type.charset()
                .filter(charset -> !charset.equalsIgnoreCase("utf-8"))
                .isEmpty();
    }

    private static byte[] read(ServerRequest request, int maxBytes) {
        long length = request.headers().contentLength().orElse(Long.MAX_VALUE);
        try (var in = request.content().inputStream()) {
            return length <= SHORT ? whole(in, (int) length) : in.readNBytes(maxBytes + 1);
        } catch (NumberFormatException | DataReader.IncorrectNewLineException e) {
            // What Helidon makes of a chunk whose size is none, or whose lines end wrongly.
            throw new Refusal(ProblemType.REQUEST_MALFORMED, "a chunk of the body is malformed");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A stream that does not know its length takes 16 KiB for the shortest. */
    private static byte[] whole(InputStream in, int length) throws IOException {
        byte[] body = new byte[length];
        int read = in.readNBytes(body, 0, length);
        return read == length ? body : Arrays.copyOf(body, read);
    }

    /** Over HTTP/2 the read waits on a queue that knows no deadline: another thread does, and is left behind. */
    private static byte[] inTime(ServerRequest request, int maxBytes) {
        var body = new CompletableFuture<byte[]>();
        var reader = Thread.ofVirtual().name("body").start(() -> {
            try {
                body.complete(read(request, maxBytes));
            } catch (RuntimeException e) {
                body.completeExceptionally(e);
            }
        });
        try {
            return body.get(ClientConnection.of(request).patience().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            reader.interrupt();
            throw new Refusal(Problem.of(ProblemType.BODY_TIMEOUT));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("stopping", e);
        }
    }

    private static Refusal tooLarge(int maxBytes) {
        return new Refusal(Problem.of(ProblemType.BODY_TOO_LARGE, "at most " + maxBytes + " bytes")
                .with("max_bytes", maxBytes));
    }
}

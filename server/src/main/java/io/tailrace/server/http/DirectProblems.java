package io.tailrace.server.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import org.jspecify.annotations.Nullable;

/** Problems for requests that never reach a route: those the parser refuses. */
final class DirectProblems implements DirectHandler {

    private DirectProblems() {}

    static DirectHandlers handlers() {
        var handlers = DirectHandlers.builder();
        for (EventType type : EventType.values()) {
            handlers.addHandler(type, new DirectProblems());
        }
        return handlers.build();
    }

    @Override
    public TransportResponse handle(
            TransportRequest request,
            EventType eventType,
            Status proposed,
            ServerResponseHeaders headers,
            @Nullable String message) {
        var problem = packed(request, proposed)
                ? Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "bodies are accepted as they are, not encoded")
                : Problems.of(proposed).orElseGet(() -> Problem.of(ProblemType.INTERNAL));
        // 414 and 431 keep their status, which says more than the 400 of their type.
        var status = problem.cause() == ProblemType.REQUEST_MALFORMED ? proposed : Status.create(problem.status());
        SecurityHeaders.preset(headers);
        headers.set(HeaderValues.create(HeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE));
        return TransportResponse.builder()
                .status(status)
                .headers(headers)
                .entity(JsonCodec.writeBytes(problem))
                .keepAlive(false)
                .build();
    }

    /** Helidon calls any content encoding a bad request, and gives no better sign. */
    private static boolean packed(TransportRequest request, Status proposed) {
        return proposed.code() == Status.BAD_REQUEST_400.code()
                && request.headers().contains(HeaderNames.CONTENT_ENCODING);
    }
}

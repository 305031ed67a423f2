package io.tailrace.server.http;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.log.LogUnavailable;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.JsonFault;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.time.Duration;
import java.util.Optional;

/** The one place where failures become answers. */
final class Problems {

    /** When to try again once the database was away. */
    private static final Duration DATABASE_RETRY = Duration.ofSeconds(2);

    private Problems() {}

    /** The problem that {@code failure} is to the client; empty when it is a fault of ours, told without details. */
    static Optional<Problem> of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            var problem = direct(cause);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<Problem> direct(Throwable failure) {
        return switch (failure) {
            case Refusal refusal -> Optional.of(refusal.problem());
            case JsonFault fault -> Optional.of(malformed(fault));
            case LogUnavailable ignored ->
                Optional.of(Problem.of(ProblemType.UNAVAILABLE).retryAfter(DATABASE_RETRY));
            case HttpException e -> of(e.status());
            case RequestException e -> of(e.status());
            default -> Optional.empty();
        };
    }

    /** The problem for a status that the web server itself came up with; empty for a fault of ours. */
    static Optional<Problem> of(Status status) {
        int code = status.code();
        return switch (code) {
            case 404 -> Optional.of(Problem.of(ProblemType.NOT_FOUND));
            case 405 -> Optional.of(Problem.of(ProblemType.METHOD_NOT_ALLOWED));
            case 408 -> Optional.of(Problem.of(ProblemType.BODY_TIMEOUT));
            case 413 -> Optional.of(Problem.of(ProblemType.BODY_TOO_LARGE));
            case 503 -> Optional.of(Problem.of(ProblemType.OVERLOADED).retryAfter(Duration.ofSeconds(1)));
            default ->
                code >= 400 && code < 500 ? Optional.of(Problem.of(ProblemType.REQUEST_MALFORMED)) : Optional.empty();
        };
    }

    private static Problem malformed(JsonFault fault) {
        var problem = Problem.of(ProblemType.JSON_MALFORMED, fault.reason());
        return fault.pointer().isEmpty() ? problem : problem.with("pointer", fault.pointer());
    }

    /** Answers with {@code problem}; headers that the handler set before stay. */
    static void send(ServerResponse response, Problem problem) {
        response.status(Status.create(problem.status()));
        response.headers().contentType(MediaTypes.create(Problem.MEDIA_TYPE));
        response.headers().set(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"));
        problem.retryAfterSeconds().ifPresent(seconds -> response.headers()
                .set(HeaderValues.create(HeaderNames.RETRY_AFTER, Long.toString(seconds))));
        if (problem.status() == Status.UNAUTHORIZED_401.code()) {
            response.headers().set(HeaderValues.create(HeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"tailrace\""));
        }
        response.send(JsonCodec.writeBytes(problem));
    }
}

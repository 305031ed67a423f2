package io.tailrace.server.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Set;

/**
 * Cross-origin requests (Fetch standard) from the origins that are allowed, and from no other: each is answered with its
 * own name, never with {@code *}, so that cookies may go along.
 */
public final class Cors {

    private static final Header ALLOW_HEADERS = HeaderValues.createCached(
            "Access-Control-Allow-Headers",
            "Authorization, Content-Type, Idempotency-Key, If-Match, Last-Event-ID, traceparent");
    private static final Header EXPOSE_HEADERS = HeaderValues.createCached(
            "Access-Control-Expose-Headers",
            "Allow, Content-Encoding, ETag, Idempotent-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate");
    private static final Header ALLOW_CREDENTIALS =
            HeaderValues.createCached("Access-Control-Allow-Credentials", "true");
    private static final Header MAX_AGE = HeaderValues.createCached("Access-Control-Max-Age", "7200");
    private static final Header VARY = HeaderValues.createCached(HeaderNames.VARY, "Origin");

    private final Set<String> allowed;

    public Cors(Set<String> allowed) {
        this.allowed = Set.copyOf(allowed);
    }

    /** Sets what any answer to a browser needs. */
    void answer(ServerRequest request, ServerResponse response) {
        if (allowed.isEmpty()) {
            return;
        }
        response.header(VARY);
        if (isAllowed(request)) {
            response.header(HeaderValues.create(
                    "Access-Control-Allow-Origin",
                    request.headers().get(HeaderNames.ORIGIN).get()));
            response.header(ALLOW_CREDENTIALS);
            response.header(EXPOSE_HEADERS);
        }
    }

    /** Sets what the answer to a preflight needs besides. */
    void preflight(ServerRequest request, ServerResponse response, String methods) {
        if (isAllowed(request)) {
            response.header(HeaderValues.create("Access-Control-Allow-Methods", methods));
            response.header(ALLOW_HEADERS);
            response.header(MAX_AGE);
        }
    }

    private boolean isAllowed(ServerRequest request) {
        return request.headers()
                .first(HeaderNames.ORIGIN)
                .filter(allowed::contains)
                .isPresent();
    }
}

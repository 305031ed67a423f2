package io.tailrace.server.access;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.util.Set;

/**
 * Where browsers may come from with what they send by themselves: cookies, and tickets in addresses. A bearer token is
 * put there by a script, which a foreign page cannot do without passing CORS.
 */
final class Origins {

    private static final HeaderName SEC_FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

    private final Set<String> allowed;

    Origins(Set<String> allowed) {
        this.allowed = Set.copyOf(allowed);
    }

    /**
     * Lets a request with a cookie pass: its {@code Origin} is allowed or our own; without one it only reads, and not
     * on behalf of another site.
     *
     * @throws Refusal 403
     */
    void requireForCookie(ServerRequest request) {
        var origin = request.headers().first(HeaderNames.ORIGIN);
        boolean good = origin.isPresent()
                ? isGood(origin.get(), request)
                : reads(request)
                        && request.headers()
                                .first(SEC_FETCH_SITE)
                                .map(OWN_SITE::contains)
                                .orElse(true);
        if (!good) {
            throw refused();
        }
    }

    /**
     * Lets a request with a ticket pass: its {@code Origin}, if it has one, is allowed or our own.
     *
     * @throws Refusal 403
     */
    void requireForTicket(ServerRequest request) {
        request.headers()
                .first(HeaderNames.ORIGIN)
                .filter(origin -> !isGood(origin, request))
                .ifPresent(origin -> {
                    throw refused();
                });
    }

    /** Our own is judged by host and port: behind a proxy that ends TLS we do not know our scheme. */
    private boolean isGood(String origin, ServerRequest request) {
        int scheme = origin.indexOf("://");
        return allowed.contains(origin)
                || scheme > 0 && origin.substring(scheme + 3).equalsIgnoreCase(request.authority());
    }

    private static boolean reads(ServerRequest request) {
        var method = request.prologue().method();
        return method == Method.GET || method == Method.HEAD;
    }

    private static Refusal refused() {
        return new Refusal(ProblemType.ORIGIN_NOT_ALLOWED, "cookies and tickets are not accepted from this origin");
    }
}

package io.tailrace.server.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;

/**
 * What every answer carries: it is what it says it is, tells no other site where the reader came from, and is kept by nobody.
 * A route that wants to be kept says so itself, with its own {@code Cache-Control}. Which server this is, no answer says.
 */
final class SecurityHeaders {

    /** Of a page of text: it loads nothing, is framed by nobody and sends nothing. */
    static final Header TEXT_ONLY = HeaderValues.createCached(
            "Content-Security-Policy",
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

    private static final Header NO_SNIFFING = HeaderValues.createCached("X-Content-Type-Options", "nosniff");
    private static final Header NO_REFERRER = HeaderValues.createCached("Referrer-Policy", "no-referrer");
    private static final Header NO_STORE = HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");

    private SecurityHeaders() {}

    /** Sets them, before a route sets its own. */
    static void preset(ServerResponseHeaders headers) {
        headers.set(NO_SNIFFING);
        headers.set(NO_REFERRER);
        headers.set(NO_STORE);
    }
}

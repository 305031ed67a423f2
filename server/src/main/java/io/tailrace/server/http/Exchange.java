package io.tailrace.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.tailrace.wire.ChannelName;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one request while it is served, for the journal: rooms tell it what they find out. Used by the
 * request's thread only.
 */
public final class Exchange {

    private static final HeaderName TRACEPARENT = HeaderNames.create("traceparent");

    private final String trace;
    private final String route;
    private final long startedNanos = System.nanoTime();

    private @Nullable String tenant;
    private @Nullable String user;
    private @Nullable ChannelName channel;
    private @Nullable Long seq;
    private @Nullable String type;
    private @Nullable String cause;

    private Exchange(String trace, String route) {
        this.trace = trace;
        this.route = route;
    }

    /** Begins the exchange of {@code request}, on {@code route}: its method and path pattern. */
    static Exchange begin(ServerRequest request, String route) {
        var trace = request.headers().first(TRACEPARENT).flatMap(Trace::id).orElseGet(Exchange::newTrace);
        var exchange = new Exchange(trace, route);
        request.context().register(exchange);
        return exchange;
    }

    /** The exchange of a request that came through our routes. */
    public static Exchange of(ServerRequest request) {
        return request.context()
                .get(Exchange.class)
                .orElseThrow(() -> new IllegalStateException("the request did not come through a RouteTable"));
    }

    /** The W3C trace id, 32 hex digits: the caller's, or a new one. */
    public String trace() {
        return trace;
    }

    /** Method and path pattern: {@code POST /v1/channels/{channel}/events}. */
    public String route() {
        return route;
    }

    /** Who asks, once that is known. */
    public void user(String ofTenant, String name) {
        this.tenant = ofTenant;
        this.user = name;
    }

    /** Which channel it is about. */
    public void channel(ChannelName name) {
        this.channel = name;
    }

    /** What was written. */
    public void event(String ofType, long atSeq) {
        this.type = ofType;
        this.seq = atSeq;
    }

    /** Why it was refused, or ended. */
    public void cause(String why) {
        this.cause = why;
    }

    Optional<String> cause() {
        return Optional.ofNullable(cause);
    }

    long tookNanos() {
        return System.nanoTime() - startedNanos;
    }

    /** What is known, on a line of the journal. */
    Journal.Line describe(Journal.Line line) {
        if (tenant != null && user != null) {
            line.user(tenant, user);
        }
        if (type != null && seq != null) {
            line.type(type).seq(seq);
        }
        return line.with("route", route).channel(channel).cause(cause).trace(trace);
    }

    private static String newTrace() {
        var random = ThreadLocalRandom.current();
        return String.format("%016x%016x", random.nextLong() | 1, random.nextLong());
    }
}

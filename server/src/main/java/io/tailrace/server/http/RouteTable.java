package io.tailrace.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRoute;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Collects the routes of all rooms and gives each what every route has: an {@link Exchange}, problems for failures,
 * {@code HEAD} wherever there is {@code GET}, {@code OPTIONS} and 405 with {@code Allow} for the rest, and 404 where
 * there is no route. Rooms write an {@link HttpService} with whole path patterns:
 * {@code rules.get("/v1/channels/{channel}/events", this::history)}.
 */
public final class RouteTable implements HttpRules {

    private final Map<String, Map<Method, Handler>> routes = new LinkedHashMap<>();
    private final Service service;
    private final Cors cors;

    /**
     * @param journal gets a line per request
     * @param meters counts them
     * @param door lets them in
     * @param cors where browsers may call from
     */
    public RouteTable(Journal journal, HttpMeters meters, Door door, Cors cors) {
        this.service = new Service(journal, meters, door, cors);
        this.cors = cors;
    }

    @Override
    public RouteTable register(HttpService... services) {
        for (HttpService each : services) {
            each.routing(this);
        }
        return this;
    }

    /** Refused: patterns are written whole, so that they can be found by searching. */
    @Override
    public HttpRules register(String pathPattern, HttpService... services) {
        throw new IllegalArgumentException("register whole patterns, not " + pathPattern + " with something below it");
    }

    @Override
    public HttpRules route(Method method, String pathPattern, Handler handler) {
        var earlier = routes.computeIfAbsent(pathPattern, pattern -> new LinkedHashMap<>())
                .putIfAbsent(method, handler);
        if (earlier != null) {
            throw new IllegalArgumentException(method.text() + " " + pathPattern + " has a handler already");
        }
        return this;
    }

    /** Refused: without method and pattern there is no label for metrics and no 405. */
    @Override
    public HttpRules route(HttpRoute route) {
        throw new IllegalArgumentException("name method and path pattern");
    }

    /** The routing of all that was registered, in that order. */
    HttpRouting.Builder routing() {
        var routing = HttpRouting.builder();
        routes.forEach((pattern, methods) -> add(routing, pattern, methods));
        routing.any(service.of("*", (request, response) -> {
            throw new Refusal(Problem.of(ProblemType.NOT_FOUND));
        }));
        return routing;
    }

    private void add(HttpRouting.Builder routing, String pattern, Map<Method, Handler> methods) {
        methods.forEach((method, handler) -> {
            var served = service.of(method.text() + " " + pattern, handler);
            routing.route(method, pattern, served);
            if (method == Method.GET && !methods.containsKey(Method.HEAD)) {
                routing.route(Method.HEAD, pattern, served);
            }
        });
        var methodNames = allowed(methods);
        var allow = HeaderValues.create(HeaderNames.ALLOW, methodNames);
        routing.options(pattern, service.of("OPTIONS", (request, response) -> {
            cors.preflight(request, response, methodNames);
            response.status(Status.NO_CONTENT_204).header(allow).send();
        }));
        routing.any(pattern, service.of("*", (request, response) -> {
            response.header(allow);
            throw new Refusal(Problem.of(ProblemType.METHOD_NOT_ALLOWED));
        }));
    }

    private static String allowed(Map<Method, Handler> methods) {
        var derived = methods.containsKey(Method.GET) ? Stream.of("HEAD", "OPTIONS") : Stream.of("OPTIONS");
        return Stream.concat(methods.keySet().stream().map(Method::text), derived)
                .sorted()
                .distinct()
                .collect(Collectors.joining(", "));
    }
}

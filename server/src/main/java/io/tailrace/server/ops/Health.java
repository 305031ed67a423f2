package io.tailrace.server.ops;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.wire.JsonCodec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * {@code /health/live} and {@code /health/ready}. Ready means: send me requests. It is false while the node starts and
 * while it drains, and says about each part whether it is up. A database or Redis that is away does not make a node
 * unready: its streams stay open and its refusals are clearer than a balancer's, and no other node would do better.
 */
public final class Health implements HttpService {

    /** Where the node is in its life. */
    public enum Phase {
        STARTING,
        READY,
        DRAINING
    }

    private final Map<String, BooleanSupplier> parts = new LinkedHashMap<>();
    private volatile Phase phase = Phase.STARTING;

    /** Adds a part that is reported as up or down; before the node serves. */
    public void part(String name, BooleanSupplier up) {
        parts.put(name, up);
    }

    /** The node has come to {@code now}; it never goes back, so that one that is stopped while it starts stays unready. */
    public synchronized void phase(Phase now) {
        if (now.compareTo(phase) > 0) {
            phase = now;
        }
    }

    public Phase phase() {
        return phase;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/health/live", this::live);
        rules.get("/health/ready", this::ready);
    }

    private void live(ServerRequest request, ServerResponse response) {
        send(response, Map.of("status", "up"));
    }

    private void ready(ServerRequest request, ServerResponse response) {
        var now = phase;
        response.status(now == Phase.READY ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503);
        var states = new LinkedHashMap<String, String>();
        parts.forEach((name, up) -> states.put(name, up.getAsBoolean() ? "up" : "down"));
        send(response, Map.of("status", now.name().toLowerCase(java.util.Locale.ROOT), "parts", states));
    }

    private static void send(ServerResponse response, Object body) {
        response.headers().contentType(MediaTypes.APPLICATION_JSON);
        response.header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"));
        response.send(JsonCodec.writeBytes(body));
    }
}

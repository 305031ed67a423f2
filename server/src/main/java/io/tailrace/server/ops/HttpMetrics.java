package io.tailrace.server.ops;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tailrace.server.http.HttpMeters;
import java.time.Duration;

/** Requests as metrics: {@code tailrace_http_requests_…} by route pattern and status. */
public final class HttpMetrics implements HttpMeters {

    private final Timer.Builder requests;
    private final MeterRegistry registry;

    public HttpMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.requests = Timer.builder("tailrace.http.requests")
                .description("Requests answered, and streams that ended, with the time from first to last byte");
    }

    @Override
    public void served(String route, int status, Duration took) {
        requests.tags("route", route, "status", Integer.toString(status))
                .register(registry)
                .record(took);
    }
}

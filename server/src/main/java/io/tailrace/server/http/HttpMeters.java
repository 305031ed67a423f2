package io.tailrace.server.http;

import java.time.Duration;

/** What HTTP counts. Any thread; must be quick. */
public interface HttpMeters {

    /** Counts nothing. */
    HttpMeters NONE = (route, status, took) -> {};

    /**
     * A request was answered, or a stream ended. Alert on the share of 5xx above 1 % for five minutes, and on the 99th
     * percentile of {@code POST /v1/channels/{channel}/events} above a second.
     *
     * @param route method and path pattern, one of a fixed set
     * @param status what was answered
     */
    void served(String route, int status, Duration took);
}

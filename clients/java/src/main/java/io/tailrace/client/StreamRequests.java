package io.tailrace.client;

import org.jspecify.annotations.Nullable;

/** What a stream is asked for. Used on the loop. */
final class StreamRequests {

    /** How long a poll waits, in seconds. */
    static final int POLL_SECONDS = 25;

    /** The shortest heartbeat that is asked for, in seconds. */
    static final int SHORTEST_HEARTBEAT = 5;

    private final Setup setup;
    private final Roster roster;
    private final Place place;
    private int heartbeatSeconds;
    private boolean compatible;

    StreamRequests(Setup setup, Roster roster, Place place) {
        this.setup = setup;
        this.roster = roster;
        this.place = place;
        this.heartbeatSeconds = setup.profile().heartbeatSeconds();
    }

    ApiRequest stream() {
        var request = common().with("heartbeat", Integer.toString(heartbeatSeconds));
        if (setup.profile().flushMillis() > 0) {
            request = request.with("flush_ms", Integer.toString(setup.profile().flushMillis()));
        }
        return compatible ? request.with("compat", "1") : request;
    }

    /** A stream that shall show quickly whether streams get through. */
    ApiRequest probe() {
        return common().with("heartbeat", Integer.toString(SHORTEST_HEARTBEAT)).with("compat", "1");
    }

    ApiRequest poll() {
        return common().with("wait", Integer.toString(POLL_SECONDS));
    }

    /** Something between ends connections that are silent for so long. */
    void cutAfter(long silenceMillis) {
        long fitting = Math.max(SHORTEST_HEARTBEAT, silenceMillis / 2_000);
        heartbeatSeconds = (int) Math.min(heartbeatSeconds, fitting);
    }

    /** Something between keeps back what is short. */
    void keptBack() {
        compatible = true;
    }

    /** Another network: nothing is known of what is between. */
    void anew() {
        compatible = false;
        heartbeatSeconds = setup.profile().heartbeatSeconds();
    }

    int heartbeatSeconds() {
        return heartbeatSeconds;
    }

    private ApiRequest common() {
        var request = ApiRequest.get("stream");
        for (var wire : roster.wires()) {
            request = request.with("channel", wire.asked());
        }
        @Nullable String position = place.resume();
        return request.from(position).with("client", setup.client()).with("device", setup.device());
    }
}

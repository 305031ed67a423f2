package io.tailrace.client;

import org.jspecify.annotations.Nullable;

/** What a stream is asked for. Used on the loop. */
final class StreamRequests {

    /** How long a poll waits, in seconds, where nobody cuts what is silent for so long. */
    static final int POLL_SECONDS = 25;

    /** The shortest heartbeat that is asked for, in seconds. */
    static final int SHORTEST_HEARTBEAT = 5;

    /** A poll that came to nothing sooner was not cut for its silence, in milliseconds. */
    private static final long SHORTEST_SILENCE = 4_000;

    private final Setup setup;
    private final Roster roster;
    private final Place place;
    private int heartbeatSeconds;
    private int pollSeconds = POLL_SECONDS;
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
        var request = common().with("wait", Integer.toString(pollSeconds));
        var moment = place.moment();
        return moment == null ? request : request.with("moment", moment);
    }

    /** A poll waited to its end and brought nothing: the next may wait a little longer, if it must not yet. */
    void pollWaited() {
        pollSeconds = Math.min(POLL_SECONDS, pollSeconds + 1);
    }

    /** A poll came to nothing; perhaps something between ends what is silent for so long. */
    void pollFailedAfter(long millis) {
        if (millis >= SHORTEST_SILENCE) {
            pollSeconds = (int) Math.min(pollSeconds, millis / 2_000);
        }
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
        pollSeconds = POLL_SECONDS;
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

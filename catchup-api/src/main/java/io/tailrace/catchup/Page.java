package io.tailrace.catchup;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.log.Head;
import io.tailrace.log.LogEntry;
import io.tailrace.wire.ChannelName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A page of history as it is answered.
 *
 * @param position what a reader that has applied the page goes on from
 * @param next where the next page in the asked direction is; empty: there was none when this was read
 * @param closed whether this address can never again have another answer: the page is full, and its address names the
 *     epoch, so that not even a restore of the log changes it
 */
record Page(
        ChannelName channel,
        List<LogEntry> entries,
        Head head,
        String position,
        Optional<String> next,
        boolean closed) {

    /** Caches keep what one user may read apart from what another may: the credentials are part of the address. */
    private static final String CREDENTIALS = "Authorization, Cookie";

    private static final String CLOSED = "private, max-age=31536000, immutable";

    /** What caches are told of answers that change. */
    static final String OPEN = "private, no-store";

    void send(ServerRequest request, ServerResponse response) throws IOException {
        response.header(HeaderValues.create(HeaderNames.CACHE_CONTROL, closed ? CLOSED : OPEN));
        response.headers()
                .add(HeaderValues.create(HeaderNames.VARY, CREDENTIALS)); // besides the origin's, if it is there
        try (var body = new JsonObject(request, response)) {
            body.text("channel", channel.value());
            body.events("events", entries.stream().map(LogEntry::event).iterator());
            body.number("head", head.seq());
            body.number("floor", head.floor());
            body.text("position", position);
            if (next.isPresent()) {
                body.text("next", next.get());
            }
        }
    }
}

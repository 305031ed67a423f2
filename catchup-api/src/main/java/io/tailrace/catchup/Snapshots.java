package io.tailrace.catchup;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.log.Contracts;
import io.tailrace.log.EventLog;
import io.tailrace.log.Head;
import io.tailrace.log.SnapshotOutcome;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Event;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Snapshots: the state of a channel, and the position to tail from. */
final class Snapshots {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final EventLog log;
    private final Contracts contracts;
    private final ReadAccess access;

    Snapshots(EventLog log, Contracts contracts, ReadAccess access) {
        this.log = log;
        this.contracts = contracts;
        this.access = access;
    }

    void answer(ServerRequest request, ServerResponse response) throws IOException {
        ChannelName name = CatchupRoutes.channel(request);
        var granted = access.require(request, name);
        long min = new Query(request, Set.of("min"))
                .number("min", 0, Query.MAX_SEQ)
                .orElse(0L);
        var contract = CatchupRoutes.durable(contracts, granted.channel());
        switch (log.snapshot(granted.channel(), contract, min, granted.reader())) {
            case SnapshotOutcome.Taken(Head head, List<Event> items) -> send(request, response, name, head, items);
            case SnapshotOutcome.NotYet(Head head) ->
                throw new Refusal(Problem.of(ProblemType.SNAPSHOT_NOT_YET)
                        .with("head", head.seq())
                        .retryAfter(RETRY));
            case SnapshotOutcome.Forbidden() -> throw new Refusal(Problem.of(ProblemType.FORBIDDEN));
        }
    }

    private static void send(
            ServerRequest request, ServerResponse response, ChannelName name, Head head, List<Event> items)
            throws IOException {
        String position = CatchupRoutes.position(head, head.seq());
        response.header(HeaderValues.create(HeaderNames.CACHE_CONTROL, Page.OPEN));
        response.header(HeaderValues.create(HeaderNames.ETAG, "\"" + position + "\""));
        try (var body = new JsonObject(request, response)) {
            body.text("channel", name.value());
            body.number("seq", head.seq());
            body.text("position", position);
            body.events("items", items.iterator());
        }
    }
}

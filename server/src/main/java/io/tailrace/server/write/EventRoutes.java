package io.tailrace.server.write;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.log.IfMatch;
import io.tailrace.server.access.Identity;
import io.tailrace.server.http.Exchange;
import io.tailrace.server.http.JsonBody;
import io.tailrace.server.limit.Limits;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Contract;
import io.tailrace.wire.EventDraft;
import io.tailrace.wire.IdempotencyKey;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import io.tailrace.wire.WriteReceipt;
import java.util.List;
import java.util.Optional;

/** {@code POST /v1/channels/{channel}/events}: one write. */
public final class EventRoutes implements HttpService {

    private static final HeaderName REPLAYED = HeaderNames.create("Idempotent-Replayed");

    /** How much longer than its compact form data may arrive: as escapes. */
    private static final int ESCAPED = 3;

    /** Bytes of a body beside the data. */
    private static final int ENVELOPE = 16 * 1024;

    private final Writes writes;
    private final Limits limits;

    public EventRoutes(Writes writes, Limits limits) {
        this.writes = writes;
        this.limits = limits;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/v1/channels/{channel}/events", this::append);
    }

    private void append(ServerRequest request, ServerResponse response) {
        Sender sender = writes.sender(request);
        Identity author = sender.identity();
        limits.writes(author, Limits.cost(1, request.headers().contentLength().orElse(0)), 0, response);
        ChannelName channel = ChannelName.ofPath(request.path().pathParameters().get("channel"));
        var key = Preconditions.idempotencyKey(request.headers());
        var ifMatch = Preconditions.ifMatch(request.headers());
        var draft = JsonBody.read(request, EventDraft.class, maxBytes(writes.contract(author, channel)));
        var exchange = Exchange.of(request);
        var item = item(key, draft, ifMatch);
        switch (writes.begin(sender, channel, List.of(item)).finish().getFirst()) {
            case WriteOutcome.Stored(WriteReceipt receipt, boolean replayed) -> {
                exchange.event(receipt.type(), receipt.seq());
                created(response, receipt, replayed);
            }
            case WriteOutcome.PassedOn() -> response.status(Status.ACCEPTED_202).send();
            case WriteOutcome.Stale stale -> {
                response.header(HeaderValues.create(HeaderNames.ETAG, etag(stale.revision())));
                throw new Refusal(stale.problem());
            }
            case WriteOutcome.Refused(var problem) -> {
                if (problem.cause() == ProblemType.RATE_LIMITED) {
                    limits.tellChannelWrites(
                            author.channel(channel),
                            writes.contract(author, channel).writeRate(),
                            response);
                }
                throw new Refusal(problem);
            }
        }
    }

    private static WriteItem item(IdempotencyKey key, EventDraft draft, Optional<IfMatch> ifMatch) {
        try {
            return new WriteItem(key, draft, ifMatch.orElse(null));
        } catch (IllegalArgumentException e) {
            throw new Refusal(ProblemType.HEADER_MALFORMED, "If-Match: " + e.getMessage());
        }
    }

    private static int maxBytes(Contract contract) {
        return ESCAPED * contract.maxEventBytes() + ENVELOPE;
    }

    private static void created(ServerResponse response, WriteReceipt receipt, boolean replayed) {
        response.status(Status.CREATED_201);
        response.header(HeaderValues.create(HeaderNames.ETAG, etag(receipt.seq())));
        response.header(HeaderValues.create(
                HeaderNames.LOCATION,
                "/v1/channels/" + receipt.channel() + "/events?after=" + (receipt.seq() - 1) + "&limit=1"));
        if (replayed) {
            response.header(HeaderValues.create(REPLAYED, "true"));
        }
        response.headers().contentType(MediaTypes.APPLICATION_JSON);
        response.send(JsonCodec.writeBytes(receipt));
    }

    private static String etag(long revision) {
        return "\"" + revision + "\"";
    }
}

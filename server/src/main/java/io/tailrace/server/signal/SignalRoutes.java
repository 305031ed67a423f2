package io.tailrace.server.signal;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.catchup.Query;
import io.tailrace.log.Contracts;
import io.tailrace.log.Receipts;
import io.tailrace.server.access.Access;
import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Identity;
import io.tailrace.server.http.JsonBody;
import io.tailrace.server.limit.Limits;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Contract;
import io.tailrace.wire.Json;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import io.tailrace.wire.SignalDraft;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code /v1/channels/{channel}/signals}, {@code …/receipt} and {@code …/receipts}. */
public final class SignalRoutes implements HttpService {

    private static final int MAX_BODY = 3 * SignalDraft.MAX_DATA_BYTES + 1_024;
    private static final int MAX_USER = 128;
    private static final long USUAL_PAGE = 100L;
    private static final String CURSOR = "cursor";
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Access access;
    private final BriefRights rights;
    private final Contracts contracts;
    private final Signals signals;
    private final ReceiptKeeper keeper;
    private final Receipts receipts;
    private final CursorSink cursors;
    private final Limits limits;

    /** @param cursors where signals of kind {@code cursor} go besides */
    public SignalRoutes(
            Access access,
            BriefRights rights,
            Contracts contracts,
            Signals signals,
            ReceiptKeeper keeper,
            Receipts receipts,
            CursorSink cursors,
            Limits limits) {
        this.cursors = cursors;
        this.limits = limits;
        this.access = access;
        this.rights = rights;
        this.contracts = contracts;
        this.signals = signals;
        this.keeper = keeper;
        this.receipts = receipts;
    }

    /** The body of {@code PUT …/receipt}. */
    record Marker(long seq) {
        Marker {
            if (seq < 1) {
                throw new IllegalArgumentException("seq is at least 1");
            }
        }
    }

    record Listed(String user, long seq, Instant at) {}

    /** @param next where the next page begins; null: this is the last */
    record Page(
            ChannelName channel,
            List<Listed> receipts,
            @Nullable String next) {}

    @Override
    public void routing(HttpRules rules) {
        rules.post("/v1/channels/{channel}/signals", this::signal)
                .put("/v1/channels/{channel}/receipt", this::read)
                .get("/v1/channels/{channel}/receipts", this::list);
    }

    private void signal(ServerRequest request, ServerResponse response) {
        Identity author = access.identify(request);
        limits.signal(author, response);
        ChannelId channel = offered(request, author, Contract::signals);
        rights.require(author, channel.name(), Capability.PRESENCE);
        var draft = JsonBody.read(request, SignalDraft.class, MAX_BODY);
        signals.signal(channel, new Signals.Author(author.user(), author.actor().device()), draft);
        if (draft.kind().equals(CURSOR)) {
            point(author, channel, draft);
        }
        response.status(Status.ACCEPTED_202).send();
    }

    /** A cursor from a network that lets no WebSocket through; who may not point is only heard on streams. */
    private void point(Identity author, ChannelId channel, SignalDraft draft) {
        var position = Optional.ofNullable(draft.data()).orElse(Json.NULL);
        boolean offered = contracts
                .of(channel.tenant(), channel.name().namespace())
                .contract()
                .cursors();
        if (offered
                && (position.isNull() || position.text().startsWith("{"))
                && access.standing(author, channel.name(), Capability.CURSORS).isPresent()) {
            cursors.point(channel, author.user(), author.actor().device(), position);
        }
    }

    private void read(ServerRequest request, ServerResponse response) {
        Identity reader = access.identify(request);
        limits.signal(reader, response);
        ChannelId channel = offered(request, reader, Contract::receipts);
        rights.require(reader, channel.name(), Capability.READ);
        var marker = JsonBody.read(request, Marker.class, MAX_BODY);
        if (!keeper.offer(channel, reader.user(), marker.seq())) {
            throw new Refusal(Problem.of(ProblemType.OVERLOADED).retryAfter(SOON));
        }
        response.status(Status.ACCEPTED_202).send();
    }

    private void list(ServerRequest request, ServerResponse response) {
        Identity reader = access.identify(request);
        ChannelId channel = offered(request, reader, Contract::receipts);
        access.require(reader, channel.name(), Capability.READ);
        var query = new Query(request, Set.of("after", "limit"));
        String after = query.text("after").orElse("");
        if (after.codePointCount(0, after.length()) > MAX_USER || after.chars().anyMatch(Character::isISOControl)) {
            throw Query.malformed("after is a user");
        }
        int limit =
                query.number("limit", 1, Receipts.MAX_PAGE).orElse(USUAL_PAGE).intValue();
        var page = receipts.page(channel, after, limit);
        var next = page.size() < limit ? null : page.getLast().user();
        var listed = page.stream()
                .map(each -> new Listed(each.user(), each.seq(), each.at()))
                .toList();
        response.status(Status.OK_200);
        response.header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"));
        response.headers().contentType(MediaTypes.APPLICATION_JSON);
        response.send(JsonCodec.writeBytes(new Page(channel.name(), listed, next)));
    }

    private ChannelId offered(ServerRequest request, Identity identity, Predicate<Contract> offers) {
        var name = ChannelName.ofPath(request.path().pathParameters().get("channel"));
        if (!offers.test(contracts.of(identity.tenant(), name.namespace()).contract())) {
            throw new Refusal(Problem.of(ProblemType.NOT_OFFERED));
        }
        return identity.channel(name);
    }
}

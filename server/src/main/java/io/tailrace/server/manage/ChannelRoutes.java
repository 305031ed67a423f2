package io.tailrace.server.manage;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.log.Channels;
import io.tailrace.log.Contracts;
import io.tailrace.server.access.Access;
import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Identity;
import io.tailrace.server.http.JsonBody;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Contract;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code GET}, {@code PUT} and {@code DELETE /v1/channels/{channel}}. */
final class ChannelRoutes implements HttpService {

    private static final int MAX_BODY = 1024;

    private final Access access;
    private final AccessNews news;
    private final Channels channels;
    private final Contracts contracts;
    private final Doers doers;

    ChannelRoutes(Access access, AccessNews news, Channels channels, Contracts contracts, Doers doers) {
        this.access = access;
        this.news = news;
        this.channels = channels;
        this.contracts = contracts;
        this.doers = doers;
    }

    /** What a channel is made with: nothing yet. */
    record Spec() {}

    /**
     * A channel as it is answered.
     *
     * @param epoch of the log; null with {@code createdAt} for an ephemeral channel, which is nowhere
     * @param members told to managers; null for others
     */
    record Described(
            ChannelName channel,
            long head,
            long floor,
            @Nullable Integer epoch,
            @Nullable Instant createdAt,
            Contract contract,
            @Nullable List<Channels.Member> members) {}

    @Override
    public void routing(HttpRules rules) {
        rules.get("/v1/channels/{channel}", this::describe)
                .put("/v1/channels/{channel}", this::create)
                .delete("/v1/channels/{channel}", this::delete);
    }

    private void describe(ServerRequest request, ServerResponse response) {
        Identity identity = access.identify(request);
        ChannelName name = name(request);
        access.require(identity, name, Capability.READ);
        boolean manages = access.standing(identity, name, Capability.MANAGE).isPresent();
        Management.send(response, Status.OK_200, described(identity, name, manages));
    }

    private void create(ServerRequest request, ServerResponse response) {
        Identity identity = access.identify(request);
        ChannelName name = name(request);
        access.require(identity, name, Capability.MANAGE);
        if (request.content().hasEntity()) {
            JsonBody.read(request, Spec.class, MAX_BODY);
        }
        boolean made = channels.create(identity.channel(name), doers.of(request, identity));
        Management.send(response, made ? Status.CREATED_201 : Status.OK_200, described(identity, name, true));
    }

    private void delete(ServerRequest request, ServerResponse response) {
        Identity identity = access.identify(request);
        ChannelName name = name(request);
        access.require(identity, name, Capability.MANAGE);
        channels.delete(identity.channel(name), doers.of(request, identity))
                .ifPresent(accessEpoch -> news.changed(identity.tenant(), accessEpoch));
        response.status(Status.NO_CONTENT_204).send();
    }

    private Described described(Identity identity, ChannelName name, boolean manages) {
        Contract contract = contracts.of(identity.tenant(), name.namespace()).contract();
        Optional<Channels.Description> found = channels.describe(identity.channel(name));
        if (found.isEmpty() && contract.durable()) {
            throw new Refusal(Problem.of(ProblemType.CHANNEL_NOT_FOUND));
        }
        return found.map(channel -> new Described(
                        name,
                        channel.head().seq(),
                        channel.head().floor(),
                        channel.head().epoch(),
                        channel.since(),
                        contract,
                        manages ? channel.members() : null))
                .orElseGet(() -> new Described(name, 0, 0, null, null, contract, null));
    }

    private static ChannelName name(ServerRequest request) {
        return ChannelName.ofPath(request.path().pathParameters().get("channel"));
    }
}

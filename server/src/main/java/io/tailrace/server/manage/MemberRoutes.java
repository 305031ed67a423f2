package io.tailrace.server.manage;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.log.Audit;
import io.tailrace.log.Contracts;
import io.tailrace.log.Memberships;
import io.tailrace.log.Role;
import io.tailrace.server.access.Access;
import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Identity;
import io.tailrace.server.http.JsonBody;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** {@code GET}, {@code PUT} and {@code DELETE /v1/channels/{channel}/members/{user}}. */
final class MemberRoutes implements HttpService {

    /** Characters in the longest user name. */
    static final int MAX_USER_LENGTH = 128;

    private static final String PATH = "/v1/channels/{channel}/members/{user}";
    private static final int MAX_BODY = 1024;

    private final Access access;
    private final AccessNews news;
    private final Memberships memberships;
    private final Contracts contracts;
    private final Doers doers;
    private final InstantSource clock;

    MemberRoutes(
            Access access,
            AccessNews news,
            Memberships memberships,
            Contracts contracts,
            Doers doers,
            InstantSource clock) {
        this.access = access;
        this.news = news;
        this.memberships = memberships;
        this.contracts = contracts;
        this.doers = doers;
        this.clock = clock;
    }

    record Spec(Role role) {}

    /** A member, or the change that was made: {@code seq} is that of the channel's event about it. */
    record Member(
            ChannelName channel,
            String user,
            @Nullable Role role,
            @Nullable Long seq) {}

    /** Whose membership is asked for, and by whom. */
    private record Case(Audit.By manager, ChannelId channel, String user) {

        ChannelName name() {
            return channel.name();
        }
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(PATH, this::tell).put(PATH, this::put).delete(PATH, this::remove);
    }

    private void tell(ServerRequest request, ServerResponse response) {
        Case asked = managed(request);
        var user = new Actor(asked.channel().tenant(), asked.user(), null, null, clock.instant());
        Role role = memberships.standing(asked.channel(), user).role();
        if (role == null) {
            throw new Refusal(ProblemType.NOT_FOUND, "the user is no member of the channel");
        }
        Management.send(response, Status.OK_200, new Member(asked.name(), asked.user(), role, null));
    }

    private void put(ServerRequest request, ServerResponse response) {
        Case asked = managed(request);
        requireDurable(asked.channel());
        Role role = JsonBody.read(request, Spec.class, MAX_BODY).role();
        var changed = memberships.put(asked.channel(), asked.user(), role, asked.manager());
        apply(asked, changed);
        Management.send(response, Status.OK_200, new Member(asked.name(), asked.user(), role, changed.seq()));
    }

    private void remove(ServerRequest request, ServerResponse response) {
        Case asked = managed(request);
        requireDurable(asked.channel());
        var changed = memberships.remove(asked.channel(), asked.user(), asked.manager());
        apply(asked, changed);
        Management.send(response, Status.OK_200, new Member(asked.name(), asked.user(), null, changed.seq()));
    }

    private Case managed(ServerRequest request) {
        Identity manager = access.identify(request);
        var parameters = request.path().pathParameters();
        ChannelName name = ChannelName.ofPath(parameters.get("channel"));
        String user = parameters.get("user");
        if (user.codePointCount(0, user.length()) > MAX_USER_LENGTH
                || user.chars().anyMatch(Character::isISOControl)) {
            throw new Refusal(
                    ProblemType.PARAMETER_MALFORMED,
                    "a user is 1 to " + MAX_USER_LENGTH + " characters, none a control character");
        }
        access.require(manager, name, Capability.MANAGE);
        return new Case(doers.of(request, manager), manager.channel(name), user);
    }

    /** Membership is told by events, which an ephemeral channel does not keep. */
    private void requireDurable(ChannelId channel) {
        if (!contracts
                .of(channel.tenant(), channel.name().namespace())
                .contract()
                .durable()) {
            throw new Refusal(Problem.of(ProblemType.NOT_DURABLE));
        }
    }

    private void apply(Case asked, Memberships.Changed changed) {
        news.changed(asked.channel().tenant(), changed.accessEpoch());
    }
}

package io.tailrace.server.signal;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.catchup.Query;
import io.tailrace.log.Contracts;
import io.tailrace.presence.Attendance;
import io.tailrace.presence.Mode;
import io.tailrace.presence.PresenceAccess;
import io.tailrace.server.access.Access;
import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Identity;
import io.tailrace.server.http.JsonBody;
import io.tailrace.server.limit.Limits;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.util.Optional;
import java.util.Set;

/** Lets people be present: {@code viewing} needs {@code presence}, {@code editing} {@code write}, {@code admin} {@code manage}. */
public final class PresenceDoor implements PresenceAccess {

    private final Access access;
    private final BriefRights rights;
    private final Contracts contracts;
    private final Attendants attendants;
    private final Limits limits;

    public PresenceDoor(Access access, BriefRights rights, Contracts contracts, Attendants attendants, Limits limits) {
        this.access = access;
        this.rights = rights;
        this.contracts = contracts;
        this.attendants = attendants;
        this.limits = limits;
    }

    @Override
    public Granted reader(ServerRequest request, ChannelName channel) {
        return granted(request, channel, access.identify(request), Capability.READ);
    }

    @Override
    public Granted member(ServerRequest request, ServerResponse response, ChannelName channel) {
        var identity = access.identify(request);
        limits.presence(identity, response);
        return granted(request, channel, identity, Capability.PRESENCE);
    }

    private Granted granted(ServerRequest request, ChannelName channel, Identity identity, Capability capability) {
        request.context().register(identity);
        if (!contracts.of(identity.tenant(), channel.namespace()).contract().presence()) {
            throw new Refusal(Problem.of(ProblemType.NOT_OFFERED));
        }
        rights.require(identity, channel, capability);
        return new Granted(
                identity.channel(channel), identity.user(), identity.actor().device());
    }

    @Override
    public void require(ServerRequest request, Granted member, Mode mode) {
        rights.require(identity(request), member.channel().name(), needs(mode));
    }

    private static Identity identity(ServerRequest request) {
        return request.context().get(Identity.class).orElseThrow();
    }

    /** What a mode takes. */
    static Capability needs(Mode mode) {
        return switch (mode) {
            case VIEWING -> Capability.PRESENCE;
            case EDITING -> Capability.WRITE;
            case ADMIN -> Capability.MANAGE;
        };
    }

    @Override
    public void here(ServerRequest request, Attendance attendance, Granted member) {
        attendants.here(identity(request), member.channel(), attendance);
    }

    @Override
    public Optional<String> parameter(ServerRequest request, String name, Set<String> known) {
        return new Query(request, known).text(name);
    }

    @Override
    public <T> T body(ServerRequest request, Class<T> type, int maxBytes) {
        return JsonBody.read(request, type, maxBytes);
    }
}

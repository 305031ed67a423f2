package io.tailrace.presence;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Json;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code GET}, {@code PUT} and {@code DELETE /v1/channels/{channel}/presence}. */
public final class PresenceRoutes implements HttpService {

    private static final String PATH = "/v1/channels/{channel}/presence";
    private static final int MAX_BODY = 8 * Attendance.MAX_META_BYTES;
    private static final String ONLY_DEVICE = "default";
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Presence presence;
    private final PresenceOptions options;
    private final PresenceAccess access;
    private final Consumer<ChannelId> changed;

    /** @param changed told of channels whose list has changed, so that every node looks */
    public PresenceRoutes(
            Presence presence, PresenceOptions options, PresenceAccess access, Consumer<ChannelId> changed) {
        this.presence = presence;
        this.options = options;
        this.access = access;
        this.changed = changed;
    }

    /** The body of {@code PUT}; what is left out takes its default. */
    record Beat(
            @Nullable State state,
            @Nullable Mode mode,
            @Nullable String resource,
            @Nullable Json meta,
            @Nullable String device) {

        Beat {
            meta = meta == null || meta.isNull() ? null : meta;
        }
    }

    /** The answer: how often to say it again, and after how long silence counts. */
    record Lease(long heartbeatMs, long ttlMs) {}

    record Page(ChannelName channel, List<Member> members, int count) {}

    @Override
    public void routing(HttpRules rules) {
        rules.get(PATH, this::list).put(PATH, this::beat).delete(PATH, this::leave);
    }

    private void list(ServerRequest request, ServerResponse response) {
        var reader = access.reader(request, channel(request));
        int limit = limit(request);
        var members = new ArrayList<Member>();
        Roster page = orUnavailable(() -> presence.look(reader.channel(), Roster.Mark.NONE));
        members.addAll(page.present());
        send(
                response,
                new Page(reader.channel().name(), members.subList(0, Math.min(limit, members.size())), page.count()));
    }

    private int limit(ServerRequest request) {
        var text = access.parameter(request, "limit", Set.of("limit"));
        if (text.isEmpty()) {
            return options.listed();
        }
        if (text.get().matches("[1-9][0-9]{0,3}") && Integer.parseInt(text.get()) <= Presence.MAX_PAGE) {
            return Integer.parseInt(text.get());
        }
        throw new Refusal(ProblemType.PARAMETER_MALFORMED, "limit: 1 to " + Presence.MAX_PAGE);
    }

    private void beat(ServerRequest request, ServerResponse response) {
        var member = access.member(request, response, channel(request));
        var beat = access.body(request, Beat.class, MAX_BODY);
        Mode mode = Optional.ofNullable(beat.mode()).orElse(Mode.VIEWING);
        access.require(request, member, mode);
        var attendance = attendance(member, beat, mode);
        if (orUnavailable(() -> presence.join(member.channel(), attendance))) {
            changed.accept(member.channel());
        }
        access.here(request, attendance, member);
        send(response, new Lease(options.heartbeat().toMillis(), options.ttl().toMillis()));
    }

    private static Attendance attendance(PresenceAccess.Granted member, Beat beat, Mode mode) {
        try {
            return new Attendance(
                    member.user(),
                    device(member, beat.device()),
                    mode,
                    Optional.ofNullable(beat.state()).orElse(State.ACTIVE),
                    beat.resource(),
                    beat.meta());
        } catch (IllegalArgumentException e) {
            throw new Refusal(ProblemType.JSON_MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    /** A token that is bound to a device speaks for that one; another may name any of its user's. */
    private static String device(PresenceAccess.Granted member, @Nullable String named) {
        if (member.device() == null) {
            return named == null ? ONLY_DEVICE : named;
        }
        if (named != null && !named.equals(member.device())) {
            throw new Refusal(ProblemType.FORBIDDEN, "the token is bound to another device");
        }
        return member.device();
    }

    private void leave(ServerRequest request, ServerResponse response) {
        var member = access.member(request, response, channel(request));
        String device = device(
                member, access.parameter(request, "device", Set.of("device")).orElse(null));
        if (device.isEmpty()
                || device.codePointCount(0, device.length()) > Attendance.MAX_DEVICE_LENGTH
                || device.chars().anyMatch(Character::isISOControl)) {
            throw new Refusal(ProblemType.PARAMETER_MALFORMED, "device");
        }
        if (orUnavailable(() -> presence.leave(member.channel(), member.user(), device))) {
            changed.accept(member.channel());
        }
        response.status(Status.NO_CONTENT_204).send();
    }

    private interface Step<T> {
        T take();
    }

    private static <T> T orUnavailable(Step<T> step) {
        try {
            return step.take();
        } catch (PresenceUnavailable away) {
            throw new Refusal(Problem.of(ProblemType.PRESENCE_UNAVAILABLE).retryAfter(SOON));
        }
    }

    private static ChannelName channel(ServerRequest request) {
        return ChannelName.ofPath(request.path().pathParameters().get("channel"));
    }

    private static void send(ServerResponse response, Object body) {
        response.status(Status.OK_200);
        response.header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"));
        response.headers().contentType(MediaTypes.APPLICATION_JSON);
        response.send(JsonCodec.writeBytes(body));
    }
}

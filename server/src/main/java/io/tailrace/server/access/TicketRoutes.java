package io.tailrace.server.access;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.server.http.JsonBody;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code POST} and {@code PUT /v1/tickets}. */
public final class TicketRoutes implements HttpService {

    /** Channels that one ticket may name. */
    static final int MAX_CHANNELS = 256;

    private static final int MAX_BODY = 65_536;

    private final Access access;
    private final Tickets tickets;
    private final TicketOptions options;
    private final InstantSource clock;

    public TicketRoutes(Access access, Tickets tickets, TicketOptions options, InstantSource clock) {
        this.access = access;
        this.tickets = tickets;
        this.options = options;
        this.clock = clock;
    }

    /**
     * What is asked for.
     *
     * @param purpose {@code stream} or {@code cursors}; null: {@code stream}
     * @param ttl seconds; null: the default
     */
    record Wanted(
            @JsonProperty(required = true) List<ChannelName> channels,
            @JsonProperty("for") @Nullable String purpose,
            @Nullable Long ttl) {}

    /** A ticket that shall live on. */
    record Extended(
            @JsonProperty(required = true) String ticket,
            @Nullable Long ttl) {}

    /** What is answered. */
    record Issued(String ticket, Instant expiresAt) {}

    @Override
    public void routing(HttpRules rules) {
        rules.post("/v1/tickets", this::issue);
        rules.put("/v1/tickets", this::extend);
    }

    private void issue(ServerRequest request, ServerResponse response) {
        var identity = byToken(request);
        var wanted = JsonBody.read(request, Wanted.class, MAX_BODY);
        if (wanted.channels().isEmpty() || wanted.channels().size() > MAX_CHANNELS) {
            throw new Refusal(ProblemType.VALUE_UNACCEPTABLE, "channels must be 1 to " + MAX_CHANNELS);
        }
        var purpose = purpose(wanted.purpose());
        requireRights(identity, wanted.channels(), purpose);
        var expiresAt = end(identity, wanted.ttl());
        var ticket = tickets.issue(new Tickets.Kept(identity.actor(), purpose, wanted.channels(), expiresAt));
        response.status(Status.CREATED_201);
        send(response, new Issued(ticket, expiresAt));
    }

    private void extend(ServerRequest request, ServerResponse response) {
        var identity = byToken(request);
        var extended = JsonBody.read(request, Extended.class, MAX_BODY);
        var kept = tickets.find(extended.ticket()).orElseThrow(TicketRoutes::unknown);
        requireRights(identity, kept.channels(), kept.purpose());
        var expiresAt = end(identity, extended.ttl());
        if (!tickets.extend(extended.ticket(), identity.actor(), expiresAt)) {
            throw unknown();
        }
        send(response, new Issued(extended.ticket(), expiresAt));
    }

    private void requireRights(Identity identity, List<ChannelName> channels, Tickets.Purpose purpose) {
        var capability = purpose == Tickets.Purpose.CURSORS ? Capability.CURSORS : Capability.READ;
        for (ChannelName channel : channels) {
            access.require(identity, channel, capability);
        }
    }

    /** No ticket outlives the token that it comes from. */
    private Instant end(Identity identity, @Nullable Long ttl) {
        var wanted = clock.instant().plus(ttl(ttl));
        return wanted.isBefore(identity.expiresAt()) ? wanted : identity.expiresAt();
    }

    /** Tickets come from tokens only: one made from a ticket would live for ever. */
    private Identity byToken(ServerRequest request) {
        var identity = access.identify(request);
        if (identity.by() == Identity.Credential.TICKET) {
            throw Tokens.bad("a ticket gives no tickets");
        }
        return identity;
    }

    private static Tickets.Purpose purpose(@Nullable String text) {
        return switch (text) {
            case null -> Tickets.Purpose.STREAM;
            case "stream" -> Tickets.Purpose.STREAM;
            case "cursors" -> Tickets.Purpose.CURSORS;
            default -> throw new Refusal(ProblemType.VALUE_UNACCEPTABLE, "for must be stream or cursors");
        };
    }

    private Duration ttl(@Nullable Long seconds) {
        if (seconds == null) {
            return options.ttl();
        }
        if (seconds < 1 || seconds > options.maxTtl().toSeconds()) {
            throw new Refusal(
                    ProblemType.VALUE_UNACCEPTABLE,
                    String.format(
                            Locale.ROOT,
                            "ttl must be 1 to %d seconds",
                            options.maxTtl().toSeconds()));
        }
        return Duration.ofSeconds(seconds);
    }

    private static Refusal unknown() {
        return new Refusal(ProblemType.VALUE_UNACCEPTABLE, "there is no such ticket of this user");
    }

    private static void send(ServerResponse response, Issued issued) {
        response.headers().contentType(MediaTypes.APPLICATION_JSON);
        response.header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"));
        response.send(JsonCodec.writeBytes(issued));
    }
}

package io.tailrace.server.access;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.tailrace.log.Memberships;
import io.tailrace.server.http.Exchange;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import io.tailrace.wire.Standing;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The door in its usual form: tokens and tickets for who asks, grants and members for what it may. */
public final class Guard implements Access {

    /** The cookie that may hold a token. */
    static final String COOKIE = "tailrace_token";

    /** The same, which no other host of the domain and no page without TLS can have set: it comes first. */
    static final String HOST_COOKIE = "__Host-" + COOKIE;

    /** Asked about where no channel is meant, for revocations hold on all. */
    private static final ChannelName ANY = new ChannelName("tailrace.every.channel");

    private static final String BEARER = "Bearer ";

    private final Tokens tokens;
    private final Tickets tickets;
    private final Origins origins;
    private final Standings standings;
    private final InstantSource clock;

    /** @param allowedOrigins where browsers may come from with cookies and tickets, besides our own */
    public Guard(
            TokenOptions options,
            Tickets tickets,
            Memberships memberships,
            Set<String> allowedOrigins,
            InstantSource clock) {
        this.tokens = new Tokens(options, clock);
        this.tickets = tickets;
        this.origins = new Origins(allowedOrigins);
        this.standings = new Standings(memberships);
        this.clock = clock;
    }

    @Override
    public Identity identify(ServerRequest request) {
        var identity = credentials(request);
        Exchange.of(request).user(identity.tenant(), identity.user());
        return identity;
    }

    private Identity credentials(ServerRequest request) {
        var authorization = request.headers().first(HeaderNames.AUTHORIZATION);
        if (authorization.isPresent()) {
            return byToken(authorization.get());
        }
        var ticket = request.query().first("ticket").asOptional();
        if (ticket.isPresent()) {
            return byTicket(request, ticket.get());
        }
        var cookies = request.headers().cookies();
        var cookie = cookies.first(HOST_COOKIE).asOptional().or(() -> cookies.first(COOKIE)
                .asOptional());
        if (cookie.isPresent()) {
            origins.requireForCookie(request);
            return tokens.identity(cookie.get(), Identity.Credential.COOKIE);
        }
        throw new Refusal(Problem.of(ProblemType.UNAUTHENTICATED));
    }

    @Override
    public Identity identify(String token) {
        return tokens.identity(token, Identity.Credential.TOKEN);
    }

    private Identity byToken(String authorization) {
        if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw Tokens.bad("the scheme must be Bearer");
        }
        return tokens.identity(authorization.substring(BEARER.length()).strip(), Identity.Credential.TOKEN);
    }

    private Identity byTicket(ServerRequest request, String text) {
        origins.requireForTicket(request);
        var method = request.prologue().method();
        if (method != Method.GET && method != Method.HEAD) {
            throw Tokens.bad("a ticket only reads");
        }
        var ticket = tickets.find(text).orElseThrow(() -> Tokens.bad("there is no such ticket"));
        if (ticket.expiresAt().isBefore(clock.instant())) {
            throw new Refusal(Problem.of(ProblemType.TICKET_EXPIRED));
        }
        boolean cursors = request.path().path().endsWith("/cursors");
        if (cursors != (ticket.purpose() == Tickets.Purpose.CURSORS)) {
            throw Tokens.bad("the ticket is for something else");
        }
        return ticket.identity();
    }

    @Override
    public Optional<Standing> standing(Identity identity, ChannelName channel, Capability capability) {
        return Optional.ofNullable(
                standings(identity, List.of(channel), capability).get(channel));
    }

    @Override
    public Map<ChannelName, Standing> standings(
            Identity identity, Collection<ChannelName> channels, Capability capability) {
        var actor = identity.actor();
        var found = standings
                .of(channels.stream()
                        .map(channel -> new Memberships.Question(identity.channel(channel), actor))
                        .toList())
                .iterator();
        var rights = new HashMap<ChannelName, Standing>();
        for (ChannelName channel : channels) {
            right(identity, channel, capability, found.next()).ifPresent(right -> rights.put(channel, right));
        }
        return rights;
    }

    private static Optional<Standing> right(
            Identity identity, ChannelName channel, Capability capability, Memberships.Standing found) {
        if (found.denied()) {
            return Optional.empty();
        }
        if (identity.granted(channel, capability)) {
            return Optional.of(Standing.GRANT);
        }
        boolean member = identity.by() != Identity.Credential.TICKET
                && found.role() != null
                && Roles.of(found.role()).contains(capability);
        return member ? Optional.of(Standing.MEMBERSHIP) : Optional.empty();
    }

    @Override
    public Standing require(Identity identity, ChannelName channel, Capability capability) {
        return standing(identity, channel, capability).orElseThrow(() -> forbidden(capability));
    }

    @Override
    public Standing presume(Identity identity, ChannelName channel, Capability capability) {
        return identity.granted(channel, capability) ? Standing.GRANT : require(identity, channel, capability);
    }

    @Override
    public Set<String> shutOut(Identity identity, ChannelName channel, Collection<String> users) {
        var questions = users.stream()
                .distinct()
                .map(user -> new Actor(
                        identity.tenant(), user, null, null, identity.actor().issuedAt()))
                .map(actor -> new Memberships.Question(identity.channel(channel), actor))
                .toList();
        var found = standings.of(questions).iterator();
        return questions.stream()
                .filter(question -> found.next().denied())
                .map(question -> question.actor().user())
                .collect(Collectors.toSet());
    }

    @Override
    public void requireAll(Identity identity, String prefix, Capability capability) {
        boolean granted = identity.grants().stream().anyMatch(grant -> grant.allowsAll(prefix, capability));
        if (!granted
                || standings
                        .of(List.of(new Memberships.Question(identity.channel(ANY), identity.actor())))
                        .getFirst()
                        .denied()) {
            throw forbidden(capability);
        }
    }

    private static Refusal forbidden(Capability capability) {
        return new Refusal(
                ProblemType.FORBIDDEN,
                "the right to " + capability.name().toLowerCase(java.util.Locale.ROOT) + " is missing");
    }
}

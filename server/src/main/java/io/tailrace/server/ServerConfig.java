package io.tailrace.server;

import io.tailrace.log.postgres.Database;
import io.tailrace.presence.PresenceOptions;
import io.tailrace.server.access.TicketOptions;
import io.tailrace.server.access.TokenOptions;
import io.tailrace.server.gateway.GatewayOptions;
import io.tailrace.server.gateway.OldestClients;
import io.tailrace.server.http.AddressRange;
import io.tailrace.server.http.HttpOptions;
import io.tailrace.server.limit.LimitOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set about a node, read from the environment once, at the start. {@link Option} lists variables
 * and defaults.
 *
 * @param node the node's name: in {@code open} frames, in logs, and its address for other nodes
 * @param roles what it does
 * @param database where the log is
 * @param redis where the bus is; null: none
 * @param redisPrefix first part of every name in Redis
 * @param http the listeners
 * @param tokens which tokens are good
 * @param tickets how long tickets live
 * @param limits what users, tenants and addresses may do per second
 * @param trustedProxies whose word counts for where a request comes from
 * @param idempotencyTtl how long idempotency keys live
 * @param streams how streams behave
 * @param presence how presence keeps time
 * @param cursorTick from one frame of cursors to the next at least
 * @param drain how a stopping node lets go
 * @param logKey what users are hashed with in logs; null: a random one
 */
public record ServerConfig(
        String node,
        Set<Role> roles,
        Database.Options database,
        @Nullable URI redis,
        String redisPrefix,
        HttpOptions http,
        TokenOptions tokens,
        TicketOptions tickets,
        LimitOptions limits,
        List<AddressRange> trustedProxies,
        Duration idempotencyTtl,
        GatewayOptions streams,
        PresenceOptions presence,
        Duration cursorTick,
        Drain drain,
        @Nullable String logKey) {

    public ServerConfig {
        roles = Set.copyOf(roles);
    }

    /**
     * How a node stops.
     *
     * @param delay how long it goes on while readiness already fails
     * @param timeout how long streams have to move away after that
     */
    public record Drain(Duration delay, Duration timeout) {}

    private static final String NAME_FORM = "1 to 64 of [A-Za-z0-9._-]";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /**
     * The configuration that {@code environment} describes.
     *
     * @throws ConfigFault when it describes none
     */
    public static ServerConfig from(Map<String, String> environment) {
        var settings = new Settings(environment);
        return new ServerConfig(
                settings.parsed(Option.NODE, ServerConfig::name, NAME_FORM).orElseGet(NodeName::generated),
                roles(settings),
                database(settings),
                settings.parsed(Option.REDIS_URL, ServerConfig::redis, "a redis: or rediss: URL")
                        .orElse(null),
                settings.parsed(Option.REDIS_PREFIX, ServerConfig::name, NAME_FORM)
                        .orElseThrow(),
                Listening.options(settings),
                tokens(settings),
                tickets(settings),
                limits(settings),
                trustedProxies(settings),
                settings.duration(Option.IDEMPOTENCY_TTL, Duration.ofHours(1), Duration.ofDays(365)),
                streams(settings),
                new PresenceOptions(
                        settings.duration(Option.PRESENCE_HEARTBEAT, Duration.ofSeconds(1), Duration.ofMinutes(10)),
                        settings.duration(Option.PRESENCE_BATCH, Duration.ofMillis(50), PresenceOptions.SLOWEST_BATCH),
                        PresenceOptions.DEFAULT.listed()),
                settings.duration(Option.CURSOR_TICK, Duration.ofMillis(20), Duration.ofSeconds(1)),
                new Drain(
                        settings.duration(Option.DRAIN_DELAY, Duration.ZERO, Duration.ofMinutes(5)),
                        settings.duration(Option.DRAIN_TIMEOUT, Duration.ZERO, Duration.ofMinutes(5))),
                settings.text(Option.LOG_KEY).orElse(null));
    }

    /**
     * The part about the database alone: for commands that need no more.
     *
     * @throws ConfigFault when the environment does not describe one
     */
    static Database.Options database(Map<String, String> environment) {
        return database(new Settings(environment));
    }

    /** Without secrets, which nobody should find in a log. */
    @Override
    public String toString() {
        return "ServerConfig[node=" + node + ", roles=" + roles + ", database=" + database + ", http=" + http + "]";
    }

    public boolean has(Role role) {
        return roles.contains(role);
    }

    private static Database.Options database(Settings settings) {
        try {
            return Database.Options.of(
                            settings.required(Option.DATABASE_URL),
                            settings.text(Option.DATABASE_USER).orElse(null),
                            settings.text(Option.DATABASE_PASSWORD).orElse(null))
                    .withConnections(
                            settings.number(Option.DATABASE_POOL, 2, 500).orElseThrow());
        } catch (IllegalArgumentException malformed) {
            throw new ConfigFault("TAILRACE_DATABASE_URL is refused: " + malformed.getMessage() + ".");
        }
    }

    private static Set<Role> roles(Settings settings) {
        var roles = EnumSet.noneOf(Role.class);
        for (String name : settings.list(Option.ROLES)) {
            roles.add(EnumSet.allOf(Role.class).stream()
                    .filter(role -> role.text().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new ConfigFault(
                            "TAILRACE_ROLES must be some of write, catchup, gateway, relay and presence.")));
        }
        return roles;
    }

    private static TokenOptions tokens(Settings settings) {
        var secret = settings.parsed(Option.JWT_SECRET, ServerConfig::secret, "at least 32 bytes");
        var secrets = settings.parsed(
                        Option.JWT_SECRETS,
                        ServerConfig::secrets,
                        "kid=secret of at least 32 bytes, with commas between")
                .orElse(Map.of());
        var jwks = settings.parsed(Option.JWKS_URL, ServerConfig::web, "an http: or https: URL");
        if (secret.isEmpty() && secrets.isEmpty() && jwks.isEmpty()) {
            throw new ConfigFault("TAILRACE_JWT_SECRET, TAILRACE_JWT_SECRETS or TAILRACE_JWKS_URL is required.");
        }
        return new TokenOptions(
                secret.orElse(null),
                secrets,
                jwks.orElse(null),
                settings.text(Option.JWT_ISSUER).orElse(null),
                settings.text(Option.JWT_AUDIENCE).orElse(null),
                settings.duration(Option.MAX_TOKEN_TTL, Duration.ofSeconds(10), Duration.ofDays(365)));
    }

    private static TicketOptions tickets(Settings settings) {
        var longest = settings.duration(Option.MAX_TICKET_TTL, Duration.ofSeconds(10), Duration.ofDays(7));
        return new TicketOptions(settings.duration(Option.TICKET_TTL, Duration.ofSeconds(10), longest), longest);
    }

    private static LimitOptions limits(Settings settings) {
        return new LimitOptions(
                rate(settings, Option.USER_WRITE_RATE),
                rate(settings, Option.TENANT_WRITE_RATE),
                rate(settings, Option.USER_SIGNAL_RATE),
                rate(settings, Option.USER_PRESENCE_RATE),
                rate(settings, Option.ADDRESS_OPEN_RATE));
    }

    private static int rate(Settings settings, Option option) {
        return settings.number(option, 0, 1_000_000).orElseThrow();
    }

    private static List<AddressRange> trustedProxies(Settings settings) {
        return settings.list(Option.TRUSTED_PROXIES).stream()
                .map(text -> AddressRange.parse(text)
                        .orElseThrow(() -> new ConfigFault(Option.TRUSTED_PROXIES.variable()
                                + " must be addresses or ranges like 10.0.0.0/8 or 2001:db8::/32.")))
                .toList();
    }

    private static GatewayOptions streams(Settings settings) {
        var shortest = Duration.ofSeconds(1);
        var least = settings.duration(Option.STREAM_MIN_LIFE, shortest, Duration.ofDays(1));
        var most = settings.duration(Option.STREAM_MAX_LIFE, shortest, Duration.ofDays(1));
        if (least.compareTo(most) > 0) {
            throw new ConfigFault("TAILRACE_STREAM_MIN_LIFE must not be longer than TAILRACE_STREAM_MAX_LIFE.");
        }
        return GatewayOptions.DEFAULT
                .withStreams(settings.number(Option.MAX_STREAMS, 1, 1_000_000).orElseThrow())
                .withUserStreams(
                        settings.number(Option.USER_STREAMS, 1, 1_000_000).orElseThrow())
                .withOpenRate(settings.number(Option.STREAM_RATE, 1, 1_000_000).orElseThrow())
                .withDrain(
                        settings.duration(Option.DRAIN_SPREAD, Duration.ZERO, Duration.ofMinutes(5)),
                        settings.duration(Option.DRAIN_TIMEOUT, Duration.ZERO, Duration.ofMinutes(5)))
                .withHeartbeat(settings.duration(
                        Option.HEARTBEAT, GatewayOptions.SHORTEST_HEARTBEAT, GatewayOptions.LONGEST_HEARTBEAT))
                .withLife(least, most)
                .withCompressed(
                        settings.number(Option.COMPRESSED_STREAMS, 0, 1_000_000).orElseThrow())
                .withOldestClients(settings.parsed(Option.CLIENTS_SERVED, OldestClients::parse, OldestClients.FORM)
                        .orElse(OldestClients.ALL))
                .withWriteTimeout(settings.duration(Option.STREAM_WRITE_TIMEOUT, shortest, Duration.ofMinutes(10)));
    }

    private static Optional<String> name(String text) {
        return Optional.of(text).filter(NAME.asMatchPredicate());
    }

    private static Optional<String> secret(String text) {
        return Optional.of(text).filter(it -> it.getBytes(StandardCharsets.UTF_8).length >= 32);
    }

    private static Optional<Map<String, String>> secrets(String text) {
        var secrets = new HashMap<String, String>();
        for (String pair : text.split(",", -1)) {
            int equals = pair.indexOf('=');
            var kid = name(pair.substring(0, Math.max(0, equals)).strip());
            var secret = secret(pair.substring(equals + 1).strip());
            if (kid.isEmpty() || secret.isEmpty() || secrets.put(kid.get(), secret.get()) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(secrets);
    }

    private static Optional<URI> redis(String text) {
        return uri(text).filter(uri -> Set.of("redis", "rediss").contains(uri.getScheme()) && uri.getHost() != null);
    }

    private static Optional<URI> web(String text) {
        return uri(text).filter(uri -> Set.of("http", "https").contains(uri.getScheme()) && uri.getHost() != null);
    }

    /** A URL with a scheme, if it is one. */
    static Optional<URI> uri(String text) {
        try {
            return Optional.of(new URI(text)).filter(uri -> uri.getScheme() != null);
        } catch (URISyntaxException notOne) {
            return Optional.empty();
        }
    }
}

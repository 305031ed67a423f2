package io.tailrace.server;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every option of a node, in the order of the table in the README, which is made from this list. */
enum Option {
    DATABASE_URL("", "PostgreSQL 15 or later, as `jdbc:postgresql:` or `postgres:` URL; required"),
    DATABASE_USER(null, "its user; default: the URL's"),
    DATABASE_PASSWORD(null, "its password; default: the URL's"),
    DATABASE_POOL("16", "connections to it at once, 2 to 500"),
    REDIS_URL(
            null,
            "Redis 6.2 or later, as `redis:` or `rediss:` URL; without it nodes find each other's events by audits"),
    REDIS_PREFIX("tailrace", "first part of every name in Redis, 1 to 64 of `[A-Za-z0-9._-]`: one per installation"),
    JWT_SECRET(null, "secret of HS256 tokens, at least 32 bytes; this, the next or `TAILRACE_JWKS_URL` is required"),
    JWT_SECRETS(
            null, "further secrets, `kid=secret` with commas between, for tokens that name one: to change secrets by"),
    JWKS_URL(null, "where the keys of RS256, ES256 and EdDSA tokens are, as JWK set"),
    JWT_ISSUER(null, "the `iss` that tokens must have; without it any"),
    JWT_AUDIENCE(null, "the `aud` that tokens must have; without it any"),
    HOST("0.0.0.0", "address to listen on"),
    PORT("8080", "port of the API, 0 to 65535; 0: any free one"),
    ADMIN_PORT(null, "port of `/metrics`; default: the API's + 1000"),
    TLS_CERT(null, "PEM file of the certificate chain; with `TAILRACE_TLS_KEY` both ports speak TLS"),
    TLS_KEY(null, "PEM file of its private key, PKCS #8"),
    NODE(null, "name of this node, 1 to 64 of `[A-Za-z0-9._-]`; default: host name and a random part"),
    ROLES("write,catchup,gateway,relay,presence", "what this node does"),
    ALLOWED_ORIGINS("", "origins that browsers may call from, separated by commas"),
    IDEMPOTENCY_TTL("7d", "how long idempotency keys live, at least 1 h"),
    MAX_CONNECTIONS(null, "TCP connections at once; default: nine tenths of the limit of file descriptors"),
    MAX_BODY_BYTES("4194304", "bytes of the longest request body, at least 65536"),
    REQUEST_TIMEOUT("20s", "within which a request has to arrive, 1 s to 10 min"),
    IDLE_TIMEOUT("75s", "after which a connection without a request is closed, 1 s to 1 h"),
    MAX_TOKEN_TTL("24h", "tokens that live longer are refused"),
    TICKET_TTL("15m", "how long tickets live when they do not say, 10 s to the maximum"),
    MAX_TICKET_TTL("24h", "how long tickets may live"),
    STREAM_RATE(
            "2000",
            "streams that open per second, 1 to 1000000, and 500 at a time; further ones are told when to come back"),
    MAX_STREAMS("20000", "streams and polls open at once, 1 to 1000000; further ones are told to come back"),
    USER_WRITE_RATE(
            "2000",
            "events per second that a user may write, on all nodes together while Redis answers; a long request counts as one for each 4 KiB; 0: as many as it likes"),
    TENANT_WRITE_RATE("0", "the same of all users of a tenant together"),
    USER_SIGNAL_RATE("100", "signals and receipts per second of a user on a node; 0: as many as it likes"),
    USER_PRESENCE_RATE("50", "heartbeats per second of a user on a node, of all its devices; 0: as many as it likes"),
    ADDRESS_OPEN_RATE(
            "200",
            "streams, polls and cursor sockets per second that are opened from one address, or one /64 of IPv6; 0: as many as it likes"),
    TRUSTED_PROXIES(
            "", "addresses and ranges like `10.0.0.0/8` whose `X-Forwarded-For` is believed, separated by commas"),
    USER_STREAMS(
            "1000", "streams and polls of a user at once on a node, 1 to 1000000; further ones are told to come back"),
    HEARTBEAT("15s", "between heartbeats of streams that ask for no other time, 5 s to 120 s"),
    STREAM_MIN_LIFE("5m", "after which the first streams are told to reconnect, 1 s to 1 d; 50s for strict proxies"),
    STREAM_MAX_LIFE("10m", "after which the last are; 55s for strict proxies"),
    STREAM_WRITE_TIMEOUT("30s", "how long a client may take nothing of what is sent to it, 1 s to 10 min"),
    COMPRESSED_STREAMS(
            "5000",
            "streams at once that are compressed because their clients ask for it, 7 KiB each, 0 to 1000000; further ones are not; 0: none"),
    CLIENTS_SERVED(
            "",
            "oldest versions that are served, like `tailrace-js>=0.3` with commas between; older ones are told `client-not-served`"),
    DRAIN_DELAY(
            "0s",
            "how long a stopping node goes on while readiness already fails: the balancer's delay, at most 5 min"),
    DRAIN_SPREAD(
            "10s", "over which a stopping node sends many streams away (few: sooner), at most 5 min and the timeout"),
    DRAIN_TIMEOUT("15s", "how long streams have to move away after that, at most 5 min"),
    PRESENCE_HEARTBEAT(
            "30s",
            "how often devices say that they are here; one that is silent for three of them is away, 1 s to 10 min"),
    PRESENCE_BATCH("500ms", "how long changes of a member list are gathered after one was told, 50 ms to 2 s"),
    CURSOR_TICK("50ms", "from one frame of cursors to the next at least, 20 ms to 1 s"),
    LOG_KEY(null, "what users are hashed with in logs; default: a random one at each start");

    private final @Nullable String standard;
    private final String about;

    Option(@Nullable String standard, String about) {
        this.standard = standard;
        this.about = about;
    }

    /** The environment variable. */
    String variable() {
        return "TAILRACE_" + name();
    }

    /** What holds when it is not set; empty when there is none, or when it depends on others. */
    Optional<String> standard() {
        return Optional.ofNullable(standard);
    }

    /** The table of all options in Markdown, as the README has it. */
    static String table() {
        return Arrays.stream(values())
                .map(option -> "| `" + option.variable() + "` | "
                        + option.standard()
                                .filter(text -> !text.isEmpty())
                                .map(text -> "`" + text + "`")
                                .orElse("")
                        + " | " + option.about + " |\n")
                .collect(Collectors.joining("", "| variable | default | what |\n|---|---|---|\n", ""));
    }
}

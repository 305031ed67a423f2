package io.tailrace.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.tailrace.openapi.ExchangeCheck;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A whole node in this JVM, on real PostgreSQL and Redis, and a client's hands: tokens, requests, streams. Close it.
 *
 * <p>{@code try (var node = ServerFixture.start()) { node.post("/v1/…", body, node.token("u1")); }}
 */
public final class ServerFixture implements AutoCloseable {

    /** What tokens of the fixture are signed with. */
    public static final String SECRET = "a secret of tests, at least 32 bytes long";

    /** The tenant of the fixture's tokens. */
    public static final String TENANT = "acme";

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final Map<String, String> environment;
    private final Assembly assembly;

    private ServerFixture(Map<String, String> environment) {
        this.environment = environment;
        try {
            this.assembly = Assembly.start(ServerConfig.from(environment));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A node on a fresh database of the shared PostgreSQL 15 and on the shared Redis. */
    public static ServerFixture start() {
        return start(Map.of());
    }

    /** The same with {@code TAILRACE_} variables of the test's own. */
    public static ServerFixture start(Map<String, String> overrides) {
        var postgres = PostgresServer.shared(PostgresServer.Version.DEBIAN_15);
        return start(postgres, postgres.createDatabase(), RedisServer.shared(), overrides);
    }

    /** A node on servers of the test's own, which it may stop. */
    public static ServerFixture start(
            PostgresServer postgres, String database, RedisServer redis, Map<String, String> overrides) {
        var environment = new HashMap<String, String>();
        environment.put("TAILRACE_DATABASE_URL", postgres.url(database));
        environment.put("TAILRACE_DATABASE_USER", "postgres");
        environment.put("TAILRACE_REDIS_URL", redis.url());
        environment.put("TAILRACE_JWT_SECRET", SECRET);
        environment.put("TAILRACE_HOST", "127.0.0.1");
        environment.put("TAILRACE_PORT", "0");
        environment.put("TAILRACE_ADMIN_PORT", "0");
        environment.put("TAILRACE_DRAIN_TIMEOUT", "1s");
        environment.putAll(overrides);
        return new ServerFixture(environment);
    }

    /** One more node on the same database and Redis. */
    public ServerFixture another() {
        return new ServerFixture(environment);
    }

    /** Lets the node hand over what it holds, as before it stops. */
    public void drain() {
        try {
            assembly.drain();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public int port() {
        return assembly.port();
    }

    public int adminPort() {
        return assembly.adminPort();
    }

    /** {@code path} and query on this node, as a URI. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /** A token of {@code user} that may do everything on every channel. */
    public String token(String user) {
        return token(user, Map.of("grants", List.of(grant("*", "read", "write", "presence", "cursors", "manage"))));
    }

    /** An entry of a token's {@code grants}. */
    public static Map<String, Object> grant(String channel, String... can) {
        return Map.of("channel", channel, "can", List.of(can));
    }

    /** A token that may do what {@code grants} say. */
    public String token(String user, List<Map<String, Object>> grants) {
        return token(user, Map.of("grants", grants));
    }

    /** A token with these claims besides, or instead of, the usual ones; a value of {@code ""} leaves one out. */
    public String token(String user, Map<String, Object> claims) {
        var all = new LinkedHashMap<String, Object>();
        all.put("sub", user);
        all.put("tenant", TENANT);
        all.put("jti", UUID.randomUUID().toString());
        all.put("iat", Date.from(Instant.now()));
        all.put("exp", Date.from(Instant.now().plusSeconds(3_600)));
        all.putAll(claims);
        all.values().removeIf(""::equals);
        var builder = new JWTClaimsSet.Builder();
        all.forEach(builder::claim);
        return signed(builder.build());
    }

    /** A token with exactly these claims. */
    public static String sign(Map<String, Object> claims) {
        var builder = new JWTClaimsSet.Builder();
        claims.forEach(builder::claim);
        return signed(builder.build());
    }

    private static String signed(JWTClaimsSet claims) {
        try {
            var jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
            jwt.sign(new MACSigner(SECRET));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public HttpResponse<String> get(String path, String token, String... headers) {
        return send("GET", path, null, token, headers);
    }

    /** Posts JSON; {@code headers} are names and values in turn. */
    public HttpResponse<String> post(String path, String json, String token, String... headers) {
        return send("POST", path, json, token, headers);
    }

    /** Appends an event with a fresh idempotency key, unless the headers name one. */
    public HttpResponse<String> append(String channel, String json, String token, String... headers) {
        var all = new java.util.ArrayList<>(List.of(headers));
        if (!all.contains("Idempotency-Key")) {
            all.add("Idempotency-Key");
            all.add(UUID.randomUUID().toString());
        }
        return post("/v1/channels/" + channel + "/events", json, token, all.toArray(String[]::new));
    }

    /**
     * Sends any request; without a token when it is empty. Fails when request or answer are not as the OpenAPI document
     * says.
     */
    public HttpResponse<String> send(
            String method,
            String path,
            @org.jspecify.annotations.Nullable String json,
            String token,
            String... headers) {
        var request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(60));
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (json != null) {
            request.header("Content-Type", "application/json");
        }
        request.method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
        try {
            var sent = request.build();
            var response = CLIENT.send(sent, BodyHandlers.ofString());
            ExchangeCheck.check(sent, response);
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Opens a stream; {@code headers} as above, {@code Last-Event-ID} among them. */
    public SseReader stream(String path, String token, String... headers) {
        return SseReader.open(uri(path), token, headers);
    }

    /** What wires the node; for what can only be seen from inside. */
    public Assembly assembly() {
        return assembly;
    }

    /** Stops the node without draining it. */
    @Override
    public void close() {
        assembly.close();
    }
}

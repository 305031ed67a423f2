package io.tailrace.server.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import io.tailrace.server.ServerFixture;
import io.tailrace.server.SseReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * A node with something to steal: a channel, a stream, a ticket and a position of a tenant that the attacker is not of. Its
 * issuer publishes an RSA key; a server of the attacker's offers another one, and counts who asks. Close it.
 */
final class Target implements AutoCloseable {

    static final String TENANT = ServerFixture.TENANT;
    static final String ISSUER = "https://id.example";
    static final String AUDIENCE = "tailrace";
    static final String CHANNEL = "board:secret";
    static final String HISTORY = "/v1/channels/" + CHANNEL + "/events";

    /** In everything that the tenant has written. */
    static final String SECRET = "crown-jewels";

    private static final Pattern TICKET = Pattern.compile("\"ticket\":\"([^\"]+)\"");
    private static final Pattern STREAM = Pattern.compile("\"stream\":\"([^\"]+)\"");
    private static final int MANY = 60;

    private final AtomicInteger fetched = new AtomicInteger();
    private final HttpServer issuer;
    private final HttpServer lair;
    private final RSAKey published;
    private final RSAKey forged;
    private final ServerFixture node;
    private final SseReader stream;
    private final String streamId;
    private final String checkpoint;

    Target() throws IOException, JOSEException {
        published = new RSAKeyGenerator(2048).keyID("published").generate();
        forged = new RSAKeyGenerator(2048).keyID("published").generate();
        issuer = serving(new JWKSet(published.toPublicJWK()), new AtomicInteger());
        lair = serving(new JWKSet(forged.toPublicJWK()), fetched);
        node = ServerFixture.start(Map.of(
                "TAILRACE_JWKS_URL",
                address(issuer),
                "TAILRACE_JWT_ISSUER",
                ISSUER,
                "TAILRACE_JWT_AUDIENCE",
                AUDIENCE,
                "TAILRACE_ALLOWED_ORIGINS",
                "https://app.example.org",
                "TAILRACE_REQUEST_TIMEOUT",
                "2s",
                "TAILRACE_ADDRESS_OPEN_RATE",
                "0"));
        assertThat(node.append(CHANNEL, "{\"type\":\"t\",\"key\":\"k\",\"data\":\"" + SECRET + "\"}", ada())
                        .statusCode())
                .isEqualTo(201);
        var query = new StringBuilder("/v1/stream?channel=" + CHANNEL);
        for (int i = 0; i < MANY; i++) {
            query.append("&channel=board:secret").append(i); // so many that its position is a checkpoint
        }
        stream = node.stream(query.toString(), ada());
        var open = stream.named("open");
        checkpoint = String.valueOf(open.id());
        streamId = found(STREAM, String.valueOf(open.data()));
    }

    private static HttpServer serving(JWKSet keys, AtomicInteger asked) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            byte[] body = keys.toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String address(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
    }

    private static String found(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    ServerFixture node() {
        return node;
    }

    /** The owner's token. */
    String ada() {
        return token(TENANT, "ada", "*", "read", "write", "presence", "cursors", "manage");
    }

    /** One of another tenant, that may do everything there. */
    String rival() {
        return token("rival", "ada", "*", "read", "write", "presence", "cursors", "manage", "publish_as");
    }

    /** One of the same tenant that may read another channel. */
    String guest() {
        return token(TENANT, "guest", "chat:lobby", "read");
    }

    /** One of the same tenant that may read everything. */
    String viewer() {
        return token(TENANT, "viewer", "*", "read");
    }

    private String token(String tenant, String user, String pattern, String... can) {
        return node.token(
                user,
                Map.of(
                        "tenant", tenant,
                        "iss", ISSUER,
                        "aud", AUDIENCE,
                        "grants", List.of(ServerFixture.grant(pattern, can))));
    }

    String ticket(String token, String body) {
        return found(TICKET, node.post("/v1/tickets", body, token).body());
    }

    String streamId() {
        return streamId;
    }

    /** The position of the owner's stream. */
    String checkpoint() {
        return checkpoint;
    }

    RSAKey published() {
        return published;
    }

    RSAKey forged() {
        return forged;
    }

    /** Where the attacker offers keys. */
    String lair() {
        return address(lair);
    }

    static long soon() {
        return Instant.now().plusSeconds(60).getEpochSecond();
    }

    /** How often the attacker's server was asked. */
    int fetched() {
        return fetched.get();
    }

    /** All that an attack could have changed. */
    List<String> state() {
        return List.of(
                node.get(HISTORY, ada()).body(),
                node.get("/v1/channels/" + CHANNEL + "/members/mallory", ada()).body(),
                node.get("/v1/namespaces/board", ada()).body(),
                node.get("/v1/streams/" + streamId, ada()).body());
    }

    @Override
    public void close() {
        stream.close();
        node.close();
        issuer.stop(0);
        lair.stop(0);
    }
}

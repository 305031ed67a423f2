package io.tailrace.server.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Requests of one user that may do everything in its tenant. Any thread. */
final class Client implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String user;
    private final String token;

    Client(String user) {
        this(user, token(user));
    }

    /** Requests of a user by a token of its own. */
    Client(String user, String token) {
        this.user = user;
        this.token = token;
    }

    String user() {
        return user;
    }

    String token() {
        return token;
    }

    /** A token of a user that may do everything in its tenant. */
    static String token(String user) {
        return token(user, "read", "write", "presence", "cursors", "manage");
    }

    /** A token of a user that may only do what it is a member for. */
    static String bareToken(String user) {
        return token(user, new String[0]);
    }

    /** A token of a user that may do this on every channel of its tenant. */
    static String token(String user, String... can) {
        var claims = new JWTClaimsSet.Builder()
                .subject(user)
                .claim("tenant", "acme")
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plusSeconds(3_600)))
                .claim("grants", can.length == 0 ? List.of() : List.of(Map.of("channel", "*", "can", List.of(can))))
                .build();
        try {
            var jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
            jwt.sign(new MACSigner(ServerProcess.SECRET));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Appends; throws when no answer came, which leaves the outcome open. */
    HttpResponse<String> append(URI base, String channel, String key, String body)
            throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(base.resolve("/v1/channels/" + channel + "/events"))
                .header("Idempotency-Key", key)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> send(URI base, String method, String path, String body)
            throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }

    /** What a {@code GET} with exactly these headers, names and values in turn, is answered. */
    HttpResponse<String> fetch(URI uri, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
        return http.send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(
                request.timeout(PATIENCE)
                        .header("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.ofString());
    }

    /** An answer that has to be 200. */
    JsonNode get(URI base, String path) {
        try {
            var response = send(HttpRequest.newBuilder(base.resolve(path)));
            if (response.statusCode() != 200) {
                throw new AssertionError(path + " gives " + response.statusCode() + " " + response.body());
            }
            return json(response.body());
        } catch (IOException e) {
            throw new AssertionError(path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Every event of a channel, page by page. */
    List<JsonNode> history(URI base, String channel) {
        var events = new ArrayList<JsonNode>();
        long after = 0;
        while (true) {
            JsonNode page = get(base, "/v1/channels/" + channel + "/events?after=" + after + "&limit=1000")
                    .path("events");
            if (page.isEmpty()) {
                return events;
            }
            page.forEach(events::add);
            after = page.get(page.size() - 1).path("seq").asLong();
        }
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}

package io.tailrace.server.limit;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.server.ServerFixture;
import io.tailrace.server.SseReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A node with low limits, and clients that know none. */
@Tag("R-74")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsTest {

    /** Fewer than are answered at once. */
    private static final int TRIES = 18;

    private static final String EVENT = "{\"type\":\"t\",\"data\":{}}";

    private final AtomicInteger polls = new AtomicInteger();
    private ServerFixture node;

    @BeforeAll
    void start() {
        node = ServerFixture.start(Map.of(
                "TAILRACE_USER_WRITE_RATE", "5",
                "TAILRACE_TENANT_WRITE_RATE", "12",
                "TAILRACE_USER_SIGNAL_RATE", "5",
                "TAILRACE_USER_PRESENCE_RATE", "5",
                "TAILRACE_ADDRESS_OPEN_RATE", "3",
                "TAILRACE_USER_STREAMS", "4",
                "TAILRACE_TRUSTED_PROXIES", "127.0.0.0/8"));
    }

    @AfterAll
    void stop() {
        node.close();
    }

    /** Answers to as many requests as nobody should send. */
    private static List<HttpResponse<String>> hammer(Supplier<HttpResponse<String>> request) {
        return IntStream.range(0, TRIES).mapToObj(i -> request.get()).toList();
    }

    private static void assertLimited(List<HttpResponse<String>> answers, int good, String limit, int perSecond) {
        assertThat(answers)
                .extracting(HttpResponse::statusCode)
                .contains(good, 429)
                .containsOnly(good, 429);
        for (var answer : answers) {
            assertThat(answer.headers().firstValue("RateLimit-Policy").orElseThrow())
                    .contains("\"" + limit + "\";q=" + perSecond + ";w=1");
            assertThat(answer.headers().firstValue("RateLimit").orElseThrow())
                    .containsPattern("\"" + limit + "\";r=[0-9]+;t=[0-9]+");
            if (answer.statusCode() == 429) {
                assertThat(answer.body()).contains("rate-limited");
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                assertThat(answer.headers().firstValue("RateLimit").orElseThrow())
                        .contains(";r=0;");
            }
        }
    }

    /** A user of a tenant of its own, so that tests keep out of each other's way. */
    private String token(String tenant, String user) {
        return node.token(
                user,
                Map.of(
                        "tenant",
                        tenant,
                        "grants",
                        List.of(ServerFixture.grant("*", "read", "write", "presence", "cursors"))));
    }

    @Test
    void whoWritesTooOftenIsToldHowOftenItMay() {
        var ada = token("w1", "ada");
        assertLimited(hammer(() -> node.append("chat:w", EVENT, ada)), 201, "writes", 5);
        assertThat(node.append("chat:w", EVENT, token("w1", "bob")).statusCode())
                .as("another user")
                .isEqualTo(201);
    }

    @Test
    void manyUsersOfATenantShareItsQuotaAndNoOtherTenants() {
        var statuses = new ArrayList<Integer>();
        for (int user = 0; user < TRIES; user++) {
            statuses.add(node.append("chat:w", EVENT, token("w2", "u" + user)).statusCode());
        }
        assertThat(statuses).contains(201, 429).containsOnly(201, 429);
        assertThat(node.append("chat:w", EVENT, token("w3", "u1")).statusCode()).isEqualTo(201);
    }

    @Test
    void aBatchCountsWithAllThatItHolds() {
        var ada = token("w4", "ada");
        assertThat(batch(ada, 20).statusCode())
                .as("after a pause a long one passes")
                .isEqualTo(200);
        var next = batch(ada, 1);
        assertThat(next.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(next.headers().firstValue("Retry-After").orElseThrow()))
                .as("and has to be paid for")
                .isGreaterThanOrEqualTo(2);
    }

    @Test
    void aLongRequestCountsByItsLength() {
        var ada = token("w5", "ada");
        var event = "{\"type\":\"t\",\"data\":\"" + "x".repeat(15_000) + "\"}";
        assertThat(node.append("chat:l", event, ada).statusCode()).isEqualTo(201);
        var next = node.append("chat:l", event, ada);
        assertThat(next.statusCode()).isEqualTo(429);
        assertThat(next.headers().firstValue("RateLimit-Policy").orElseThrow()).contains("\"writes\";q=5;w=1");
        assertThat(node.append("chat:l", EVENT, ada).statusCode())
                .as("a short one still passes")
                .isEqualTo(201);
    }

    @Test
    @Tag("R-75")
    void whatCannotBeReadIsPaidForByItsLength() throws Exception {
        var ada = token("w6", "ada");
        assertThat(garbage(ada)).isEqualTo(400);
        assertThat(garbage(ada)).isEqualTo(429);
        assertThat(garbage(token("w7", "bob"))).as("another tenant").isEqualTo(400);
    }

    /** Garbage is no request that the document knows: it goes past what holds exchanges against it. */
    private int garbage(String token) throws Exception {
        var request = HttpRequest.newBuilder(node.uri("/v1/writes"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("[".repeat(500_000)))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
        }
    }

    private HttpResponse<String> batch(String token, int events) {
        var writes = IntStream.range(0, events)
                .mapToObj(i -> "{\"idempotency_key\":\"" + UUID.randomUUID()
                        + "\",\"channel\":\"chat:b\",\"type\":\"t\",\"data\":{}}")
                .toList();
        return node.post("/v1/writes", "{\"writes\":[" + String.join(",", writes) + "]}", token);
    }

    @Test
    void signalsAndHeartbeatsAreLimitedApart() {
        var ada = token("s1", "ada");
        assertLimited(
                hammer(() -> node.post("/v1/channels/doc:s/signals", "{\"kind\":\"wave\"}", ada)), 202, "signals", 5);
        assertLimited(
                hammer(() -> node.send("PUT", "/v1/channels/doc:s/presence", "{\"state\":\"active\"}", ada)),
                200,
                "presence",
                5);
    }

    @Test
    void pollsFromOneAddressAreLimitedWhoeverAsks() throws Exception {
        var answers = new ArrayList<HttpResponse<String>>();
        for (int i = 0; i < TRIES; i++) {
            answers.add(
                    node.get("/v1/stream?channel=chat:p&wait=0", token("o1", "u" + i), "X-Forwarded-For", "192.0.2.1"));
        }
        assertLimited(answers, 200, "openings", 3);
        var problem = new ObjectMapper()
                .readTree(answers.stream()
                        .filter(answer -> answer.statusCode() == 429)
                        .findFirst()
                        .orElseThrow()
                        .body());
        assertThat(problem.path("status").asInt()).isEqualTo(429);
        assertThat(node.get("/v1/stream?channel=chat:p&wait=0", token("o1", "u"), "X-Forwarded-For", "192.0.2.2")
                        .statusCode())
                .as("another address")
                .isEqualTo(200);
    }

    @Test
    void addressesOfOneIpv6NetworkCountAsOne() {
        var statuses = new ArrayList<Integer>();
        for (int i = 1; i <= TRIES; i++) {
            statuses.add(
                    node.get("/v1/stream?channel=chat:p&wait=0", token("o2", "u"), "X-Forwarded-For", "2001:db8::" + i)
                            .statusCode());
        }
        assertThat(statuses).contains(200, 429);
    }

    @Test
    void aUserHasSoManyStreamsAndAnotherOneItsOwn() {
        var ada = token("u4", "ada");
        var open = new ArrayList<SseReader>();
        try {
            for (int i = 0; i < 4; i++) {
                open.add(stream(ada, i));
                open.getLast().named("open");
            }
            assertThat(poll(ada).statusCode()).isEqualTo(429);
            assertThat(poll(token("u4", "bob")).statusCode()).isEqualTo(200);
            open.removeLast().close();
            eventually(() -> assertThat(poll(ada).statusCode()).isEqualTo(200));
        } finally {
            open.forEach(SseReader::close);
        }
    }

    private SseReader stream(String token, int from) {
        return node.stream("/v1/stream?channel=chat:u", token, "X-Forwarded-For", "198.51.100." + from);
    }

    private HttpResponse<String> poll(String token) {
        return node.get(
                "/v1/stream?channel=chat:u&wait=0",
                token,
                "X-Forwarded-For",
                "203.0.113." + polls.incrementAndGet() % 250);
    }

    @Test
    void aStreamIsPutOffKindly() {
        var token = token("o3", "u");
        hammer(() -> node.get("/v1/stream?channel=chat:p&wait=0", token, "X-Forwarded-For", "192.0.2.9"));
        var answer = node.get("/v1/stream?channel=chat:p", token, "X-Forwarded-For", "192.0.2.9");
        assertThat(answer.statusCode())
                .as("any other would close an EventSource for good")
                .isEqualTo(200);
        assertThat(answer.body()).startsWith("retry:");
    }
}

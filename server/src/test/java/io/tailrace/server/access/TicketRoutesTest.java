package io.tailrace.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.ServerFixture;
import io.tailrace.testkit.Eventually;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tickets and cookies on a whole node. */
@Tag("R-50")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TicketRoutesTest {

    private static final String HISTORY = "/v1/channels/chat:t/events";
    private static final Pattern TICKET = Pattern.compile("\"ticket\":\"([A-Za-z0-9_-]{43})\"");

    private ServerFixture node;
    private String token;

    @BeforeAll
    void start() {
        node = ServerFixture.start(Map.of("TAILRACE_ALLOWED_ORIGINS", "https://app.example.org"));
        token = node.token("u1");
        node.append("chat:t", "{\"type\":\"m\",\"data\":1}", token);
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private HttpResponse<String> ask(String body) {
        return node.post("/v1/tickets", body, token);
    }

    private static String ticket(HttpResponse<String> issued) {
        var found = TICKET.matcher(issued.body());
        assertThat(found.find()).as(issued.body()).isTrue();
        return found.group(1);
    }

    @Test
    void aTicketReadsItsChannelsAndNothingElse() {
        var issued = ask("{\"channels\":[\"chat:t\"]}");
        assertThat(issued.statusCode()).isEqualTo(201);
        assertThat(issued.headers().firstValue("cache-control")).hasValue("no-store");
        String query = "?ticket=" + ticket(issued);
        assertThat(node.get(HISTORY + query, "").statusCode()).isEqualTo(200);
        assertThat(node.get("/v1/channels/chat:other/events" + query, "").statusCode())
                .isEqualTo(403);
        assertThat(node.post(HISTORY + query, "{\"type\":\"m\",\"data\":1}", "", "Idempotency-Key", "k")
                        .statusCode())
                .isEqualTo(401);
        assertThat(node.post("/v1/tickets" + query, "{\"channels\":[\"chat:t\"]}", "")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aTicketOpensAStream() {
        try (var stream =
                node.stream("/v1/stream?channel=chat:t@0&ticket=" + ticket(ask("{\"channels\":[\"chat:t\"]}")), "")) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.events(1).getFirst().id()).isEqualTo("1");
        }
    }

    @Test
    void onlyHashesAreKept() {
        String ticket = ticket(ask("{\"channels\":[\"chat:t\"]}"));
        assertThat(node.get("/v1/channels/chat:t/events?ticket=" + "A".repeat(43), "")
                        .statusCode())
                .isEqualTo(401);
        assertThat(ticket).hasSize(43).isNotEqualTo(ticket(ask("{\"channels\":[\"chat:t\"]}")));
    }

    @Test
    void theRightToReadIsNeededForEachChannel() {
        var some = node.token("u2", List.of(ServerFixture.grant("chat:t", "read")));
        assertThat(node.post("/v1/tickets", "{\"channels\":[\"chat:t\"]}", some).statusCode())
                .isEqualTo(201);
        assertThat(node.post("/v1/tickets", "{\"channels\":[\"chat:t\",\"chat:o\"]}", some)
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aTicketIsForStreamsOrForCursors() {
        var cursors = ask("{\"channels\":[\"chat:t\"],\"for\":\"cursors\"}");
        assertThat(cursors.statusCode()).isEqualTo(201);
        assertThat(node.get(HISTORY + "?ticket=" + ticket(cursors), "").statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"channels\":[]}",
                "{\"channels\":[\"chat:t\"],\"ttl\":0}",
                "{\"channels\":[\"chat:t\"],\"ttl\":86401}",
                "{\"channels\":[\"chat:t\"],\"for\":\"fun\"}"
            })
    void valuesOutOfBoundsAre422(String body) {
        assertThat(ask(body).statusCode()).isEqualTo(422);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{\"channels\":\"chat:t\"}", "{\"channels\":[\"a b\"]}", "{\"channels\":[null]}", "[]"})
    void otherShapesAre400(String body) {
        assertThat(ask(body).statusCode()).isEqualTo(400);
    }

    @Test
    void anOldTicketIsToldApartAndLivesAgainWithAFreshToken() {
        String ticket = ticket(ask("{\"channels\":[\"chat:t\"],\"ttl\":1}"));
        Eventually.eventually(() ->
                assertThat(node.get(HISTORY + "?ticket=" + ticket, "").body()).contains("/problems/ticket-expired"));
        try (var stream = node.stream("/v1/stream?channel=chat:t&ticket=" + ticket, "")) {
            assertThat(stream.status()).isEqualTo(204);
        }
        String body = "{\"ticket\":\"" + ticket + "\"}";
        assertThat(node.send("PUT", "/v1/tickets", body, node.token("u2")).statusCode())
                .isEqualTo(422);
        assertThat(node.send("PUT", "/v1/tickets", body, token).statusCode()).isEqualTo(200);
        assertThat(node.get(HISTORY + "?ticket=" + ticket, "").statusCode()).isEqualTo(200);
    }

    @Test
    void noTicketOutlivesItsToken() {
        var end = Instant.now().plusSeconds(30).truncatedTo(ChronoUnit.SECONDS);
        var brief = node.token(
                "u1", Map.of("exp", Date.from(end), "grants", List.of(ServerFixture.grant("chat:t", "read"))));
        var issued = node.post("/v1/tickets", "{\"channels\":[\"chat:t\"],\"ttl\":3600}", brief);
        assertThat(issued.body()).contains("\"expires_at\":\"" + end);
        String body = "{\"ticket\":\"" + ticket(issued) + "\",\"ttl\":3600}";
        assertThat(node.send("PUT", "/v1/tickets", body, brief).body()).contains("\"expires_at\":\"" + end);
        assertThat(node.send("PUT", "/v1/tickets", body, token).body()).doesNotContain("\"expires_at\":\"" + end);
    }

    @Test
    void whoMayNoLongerShowACursorCannotGoOnByATicketForThem() {
        String ticket = ticket(ask("{\"channels\":[\"chat:t\"],\"for\":\"cursors\"}"));
        var reads = node.token("u1", List.of(ServerFixture.grant("chat:t", "read")));
        String body = "{\"ticket\":\"" + ticket + "\"}";
        assertThat(node.send("PUT", "/v1/tickets", body, reads).statusCode()).isEqualTo(403);
        assertThat(node.send("PUT", "/v1/tickets", body, token).statusCode()).isEqualTo(200);
    }

    @Test
    void foreignOriginsUseNeitherTicketsNorCookies() {
        String query = "?ticket=" + ticket(ask("{\"channels\":[\"chat:t\"]}"));
        assertThat(node.get(HISTORY + query, "", "Origin", "https://app.example.org")
                        .statusCode())
                .isEqualTo(200);
        assertThat(node.get(HISTORY + query, "", "Origin", "https://evil.example")
                        .statusCode())
                .isEqualTo(403);
        String cookie = "tailrace_token=" + token;
        assertThat(node.get(HISTORY, "", "Cookie", cookie).statusCode()).isEqualTo(200);
        assertThat(node.get(HISTORY, "", "Cookie", cookie, "Origin", "http://127.0.0.1:" + node.port())
                        .statusCode())
                .isEqualTo(200);
        assertThat(node.get(HISTORY, "", "Cookie", cookie, "Origin", "https://evil.example")
                        .body())
                .contains("/problems/origin-not-allowed");
        assertThat(node.get(HISTORY, "", "Cookie", cookie, "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aCookieWritesOnlyFromAKnownOrigin() {
        String cookie = "tailrace_token=" + token;
        String event = "{\"type\":\"m\",\"data\":1}";
        assertThat(node.append("chat:c", event, "", "Cookie", cookie).statusCode())
                .isEqualTo(403);
        assertThat(node.append("chat:c", event, "", "Cookie", cookie, "Origin", "https://app.example.org")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void theCookieThatOnlyThisHostCanSetComesFirst() {
        String ours = "__Host-tailrace_token=" + token;
        String tossed = "tailrace_token=" + node.token("mallory", List.of());
        assertThat(node.get(HISTORY, "", "Cookie", ours).statusCode()).isEqualTo(200);
        assertThat(node.get(HISTORY, "", "Cookie", tossed).statusCode()).isEqualTo(403);
        assertThat(node.get(HISTORY, "", "Cookie", tossed + "; " + ours).statusCode())
                .isEqualTo(200);
    }

    @Test
    void anOldCookieEndsAStreamForGood() {
        var old = node.token("u1", Map.of("exp", Date.from(Instant.now().minusSeconds(60))));
        try (var stream = node.stream("/v1/stream?channel=chat:t", "", "Cookie", "tailrace_token=" + old)) {
            assertThat(stream.status()).isEqualTo(204);
        }
        assertThat(node.get(HISTORY, old).statusCode()).isEqualTo(401);
    }
}

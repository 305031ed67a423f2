package io.tailrace.server.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.openapi.Conformance;
import io.tailrace.openapi.OpenApi;
import io.tailrace.server.ServerFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing that a stranger sends makes an error of ours, changes the log, or stops the server. */
@Tag("R-74")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {

    private final Conformance conformance = new Conformance(OpenApi.load());
    private ServerFixture node;
    private String token;

    @BeforeAll
    void start() {
        node = ServerFixture.start(Map.of("TAILRACE_REQUEST_TIMEOUT", "2s"));
        token = node.token("stranger");
        assertThat(node.append("chat:bad", "{\"type\":\"t\",\"data\":\"first\"}", token)
                        .statusCode())
                .isEqualTo(201);
    }

    @AfterAll
    void stop() {
        node.close();
    }

    static Stream<Bad> bodies() {
        return BadTables.bodies();
    }

    static Stream<Bad> headers() {
        return BadTables.headers();
    }

    static Stream<Bad> addresses() {
        return BadTables.addresses();
    }

    static Stream<Bad> requests() {
        return BadTables.requests();
    }

    static Stream<Bad> present() {
        return PresentTables.requests();
    }

    @ParameterizedTest
    @MethodSource({"bodies", "headers", "addresses", "requests", "present"})
    void isRefusedAsDocumented(Bad bad) throws IOException {
        String before = history();
        var answer = RawHttp.send(node.port(), bad.bytes(token));

        assertThat(answer.status()).as(answer.text()).isEqualTo(bad.status());
        assertThat(answer.text()).contains("\"type\":\"/problems/" + bad.type() + "\"");
        if (!bad.target().contains("%")) {
            assertThat(conformance.violations(answer.exchange(bad.method(), bad.target())))
                    .as(answer.text())
                    .isEmpty();
        }
        assertThat(history()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("io.tailrace.server.badinput.BadTables#shapes")
    void isNoHttpAndAnsweredOrCut(BadTables.Shape shape) throws IOException {
        String before = history();
        var answer =
                RawHttp.send(node.port(), shape.text().replace("TOKEN", token).getBytes(StandardCharsets.ISO_8859_1));

        assertThat(answer.status()).as(answer.text()).isIn(shape.statuses());
        if (!shape.type().isEmpty()) {
            assertThat(answer.text()).contains("\"type\":\"/problems/" + shape.type() + "\"");
        }
        assertThat(history()).isEqualTo(before);
    }

    @Test
    void tokensThatAreNoneOfOursAreRefused() {
        String before = history();
        for (String bad : List.of(
                "garbage",
                "a.b.c",
                none(),
                token.substring(0, token.length() - 4) + "AAAA",
                node.token(
                        "u",
                        Map.of(
                                "exp",
                                java.util.Date.from(java.time.Instant.now().minusSeconds(60)))),
                node.token("u", Map.of("tenant", "")),
                node.token("", Map.of("sub", "")),
                node.token("u", Map.of("exp", "")),
                node.token("u", Map.of("tenant", "a\u0000b")),
                node.token("u", Map.of("grants", "everything")))) {
            var answer = node.append("chat:bad", "{\"type\":\"t\",\"data\":1}", bad);
            assertThat(answer.statusCode()).as(bad).isEqualTo(401);
            assertThat(answer.body()).contains("/problems/unauthenticated");
        }
        assertThat(history()).isEqualTo(before);
    }

    private static String none() {
        var encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(
                        "{\"sub\":\"u\",\"tenant\":\"acme\",\"exp\":4102444800}".getBytes(StandardCharsets.UTF_8))
                + ".";
    }

    private String history() {
        var history = node.get("/v1/channels/chat:bad/events", token);
        assertThat(history.statusCode()).isEqualTo(200);
        return history.body();
    }
}

package io.tailrace.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.openapi.OpenApi;
import io.tailrace.openapi.Operation;
import io.tailrace.server.ServerFixture;
import io.tailrace.server.badinput.RawHttp;
import io.tailrace.server.badinput.RawHttp.Answer;
import io.tailrace.wire.ProblemType;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** What each answer of a node tells a browser that must not guess, keep or pass on. */
@Tag("R-71")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecurityHeadersTest {

    private static final String ORIGIN = "https://app.example.org";

    /** What a script of another origin may read without being told so (Fetch standard, CORS-safelisted response headers). */
    private static final List<String> READABLE_ANYWAY = List.of(
            "Cache-Control",
            "Content-Language",
            "Content-Length",
            "Content-Type",
            "Expires",
            "Last-Modified",
            "Pragma");

    private ServerFixture node;
    private String token;

    @BeforeAll
    void start() {
        node = ServerFixture.start(Map.of("TAILRACE_ALLOWED_ORIGINS", ORIGIN));
        token = node.token("ada");
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private Answer send(String method, String target, String body, String... headers) throws IOException {
        return send(node.port(), method, target, body, headers);
    }

    private static Answer send(int port, String method, String target, String body, String... headers)
            throws IOException {
        var request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n");
        if (!body.isEmpty()) {
            request.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(body.length())
                    .append("\r\n");
        }
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return RawHttp.send(port, request.append("\r\n").append(body).toString().getBytes(US_ASCII));
    }

    private static String one(Answer answer, String name) {
        var values = answer.headers().getOrDefault(name, List.of());
        assertThat(values).as(name).hasSize(1);
        return values.getFirst();
    }

    private static void guarded(Answer answer) {
        assertThat(answer.status()).isPositive();
        assertThat(one(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(one(answer, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(one(answer, "Cache-Control")).isNotEmpty();
        assertThat(answer.headers()).doesNotContainKeys("Server", "X-Powered-By");
        var type = answer.headers().get("Content-Type");
        if (type != null && type.getFirst().startsWith("text/html")) {
            assertThat(one(answer, "Content-Security-Policy"))
                    .contains("default-src '", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'")
                    .doesNotContain("unsafe-");
        }
    }

    private static DynamicTest test(String name, org.junit.jupiter.api.function.Executable executable) {
        return DynamicTest.dynamicTest(name, executable);
    }

    @TestFactory
    Stream<DynamicTest> everyOperationForEverybody() {
        String admin = "/metrics";
        return OpenApi.load().operations().stream().flatMap(operation -> {
            int port = operation.pattern().equals(admin) ? node.adminPort() : node.port();
            String method = operation.method().toUpperCase(Locale.ROOT);
            String target = target(operation);
            String body = List.of("POST", "PUT", "PATCH").contains(method) ? "{}" : "";
            return Stream.of(
                    test(method + " " + target + " by nobody", () -> guarded(send(port, method, target, body))),
                    test(
                            method + " " + target + " with a token",
                            () -> guarded(send(port, method, target, body, "Authorization: Bearer " + token))),
                    test("OPTIONS " + target, () -> guarded(send(port, "OPTIONS", target, ""))),
                    test("TRACE " + target, () -> guarded(send(port, "TRACE", target, ""))));
        });
    }

    private static String target(Operation operation) {
        String path = operation
                .pattern()
                .replace("{channel}", "board:1")
                .replace("{user}", "bob")
                .replace("{namespace}", "board")
                .replace("{stream}", "s1");
        return path.replaceAll("\\{[^}]+}", "x");
    }

    @TestFactory
    Stream<DynamicTest> everyPage() {
        var problems =
                Arrays.stream(ProblemType.values()).map(type -> type.uri().toString());
        return Stream.concat(
                        Stream.of(
                                "/",
                                "/problems",
                                "/problems/none",
                                "/nowhere",
                                "/openapi.yaml",
                                "/assets/none/none.js",
                                "/shell.js"),
                        problems)
                .map(path -> test(path, () -> guarded(send("GET", path, ""))));
    }

    @Test
    void assetsOfTheBoard() throws IOException {
        String page = send("GET", "/", "").text();
        var assets = java.util.regex.Pattern.compile("assets/[0-9a-f]{16}/[a-z.-]+")
                .matcher(page)
                .results()
                .map(java.util.regex.MatchResult::group)
                .toList();
        assertThat(assets).isNotEmpty();
        for (String asset : assets) {
            var answer = send("GET", "/" + asset, "");
            assertThat(answer.status()).isEqualTo(200);
            guarded(answer);
            assertThat(one(answer, "Cache-Control")).contains("immutable");
        }
    }

    @Test
    void streamsAndPolls() throws IOException {
        String stream = "/v1/stream?channel=board:1";
        var answer = send("GET", stream, "", "Authorization: Bearer " + token);
        assertThat(answer.status()).isEqualTo(200);
        guarded(answer);
        assertThat(one(answer, "Cache-Control")).isEqualTo("no-store, no-transform");
        guarded(send("GET", stream + "&wait=0", "", "Authorization: Bearer " + token));
    }

    @TestFactory
    Stream<DynamicTest> whatNeverReachesARoute() {
        return Stream.of(
                        "GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
                        "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: h\r\nbad header\r\n\r\n",
                        "GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: h\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(40_000) + "\r\n\r\n",
                        "GET / HTTP/3.7\r\nHost: h\r\n\r\n")
                .map(request -> test(
                        request.substring(0, Math.min(30, request.length())).strip(),
                        () -> guarded(RawHttp.send(node.port(), request.getBytes(US_ASCII)))));
    }

    @Test
    void whatIsOfOneUserIsKeptByNoProxy() throws IOException {
        for (String path : List.of("/v1/channels/board:1/events", "/v1/audit", "/v1/channels/board:1/presence")) {
            assertThat(one(send("GET", path, "", "Authorization: Bearer " + token), "Cache-Control"))
                    .as(path)
                    .doesNotContain("public")
                    .containsAnyOf("no-store", "private");
        }
    }

    @Test
    void scriptsOfAllowedOriginsReadAndSendEveryHeaderOfTheDocument() throws IOException {
        var document = OpenApi.load();
        var answered = new TreeSet<>(List.of("Allow"));
        var asked = new TreeSet<>(List.of("Authorization", "Content-Type"));
        for (Operation operation : document.operations()) {
            operation.node().path("responses").forEach(response -> document.resolve(response)
                    .path("headers")
                    .fieldNames()
                    .forEachRemaining(answered::add));
            StreamSupport.stream(operation.node().path("parameters").spliterator(), false)
                    .map(document::resolve)
                    .filter(parameter -> parameter.path("in").asText().equals("header"))
                    .forEach(parameter -> asked.add(parameter.path("name").asText()));
        }
        answered.removeAll(READABLE_ANYWAY);
        var answer = send("OPTIONS", "/v1/writes", "", "Origin: " + ORIGIN);
        assertThat(one(answer, "Access-Control-Expose-Headers").split(", ")).containsExactlyElementsOf(answered);
        assertThat(one(answer, "Access-Control-Allow-Headers").split(", ")).containsAll(asked);
    }
}

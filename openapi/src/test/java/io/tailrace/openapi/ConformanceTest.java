package io.tailrace.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The judge finds what it is there to find. */
class ConformanceTest {

    private static final String EVENTS = "/v1/channels/board:a/events";
    private static final String DRAFT = "{\"type\":\"t\",\"data\":1}";
    private static final String RECEIPT =
            "{\"channel\":\"board:a\",\"seq\":1,\"type\":\"t\",\"data\":1,\"by\":\"u\",\"at\":\"2026-11-23T08:00:00Z\"}";
    private static final String PAGE =
            "{\"channel\":\"board:a\",\"events\":[],\"head\":0,\"floor\":0,\"position\":\"0\"}";
    private static final Map<String, String> CREATED =
            Map.of("Content-Type", "application/json", "ETag", "\"1\"", "Location", EVENTS + "?after=0&limit=1");

    private final Conformance conformance = new Conformance(OpenApi.load());

    private List<String> write(String path, String body, int status, Map<String, String> headers, String answer) {
        return conformance.violations(new HttpExchange(
                "POST",
                URI.create(path),
                listed(Map.of("Idempotency-Key", "k", "Content-Type", "application/json")),
                body.getBytes(StandardCharsets.UTF_8),
                status,
                listed(headers),
                answer.getBytes(StandardCharsets.UTF_8)));
    }

    private List<String> get(String target, int status, String type, String answer) {
        return conformance.violations(new HttpExchange(
                "GET",
                URI.create(target),
                Map.of(),
                new byte[0],
                status,
                listed(Map.of("Content-Type", type, "Cache-Control", "private")),
                answer.getBytes(StandardCharsets.UTF_8)));
    }

    private static Map<String, List<String>> listed(Map<String, String> headers) {
        var listed = new LinkedHashMap<String, List<String>>();
        headers.forEach((name, value) -> listed.put(name, List.of(value)));
        return listed;
    }

    @Test
    void passesWhatIsAsDocumented() {
        assertThat(write(EVENTS, DRAFT, 201, CREATED, RECEIPT)).isEmpty();
        assertThat(get(EVENTS + "?after=0&limit=10", 200, "application/json; charset=utf-8", PAGE))
                .isEmpty();
    }

    @Test
    void findsWhatIsWrongWithARequest() {
        assertThat(write(EVENTS, "{\"type\":\"t\"}", 201, CREATED, RECEIPT)).isNotEmpty();
        assertThat(write(EVENTS, "{\"type\":\"t\",\"data\":1,\"x\":1}", 201, CREATED, RECEIPT))
                .isNotEmpty();
        assertThat(write("/v1/channels/bo%20ard/events", DRAFT, 201, CREATED, RECEIPT))
                .isNotEmpty();
        assertThat(get(EVENTS + "?limit=1001", 200, "application/json", PAGE))
                .anyMatch(wrong -> wrong.contains("limit"));
        assertThat(get(EVENTS + "?nope=1", 200, "application/json", PAGE)).anyMatch(wrong -> wrong.contains("nope"));
        assertThat(get("/v1/stream", 204, "text/plain", "")).anyMatch(wrong -> wrong.contains("channel"));
    }

    @Test
    void findsWhatIsWrongWithAnAnswer() {
        assertThat(write(EVENTS, DRAFT, 200, CREATED, RECEIPT)).isNotEmpty();
        assertThat(write(EVENTS, DRAFT, 201, Map.of("Content-Type", "application/json"), RECEIPT))
                .isNotEmpty();
        assertThat(write(EVENTS, DRAFT, 201, CREATED, RECEIPT.replace("\"seq\":1,", "")))
                .isNotEmpty();
        assertThat(write(EVENTS, DRAFT, 201, CREATED, RECEIPT.replace("\"seq\"", "\"more\":1,\"seq\"")))
                .isNotEmpty();
        assertThat(write(EVENTS, DRAFT, 201, CREATED, RECEIPT.replace("2026-11-23T08", "yesterday")))
                .isNotEmpty();
        assertThat(write("/v1/nowhere", DRAFT, 201, CREATED, RECEIPT)).isNotEmpty();
    }

    @Test
    void findsProblemsThatAreNotDocumented() {
        var problem = Map.of("Content-Type", "application/problem+json");
        String body = "{\"type\":\"/problems/%s\",\"title\":\"t\",\"status\":%d}";

        assertThat(write(EVENTS, DRAFT, 403, problem, body.formatted("forbidden", 403)))
                .isEmpty();
        assertThat(write(EVENTS, DRAFT, 403, problem, body.formatted("forbidden", 404)))
                .isNotEmpty();
        assertThat(write(EVENTS, DRAFT, 403, problem, body.formatted("not-found", 403)))
                .isNotEmpty();
        assertThat(write(EVENTS, DRAFT, 503, problem, body.formatted("unavailable", 503)))
                .anyMatch(wrong -> wrong.contains("Retry-After"));
    }

    @Test
    void knowsFrames() {
        assertThat(conformance.frameViolations("snapshot.required", "{\"channel\":\"a\",\"floor\":0,\"head\":7}"))
                .isEmpty();
        assertThat(conformance.frameViolations("snapshot.required", "{\"channel\":\"a\"}"))
                .isNotEmpty();
        assertThat(conformance.frameViolations("surprise", "{}")).isNotEmpty();
    }
}

package io.tailrace.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges exchanges by the document, both ways: addresses, methods, parameters, headers, bodies and statuses that it does
 * not know, and those that are not as it says. Safe for use by many threads.
 */
public final class Conformance {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final Set<String> UNDOCUMENTED = Set.of("/metrics");

    private final OpenApi document;
    private final RequestRules requests;

    public Conformance(OpenApi document) {
        this.document = document;
        this.requests = new RequestRules(document);
    }

    /**
     * What is wrong with an exchange: with the answer in any case, and with a request that was not refused. What the
     * server refuses is refused as documented; what it accepts is documented.
     */
    public List<String> violations(HttpExchange exchange) {
        var found = new ArrayList<>(responseViolations(exchange));
        if (exchange.status() < 400) {
            document.operation(exchange.method(), exchange.path())
                    .ifPresent(operation -> found.addAll(requests.violations(operation, exchange)));
        }
        return found;
    }

    private List<String> responseViolations(HttpExchange exchange) {
        String path = exchange.path();
        if (!path.startsWith("/v1") && !document.knows(path) || UNDOCUMENTED.contains(path)) {
            return List.of(); // pages of the board
        }
        return document.operation(exchange.method(), path)
                .map(operation -> answered(operation, exchange))
                .orElseGet(() -> elsewhere(exchange));
    }

    /** What is wrong with one frame of a stream; {@code message} is the name of frames that have none. */
    public List<String> frameViolations(String event, String data) {
        JsonNode schema = document.root()
                .at("/paths/~1v1~1stream/get/responses/200/content/text~1event-stream/x-sse-events")
                .path(event);
        if (schema.isMissingNode()) {
            return List.of("a frame that is not documented: " + event);
        }
        return json("frame " + event, data.getBytes(java.nio.charset.StandardCharsets.UTF_8), schema);
    }

    private List<String> answered(Operation operation, HttpExchange exchange) {
        String status = Integer.toString(exchange.status());
        JsonNode responses = operation.node().path("responses");
        if (responses.has(status)) {
            return as(exchange, document.resolve(responses.get(status)));
        }
        if (exchange.status() == 404) {
            return as(exchange, component("NotFound"));
        }
        return List.of("a status that is not documented" + told(exchange));
    }

    private List<String> elsewhere(HttpExchange exchange) {
        if (!document.knows(exchange.path())) {
            return exchange.status() == 404 || exchange.status() == 400
                    ? as(exchange, component(exchange.status() == 404 ? "NotFound" : "BadRequest"))
                    : List.of("an address that is not documented, answered " + exchange.status());
        }
        if (exchange.method().equals("OPTIONS")) {
            return exchange.status() < 300 ? List.of() : List.of("OPTIONS answered " + exchange.status());
        }
        return exchange.status() == 405
                ? as(exchange, component("MethodNotAllowed"))
                : List.of("a method that is not documented, answered " + exchange.status());
    }

    private JsonNode component(String name) {
        return document.root().at("/components/responses/" + name);
    }

    private List<String> as(HttpExchange exchange, JsonNode response) {
        var found = new ArrayList<String>();
        OpenApi.properties(response.path("headers")).forEach(header -> found.addAll(header(exchange, header)));
        byte[] body = exchange.responseBody();
        if (body == null) {
            return found;
        }
        JsonNode content = response.path("content");
        if (exchange.method().equals("HEAD") || content.isMissingNode()) {
            if (body.length > 0) {
                found.add("a body where there should be none");
            }
            return found;
        }
        JsonNode media = content.path(exchange.mediaType());
        if (media.isMissingNode()) {
            found.add("a media type that is not documented: " + exchange.mediaType());
        } else if (exchange.mediaType().endsWith("json")) {
            found.addAll(json("answer", body, media.path("schema")));
            found.addAll(problem(exchange, response, body));
        }
        return found;
    }

    private List<String> header(HttpExchange exchange, Map.Entry<String, JsonNode> header) {
        JsonNode rule = document.resolve(header.getValue());
        return exchange.responseHeader(header.getKey())
                .map(
                        value -> document
                                .violations(
                                        rule.path("schema"), Texts.value(document.resolve(rule.path("schema")), value))
                                .stream()
                                .map(wrong -> "header " + header.getKey() + " " + wrong)
                                .toList())
                .orElseGet(
                        () -> rule.path("required").asBoolean() ? List.of("no header " + header.getKey()) : List.of());
    }

    private List<String> problem(HttpExchange exchange, JsonNode response, byte[] body) {
        JsonNode types = response.path("x-problem-types");
        if (types.isMissingNode()) {
            return List.of();
        }
        var problem = parsed(body);
        String slug = problem.path("type").asText().replace("/problems/", "");
        var found = new ArrayList<String>();
        if (!JSON.convertValue(types, List.class).contains(slug)) {
            found.add("a problem type that is not documented: " + slug);
        }
        if (problem.path("status").asInt() != exchange.status()) {
            found.add("a problem of another status: " + problem.path("status"));
        }
        return found;
    }

    private List<String> json(String what, byte[] text, JsonNode schema) {
        JsonNode value = parsed(text);
        if (value.isMissingNode()) {
            return List.of(what + " is not JSON");
        }
        return document.violations(schema, value).stream()
                .map(wrong -> what + " " + wrong)
                .toList();
    }

    /** The value, or a missing node when it is none. */
    static JsonNode parsed(byte[] text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String told(HttpExchange exchange) {
        byte[] body = exchange.responseBody();
        return body == null ? "" : ": " + new String(body, java.nio.charset.StandardCharsets.UTF_8);
    }
}

package io.tailrace.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the document says about requests. */
final class RequestRules {

    private final OpenApi document;

    RequestRules(OpenApi document) {
        this.document = document;
    }

    List<String> violations(Operation operation, HttpExchange exchange) {
        var found = new ArrayList<String>();
        var query = query(exchange);
        var variables = operation.variables(exchange.path()).orElseThrow();
        var declared = new ArrayList<String>();
        for (JsonNode reference : operation.node().path("parameters")) {
            JsonNode parameter = document.resolve(reference);
            String name = parameter.path("name").asText();
            List<String> given =
                    switch (parameter.path("in").asText()) {
                        case "path" -> List.of(variables.getOrDefault(name, ""));
                        case "query" -> {
                            declared.add(name);
                            yield query.getOrDefault(name, List.of());
                        }
                        default -> exchange.requestHeader(name).map(List::of).orElse(List.of());
                    };
            found.addAll(parameter(parameter, given));
        }
        query.keySet().stream()
                .filter(name -> !declared.contains(name))
                .forEach(name -> found.add("a query parameter that is not documented: " + name));
        found.addAll(body(operation, exchange));
        return found;
    }

    private List<String> parameter(JsonNode parameter, List<String> given) {
        String name = parameter.path("name").asText();
        if (given.isEmpty()) {
            return parameter.path("required").asBoolean() ? List.of("no parameter " + name) : List.of();
        }
        JsonNode schema = document.resolve(parameter.path("schema"));
        JsonNode value;
        if (schema.path("type").asText().equals("array")) {
            var array = JsonNodeFactory.instance.arrayNode();
            given.forEach(text -> array.add(Texts.value(document.resolve(schema.path("items")), text)));
            value = array;
        } else if (given.size() > 1) {
            return List.of("parameter " + name + " more than once");
        } else {
            value = Texts.value(schema, given.getFirst());
        }
        return document.violations(schema, value).stream()
                .map(wrong -> "parameter " + name + " " + wrong)
                .toList();
    }

    private List<String> body(Operation operation, HttpExchange exchange) {
        JsonNode rule = operation.node().path("requestBody");
        boolean sent = exchange.requestBody().length > 0;
        if (!sent) {
            return rule.path("required").asBoolean() ? List.of("no request body") : List.of();
        }
        if (rule.isMissingNode()) {
            return List.of("a request body where there should be none");
        }
        String type =
                HttpExchange.essence(exchange.requestHeader("Content-Type").orElse(""));
        JsonNode media = rule.path("content").path(type);
        if (media.isMissingNode()) {
            return List.of("a request of a media type that is not documented: " + type);
        }
        JsonNode value = Conformance.parsed(exchange.requestBody());
        return value.isMissingNode()
                ? List.of("request is not JSON")
                : document.violations(media.path("schema"), value).stream()
                        .map(wrong -> "request " + wrong)
                        .toList();
    }

    private static Map<String, List<String>> query(HttpExchange exchange) {
        var query = new LinkedHashMap<String, List<String>>();
        String raw = exchange.target().getRawQuery();
        if (raw != null && !raw.isEmpty()) {
            for (String pair : raw.split("&")) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                query.computeIfAbsent(decoded(name), n -> new ArrayList<>()).add(decoded(value));
            }
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}

package io.tailrace.openapi;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The document as a tree, and its schemas as JSON Schema 2020-12, which is the dialect of OpenAPI 3.1. Answers are open
 * for clients; here they are closed, so that a member that nobody documented is found. Safe for use by many threads.
 */
public final class OpenApi {

    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

    private final JsonNode root;
    private final JsonNode closed;
    private final Map<JsonNode, Schema> schemas = new ConcurrentHashMap<>();
    private final List<Operation> operations;

    private OpenApi(JsonNode root) {
        this.root = root;
        this.closed = close(root.path("components").deepCopy());
        this.operations = properties(root.path("paths"))
                .flatMap(path -> properties(path.getValue())
                        .map(method -> new Operation(method.getKey(), path.getKey(), method.getValue())))
                .toList();
    }

    /** The document on the class path, as the server serves it. */
    public static OpenApi load() {
        try (var in = OpenApi.class.getResourceAsStream("/openapi.yaml")) {
            return new OpenApi(YAMLMapper.builder()
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .build()
                    .readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public JsonNode root() {
        return root;
    }

    public List<Operation> operations() {
        return operations;
    }

    /** The operation that answers {@code method} at {@code path}; a {@code HEAD} is answered by its {@code GET}. */
    public Optional<Operation> operation(String method, String path) {
        String asked = method.equals("HEAD") ? "GET" : method;
        return operations.stream()
                .filter(operation -> operation.method().equalsIgnoreCase(asked))
                .filter(operation -> operation.variables(path).isPresent())
                .findFirst();
    }

    /** Whether any operation has this path. */
    public boolean knows(String path) {
        return operations.stream()
                .anyMatch(operation -> operation.variables(path).isPresent());
    }

    /** {@code node}, or what it refers to. */
    public JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? resolve(root.at(node.get("$ref").asText().substring(1))) : node;
    }

    /** What is wrong with {@code value} by {@code schema}, a schema of this document; empty when nothing is. */
    public List<String> violations(JsonNode schema, JsonNode value) {
        return schemas.computeIfAbsent(schema, this::compile).validate(value).stream()
                .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
                .toList();
    }

    private Schema compile(JsonNode schema) {
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        whole.putArray("allOf").add(close(schema.deepCopy()));
        whole.set("components", closed);
        return REGISTRY.getSchema(whole);
    }

    private static JsonNode close(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.path("properties").isObject()
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        node.forEach(OpenApi::close);
        return node;
    }

    static Stream<Map.Entry<String, JsonNode>> properties(JsonNode node) {
        return node.properties().stream();
    }
}

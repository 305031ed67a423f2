package io.tailrace.sdk.trial;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** An OpenAPI document, as a tree. */
record Document(Map<String, Object> root) {

    static final Path WHOLE = Path.of("..", "..", "openapi", "src", "main", "resources", "openapi.yaml");
    static final Path DERIVED = Path.of("target", "openapi.yaml");

    static Document at(Path path) {
        try (var reader = Files.newBufferedReader(path)) {
            return new Document(object(new Yaml(new SafeConstructor(new LoaderOptions())).load(reader)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked") // what YAML calls a mapping; its keys are texts in this document
    static Map<String, Object> object(@Nullable Object node) {
        return (Map<String, Object>) Objects.requireNonNull(node);
    }

    /** What an operation is asked with and what it answers, by name or by reference. */
    List<Object> shape(String operation) {
        var described = object(operations().get(operation));
        var shape = new ArrayList<Object>(object(described.get("responses")).keySet());
        ((List<?>) Objects.requireNonNull(described.get("parameters")))
                .forEach(parameter -> shape.add(
                        object(parameter).getOrDefault("$ref", object(parameter).get("name"))));
        return shape;
    }

    /** Operations by id. */
    Map<String, Map<String, Object>> operations() {
        var operations = new TreeMap<String, Map<String, Object>>();
        object(root.get("paths")).values().forEach(path -> object(path)
                .values()
                .forEach(
                        operation -> operations.put((String) object(operation).get("operationId"), object(operation))));
        return operations;
    }

    /** Operations, each with its method and its path. */
    List<String> routes() {
        var routes = new ArrayList<String>();
        object(root.get("paths"))
                .forEach(
                        (path, methods) -> object(methods).keySet().forEach(method -> routes.add(method + " " + path)));
        return routes;
    }

    /** The names of the members of each object that has some, by its name. */
    Map<String, TreeSet<String>> members() {
        var members = new TreeMap<String, TreeSet<String>>();
        object(object(root.get("components")).get("schemas")).forEach((name, schema) -> {
            if (object(schema).containsKey("properties")) {
                members.put(
                        name,
                        new TreeSet<>(object(object(schema).get("properties")).keySet()));
            }
        });
        return members;
    }
}

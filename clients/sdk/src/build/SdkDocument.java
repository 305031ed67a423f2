import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Derives the document that SDKs are generated from: the product's, less what no generator can make and less the limits
 * that only the server has to keep. Run by the build as a single source file: {@code SdkDocument FROM TO}.
 */
public final class SdkDocument {

    /** What no generator can make: a stream of events, and a WebSocket. */
    private static final Set<String> BY_HAND = Set.of("openStream", "openCursors");

    /**
     * The server's limits. A client that checks answers by those of its day refuses what a later server may say, and one
     * that checks requests by them refuses what a later server takes.
     */
    private static final Set<String> LIMITS = Set.of(
            "default", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "propertyNames");

    private static final String SCHEMAS = "#/components/schemas/";

    /** Members whose members are named by us, so that one called {@code pattern} is no keyword. */
    private static final Set<String> NAMED = Set.of("properties", "schemas", "x-sse-events", "headers", "responses");

    private SdkDocument() {}

    public static void main(String... arguments) throws IOException {
        var from = Path.of(arguments[0]);
        var to = Path.of(arguments[1]);
        Object document;
        try (var reader = Files.newBufferedReader(from)) {
            document = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
        }
        var style = new DumperOptions();
        style.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        style.setDereferenceAliases(true);
        Files.createDirectories(to.toAbsolutePath().getParent());
        Files.writeString(to, new Yaml(style).dump(derived(object(document))));
    }

    private static Map<String, Object> derived(Map<String, Object> document) {
        var answered = answered(document);
        var derived = object(open(document, false));
        var info = object(derived.get("info"));
        // It would stand at the top of each generated file.
        info.put("description", info.get("summary"));
        var paths = object(derived.get("paths"));
        paths.values().forEach(path -> object(path).values().removeIf(SdkDocument::byHand));
        paths.values().removeIf(path -> object(path).isEmpty());
        paths.values().forEach(path -> object(path).values().forEach(SdkDocument::withToken));
        object(object(derived.get("components")).get("securitySchemes")).keySet().retainAll(Set.of("bearer"));
        answered.forEach(name -> object(schemas(derived).get(name)).remove("additionalProperties", false));
        // Any JSON Schema: an object or a boolean. Generators make a class of "either" that is worse than any value.
        schemas(derived).put("EventSchema", new LinkedHashMap<>(Map.of("description", "A JSON Schema 2020-12.")));
        return derived;
    }

    private static boolean byHand(Object operation) {
        return BY_HAND.contains(object(operation).get("operationId"));
    }

    /** Tickets and cookies are for browsers, which cannot send a token; an SDK sends the token. */
    private static void withToken(Object operation) {
        object(operation).computeIfPresent("security", (name, security) -> {
            var ways = new ArrayList<>((List<?>) security);
            ways.removeIf(way -> !object(way).containsKey("bearer"));
            return ways;
        });
    }

    /** Names of the schemas that an answer may hold; some are closed, for a request may hold them too. */
    private static Set<String> answered(Map<String, Object> document) {
        var found = new TreeSet<String>();
        var left = new ArrayDeque<Object>();
        object(document.get("paths")).values().forEach(path -> object(path)
                .values()
                .forEach(operation -> left.add(object(operation).get("responses"))));
        left.add(object(document.get("components")).get("responses"));
        while (!left.isEmpty()) {
            var node = left.remove();
            if (node instanceof Map<?, ?> map) {
                if (map.get("$ref") instanceof String reference
                        && reference.startsWith(SCHEMAS)
                        && found.add(reference.substring(SCHEMAS.length()))) {
                    left.add(schemas(document).get(reference.substring(SCHEMAS.length())));
                }
                map.values().stream().filter(Objects::nonNull).forEach(left::add);
            } else if (node instanceof List<?> list) {
                list.stream().filter(Objects::nonNull).forEach(left::add);
            }
        }
        return found;
    }

    private static Object open(Object node, boolean named) {
        if (node instanceof List<?> list) {
            return list.stream().map(item -> open(item, false)).toList();
        }
        if (!(node instanceof Map<?, ?>)) {
            return node;
        }
        var open = new LinkedHashMap<String, Object>();
        object(node).forEach((name, value) -> {
            if (named || !LIMITS.contains(name)) {
                open.put(name, open(value, !named && NAMED.contains(name)));
            }
        });
        return open;
    }

    private static Map<String, Object> schemas(Map<String, Object> document) {
        return object(object(document.get("components")).get("schemas"));
    }

    @SuppressWarnings("unchecked") // what YAML calls a mapping; its keys are texts in this document
    private static Map<String, Object> object(Object node) {
        return (Map<String, Object>) node;
    }
}

package io.tailrace.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.wire.Contract;
import io.tailrace.wire.Event;
import io.tailrace.wire.EventDraft;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.WriteReceipt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The document is sound, fit for generators, and says the same as the records. */
@Tag("R-91")
class OpenApiDocumentTest {

    private static final OpenApi DOCUMENT = OpenApi.load();

    static Stream<Operation> operations() {
        return DOCUMENT.operations().stream();
    }

    @Test
    void isOpenApi31() {
        assertThat(DOCUMENT.root().path("openapi").asText()).startsWith("3.1");
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        for (JsonNode reference : DOCUMENT.root().findValues("$ref")) {
            assertThat(DOCUMENT.root().at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse();
        }
    }

    @Test
    void everyComponentIsUsed() {
        var used = new TreeSet<String>();
        DOCUMENT.root().findValues("$ref").forEach(reference -> used.add(reference.asText()));
        used.add("#/components/responses/MethodNotAllowed");
        used.add("#/components/responses/InternalError");

        for (String kind : List.of("schemas", "responses", "parameters", "headers")) {
            OpenApi.properties(DOCUMENT.root().path("components").path(kind))
                    .forEach(component -> assertThat(used).contains("#/components/" + kind + "/" + component.getKey()));
        }
    }

    @Test
    void operationsHaveNamesOfTheirOwn() {
        assertThat(operations().map(Operation::id))
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z][A-Za-z]+"));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void parametersStandOnOperationsNeverOnPaths(Operation operation) {
        assertThat(DOCUMENT.root().path("paths").path(operation.pattern()).has("parameters"))
                .isFalse();
        assertThat(operation.node().has("parameters")).isTrue();
        var named = new ArrayList<String>();
        operation.node().path("parameters").forEach(reference -> {
            JsonNode parameter = DOCUMENT.resolve(reference);
            if (parameter.path("in").asText().equals("path")) {
                named.add(parameter.path("name").asText());
            }
        });
        assertThat(operation.variables(operation.pattern()).orElseThrow().keySet())
                .containsExactlyInAnyOrderElementsOf(named);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void requestsAreClosed(Operation operation) {
        JsonNode media = operation.node().at("/requestBody/content/application~1json/schema");
        if (!media.isMissingNode()) {
            assertThat(DOCUMENT.resolve(media).path("additionalProperties").asBoolean(true))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void errorsAreProblemsThatNameTheirTypes(Operation operation) {
        OpenApi.properties(operation.node().path("responses")).forEach(entry -> {
            if (Integer.parseInt(entry.getKey()) >= 400 && !operation.pattern().startsWith("/health")) {
                JsonNode response = DOCUMENT.resolve(entry.getValue());
                assertThat(response.at("/content/application~1problem+json").isMissingNode())
                        .isFalse();
                response.path("x-problem-types")
                        .forEach(slug ->
                                assertThat(type(slug.asText()).status()).isEqualTo(Integer.parseInt(entry.getKey())));
                assertThat(response.path("x-problem-types")).isNotEmpty();
            }
        });
    }

    @Test
    void everyProblemTypeIsSomewhere() {
        var named = new TreeSet<String>();
        OpenApi.properties(DOCUMENT.root().at("/components/responses"))
                .forEach(response ->
                        response.getValue().path("x-problem-types").forEach(slug -> named.add(slug.asText())));

        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ProblemType.values())
                        .map(ProblemType::slug)
                        .toList());
    }

    @Test
    void examplesAreWhatTheSchemasSay() {
        DOCUMENT.root().findParents("example").forEach(media -> {
            if (media.has("schema") && media.path("schema").has("$ref")) {
                assertThat(DOCUMENT.violations(media.path("schema"), media.path("example")))
                        .as(media.path("example").toString())
                        .isEmpty();
            }
        });
    }

    @Test
    void theExampleOfAStreamIsOne() {
        var example = DOCUMENT.root()
                .at("/paths/~1v1~1stream/get/responses/200/content/text~1event-stream/example")
                .asText();
        var conformance = new Conformance(DOCUMENT);
        for (String frame : example.strip().split("\n\n")) {
            String event = line(frame, "event: ").findFirst().orElse("message");
            String data = line(frame, "data: ").findFirst().orElseThrow();
            assertThat(conformance.frameViolations(event, data)).as(frame).isEmpty();
        }
    }

    private static Stream<String> line(String frame, String field) {
        return frame.lines().filter(line -> line.startsWith(field)).map(line -> line.substring(field.length()));
    }

    @Test
    void schemasHaveTheMembersOfTheRecords() {
        Map<String, Class<? extends Record>> records = new TreeMap<>(Map.of(
                "Event", Event.class,
                "EventDraft", EventDraft.class,
                "WriteReceipt", WriteReceipt.class,
                "Contract", Contract.class,
                "ContractSpec", Contract.class,
                "Retention", Contract.Retention.class,
                "ReplayWindow", Contract.ReplayWindow.class));

        records.forEach((name, type) -> assertThat(
                        OpenApi.properties(DOCUMENT.root().at("/components/schemas/" + name + "/properties"))
                                .map(Map.Entry::getKey))
                .as(name)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(type.getRecordComponents())
                        .map(component -> snake(component.getName()))
                        .toList()));
    }

    @Test
    void builtInContractsAreAsTheSchemaSays() {
        JsonNode schema = DOCUMENT.root().at("/components/schemas/Contract");
        for (String namespace : List.of("board", "chat", "doc", "notify", "pulse", "other")) {
            assertThat(DOCUMENT.violations(
                            schema, Conformance.parsed(JsonCodec.writeBytes(Contract.builtIn(namespace)))))
                    .isEmpty();
        }
    }

    private static ProblemType type(String slug) {
        return Arrays.stream(ProblemType.values())
                .filter(type -> type.slug().equals(slug))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no problem type " + slug));
    }

    private static String snake(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
    }
}

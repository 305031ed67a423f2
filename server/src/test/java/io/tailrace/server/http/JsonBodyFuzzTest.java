package io.tailrace.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.ReferencedClassObject;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.helidon.http.HeaderNames;
import io.helidon.http.WritableHeaders;
import io.tailrace.fuzz.Cost;
import io.tailrace.fuzz.Fuzzing;
import io.tailrace.wire.Json;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.JsonFault;
import io.tailrace.wire.ProblemType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes as the body of any request: a value that can be told again, or a problem that says why not. */
@Tag("R-74")
public class JsonBodyFuzzTest {

    private static final List<Class<?>> SHAPES = new ArrayList<>();

    private static final long BOUND = 262_144;
    private static final int PER_BYTE = 256;

    private static final String[] BODIES = {
        "{\"type\":\"card.moved\",\"data\":{\"to\":[1.50,-0,1e400,\"\\ud83d\\ude00\"]},\"key\":\"card:7\",\"ref\":\"r\"}",
        "{\"writes\":[{\"idempotency_key\":\"k\",\"channel\":\"a:b\",\"type\":\"t\",\"data\":null,\"if_match\":\"1\"}]}",
        "{\"idempotency_key\":\"k\",\"channel\":\"a:b\",\"type\":\"t\",\"data\":1,\"key\":\"x\",\"if_match\":\"0\"}",
        "{\"kind\":\"typing\",\"data\":{},\"resource\":\"r\"}",
        "{\"channels\":[\"a:b\"],\"for\":\"cursors\",\"ttl\":60}",
        "{\"ticket\":\"t\",\"ttl\":9223372036854775807}",
        "{\"state\":\"online\",\"mode\":\"viewing\",\"resource\":\"r\",\"meta\":{\"a\":1},\"device\":\"d\"}",
        "{\"add\":[\"a@1~2\"],\"remove\":[\"b\"]}",
        "{\"kind\":\"user\",\"role\":\"editor\",\"seq\":41}",
        "{\"durability\":\"durable\",\"state\":\"keyed\",\"retention\":{\"age\":60,\"events\":1},"
                + "\"replay_window\":{\"events\":1,\"age\":300},\"presence\":true,\"max_event_bytes\":1,"
                + "\"conflict\":\"compare-and-set\",\"create\":\"explicit\",\"schemas\":{\"t\":{\"type\":[]}}}",
        "[{\"\\u0061\":1,\"a\":2}]",
        "application/json;charset=\"utf-8\""
    };

    @Test
    void aBodyIsReadOrRefusedAndNeverMore() {
        var shapes = shapes();
        assertThat(shapes).hasSizeGreaterThan(12);
        Fuzzing.run(
                JsonBodyFuzzTest.class,
                shapes,
                IntStream.range(0, BODIES.length)
                        .mapToObj(i -> Character.toString('A' + i) + BODIES[i])
                        .toArray(String[]::new));
    }

    public static void fuzzerInitialize(String[] shapes) throws ClassNotFoundException {
        for (String shape : shapes) {
            SHAPES.add(Class.forName(shape));
        }
    }

    /** The first byte says what the others are to be: from {@code A} on, each shape, and then a media type. */
    public static void fuzzerTestOneInput(byte[] data) {
        int shape = data.length == 0 ? 0 : Math.floorMod(data[0] - 'A', SHAPES.size() + 1);
        byte[] body = Arrays.copyOfRange(data, Math.min(1, data.length), data.length);
        if (shape == SHAPES.size()) {
            contentType(new String(body, StandardCharsets.ISO_8859_1));
        } else {
            Cost.atMost(BOUND + (long) PER_BYTE * body.length, () -> read(body, SHAPES.get(shape)));
        }
    }

    private static void contentType(String type) {
        var headers = WritableHeaders.create().set(HeaderNames.CONTENT_TYPE, type);
        try {
            JsonBody.requireJson(headers);
            assertThat(type).containsIgnoringCase("application/json");
        } catch (RuntimeException refused) {
            assertThat(Problems.of(refused)).as(type).isPresent();
        }
    }

    private static void read(byte[] body, Class<?> shape) {
        try {
            Object value = JsonCodec.read(body, shape);
            byte[] told = JsonCodec.writeBytes(value);
            assertThat(JsonCodec.read(told, shape)).as(shape.getName()).isEqualTo(value);
            if (value instanceof Json json) {
                compact(json, body);
            }
        } catch (JsonFault fault) {
            refused(fault, body);
        }
    }

    private static void compact(Json json, byte[] body) {
        assertThat(json.bytes()).isLessThanOrEqualTo(body.length);
        assertThat(json.text().chars()).noneMatch(c -> c < ' ');
        assertThat(Json.parse(json.text())).isEqualTo(json);
    }

    private static void refused(JsonFault fault, byte[] body) {
        var problem = Problems.of(fault).orElseThrow();
        assertThat(problem.cause()).isEqualTo(ProblemType.JSON_MALFORMED);
        assertThat(fault.reason()).isNotBlank().hasSizeLessThan(200);
        assertThat(fault.pointer().length()).isLessThanOrEqualTo(2 * body.length + 64);
        JsonCodec.read(JsonCodec.writeBytes(problem), Json.class);
    }

    /** Whatever a body is read into is named by a class literal, and is a record. */
    private static List<String> shapes() {
        return new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .withImportOption(location -> !location.contains("-tests.jar"))
                        .importPackages("io.tailrace")
                        .stream()
                        .map(JavaClass::getCodeUnits)
                        .flatMap(Collection::stream)
                        .flatMap(unit -> unit.getReferencedClassObjects().stream())
                        .map(ReferencedClassObject::getRawType)
                        .filter(JavaClass::isRecord)
                        .distinct()
                        .map(JavaClass::getName)
                        .sorted()
                        .toList();
    }
}

package io.tailrace.field.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.field.Program;
import io.tailrace.field.Site;
import io.tailrace.field.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The client's upper half in Node: {@code rooms.test.ts} has the cases. */
@ExtendWith(Stage.class)
class RoomsIT {

    private static final List<String> USERS = List.of("ada", "ben", "cleo", "dan");
    private static final List<String> NAMESPACES = List.of("board", "chat", "doc", "pulse", "strict");

    /** More than there are tests. */
    private static final int CHANNELS = 20;

    private static final Duration PATIENCE = Duration.ofSeconds(180);

    @Test
    @Tag("R-10")
    @Tag("R-13")
    @Tag("R-14")
    @Tag("R-15")
    @Tag("R-24")
    @Tag("R-30")
    @Tag("R-32")
    @Tag("R-33")
    @Tag("R-72")
    void keepsItsPromisesAgainstALiveNode(Site site) {
        var environment = Map.of(
                "ORIGIN", site.node(0).origin().toString(),
                "TOKENS", object(USERS, user -> '"' + site.token(user) + '"'),
                "CHANNELS", object(NAMESPACES, namespace -> channels(site, namespace)));
        try (var program = Program.node(Path.of("src/test/script"), environment, "--test", "rooms.test.ts")) {
            int status = program.awaitEnd(PATIENCE);
            program.lines().forEach(System.out::println);
            assertThat(status)
                    .as(String.join("\n", program.lines()) + program.errors())
                    .isZero();
        }
    }

    private static String channels(Site site, String namespace) {
        return IntStream.range(0, CHANNELS)
                .mapToObj(i -> '"' + site.channel(namespace) + '"')
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String object(List<String> names, UnaryOperator<String> value) {
        Stream<String> members = names.stream().map(name -> '"' + name + "\":" + value.apply(name));
        return members.collect(Collectors.joining(",", "{", "}"));
    }
}

package io.tailrace.field.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.field.Program;
import io.tailrace.field.Site;
import io.tailrace.field.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The client's connection in Node: {@code link.test.ts} has the cases. */
@ExtendWith(Stage.class)
class LinkIT {

    /** More than there are uses of one. */
    private static final int CHANNELS = 100;

    private static final Duration PATIENCE = Duration.ofSeconds(180);

    @Test
    @Tag("R-21")
    @Tag("R-22")
    @Tag("R-24")
    @Tag("R-25")
    @Tag("R-26")
    void followsLiveNodesByEachTransport(Site site) {
        var environment = Map.of(
                "NODES",
                        list(Stream.of(site.node(0), site.node(1))
                                .map(node -> node.origin().toString())),
                "CHANNELS", list(IntStream.range(0, CHANNELS).mapToObj(i -> site.channel("chat"))),
                "TOKEN", site.token("ada"));
        try (var program = Program.node(Path.of("src/test/script"), environment, "--test", "link.test.ts")) {
            int status = program.awaitEnd(PATIENCE);
            program.lines().forEach(System.out::println);
            assertThat(status)
                    .as(String.join("\n", program.lines()) + program.errors())
                    .isZero();
        }
    }

    private static String list(Stream<String> values) {
        return values.map(value -> '"' + value + '"').collect(Collectors.joining(",", "[", "]"));
    }
}

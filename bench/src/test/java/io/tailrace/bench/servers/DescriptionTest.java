package io.tailrace.bench.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.bench.load.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DescriptionTest {

    private static final Path EXAMPLES = Path.of("servers");

    @Test
    void theExamplesAreDescriptions() {
        for (var example : List.of("mercure", "centrifugo")) {
            var description = Description.read(EXAMPLES.resolve(example + ".json"));

            assertThat(description.name()).isEqualTo(example);
            assertThat(description.about()).isNotEmpty();
        }
    }

    @Test
    void theBuiltInOnesAreThere() {
        for (var name : List.of("floor", "nchan", "node")) {
            assertThat(Description.builtIn(name).name()).isEqualTo(name);
        }
    }

    @Test
    void aProgramThatIsNotInstalledIsAbsent(@TempDir Path directory) throws IOException {
        var file = directory.resolve("mine.json");
        Files.writeString(file, """
                {"name": "mine", "start": ["a-program-that-nobody-has"],
                 "stream": {"path": "/{channel}"}, "publish": {"path": "/{channel}", "body": "{event}"}}
                """);
        var description = Description.read(file);

        assertThatThrownBy(() -> start(description, directory, Transport.PLAIN))
                .isInstanceOf(Absent.class)
                .hasMessage("a-program-that-nobody-has is not installed");
    }

    @Test
    void aServerIsAbsentWhereItsDescriptionDoesNotSayHowItServes(@TempDir Path directory) {
        var node = Description.builtIn("node");

        assertThatThrownBy(() -> start(node, directory, new Transport(true, true, 1)))
                .isInstanceOf(Absent.class)
                .hasMessage("its description does not say how node serves h2");
    }

    private static DescribedServer start(Description description, Path directory, Transport transport) throws Absent {
        return DescribedServer.start(description, directory, Certificate.in(directory), transport);
    }

    @Test
    void whatIsNoDescriptionIsRefusedWithItsName(@TempDir Path directory) {
        assertThatThrownBy(() -> Description.read(directory.resolve("none.json")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none.json");
    }

    @Test
    void nodesRunWithTheOptionsOfTheImage(@TempDir Path directory) throws IOException {
        var dockerfile = directory.resolve("Dockerfile");
        Files.writeString(
                dockerfile,
                "USER tailrace\nENTRYPOINT [\"java\", \"-Xmx1g\", \"-XX:+UseSerialGC\", \"-jar\", \"x.jar\"]\n");

        assertThat(ImageOptions.of(dockerfile)).containsExactly("-Xmx1g", "-XX:+UseSerialGC");
        assertThat(ImageOptions.of(Path.of("..", "docker", "Dockerfile"))).isNotEmpty();
    }
}

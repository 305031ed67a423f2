package io.tailrace.field.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.field.Site;
import io.tailrace.field.Stage;
import io.tailrace.field.foreign.Trial.Route;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packages of npm, on Node. */
@ExtendWith(Stage.class)
@Tag("sdk")
@Tag("R-20")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodeClientsIT {

    private static final String TOOLCHAIN = "Node.js 20 or later";

    private Workshop workshop;

    @BeforeAll
    void install() throws Exception {
        workshop = Workshop.of("node");
        workshop.run(Workshop.tool("npm", TOOLCHAIN), "ci", "--no-audit", "--no-fund", "--ignore-scripts");
    }

    @ParameterizedTest
    @CsvSource({
        "eventsource, DIRECTLY",
        "eventsource, THROUGH_NGINX",
        "fetch-event-source, DIRECTLY",
        "fetch-event-source, THROUGH_NGINX"
    })
    void resumesExactly(String script, Route route, Site site, @TempDir Path directory) throws Exception {
        var node = Workshop.tool("node", TOOLCHAIN);
        Trial.run(site, route, directory, task -> workshop.reader(task, node, script + ".js"));
    }

    /**
     * Why the script keeps the position itself; when this fails, the package has been mended, and the page can say
     * so.
     */
    @Test
    void losesAnEventWithoutWhatTheScriptAdds(Site site) throws Exception {
        var node = Workshop.tool("node", TOOLCHAIN);
        var seen = Trial.cutBetweenIdAndData(site, task -> workshop.naiveReader(task, node, "fetch-event-source.js"));
        assertThat(seen).containsExactly("1 1", "2 2", "4 4", "5 5");
    }
}

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
import org.junit.jupiter.params.provider.EnumSource;

/** {@code r3labs/sse}, of Go. */
@ExtendWith(Stage.class)
@Tag("sdk")
@Tag("R-20")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoClientIT {

    private Workshop workshop;

    @BeforeAll
    void build() throws Exception {
        workshop = Workshop.of("go");
        workshop.run(Workshop.tool("go", "Go 1.24 or later"), "build", "-mod=readonly", "-o", "reader", ".");
    }

    @ParameterizedTest
    @EnumSource
    void resumesExactly(Route route, Site site, @TempDir Path directory) throws Exception {
        Trial.run(site, route, directory, task -> workshop.reader(task, workshop.file("reader")));
    }

    /**
     * Why the program keeps the position itself; when this fails, the library has been mended, and the page can say
     * so.
     */
    @Test
    void losesAnEventWithoutWhatTheProgramAdds(Site site) throws Exception {
        var seen = Trial.cutBetweenIdAndData(site, task -> workshop.naiveReader(task, workshop.file("reader")));
        assertThat(seen).containsExactly("1 1", "2 2", "4 4", "5 5");
    }
}

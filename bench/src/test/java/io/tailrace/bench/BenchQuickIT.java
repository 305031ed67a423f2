package io.tailrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bench works: every scenario runs to its end, and is exact. What it measures in so short a time says nothing. */
final class BenchQuickIT {

    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final Path RESULTS = Path.of("target", "quick").toAbsolutePath();

    @Test
    @Timeout(600)
    void everyScenarioRunsAndIsExact() throws Exception {
        int status =
                Bench.run(List.of("--quick", "--against", "servers/mercure.json", "--data", "target/quick-data"), HOME);

        var page = Files.readString(RESULTS.resolve("README.md"));
        assertThat(page).doesNotContain("**failed**");
        assertThat(status).isZero();
        for (var scenario : Scenarios.names()) {
            assertThat(page).contains("## " + scenario);
            assertThat(RESULTS.resolve(scenario + ".json")).exists();
            assertThat(RESULTS.resolve(scenario + ".svg")).exists();
        }
    }
}

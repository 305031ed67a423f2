package io.tailrace.sdk.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The Go SDK: vetted with all that it has, then tried by {@code go/sdk_test.go}. */
@Tag("R-91")
@ExtendWith(LiveServer.class)
class GoSdkIT {

    @Test
    void behavesAsItsTestsSay(Live live) throws Exception {
        var workshop = Workshop.of("go");
        workshop.run(Map.of(), "go", "vet", "./...", "github.com/tailrace/sdk");

        var said = workshop.run(live.environment(), "go", "test", "-count=1", "-v", "./...");

        System.out.println(said);
        assertThat(said.lines().filter(line -> line.startsWith("--- PASS: "))).hasSize(13);
        assertThat(said).doesNotContain("--- SKIP").doesNotContain("--- FAIL");
    }
}

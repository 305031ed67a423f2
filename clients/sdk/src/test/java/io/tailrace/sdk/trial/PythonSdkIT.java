package io.tailrace.sdk.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The Python SDK: installed as a package, then tried by {@code python/test_sdk.py}. */
@Tag("R-91")
@ExtendWith(LiveServer.class)
class PythonSdkIT {

    @Test
    void behavesAsItsTestsSay(Live live) throws Exception {
        var workshop = Workshop.of("python");
        workshop.run(Map.of(), Python.environment());
        workshop.run(Map.of(), Python.pip("--requirement", "requirements.txt"));
        workshop.run(
                Map.of(),
                Python.pip(
                        "--no-deps",
                        "--no-build-isolation",
                        Workshop.sdk("python").toString()));

        var said = workshop.run(live.environment(), "venv/bin/python", "-W", "error", "test_sdk.py");

        System.out.println(said);
        assertThat(said).contains("Ran 13 tests").endsWith("OK\n");
    }
}

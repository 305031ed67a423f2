package io.tailrace.sdk.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The Python SDK: installed as a package, then tried by {@code python/test_sdk.py}. */
@Tag("R-91")
@ExtendWith(LiveServer.class)
class PythonSdkIT {

    private static final String[] PIP = {
        "venv/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"
    };

    @Test
    void behavesAsItsTestsSay(Live live) throws Exception {
        var workshop = Workshop.of("python");
        workshop.run(Map.of(), "python3", "-m", "venv", "--clear", "venv");
        workshop.run(Map.of(), with(PIP, "--requirement", "requirements.txt"));
        workshop.run(
                Map.of(),
                with(
                        PIP,
                        "--no-deps",
                        "--no-build-isolation",
                        Workshop.sdk("python").toString()));

        var said = workshop.run(live.environment(), "venv/bin/python", "-W", "error", "test_sdk.py");

        System.out.println(said);
        assertThat(said).contains("Ran 13 tests").endsWith("OK\n");
    }

    private static String[] with(String[] command, String... more) {
        var whole = Arrays.copyOf(command, command.length + more.length);
        System.arraycopy(more, 0, whole, command.length, more.length);
        return whole;
    }
}

package io.tailrace.field.foreign;

import io.tailrace.field.Site;
import io.tailrace.field.Stage;
import io.tailrace.field.foreign.Trial.Route;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packages of PyPI. */
@ExtendWith(Stage.class)
@Tag("sdk")
@Tag("R-20")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PythonClientsIT {

    private Workshop workshop;

    @BeforeAll
    void install() throws Exception {
        workshop = Workshop.of("python");
        workshop.run(Workshop.tool("python3", "Python 3.9 or later with venv"), "-m", "venv", "venv");
        workshop.run(
                workshop.file("venv/bin/pip"),
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--require-hashes",
                "-r",
                "requirements.txt");
    }

    @ParameterizedTest
    @CsvSource({
        "with_httpx_sse, DIRECTLY",
        "with_httpx_sse, THROUGH_NGINX",
        "with_sseclient_py, DIRECTLY",
        "with_sseclient_py, THROUGH_NGINX"
    })
    void resumesExactly(String script, Route route, Site site, @TempDir Path directory) throws Exception {
        var python = workshop.file("venv/bin/python");
        Trial.run(site, route, directory, task -> workshop.reader(task, python, script + ".py"));
    }
}

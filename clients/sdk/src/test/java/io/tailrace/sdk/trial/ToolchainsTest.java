package io.tailrace.sdk.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The build's first step, on a machine that has nothing. */
class ToolchainsTest {

    @Test
    void namesEachToolchainThatIsMissing() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var builder = new ProcessBuilder(java, "src/build/Toolchains.java").redirectErrorStream(true);
        builder.environment().put("PATH", "/nonexistent");

        var process = builder.start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(said)
                .startsWith("The SDKs cannot be tried: ")
                .contains("Node.js is missing", "npm is missing", "Python is missing", "venv", "Go is missing");
    }
}

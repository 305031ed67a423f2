package io.tailrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.badinput.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R-81")
class HealthTest {

    @Test
    void aStartedNodeIsLiveAndReady() {
        try (var node = ServerFixture.start()) {
            assertThat(node.get("/health/live", "").statusCode()).isEqualTo(200);
            var ready = node.get("/health/ready", "");
            assertThat(ready.statusCode()).isEqualTo(200);
            assertThat(ready.body()).contains("\"database\":\"up\"");
        }
    }

    @Test
    @Tag("R-70")
    void aStartedNodeTellsThatItsTenantsAreWalledOff() throws IOException {
        try (var node = ServerFixture.start()) {
            var metrics = RawHttp.send(
                    node.adminPort(),
                    "GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(metrics.text()).containsPattern("tailrace_log_walled(\\{[^}]*})? 1");
        }
    }
}

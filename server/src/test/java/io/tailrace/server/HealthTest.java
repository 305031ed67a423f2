package io.tailrace.server;

import static org.assertj.core.api.Assertions.assertThat;

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
}

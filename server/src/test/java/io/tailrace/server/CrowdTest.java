package io.tailrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.testkit.Eventually;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node with as many connections as it may have: descriptors never run out, and streams are told to come back. */
@Tag("R-51")
class CrowdTest {

    @Test
    void streamsPastTheBoundAreRefusedKindlyAndTheNodeServesOn() {
        try (var node = ServerFixture.start(Map.of("TAILRACE_MAX_CONNECTIONS", "20"))) {
            var token = node.token("u1");
            var streams = new ArrayList<SseReader>();
            try {
                for (int i = 0; i < 18; i++) {
                    streams.add(node.stream("/v1/stream?channel=chat:c", token));
                    assertThat(streams.getLast().named("open").id()).isEqualTo("0");
                }
                try (var refused = node.stream("/v1/stream?channel=chat:c", token)) {
                    assertThat(refused.status()).isEqualTo(200);
                    assertThat(refused.next().retry()).isPositive();
                }
                assertThat(node.get("/health/ready", "").statusCode()).isEqualTo(200);
            } finally {
                streams.forEach(SseReader::close);
            }
            Eventually.eventually(() -> {
                try (var again = node.stream("/v1/stream?channel=chat:c", token)) {
                    assertThat(again.named("open").id()).isEqualTo("0");
                }
            });
        }
    }
}

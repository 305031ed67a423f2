package io.tailrace.server.browser;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import io.tailrace.testkit.browser.Chromium;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A browser's plain EventSource, without any script of ours: what every language's developer tries first. */
@ExtendWith(Scene.class)
class EventSourceIT {

    private static final String CHANNEL = "board:plain";

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    @Tag("R-20")
    @Tag("R-23")
    void resumesByItselfWhenItsNodeWasKilledAndIsBack(Instance instance, Chromium chromium) throws Exception {
        try (var page = chromium.browser().newPage()) {
            var here = instance.link(0);
            var other = instance.link(1);
            page.navigate(here.origin() + "/health/live");
            listen(page, here.token());
            write(other, 1, 20);
            awaitSeqs(page, 20);

            instance.kill(0);
            write(other, 21, 60);
            instance.restart(0);
            awaitSeqs(page, 60);
            write(here, 61, 70);
            awaitSeqs(page, 70);
            assertThat(page.evaluate("() => window.source.readyState")).isEqualTo(1);
        }
    }

    /** Seqs as they came must be all of them, each once and in order. */
    private static void awaitSeqs(Page page, int last) {
        eventually(Duration.ofSeconds(60), () -> assertThat((List<?>) page.evaluate("() => window.seqs"))
                .isEqualTo(IntStream.rangeClosed(1, last).boxed().toList()));
    }

    private static void listen(Page page, String token) {
        page.evaluate("""
                async ([channel, token]) => {
                  const answer = await fetch('/v1/tickets', {
                    method: 'POST',
                    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
                    body: JSON.stringify({ channels: [channel] }),
                  });
                  const { ticket } = await answer.json();
                  window.seqs = [];
                  window.source = new EventSource(`/v1/stream?channel=${channel}@0&ticket=${ticket}`);
                  window.source.onmessage = (event) => window.seqs.push(JSON.parse(event.data).seq);
                }""", List.of(CHANNEL, token));
    }

    private void write(Instance.Link node, int from, int to) throws IOException, InterruptedException {
        for (int i = from; i <= to; i++) {
            var request = HttpRequest.newBuilder(URI.create(node.origin() + "/v1/channels/" + CHANNEL + "/events"))
                    .header("Authorization", "Bearer " + node.token())
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", UUID.randomUUID().toString())
                    .POST(BodyPublishers.ofString("{\"type\":\"noted\",\"data\":" + i + "}"))
                    .build();
            assertThat(client.send(request, BodyHandlers.discarding()).statusCode())
                    .isEqualTo(201);
        }
    }
}

package io.tailrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SseScannerTest {

    private final List<String> seen = new ArrayList<>();
    private final SseScanner scanner = new SseScanner(new SseScanner.Sink() {
        @Override
        public void message(int channel, long seq, long time) {
            seen.add("message " + channel + " " + seq + " " + time);
        }

        @Override
        public void named(SseScanner.Kind kind, int channel, long seq) {
            seen.add(kind + " " + channel + " " + seq);
        }

        @Override
        public void retry(long millis) {
            seen.add("retry " + millis);
        }
    });

    private static final String OURS = """
            retry: 2140

            id: 4
            event: open
            data: {"stream":"Yq3","node":"n1","channels":{"bench:r1-7":{"seq":4,"status":"live"}},"heartbeat_ms":15000}

            id: 5
            data: {"channel":"bench:r1-7","seq":5,"type":"tick","data":{"t":123456789012,"pad":"x"},"by":"ada","at":"2026"}

            event: heartbeat
            data: {"at":"2026-11-23T08:00:00Z"}

            : a comment

            event: snapshot.required
            data: {"channel":"bench:r1-7","floor":10,"head":20}

            """;

    private static final List<String> READ =
            List.of("retry 2140", "OPEN -1 4", "message 7 5 123456789012", "OTHER -1 -1", "SNAPSHOT_REQUIRED 7 -1");

    @Test
    void readsOurStream() {
        accept(OURS);

        assertThat(seen).isEqualTo(READ);
    }

    @Test
    void readsItInWhateverPiecesItComes() {
        for (int size = 1; size < 40; size++) {
            seen.clear();
            for (int from = 0; from < OURS.length(); from += size) {
                accept(OURS.substring(from, Math.min(OURS.length(), from + size)));
            }

            assertThat(seen).as("pieces of %d", size).isEqualTo(READ);
        }
    }

    @Test
    void readsLinesThatEndWithCarriageReturns() {
        accept("data: {\"channel\":\"c-1\",\"seq\":2,\"data\":{\"t\":3}}\r\n\r\n");

        assertThat(seen).containsExactly("message 1 2 3");
    }

    @Test
    void takesNoNumberOfOneFrameForAnother() {
        accept("data: {\"channel\":\"c-1\",\"seq\":2,\"t\":3}\n\ndata: {\"seq\":4}\n\n");

        assertThat(seen).containsExactly("message 1 2 3", "message -1 4 -1");
    }

    private void accept(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        scanner.accept(bytes, 0, bytes.length);
    }
}

package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.SseReader;
import io.tailrace.server.SseReader.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a browser's EventSource keeps, and what a page applies: always the same URL, the last id, one number per channel.
 * Fails at a gap at once; counts repeats.
 */
final class Client {

    private static final Pattern EVENT = Pattern.compile("\\{\"channel\":\"([^\"]+)\",\"seq\":(\\d+),.*");
    private static final Pattern REQUIRED =
            Pattern.compile("\\{\"channel\":\"([^\"]+)\",\"floor\":\\d+,\"head\":(\\d+)}");
    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9._~-]{1,128}");

    /** A position, and what was applied when it came. */
    record Mark(String id, Map<String, Long> applied) {}

    final List<String> channels;
    final Map<String, Long> applied = new TreeMap<>();
    final List<Mark> marks = new ArrayList<>();

    @Nullable
    String last;

    int repeats;
    int resyncs;
    private final String token;
    private @Nullable SseReader stream;

    Client(List<String> channels, String token) {
        this.channels = channels;
        this.token = token;
        channels.forEach(channel -> applied.put(channel, 0L));
    }

    String query() {
        return channels.stream().map(channel -> "channel=" + channel + "@0").collect(Collectors.joining("&"));
    }

    /** Connects, with the last id; returns the data of {@code open}. */
    String connect(GatewayFixture.Node node) {
        cut();
        var opened = node.stream(query(), token, last);
        assertThat(opened.status()).isEqualTo(200);
        stream = opened;
        for (var frame = take(); ; frame = take()) {
            if ("open".equals(frame.event())) {
                return String.valueOf(frame.data());
            }
        }
    }

    void cut() {
        if (stream != null) {
            stream.close();
        }
    }

    /** Takes the next frame, whatever it is. */
    Frame take() {
        var reader = stream;
        if (reader == null) {
            throw new IllegalStateException("not connected");
        }
        var frame = reader.next();
        if (frame.id() != null) {
            assertThat(frame.id()).matches(SAFE);
            last = frame.id();
        }
        apply(frame);
        if (frame.id() != null) {
            marks.add(new Mark(frame.id(), new HashMap<>(applied)));
        }
        return frame;
    }

    private void apply(Frame frame) {
        if (frame.durable()) {
            var match = EVENT.matcher(String.valueOf(frame.data()));
            assertThat(match.matches()).as("%s", frame).isTrue();
            long seq = Long.parseLong(match.group(2));
            long known = applied.getOrDefault(match.group(1), 0L);
            if (seq <= known) {
                repeats++;
            } else {
                assertThat(seq).as("no gap in %s", match.group(1)).isEqualTo(known + 1);
                applied.put(match.group(1), seq);
            }
        } else if ("snapshot.required".equals(frame.event())) {
            var match = REQUIRED.matcher(String.valueOf(frame.data()));
            assertThat(match.matches()).as("%s", frame).isTrue();
            applied.put(match.group(1), Long.valueOf(match.group(2)));
            resyncs++;
        }
    }

    /** Takes frames until everything of {@code heads} is applied. */
    void catchUp(Map<String, Long> heads) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!applied.entrySet().containsAll(heads.entrySet())) {
            assertThat(System.nanoTime()).as("%s of %s", applied, heads).isLessThan(deadline);
            take();
        }
    }
}

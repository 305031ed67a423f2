package io.tailrace.field.network;

import static io.tailrace.testkit.Eventually.eventually;
import static io.tailrace.testkit.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.field.Author;
import io.tailrace.field.Site;
import io.tailrace.field.network.Scissors.Ending;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Both client libraries and a WebSocket, each over a line of its own with the same profile and seed. First the
 * network is only as bad as its profile; then, for the libraries, connections go half open, everything freezes for 30
 * s, frames are cut, the network is gone. Used by one thread.
 */
final class Journey implements AutoCloseable {

    private static final long SEED = 7;
    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final Duration FREEZE = Duration.ofSeconds(30);

    /** Between two events: what the slowest line has room for, several times. */
    private static final Duration PACE = Duration.ofMillis(500);

    private static final int ROUND = 10;
    private static final int KEYS = 7;

    private final Profile profile;
    private final Author author;
    private final String channel;
    private final Map<String, Line> lines = new LinkedHashMap<>();
    private final Map<String, Follower> followers = new LinkedHashMap<>();
    private final Baseline baseline;
    private final Line baselineLine;
    private final Ear ear = new Ear();
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Long> written = new ArrayList<>();
    private final Map<String, Integer> items = new TreeMap<>();

    Journey(Site site, Profile profile) throws Exception {
        this.profile = profile;
        this.author = site.author();
        this.channel = site.channel("board");
        int node = site.node(0).port();
        for (var way : List.of("TypeScript", "Java")) {
            lines.put(way, Line.to(node, profile, SEED));
        }
        write();
        followers.put("TypeScript", ScriptFollower.start(line("TypeScript"), channel, site.token("rider")));
        followers.put("Java", new JavaFollower(line("Java"), channel, site.token("rider")));
        baseline = Baseline.start();
        baselineLine = Line.to(baseline.port(), profile, SEED);
        http.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + baselineLine.port() + "/"), ear)
                .join();
        until("the WebSocket is there", () -> baseline.clients() == 1);
    }

    private Line line(String way) {
        var line = lines.get(way);
        if (line == null) {
            throw new IllegalArgumentException(way);
        }
        return line;
    }

    /** The whole of it; what it took while the network was only as bad as its profile. */
    List<Figures> run(int events) throws Exception {
        awaitExact();
        var figures = measure(events);
        lines.values().forEach(Line::mute);
        rounds(1);
        lines.values().forEach(line -> line.freeze(FREEZE));
        rounds(1);
        for (var ending : Ending.values()) {
            int next = written.size() + ROUND / 2;
            lines.values().forEach(line -> line.cutAt(new Scissors("\"seq\":" + next + ",", 9, ending)));
            rounds(1);
            assertThat(lines.values()).as("each was cut").allMatch(Line::isCut);
        }
        lines.values().forEach(Line::unplug);
        for (int i = 0; i < ROUND; i++) {
            write();
        }
        lines.values().forEach(Line::plugIn);
        awaitExact();
        return figures;
    }

    private List<Figures> measure(int events) throws Exception {
        int first = written.size();
        var before = new LinkedHashMap<String, Long>();
        lines.forEach((way, line) -> before.put(way, line.bytesDown()));
        long baselineBefore = baselineLine.bytesDown();
        long due = System.nanoTime();
        for (int i = 0; i < events; i++) {
            baseline.send(write());
            due += PACE.toNanos();
            while (due - System.nanoTime() > 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
        awaitExact();
        eventually(PATIENCE, () -> assertThat(ear.heard).hasSize(events));
        var figures = new ArrayList<Figures>();
        followers.forEach((way, follower) -> {
            var delays = follower.received().subList(first, first + events).stream()
                    .map(event -> event.at() - written.get((int) event.seq() - 1))
                    .toList();
            long bytes = line(way).bytesDown() - before.getOrDefault(way, 0L);
            figures.add(Figures.of(way + ", stream", delays, bytes));
        });
        var delays = new ArrayList<Long>();
        for (int i = 0; i < events; i++) {
            delays.add(ear.heard.get(i) - written.get(first + i));
        }
        figures.add(Figures.of("WebSocket", delays, baselineLine.bytesDown() - baselineBefore));
        return figures;
    }

    private void rounds(int rounds) {
        for (int i = 0; i < rounds * ROUND; i++) {
            write();
        }
        awaitExact();
    }

    /** Writes the next event and returns its receipt. */
    private String write() {
        int n = written.size() + 1;
        var key = "card:" + n % KEYS;
        written.add(System.currentTimeMillis());
        items.put(key, n);
        return author.writeItem(channel, key, "{\"n\":" + n + ",\"title\":\"Überqueren der Straße für 5 €\"}");
    }

    /** Waits until both libraries have all there is, each event once and in order, and show the same items. */
    private void awaitExact() {
        var all = LongStream.rangeClosed(1, written.size()).boxed().toList();
        var shown = items.entrySet().stream()
                .map(item -> item.getKey() + "=" + item.getValue())
                .reduce((a, b) -> a + " " + b)
                .orElse("");
        followers.forEach((way, follower) -> {
            var name = profile.title() + ", " + way;
            eventually(PATIENCE, () -> {
                assertThat(follower.received()).as(name + follower.said()).hasSizeGreaterThanOrEqualTo(all.size());
                assertThat(follower.items()).as(name + follower.said()).isEqualTo(shown);
            });
            assertThat(follower.received().stream().map(Follower.Received::seq))
                    .as(name)
                    .containsExactlyElementsOf(all);
        });
    }

    /** Notes when texts come. */
    private static final class Ear implements WebSocket.Listener {

        private final List<Long> heard = new CopyOnWriteArrayList<>();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            if (last) {
                heard.add(System.currentTimeMillis());
            }
            socket.request(1);
            return null;
        }
    }

    @Override
    public void close() throws Exception {
        followers.values().forEach(Follower::close);
        http.shutdownNow();
        baselineLine.close();
        baseline.close();
        lines.values().forEach(Line::close);
    }
}

package io.tailrace.server.process;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.server.SseReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client as the HTML standard describes EventSource: applies what comes, remembers the last id, connects again with it
 * whenever it is cut off, and never drops a duplicate, so that one is seen. On {@code snapshot.required} it reads the
 * snapshot and forgets what it knew.
 *
 * <p>One thread of its own writes all fields; the test reads them.
 */
final class TailReader implements AutoCloseable {

    private static final long PAUSE = Duration.ofMillis(50).toNanos();
    private static final Duration SILENCE = Duration.ofSeconds(40);

    private final List<String> channels;
    private final Client client;
    private final Supplier<URI> node;
    private final IntSupplier cut;
    private final Map<String, Long> applied = new ConcurrentHashMap<>();
    private final Map<String, Map<String, JsonNode>> folds = new ConcurrentHashMap<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final List<Integer> statuses = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile @Nullable String position;
    private volatile @Nullable SseReader stream;
    private volatile int opens;
    private volatile int resyncs;
    private volatile boolean closed;

    /**
     * @param node where to connect, asked anew each time
     * @param cut after how many events to leave by itself, asked anew each time
     */
    TailReader(Client client, List<String> channels, Supplier<URI> node, IntSupplier cut) {
        this.client = client;
        this.channels = List.copyOf(channels);
        this.node = node;
        this.cut = cut;
        channels.forEach(channel -> applied.put(channel, 0L));
        this.thread = Thread.ofVirtual().name("tail-reader").start(this::run);
    }

    private void run() {
        while (!closed) {
            try (var open = connect()) {
                stream = open;
                statuses.add(open.status());
                opens++;
                follow(open, cut.getAsInt());
            } catch (UncheckedIOException | AssertionError gone) {
                // the node is away or silent: try again, as EventSource does
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    private SseReader connect() {
        String query = channels.stream().map(name -> "channel=" + name + "@0").collect(Collectors.joining("&"));
        String last = position;
        URI uri = node.get().resolve("/v1/stream?" + query);
        return last == null
                ? SseReader.open(uri, client.token())
                : SseReader.open(uri, client.token(), "Last-Event-ID", last);
    }

    private void follow(SseReader open, int events) {
        int seen = 0;
        while (!closed && seen < events) {
            var frame = open.next(SILENCE);
            if (frame.isEmpty()) {
                return;
            }
            seen += take(frame.get()) ? 1 : 0;
        }
    }

    private boolean take(SseReader.Frame frame) {
        boolean durable = frame.durable();
        if (durable) {
            apply(Client.json(String.valueOf(frame.data())));
        } else if ("snapshot.required".equals(frame.event())) {
            resync(Client.json(String.valueOf(frame.data())));
        }
        if (frame.id() != null) {
            position = frame.id();
        }
        return durable;
    }

    private void apply(JsonNode event) {
        String channel = event.path("channel").asText();
        long seq = event.path("seq").asLong();
        long last = applied.getOrDefault(channel, -1L);
        if (seq != last + 1) {
            faults.add(channel + ": " + seq + " after " + last);
        }
        applied.put(channel, seq);
        fold(channel, event);
    }

    private void fold(String channel, JsonNode event) {
        if (event.has("key")) {
            foldOf(channel).put(event.path("key").asText(), event);
        }
    }

    private Map<String, JsonNode> foldOf(String channel) {
        return folds.computeIfAbsent(channel, name -> new ConcurrentHashMap<>());
    }

    /** The stream goes on after {@code head}; a snapshot of at least that seq brings the state there. */
    private void resync(JsonNode required) {
        String channel = required.path("channel").asText();
        long head = required.path("head").asLong();
        resyncs++;
        foldOf(channel).clear();
        JsonNode snapshot = client.get(node.get(), "/v1/channels/" + channel + "/snapshot?min=" + head);
        snapshot.path("items").forEach(event -> {
            if (event.path("seq").asLong() <= head) {
                fold(channel, event);
            }
        });
        applied.put(channel, head);
    }

    long applied(String channel) {
        return applied.getOrDefault(channel, 0L);
    }

    /** The {@code seq} of the latest event of each key. */
    Map<String, Long> fold(String channel) {
        var fold = new TreeMap<String, Long>();
        foldOf(channel).forEach((key, event) -> fold.put(key, event.path("seq").asLong()));
        return fold;
    }

    List<String> channels() {
        return channels;
    }

    /** Events that came twice, out of order or after a gap. */
    List<String> faults() {
        return new ArrayList<>(faults);
    }

    List<Integer> statuses() {
        return List.copyOf(statuses);
    }

    @Nullable
    String position() {
        return position;
    }

    int opens() {
        return opens;
    }

    int resyncs() {
        return resyncs;
    }

    @Override
    public void close() {
        closed = true;
        var open = stream;
        if (open != null) {
            open.close();
        }
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

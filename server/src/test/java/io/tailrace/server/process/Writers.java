package io.tailrace.server.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Clients that write as they should: each write under a key of its own, repeated under that key until an answer comes,
 * and now and then once more for nothing. One in fifty gives up after its first try instead, and never knows.
 */
final class Writers implements AutoCloseable {

    /** What a write is: the whole of its key. */
    record Write(String channel, String idempotencyKey) {}

    private static final Set<Integer> AGAIN = Set.of(429, 503);
    private static final int GIVES_UP = 50;
    private static final int REPEATS = 5;
    private static final long PAUSE = Duration.ofMillis(20).toNanos();

    private final Client client;
    private final Supplier<URI> node;
    private final List<String> channels;
    private final Map<Write, Long> acknowledged = new ConcurrentHashMap<>();
    private final Set<Write> unknown = ConcurrentHashMap.newKeySet();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile long pace;
    private volatile boolean closed;

    Writers(Client client, Supplier<URI> node, List<String> channels) {
        this.client = client;
        this.node = node;
        this.channels = List.copyOf(channels);
    }

    /** Has each writer begun from now on write at most one event per {@code interval}; late ones are made up for. */
    Writers every(Duration interval) {
        pace = interval.toNanos();
        return this;
    }

    /** Starts {@code count} writers of {@code events} each. */
    Writers start(int count, int events, long seed) {
        for (int i = 0; i < count; i++) {
            String name = "w" + i;
            var random = new Random(seed + i);
            threads.add(Thread.ofVirtual().name(name).start(() -> write(name, events, random)));
        }
        return this;
    }

    private void write(String name, int events, Random random) {
        long begun = System.nanoTime();
        try {
            for (int i = 0; i < events && !closed; i++) {
                LockSupport.parkNanos(begun + i * pace - System.nanoTime());
                var write = new Write(channels.get(random.nextInt(channels.size())), name + "-" + i);
                String body = "{\"type\":\"card.moved\",\"key\":\"card:" + random.nextInt(17) + "\",\"data\":{\"k\":\""
                        + write.idempotencyKey() + "\"}}";
                boolean givesUp = random.nextInt(GIVES_UP) == 0;
                settle(write, body, givesUp);
                if (random.nextInt(REPEATS) == 0 && acknowledged.containsKey(write)) {
                    settle(write, body, false);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void settle(Write write, String body, boolean givesUp) throws InterruptedException {
        unknown.add(write);
        while (!closed) {
            @Nullable HttpResponse<String> answer = attempt(write, body);
            if (answer != null && answer.statusCode() == 201) {
                acknowledge(write, Client.json(answer.body()).path("seq").asLong());
                return;
            }
            if (answer != null && !AGAIN.contains(answer.statusCode())) {
                faults.add(write + ": " + answer.statusCode() + " " + answer.body());
                return;
            }
            if (givesUp) {
                return;
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    private @Nullable HttpResponse<String> attempt(Write write, String body) throws InterruptedException {
        try {
            return client.append(node.get(), write.channel(), write.idempotencyKey(), body);
        } catch (IOException noAnswer) {
            return null;
        }
    }

    private void acknowledge(Write write, long seq) {
        Long before = acknowledged.putIfAbsent(write, seq);
        unknown.remove(write);
        if (before != null && before != seq) {
            faults.add(write + " was acknowledged at " + before + " and then at " + seq);
        }
    }

    /** Where each acknowledged write is. */
    Map<Write, Long> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    int count() {
        return acknowledged.size();
    }

    /** Writes that nobody knows about. */
    Set<Write> unknown() {
        return Set.copyOf(unknown);
    }

    /** Answers that should not have been. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    boolean running() {
        return threads.stream().anyMatch(Thread::isAlive);
    }

    /** Waits for all of them to end. */
    void join(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        for (Thread thread : threads) {
            try {
                if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
                    throw new AssertionError(count() + " written, and no end after " + patience + ": " + faults);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Has them end what is under way and nothing more; waits for it. */
    void stop(Duration patience) {
        closed = true;
        join(patience);
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
    }
}

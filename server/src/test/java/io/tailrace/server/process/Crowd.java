package io.tailrace.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.testkit.Eventually;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Ten channels with ten users each, who all read on both nodes, half of them as members and half by what their tokens
 * grant; five of ten point, too. Somebody else writes 500 events per second all the while, signals, and removes five of
 * ten.
 */
final class Crowd implements AutoCloseable {

    static final int CHANNELS = 10;
    private static final int USERS = 10;
    private static final int REMOVED = 5;
    private static final List<Integer> POINTING = List.of(0, 3, 4, 7, 8);
    private static final List<Integer> REVOKED = List.of(2, 4);

    private static final int WRITERS = 10;
    private static final Duration WRITE_EVERY = Duration.ofMillis(20);
    private static final Duration POINT_EVERY = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * Somebody was removed.
     *
     * @param seq of the event that tells it; where none does, of the first that was written afterwards
     * @param acknowledged when, as {@link System#nanoTime} has it
     */
    record Removal(String channel, String user, long seq, long acknowledged) {}

    private final String name;
    private final List<ServerProcess> busy;
    private final Client boss;
    private final Writers writers;
    private final AtomicInteger turn = new AtomicInteger();
    private final List<Onlooker> onlookers = new ArrayList<>();
    private final List<Pointer> pointers = new ArrayList<>();
    private final Thread pointing = Thread.ofVirtual().name("pointing").unstarted(this::point);
    private final long begunAt;

    /**
     * Opens everything and begins to write.
     *
     * @param busy the nodes at which it is written and removed, in turn
     */
    Crowd(String name, List<ServerProcess> nodes, List<ServerProcess> busy) throws IOException, InterruptedException {
        this.name = name;
        this.busy = busy;
        this.boss = new Client("boss-" + name);
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int user = 0; user < USERS; user++) {
                enter(channel, user, nodes);
            }
        }
        pointing.start();
        begunAt = System.nanoTime();
        writers = new Writers(boss, () -> next().uri("/"), channels())
                .every(WRITE_EVERY)
                .start(WRITERS, Integer.MAX_VALUE, begunAt);
    }

    private void enter(int channel, int user, List<ServerProcess> at) throws IOException, InterruptedException {
        boolean member = user % 2 == 1;
        if (member) {
            manage("PUT", membership(channel, user), "{\"role\":\"viewer\"}");
        }
        String token =
                member ? Client.bareToken(user(channel, user)) : Client.token(user(channel, user), "read", "cursors");
        for (ServerProcess node : at) {
            onlookers.add(new Onlooker(node.uri("/"), channel(channel), user(channel, user), token));
        }
        if (POINTING.contains(user)) {
            var node = at.get((channel + user) % at.size());
            pointers.add(new Pointer(node.uri("/"), channel(channel), user(channel, user), token));
        }
    }

    /** Whatever is of the moment says when it was sent. */
    private void point() {
        try {
            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                pointers.forEach(Pointer::move);
                String body = "{\"kind\":\"wave\",\"data\":{\"sent\":" + System.nanoTime() + "}}";
                boss.send(busy.getFirst().uri("/"), "POST", "/v1/channels/" + channel(i % CHANNELS) + "/signals", body);
                LockSupport.parkNanos(POINT_EVERY.toNanos());
            }
        } catch (IOException | InterruptedException over) {
            // the test is
        }
    }

    private String channel(int channel) {
        return "board:" + name + "-" + channel;
    }

    private String user(int channel, int user) {
        return name + "-" + channel + "-" + user;
    }

    private String membership(int channel, int user) {
        return "/v1/channels/" + channel(channel) + "/members/" + user(channel, user);
    }

    private ServerProcess next() {
        return busy.get(turn.getAndIncrement() % busy.size());
    }

    List<String> channels() {
        return IntStream.range(0, CHANNELS).mapToObj(this::channel).toList();
    }

    List<Onlooker> onlookers() {
        return onlookers;
    }

    List<Pointer> pointers() {
        return pointers;
    }

    /** Waits until so many more events were written. */
    void awaitEvents(int more) {
        int wanted = writers.count() + more;
        Eventually.until(PATIENCE, "it is written: " + writers.faults(), () -> writers.count() >= wanted);
    }

    /** Removes half of the users of each channel, one after the other: as members, or by revoking all their tokens. */
    List<Removal> removeHalf() throws IOException, InterruptedException {
        var removals = new ArrayList<Removal>();
        for (int user = 0; user < REMOVED; user++) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                removals.add(REVOKED.contains(user) ? revoke(channel, user) : remove(channel, user));
            }
        }
        return removals;
    }

    private Removal remove(int channel, int user) throws IOException, InterruptedException {
        var answer = manage("DELETE", membership(channel, user), "");
        long acknowledged = System.nanoTime();
        long seq = Client.json(answer.body()).path("seq").asLong();
        return new Removal(channel(channel), user(channel, user), seq, acknowledged);
    }

    private Removal revoke(int channel, int user) throws IOException, InterruptedException {
        String subject = user(channel, user);
        manage("POST", "/v1/revocations", "{\"kind\":\"user\",\"subject\":\"" + subject + "\"}");
        long acknowledged = System.nanoTime();
        var next = boss.append(next().uri("/"), channel(channel), "after-" + subject, "{\"type\":\"next\",\"data\":1}");
        assertThat(next.statusCode()).as(next.body()).isEqualTo(201);
        long seq = Client.json(next.body()).path("seq").asLong();
        return new Removal(channel(channel), subject, seq, acknowledged);
    }

    private HttpResponse<String> manage(String method, String path, String body)
            throws IOException, InterruptedException {
        var answer = boss.send(next().uri("/"), method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    /** Stops writing; returns how many events were written per second. */
    double stopWriting() {
        double seconds = (System.nanoTime() - begunAt) / 1e9;
        int written = writers.count();
        writers.stop(PATIENCE);
        assertThat(writers.faults()).isEmpty();
        return written / seconds;
    }

    /** The last event of a channel. */
    long head(String channel) {
        return boss.get(busy.getFirst().uri("/"), "/v1/channels/" + channel + "/events?after=0&limit=1")
                .path("head")
                .asLong();
    }

    @Override
    public void close() throws IOException {
        writers.close();
        pointing.interrupt();
        for (Pointer pointer : pointers) {
            pointer.close();
        }
        onlookers.forEach(Onlooker::close);
        boss.close();
    }
}

package io.tailrace.server.process;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.server.SseReader;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.RedisServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisClient;

/** Who is here while nodes and Redis come and go; heartbeats of two seconds, so that a lease is six. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PresenceIT {

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int AT_ONCE = 32;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private PostgresServer postgres;
    private RedisServer redis;
    private String database;
    private ServerProcess one;
    private ServerProcess two;

    @BeforeAll
    void start() {
        postgres = PostgresServer.launch(PostgresServer.Version.DEBIAN_15);
        redis = RedisServer.launch(RedisServer.Version.SYSTEM);
        database = postgres.createDatabase();
        var options = Map.of("TAILRACE_PRESENCE_HEARTBEAT", "2s");
        one = ServerProcess.start("present-one", postgres, database, redis, options);
        two = ServerProcess.start("present-two", postgres, database, redis, options);
    }

    @AfterAll
    void stop() {
        http.close();
        two.close();
        one.close();
        redis.close();
        postgres.close();
    }

    /** What a reader knows from its stream; notes what is no news. */
    private static final class View implements AutoCloseable {
        private final SseReader stream;
        private final Set<String> members = new ConcurrentSkipListSet<>();
        private final List<String> wrong = new CopyOnWriteArrayList<>();
        private volatile int count;
        private volatile int longest;

        View(ServerProcess node, String channel) {
            stream = SseReader.open(node.uri("/v1/stream?channel=" + channel), Client.token("watcher"));
            stream.named("open");
            Thread.ofVirtual().name("view").start(this::read);
        }

        private void read() {
            try {
                while (true) {
                    var frame = stream.next(PATIENCE).orElse(null);
                    if (frame == null) {
                        return; // it has ended
                    }
                    if ("presence".equals(frame.event())) {
                        String data = Objects.requireNonNull(frame.data());
                        longest = Math.max(longest, data.length());
                        apply(new ObjectMapper().readTree(data));
                    }
                }
            } catch (IOException | AssertionError | RuntimeException over) {
                // it was closed
            }
        }

        private void apply(JsonNode frame) {
            if (frame.has("members")) {
                members.clear();
                frame.path("members")
                        .forEach(member -> members.add(member.path("user").asText()));
            }
            frame.path("joined")
                    .forEach(member -> note(members.add(member.path("user").asText()), "joined", member));
            frame.path("updated")
                    .forEach(member -> note(members.contains(member.path("user").asText()), "updated", member));
            frame.path("left")
                    .forEach(member -> note(members.remove(member.path("user").asText()), "left", member));
            count = frame.path("count").asInt();
        }

        private void note(boolean news, String what, JsonNode member) {
            if (!news) {
                wrong.add(what + " " + member);
            }
        }

        @Override
        public void close() {
            stream.close();
        }
    }

    private int beat(ServerProcess node, String channel, String user) {
        var request = HttpRequest.newBuilder(node.uri("/v1/channels/" + channel + "/presence"))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + tokens.computeIfAbsent(user, Client::token))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{}"))
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private List<String> listed(ServerProcess node, String channel) throws Exception {
        var request = HttpRequest.newBuilder(node.uri("/v1/channels/" + channel + "/presence?limit=1000"))
                .header("Authorization", "Bearer " + Client.token("watcher"))
                .build();
        var body = http.send(request, BodyHandlers.ofString()).body();
        return new ObjectMapper()
                .readTree(body)
                .path("members")
                .valueStream()
                .map(member -> member.path("user").asText())
                .toList();
    }

    private static List<String> users(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "user-" + i).toList();
    }

    /** Says once for each that it is here; returns when all are taken. */
    private void beatAll(ServerProcess node, String channel, List<String> users) {
        var permits = new Semaphore(AT_ONCE);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String user : users) {
                permits.acquireUninterruptibly();
                threads.submit(() -> {
                    try {
                        return beat(node, channel, user);
                    } finally {
                        permits.release();
                    }
                });
            }
        }
    }

    /** Beats for these until it is interrupted. */
    private Thread beating(ServerProcess node, String channel, List<String> users) {
        return Thread.ofVirtual().name("beating").start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                long begun = System.nanoTime();
                beatAll(node, channel, users);
                LockSupport.parkNanos(HEARTBEAT.toNanos() - (System.nanoTime() - begun));
            }
        });
    }

    @Test
    @Tag("R-31")
    @Tag("R-53")
    void aNodeThatIsKilledLeavesNoGhostAndTakesNobodyAlong() throws Exception {
        var staying = users(0, 300);
        var going = users(300, 500);
        try (var view = new View(two, "doc:killed")) {
            var stayers = beating(one, "doc:killed", staying);
            var goers = beating(one, "doc:killed", going);
            eventually(PATIENCE, () -> assertThat(view.count).isEqualTo(500));
            one.kill();
            stayers.interrupt();
            goers.interrupt();
            var moved = beating(two, "doc:killed", staying);
            eventually(
                    PATIENCE, () -> assertThat(listed(two, "doc:killed")).containsExactlyInAnyOrderElementsOf(staying));
            eventually(PATIENCE, () -> assertThat(view.count).isEqualTo(300));
            assertThat(staying).containsAll(view.members);
            assertThat(view.wrong).isEmpty();
            moved.interrupt();
            moved.join();
        } finally {
            one.restart();
        }
    }

    @Test
    @Tag("R-31")
    @Tag("R-82")
    void redisMayBeAwayForManyLeases() throws Exception {
        var all = users(0, 40);
        try (var here = new View(one, "doc:away");
                var there = new View(two, "doc:away")) {
            var first = beating(one, "doc:away", all.subList(0, 20));
            var second = beating(two, "doc:away", all.subList(20, 40));
            eventually(PATIENCE, () -> assertThat(here.members).hasSize(40));
            eventually(PATIENCE, () -> assertThat(there.members).hasSize(40));
            redis.kill();
            long back = System.nanoTime() + HEARTBEAT.multipliedBy(8).toNanos();
            eventually(PATIENCE, () -> assertThat(System.nanoTime() - back).isPositive());
            redis.start(); // empty
            beatAll(one, "doc:away", List.of("newcomer"));
            eventually(PATIENCE, () -> assertThat(beat(one, "doc:away", "newcomer"))
                    .isEqualTo(200));
            eventually(PATIENCE, () -> assertThat(here.members).contains("newcomer"));
            eventually(PATIENCE, () -> assertThat(there.members).contains("newcomer"));
            first.interrupt(); // half of them go, and nobody else
            eventually(
                    PATIENCE, () -> assertThat(there.members).containsExactlyInAnyOrderElementsOf(all.subList(20, 40)));
            assertThat(here.wrong).isEmpty();
            assertThat(there.wrong).isEmpty();
            second.interrupt();
            first.join();
            second.join();
        }
    }

    @Test
    @Tag("R-31")
    @Tag("R-84")
    void tenThousandJoinOneChannelAndANodeRestarts() throws Exception {
        int users = 10_000;
        users(0, users).forEach(user -> tokens.computeIfAbsent(user, Client::token));
        try (var view = new View(two, "doc:crowd")) {
            long commands = commands();
            long begun = System.nanoTime();
            beatAll(one, "doc:crowd", users(0, users));
            double seconds = (System.nanoTime() - begun) / 1e9;
            eventually(PATIENCE, () -> assertThat(view.count).isEqualTo(users));
            double perJoin = (commands() - commands) / (double) users;
            System.out.printf(
                    "%d joined in %.1f s; Redis commands per join, those of scripts included: %.1f; longest frame %d bytes%n",
                    users, seconds, perJoin, view.longest);
            assertThat(perJoin).isLessThan(25);
            assertThat(view.longest).isLessThan(128 * 1024);
            assertThat(view.members).hasSize(500);
            assertThat(view.wrong).isEmpty();
            one.terminate();
            one.restart();
            try (var again = new View(one, "doc:crowd")) {
                eventually(PATIENCE, () -> assertThat(again.members).isNotEmpty());
                assertThat(again.longest).isLessThan(128 * 1024);
            }
        }
    }

    /** By libfaketime, which makes a process believe in another time. */
    @Test
    @Tag("R-31")
    void theClockOfANodeMayBeAnHourOff() throws Exception {
        var environment = Map.of(
                "TAILRACE_PRESENCE_HEARTBEAT", "2s",
                "LD_PRELOAD", Faketime.library().toString(),
                "FAKETIME", "-1h",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1");
        try (var late = ServerProcess.start("present-late", postgres, database, redis, environment);
                var here = new View(two, "doc:clock");
                var there = new View(late, "doc:clock");
                var signals = SseReader.open(two.uri("/v1/stream?channel=chat:clock"), Client.token("watcher"))) {
            signals.named("open");
            eventually(PATIENCE, () -> {
                signal(late, "chat:clock");
                var frame = signals.next(Duration.ofMillis(500)).orElseThrow();
                var at = Instant.parse(
                        new ObjectMapper().readTree(frame.data()).path("at").asText());
                assertThat(at).isBefore(Instant.now().minus(Duration.ofMinutes(50)));
            });
            var going = beating(late, "doc:clock", List.of("ada"));
            var staying = beating(two, "doc:clock", List.of("bob"));
            eventually(PATIENCE, () -> assertThat(here.members).containsExactly("ada", "bob"));
            eventually(PATIENCE, () -> assertThat(there.members).containsExactly("ada", "bob"));
            going.interrupt();
            going.join();
            eventually(PATIENCE, () -> assertThat(here.members).containsExactly("bob"));
            eventually(PATIENCE, () -> assertThat(there.members).containsExactly("bob"));
            assertThat(here.wrong).isEmpty();
            assertThat(there.wrong).isEmpty();
            staying.interrupt();
            staying.join();
        }
    }

    private void signal(ServerProcess node, String channel) throws Exception {
        var request = HttpRequest.newBuilder(node.uri("/v1/channels/" + channel + "/signals"))
                .header("Authorization", "Bearer " + Client.token("ada"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"kind\":\"wave\"}"))
                .build();
        assertThat(http.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(202);
    }

    private long commands() {
        try (var client = RedisClient.create("127.0.0.1", redis.port())) {
            var info = new String((byte[]) client.sendCommand(Command.INFO, "commandstats"));
            return info.lines()
                    .filter(line -> line.startsWith("cmdstat_"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("cmdstat_[^:]*:calls=(\\d+),.*", "$1")))
                    .sum();
        }
    }
}

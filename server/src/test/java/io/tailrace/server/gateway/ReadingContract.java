package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.Audit;
import io.tailrace.server.SseReader.Frame;
import io.tailrace.testkit.Eventually;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every way of reading promises: the same frames, in the same order, with positions that are as good. */
@Tag("R-25")
abstract class ReadingContract {

    private static final Pattern EVENT = Pattern.compile("\\{\"channel\":\"([^\"]+)\",\"seq\":(\\d+).*");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Random random = new Random(3);
    private final Map<String, Long> heads = new TreeMap<>();
    private final Map<String, Long> applied = new TreeMap<>();
    private int repeats;

    private GatewayFixture fixture;
    private GatewayFixture.Node node;
    private GatewayFixture.Node other;

    abstract Reading read(GatewayFixture.Node from, String query, String token, @Nullable String position);

    @BeforeEach
    void start() {
        fixture = new GatewayFixture(
                GatewayOptions.DEFAULT.withCheckpoints(Duration.ofMillis(100), Duration.ofMillis(20)));
        node = fixture.node();
        other = fixture.node();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static List<String> channels(int count) {
        return IntStream.range(0, count).mapToObj(i -> "chat:c" + i).toList();
    }

    private static String query(List<String> channels) {
        return channels.stream().map(channel -> "channel=" + channel + "@0").collect(Collectors.joining("&"));
    }

    private void write(List<String> channels, int most) {
        for (int i = random.nextInt(most) + 1; i > 0; i--) {
            var channel = channels.get(random.nextInt(channels.size()));
            heads.put(channel, fixture.append(channel, 1 + random.nextInt(3), random.nextInt(10) > 0));
        }
    }

    /** Applies an event; fails at a gap. */
    private void apply(Frame frame) {
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
    }

    private void catchUp(Reading reading) {
        while (!applied.equals(heads)) {
            apply(reading.next().orElseThrow());
        }
    }

    private static Frame named(Reading reading, String event) {
        for (var frame = reading.next(); ; frame = reading.next()) {
            if (event.equals(frame.orElseThrow().event())) {
                return frame.orElseThrow();
            }
        }
    }

    private static Future<Optional<Frame>> awaited(Reading reading) {
        return CompletableFuture.supplyAsync(reading::next);
    }

    private static Frame done(Future<Optional<Frame>> awaited)
            throws InterruptedException, ExecutionException, TimeoutException {
        return awaited.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).orElseThrow();
    }

    private void remove(String channel, String user) {
        fixture.log
                .members()
                .remove(
                        ChannelId.of(GatewayFixture.TENANT, channel),
                        user,
                        Audit.By.of(new Actor(GatewayFixture.TENANT, "admin", null, null, Instant.now())));
    }

    @ParameterizedTest(name = "{0} channels")
    @ValueSource(ints = {1, 3, 30, 120, 500})
    @Tag("R-21")
    @Tag("R-22")
    void everyEventArrivesInOrderOverCutsAndNodes(int count) {
        var channels = channels(count);
        var token = fixture.token("u1");
        String position = null;
        write(channels, 20);
        for (int cut = 0; cut < 6; cut++) {
            try (var reading = read(cut % 2 == 0 ? node : other, query(channels), token, position)) {
                write(channels, 20);
                for (int i = random.nextInt(20); i > 0 && !applied.equals(heads); i--) {
                    apply(reading.next().orElseThrow());
                }
                position = reading.position();
            }
        }
        try (var reading = read(node, query(channels), token, position)) {
            catchUp(reading);
            write(channels, 20);
            catchUp(reading);
        }
        if (count <= 30) {
            assertThat(repeats).as("positions are exact").isZero();
        }
    }

    @Test
    @Tag("R-21")
    void theListOfACheckpointOutranksTheAddress() {
        var channels = channels(60);
        channels.forEach(channel -> heads.put(channel, fixture.append(channel, 1)));
        var token = fixture.token("u1");
        String position;
        try (var reading = read(node, query(channels), token, null)) {
            catchUp(reading);
            position = reading.position();
        }
        assertThat(position).startsWith("k.");
        channels.forEach(channel -> heads.put(channel, fixture.append(channel, 1)));
        try (var reading = read(other, "channel=chat:c0@0", token, position)) {
            catchUp(reading);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "v.AAAAAA", "k.AAAAAAAAAAAAAAAA", "7~1", "1~2", "99"})
    @Tag("R-24")
    void whatCannotBeUsedIsToldForEveryChannelAndAllGoesOnLive(String position) {
        var channels = channels(2);
        channels.forEach(channel -> fixture.append(channel, 3));
        try (var reading = read(node, query(channels), fixture.token("u1"), position)) {
            assertThat(List.of(named(reading, "snapshot.required"), named(reading, "snapshot.required")))
                    .extracting(Frame::data)
                    .containsExactlyInAnyOrder(
                            "{\"channel\":\"chat:c0\",\"floor\":0,\"head\":3}",
                            "{\"channel\":\"chat:c1\",\"floor\":0,\"head\":3}");
            channels.forEach(channel -> applied.put(channel, 3L));
            channels.forEach(channel -> heads.put(channel, fixture.append(channel, 1)));
            catchUp(reading);
        }
    }

    @Test
    @Tag("R-24")
    void whatIsPastTheReplayWindowIsTold() {
        fixture.append("chat:old", 10_050);
        fixture.append("chat:new", 1);
        try (var reading = read(node, "channel=chat:old@10&channel=chat:new@0", fixture.token("u1"), null)) {
            var frames = new ArrayList<Frame>();
            frames.add(reading.next().orElseThrow());
            frames.add(reading.next().orElseThrow());
            assertThat(frames).anyMatch(frame -> "snapshot.required".equals(frame.event()));
            assertThat(frames).anyMatch(frame -> String.valueOf(frame.data()).contains("chat:new"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 50})
    void anotherEpochIsToldOnceForEveryChannel(int count) {
        var channels = channels(count);
        channels.forEach(channel -> heads.put(channel, fixture.append(channel, 2)));
        try (var reading = read(node, query(channels), fixture.token("u1"), null)) {
            catchUp(reading);
            fixture.log.epoch().restored();
            heads.put(channels.getFirst(), fixture.append(channels.getFirst(), 1));
            var told = new TreeMap<String, Long>();
            while (told.size() < count) {
                var frame = named(reading, "snapshot.required");
                var match = Pattern.compile(".*\"channel\":\"([^\"]+)\".*\"head\":(\\d+)}")
                        .matcher(String.valueOf(frame.data()));
                assertThat(match.matches()).isTrue();
                assertThat(told.put(match.group(1), Long.valueOf(match.group(2))))
                        .isNull();
            }
            applied.putAll(told);
            channels.forEach(channel -> heads.put(channel, fixture.append(channel, 1)));
            catchUp(reading);
            assertThat(count > 30 || String.valueOf(reading.position()).matches("v\\..*|[2-9][0-9]*~\\d+"))
                    .isTrue();
        }
    }

    @Test
    @Tag("R-72")
    void whoIsRemovedIsToldAtOnceAndKeepsTheRest() throws Exception {
        var channels = List.of("chat:left", "chat:kept");
        channels.forEach(channel -> heads.put(channel, fixture.append(channel, 1)));
        var token = fixture.token("leaver");
        String position;
        try (var reading = read(node, query(channels), token, null)) {
            catchUp(reading);
            var next = awaited(reading);
            Eventually.until("it waits", () -> node.gateway.active() == 1);
            remove("chat:left", "leaver");
            fixture.append("chat:left", 1);
            assertThat(done(next).data()).isEqualTo("{\"channel\":\"chat:left\",\"seq\":1}");
            heads.put("chat:kept", fixture.append("chat:kept", 1));
            catchUp(reading);
            position = reading.position();
        }
        fixture.append("chat:left", 1);
        try (var reading = read(other, query(channels), token, position)) {
            heads.put("chat:kept", fixture.append("chat:kept", 1));
            var frames = new ArrayList<Frame>();
            frames.add(reading.next().orElseThrow());
            frames.add(reading.next().orElseThrow());
            assertThat(frames).anyMatch(frame -> "revoked".equals(frame.event()));
            frames.stream().filter(Frame::durable).forEach(this::apply);
            assertThat(applied).isEqualTo(heads);
        }
    }

    @Test
    @Tag("R-72")
    void whoMayReadNothingAnyMoreIsToldThatItIsOver() throws Exception {
        heads.put("chat:left", fixture.append("chat:left", 1));
        try (var reading = read(node, "channel=chat:left@0", fixture.token("leaver"), null)) {
            catchUp(reading);
            var next = awaited(reading);
            Eventually.until("it waits", () -> node.gateway.active() == 1);
            remove("chat:left", "leaver");
            assertThat(done(next).event()).isEqualTo("revoked");
            assertThat(named(reading, "end").data()).isEqualTo("{\"reason\":\"revoked\"}");
            assertThat(reading.next()).isEmpty();
        }
    }

    @Test
    @Tag("R-73")
    void expiringCredentialsAreAnnouncedAndEnforced() throws Exception {
        heads.put("chat:a", fixture.append("chat:a", 1));
        try (var reading = read(node, "channel=chat:a@0", fixture.token("u1", "*", Duration.ofSeconds(50)), null)) {
            var frames = List.of(
                    reading.next().orElseThrow(),
                    reading.next().orElseThrow()); // which of them comes first is nobody's promise
            assertThat(frames).anyMatch(Frame::durable);
            assertThat(frames)
                    .anyMatch(frame -> "auth.expiring".equals(frame.event())
                            && String.valueOf(frame.data()).contains("\"expires_at\":"));
            var next = awaited(reading);
            Eventually.until("it waits", () -> node.gateway.active() == 1);
            fixture.time.pass(Duration.ofSeconds(53));
            node.gateway.wakeAll();
            assertThat(done(next).data()).isEqualTo("{\"reason\":\"expired\"}");
            assertThat(reading.next()).isEmpty();
        }
    }

    @Test
    @Tag("R-52")
    void aDrainSendsItAwayAndAnotherNodeGoesOn() throws Exception {
        heads.put("chat:a", fixture.append("chat:a", 1));
        String position;
        try (var reading = read(node, "channel=chat:a@0", fixture.token("u1"), null)) {
            catchUp(reading);
            var next = awaited(reading);
            Eventually.until("it waits", () -> node.gateway.active() == 1);
            node.gateway.drain(Duration.ofSeconds(5));
            var match = Pattern.compile("\\{\"after_ms\":(\\d+)}")
                    .matcher(String.valueOf(done(next).data()));
            assertThat(match.matches()).isTrue();
            assertThat(Long.parseLong(match.group(1))).isBetween(0L, 10_000L);
            assertThat(reading.next()).isEmpty();
            position = reading.position();
        }
        heads.put("chat:a", fixture.append("chat:a", 1));
        try (var reading = read(other, "channel=chat:a@0", fixture.token("u1"), position)) {
            catchUp(reading);
        }
    }
}

package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.log.Audit;
import io.tailrace.log.Reader;
import io.tailrace.log.SnapshotOutcome;
import io.tailrace.server.SseReader.Frame;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Contract;
import io.tailrace.wire.Event;
import io.tailrace.wire.Standing;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stream cannot replay: the reader is told, reads the snapshot, and ends where everybody else does. */
@Tag("R-24")
class RecoveryTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private GatewayFixture fixture;
    private GatewayFixture.Node node;
    private String token;

    @BeforeEach
    void start() {
        fixture = new GatewayFixture();
        node = fixture.node();
        token = fixture.token("u1");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aSnapshotAndTheTailAfterItGiveWhatAnUninterruptedReaderHas() throws Exception {
        var standard = Contract.DEFAULT;
        var contract = new Contract(
                standard.durability(),
                Contract.State.KEYED,
                standard.retention(),
                new Contract.ReplayWindow(10, 3_600),
                true,
                false,
                true,
                true,
                standard.maxEventBytes(),
                standard.writeRate(),
                standard.conflict(),
                standard.create(),
                Map.of());
        fixture.log
                .contracts()
                .put(
                        GatewayFixture.TENANT,
                        "tiny",
                        contract,
                        Audit.By.of(new Actor(GatewayFixture.TENANT, "admin", null, null, Instant.now())));
        fixture.log.contracts().refreshed(GatewayFixture.TENANT, "tiny");
        var always = new TreeMap<String, String>();
        var returning = new TreeMap<String, String>();
        try (var uninterrupted = node.stream("channel=tiny:fold@0", token, null)) {
            String position;
            try (var stream = node.stream("channel=tiny:fold@0", token, null)) {
                write(5);
                stream.events(5).forEach(frame -> fold(returning, frame));
                position = "5";
            }
            write(30);
            try (var stream = node.stream("channel=tiny:fold@0", token, position)) {
                var required = stream.named("snapshot.required");
                assertThat(required.id()).isEqualTo("35");
                write(5);
                var snapshot = snapshot("tiny:fold", contract);
                returning.clear();
                for (Event event : snapshot.items()) {
                    returning.put(String.valueOf(event.key()), event.data().text());
                }
                write(5);
                stream.events(10).stream()
                        .filter(frame -> StreamTest.seq(frame) > snapshot.head().seq())
                        .forEach(frame -> fold(returning, frame));
            }
            uninterrupted.events(45).forEach(frame -> fold(always, frame));
        }
        assertThat(returning).isEqualTo(always);
    }

    private SnapshotOutcome.Taken snapshot(String channel, Contract contract) {
        var reader = new Reader(new Actor(GatewayFixture.TENANT, "u1", null, null, Instant.now()), Standing.GRANT);
        var outcome = fixture.log.events().snapshot(ChannelId.of(GatewayFixture.TENANT, channel), contract, 0, reader);
        if (outcome instanceof SnapshotOutcome.Taken taken) {
            return taken;
        }
        throw new AssertionError("no snapshot: " + outcome);
    }

    private int written;

    private void write(int count) {
        for (int i = 0; i < count; i++) {
            fixture.appendKeyed("tiny:fold", "k" + written * 7 % 11, Integer.toString(written));
            written++;
        }
    }

    private static void fold(Map<String, String> state, Frame frame) {
        try {
            var event = JSON.readTree(frame.data());
            state.put(event.path("key").asText(), event.path("data").toString());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 50})
    void anotherEpochIsToldOnceForEveryChannelOfALiveStreamAndOfOldPositions(int count) {
        List<String> channels =
                IntStream.range(0, count).mapToObj(i -> "chat:e" + i).toList();
        var heads = new TreeMap<String, Long>();
        channels.forEach(channel -> heads.put(channel, fixture.append(channel, 2)));
        var client = new Client(channels, token);
        client.connect(node);
        client.catchUp(heads);
        var old = client.last;
        fixture.log.epoch().restored();
        heads.put(channels.getFirst(), fixture.append(channels.getFirst(), 1));
        while (client.resyncs < count) {
            client.take();
        }
        channels.forEach(channel -> heads.put(channel, fixture.append(channel, 1)));
        client.catchUp(heads);
        client.connect(node);
        channels.forEach(channel -> heads.put(channel, fixture.append(channel, 1)));
        client.catchUp(heads);
        assertThat(client.resyncs).as("told once").isEqualTo(count);
        client.cut();
        var late = new Client(channels, token);
        late.last = old;
        late.connect(node);
        late.catchUp(heads);
        if (count <= 30) { // the only checkpoint so far may be that of the start, which claims nothing
            assertThat(late.resyncs).isEqualTo(count);
        }
        late.cut();
    }
}

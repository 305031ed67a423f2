package io.tailrace.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.RedisServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Twenty writers, seven readers, and a server that is killed twelve times, four of them between commit and publish. */
@Tag("R-02")
@Tag("R-10")
@Tag("R-11")
@Tag("R-12")
@Tag("R-20")
class ExactlyOnceIT {

    private static final int WRITERS = 20;
    private static final int EVENTS = 200;
    private static final int KILLS = 12;
    private static final List<String> CHANNELS = List.of("board:a", "board:b", "board:c", "board:d", "board:e");
    private static final long SEED = Long.getLong("tailrace.test.seed", System.nanoTime());

    private final Random random = new Random(SEED);

    @Test
    void everyAcknowledgedWriteIsThereOnceAndEveryReaderSeesItOnce() {
        var postgres = PostgresServer.shared(PostgresServer.Version.DEBIAN_15);
        try (var server = ServerProcess.start(
                        "once", postgres, postgres.createDatabase(), RedisServer.shared(), Map.of());
                var client = new Client("ada")) {
            Supplier<URI> node = () -> server.uri("/");
            var readers = readers(client, node);
            try (var writers = new Writers(client, node, CHANNELS).start(WRITERS, EVENTS, SEED)) {
                killAllAlong(server, writers);
                writers.join(Duration.ofMinutes(2));
                assertThat(writers.faults()).isEmpty();

                var log = log(client, server.uri("/"));
                theLogHoldsWhatWasAcknowledged(log, writers);
                everyReaderAppliedAll(readers, log, client, server.uri("/"));
            } finally {
                readers.forEach(TailReader::close);
            }
        }
    }

    private List<TailReader> readers(Client client, Supplier<URI> node) {
        var readers = new ArrayList<TailReader>();
        CHANNELS.forEach(
                channel -> readers.add(new TailReader(client, List.of(channel), node, () -> 1 + random.nextInt(200))));
        readers.add(new TailReader(client, CHANNELS, node, () -> 1 + random.nextInt(400)));
        readers.add(new TailReader(client, CHANNELS, node, () -> Integer.MAX_VALUE));
        return readers;
    }

    /** The n-th kill comes when about n thirteenths are written: wherever the server then is. */
    private void killAllAlong(ServerProcess server, Writers writers) {
        int stretch = WRITERS * EVENTS / (KILLS + 1);
        for (int kill = 1; kill <= KILLS; kill++) {
            int reached = kill * stretch - random.nextInt(stretch / 2);
            Eventually.until(Duration.ofMinutes(1), "writes go on " + SEED, () -> writers.count() >= reached);
            assertThat(writers.running()).as("still writing at kill " + kill).isTrue();
            switch (kill % 6) {
                case 1 -> server.haltAt("COMMITTED");
                case 4 -> server.haltAt("ACKNOWLEDGED");
                default -> server.kill();
            }
            server.restart();
        }
    }

    private static Map<String, List<JsonNode>> log(Client client, URI node) {
        var log = new TreeMap<String, List<JsonNode>>();
        CHANNELS.forEach(channel -> log.put(channel, client.history(node, channel)));
        return log;
    }

    private static void theLogHoldsWhatWasAcknowledged(Map<String, List<JsonNode>> log, Writers writers) {
        var found = new HashMap<Writers.Write, Long>();
        log.forEach((channel, events) -> {
            assertThat(events.stream().map(event -> event.path("seq").asLong()))
                    .as("seqs of " + channel)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, events.size()).boxed().toList());
            events.forEach(event -> assertThat(found.put(
                            new Writers.Write(channel, event.at("/data/k").asText()),
                            event.path("seq").asLong()))
                    .as("a second " + event)
                    .isNull());
        });
        assertThat(found).containsAllEntriesOf(writers.acknowledged());
        var rest = new HashSet<>(found.keySet());
        rest.removeAll(writers.acknowledged().keySet());
        assertThat(writers.unknown()).containsAll(rest);
        assertThat(writers.count() + writers.unknown().size()).isEqualTo(WRITERS * EVENTS);
    }

    private static void everyReaderAppliedAll(
            List<TailReader> readers, Map<String, List<JsonNode>> log, Client client, URI node) {
        var snapshots = new HashMap<String, Map<String, Long>>();
        CHANNELS.forEach(channel -> snapshots.put(channel, snapshot(client, node, channel)));
        IntStream.range(0, readers.size()).forEach(i -> {
            var reader = readers.get(i);
            for (String channel : reader.channels()) {
                Eventually.eventually(Duration.ofSeconds(30), () -> assertThat(reader.applied(channel))
                        .as("reader " + i + " of " + channel)
                        .isEqualTo(log.getOrDefault(channel, List.of()).size()));
                assertThat(reader.fold(channel)).isEqualTo(snapshots.get(channel));
            }
            assertThat(reader.faults()).as("reader " + i).isEmpty();
            assertThat(reader.resyncs()).as("reader " + i).isZero();
            assertThat(reader.statuses()).as("reader " + i).containsOnly(200);
        });
    }

    private static Map<String, Long> snapshot(Client client, URI node, String channel) {
        var items = new TreeMap<String, Long>();
        client.get(node, "/v1/channels/" + channel + "/snapshot")
                .path("items")
                .forEach(event ->
                        items.put(event.path("key").asText(), event.path("seq").asLong()));
        return items;
    }
}

package io.tailrace.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.SseReader;
import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.RedisServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log goes back to what it was earlier, as after a restore from backup, while nodes and readers run. */
@Tag("R-02")
class EpochsIT {

    private static final String CHANNEL = "board:epoch";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Nodes notice a restore by themselves, a moment later, too. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nobodyTakesANewEventForOneThatItHasSeen(boolean told) {
        try (var postgres = PostgresServer.launch(PostgresServer.Version.DEBIAN_15);
                var redis = RedisServer.launch(RedisServer.Version.SYSTEM)) {
            String database = postgres.createDatabase();
            try (var one = ServerProcess.start("first", postgres, database, redis, Map.of());
                    var two = ServerProcess.start("second", postgres, database, redis, Map.of());
                    var client = new Client("ada")) {
                restoreUnder(postgres, database, one, two, client, told);
            }
        }
    }

    private static void restoreUnder(
            PostgresServer postgres,
            String database,
            ServerProcess one,
            ServerProcess two,
            Client client,
            boolean told) {
        try (var onOne = reader(client, one, CHANNEL);
                var onTwo = reader(client, two, CHANNEL, "board:other")) {
            write(client, one, CHANNEL, "early", 1, 30);
            write(client, one, "board:other", "other", 1, 5);
            reaches(onOne, 30);
            var backup = postgres.backup();
            write(client, one, CHANNEL, "lost", 31, 50);
            reaches(onOne, 50);
            reaches(onTwo, 50);
            bothNodesLook(postgres, database);
            String before = String.valueOf(onOne.position());
            String vectorBefore = String.valueOf(onTwo.position());

            postgres.restore(backup);
            if (told) {
                assertThat(one.run("restored")).isZero();
            }
            write(client, two, CHANNEL, "new", 31, 60);

            holdsWhatTheSnapshotHolds(onOne, client, one);
            holdsWhatTheSnapshotHolds(onTwo, client, two);
            assertThat(onOne.resyncs() + onTwo.resyncs()).isGreaterThanOrEqualTo(2);
            tellsThatASnapshotIsRequired(client, one, before, CHANNEL);
            tellsThatASnapshotIsRequired(client, two, vectorBefore, CHANNEL, "board:other");
        }
    }

    /** Nodes look every few seconds: what they have not seen, they cannot miss. */
    private static void bothNodesLook(PostgresServer postgres, String database) {
        try (var log = postgres.open(database)) {
            String looks = "SELECT node, looks FROM tailrace.witness";
            var before = log.all().query(looks, row -> Map.entry(row.getString(1), row.getLong(2)));
            assertThat(before).hasSize(2);
            Eventually.eventually(PATIENCE, () -> assertThat(
                            log.all().query(looks, row -> Map.entry(row.getString(1), row.getLong(2))))
                    .doesNotContainAnyElementsOf(before));
        }
    }

    private static TailReader reader(Client client, ServerProcess server, String... channels) {
        return new TailReader(client, List.of(channels), () -> server.uri("/"), () -> Integer.MAX_VALUE);
    }

    private static void write(Client client, ServerProcess server, String channel, String name, int from, int to) {
        for (int i = from; i <= to; i++) {
            String key = name + "-" + i;
            String body = "{\"type\":\"t\",\"key\":\"card:" + i % 7 + "\",\"data\":\"" + key + "\"}";
            Eventually.eventually(PATIENCE, () -> {
                var answer = client.append(server.uri("/"), channel, key, body);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            });
        }
    }

    private static void reaches(TailReader reader, long seq) {
        Eventually.eventually(
                PATIENCE, () -> assertThat(reader.applied(CHANNEL)).isEqualTo(seq));
    }

    private static void holdsWhatTheSnapshotHolds(TailReader reader, Client client, ServerProcess server) {
        Eventually.eventually(PATIENCE, () -> {
            var snapshot = client.get(server.uri("/"), "/v1/channels/" + CHANNEL + "/snapshot");
            assertThat(snapshot.path("seq").asLong()).isEqualTo(60);
            var items = new TreeMap<String, Long>();
            snapshot.path("items")
                    .forEach(event -> items.put(
                            event.path("key").asText(), event.path("seq").asLong()));
            assertThat(reader.applied(CHANNEL)).isEqualTo(60);
            assertThat(reader.fold(CHANNEL)).isEqualTo(items);
        });
    }

    private static void tellsThatASnapshotIsRequired(
            Client client, ServerProcess server, String position, String... channels) {
        var uri = server.uri("/v1/stream?channel=" + String.join("&channel=", channels));
        try (var stream = SseReader.open(uri, client.token(), "Last-Event-ID", position)) {
            assertThat(stream.named("snapshot.required").data()).contains("\"head\"");
        }
    }

    @Test
    void aChannelThatIsDeletedAndMadeAgainGoesOnAfterItsHead() throws Exception {
        var postgres = PostgresServer.shared(PostgresServer.Version.DEBIAN_15);
        try (var server = ServerProcess.start(
                        "again", postgres, postgres.createDatabase(), RedisServer.shared(), Map.of());
                var client = new Client("ada");
                var reader = reader(client, server, CHANNEL)) {
            write(client, server, CHANNEL, "first", 1, 3);
            reaches(reader, 3);
            String position = String.valueOf(reader.position());

            assertThat(delete(client, server.uri("/")).statusCode()).isBetween(200, 204);
            write(client, server, CHANNEL, "second", 4, 5);

            assertThat(client.get(server.uri("/"), "/v1/channels/" + CHANNEL + "/snapshot")
                            .path("seq")
                            .asLong())
                    .isGreaterThanOrEqualTo(5);
            var uri = server.uri("/v1/stream?channel=" + CHANNEL);
            try (var stream = SseReader.open(uri, client.token(), "Last-Event-ID", position)) {
                var frame = stream.next();
                while (!frame.durable() && !"snapshot.required".equals(frame.event())) {
                    frame = stream.next();
                }
                assertThat(frame.data()).as("neither silence nor a reused seq").isNotNull();
            }
            assertThat(reader.faults()).isEmpty();
        }
    }

    private static java.net.http.HttpResponse<String> delete(Client client, URI base)
            throws IOException, InterruptedException {
        return client.send(base, "DELETE", "/v1/channels/" + CHANNEL, "");
    }
}

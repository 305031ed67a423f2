package io.tailrace.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Written on one node, read on the other, while the databases come and go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoNodesIT {

    private static final Duration OUTAGE = Duration.ofSeconds(10);

    private PostgresServer postgres;
    private RedisServer redis;
    private ServerProcess one;
    private ServerProcess two;
    private Client client;

    @BeforeAll
    void start() {
        postgres = PostgresServer.launch(PostgresServer.Version.DEBIAN_15);
        redis = RedisServer.launch(RedisServer.Version.SYSTEM);
        String database = postgres.createDatabase();
        one = ServerProcess.start("one", postgres, database, redis, Map.of());
        two = ServerProcess.start("two", postgres, database, redis, Map.of());
        client = new Client("ada");
    }

    @AfterAll
    void stop() {
        client.close();
        two.close();
        one.close();
        redis.close();
        postgres.close();
    }

    private TailReader readerOnTwo(String channel) {
        return new TailReader(client, List.of(channel), () -> two.uri("/"), () -> Integer.MAX_VALUE);
    }

    private long writeOnOne(String channel, String key) {
        try {
            var answer = client.append(one.uri("/"), channel, channel + key, "{\"type\":\"t\",\"data\":1}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            return Client.json(answer.body()).path("seq").asLong();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void reaches(TailReader reader, String channel, long seq, Duration patience) {
        Eventually.eventually(
                patience, () -> assertThat(reader.applied(channel)).isGreaterThanOrEqualTo(seq));
    }

    @Test
    @Tag("R-53")
    void whatIsWrittenOnOneIsReadOnTheOther() {
        try (var reader = readerOnTwo("chat:both")) {
            for (int i = 0; i < 20; i++) {
                reaches(reader, "chat:both", writeOnOne("chat:both", "both-" + i), Duration.ofSeconds(5));
            }
            assertThat(reader.faults()).isEmpty();
        }
    }

    @Test
    @Tag("R-82")
    void deliveryGoesOnWithoutRedis() {
        try (var reader = readerOnTwo("chat:redis")) {
            reaches(reader, "chat:redis", writeOnOne("chat:redis", "before"), Duration.ofSeconds(5));

            redis.kill();
            long until = System.nanoTime() + OUTAGE.toNanos();
            for (int i = 0; System.nanoTime() < until; i++) {
                reaches(reader, "chat:redis", writeOnOne("chat:redis", "during-" + i), Duration.ofSeconds(10));
            }
            redis.start();

            reaches(reader, "chat:redis", writeOnOne("chat:redis", "after"), Duration.ofSeconds(10));
            assertThat(reader.faults()).isEmpty();
            assertThat(reader.opens()).isEqualTo(1);
        }
    }

    @Test
    @Tag("R-82")
    void withoutPostgresWritesAreRefusedClearlyAndStreamsStay() throws Exception {
        try (var reader = readerOnTwo("chat:pg")) {
            reaches(reader, "chat:pg", writeOnOne("chat:pg", "before"), Duration.ofSeconds(5));

            postgres.stop();
            long until = System.nanoTime() + OUTAGE.toNanos();
            var refused = new ArrayList<String>();
            for (int i = 0; System.nanoTime() < until; i++) {
                var answer = client.append(one.uri("/"), "chat:pg", "during-" + i, "{\"type\":\"t\",\"data\":1}");
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                refused.add(Client.json(answer.body()).path("type").asText());
            }
            assertThat(refused)
                    .isNotEmpty()
                    .isSubsetOf(List.of("/problems/unavailable", "/problems/outcome-unknown", "/problems/overloaded"));
            postgres.start();

            Eventually.eventually(Duration.ofSeconds(20), () -> writeOnOne("chat:pg", "after"));
            reaches(reader, "chat:pg", client.history(one.uri("/"), "chat:pg").size(), Duration.ofSeconds(20));
            assertThat(reader.faults()).isEmpty();
            assertThat(reader.opens()).isEqualTo(1);
        }
    }
}

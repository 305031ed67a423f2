package io.tailrace.server.process;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** 200 streams and 50 cursor sockets on two nodes lose half of their users while 500 events are written per second. */
@Tag("R-71")
@Tag("R-72")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RevocationIT {

    /** Within which what is of the moment stops. */
    private static final Duration EPHEMERAL = Duration.ofSeconds(5);

    /** Within which everything of the removed is closed, even when nobody tells a node. */
    private static final Duration SOON = Duration.ofSeconds(4);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private PostgresServer postgres;
    private RedisServer redis;
    private ServerProcess one;
    private ServerProcess two;

    @BeforeAll
    void start() {
        postgres = PostgresServer.launch(PostgresServer.Version.DEBIAN_15);
        redis = RedisServer.launch(RedisServer.Version.SYSTEM);
        var options = Map.of("TAILRACE_ADDRESS_OPEN_RATE", "0");
        String database = postgres.createDatabase();
        one = ServerProcess.start("revoking-one", postgres, database, redis, options);
        two = ServerProcess.start("revoking-two", postgres, database, redis, options);
    }

    @AfterAll
    void stop() {
        two.close();
        one.close();
        redis.close();
        postgres.close();
    }

    @Test
    void whoIsRemovedIsToldAtOnceAndGetsNothingMore() throws Exception {
        try (var crowd = new Crowd("bus", List.of(one, two), List.of(one, two))) {
            crowd.awaitEvents(500);
            var removals = crowd.removeHalf();
            endsForTheRemovedOnly("With Redis", crowd, removals, Long.MIN_VALUE);
        }
    }

    @Test
    @Tag("R-82")
    void theAccessEpochAloneMakesItCertain() throws Exception {
        try (var crowd = new Crowd("epoch", List.of(one, two), List.of(one, two))) {
            crowd.awaitEvents(500);
            redis.kill();
            crowd.awaitEvents(250);
            var removals = crowd.removeHalf();
            endsForTheRemovedOnly("Without Redis", crowd, removals, Long.MIN_VALUE);
        } finally {
            redis.start();
        }
    }

    /** Longer than what is of the moment may go on: it wakes with buffers full of what was sent meanwhile. */
    @Test
    void aNodeThatWasAsleepDoesNotDeliverWhatItMissed() throws Exception {
        try (var crowd = new Crowd("frozen", List.of(one, two), List.of(one))) {
            crowd.awaitEvents(500);
            two.freeze();
            var removals = crowd.removeHalf();
            long asleep = System.nanoTime() + EPHEMERAL.plusSeconds(1).toNanos();
            Eventually.until(PATIENCE, "time goes by", () -> System.nanoTime() - asleep > 0);
            two.thaw();
            endsForTheRemovedOnly("A node frozen, from when it wakes", crowd, removals, System.nanoTime());
        } finally {
            two.thaw();
        }
    }

    /** @param awake before which nothing can be expected, as {@link System#nanoTime} has it */
    private static void endsForTheRemovedOnly(String what, Crowd crowd, List<Crowd.Removal> removals, long awake) {
        var removed = removals.stream().collect(Collectors.toMap(Crowd.Removal::user, Function.identity()));
        var gone = crowd.onlookers().stream()
                .filter(each -> removed.containsKey(each.user()))
                .toList();
        var goneToo = crowd.pointers().stream()
                .filter(each -> removed.containsKey(each.user()))
                .toList();
        assertThat(gone).hasSize(100);
        assertThat(goneToo).hasSize(30);
        eventually(PATIENCE, () -> assertThat(gone).allMatch(Onlooker::ended));
        eventually(PATIENCE, () -> assertThat(goneToo).allMatch(Pointer::ended));
        crowd.awaitEvents(500);
        double rate = crowd.stopWriting();
        var streams = gone.stream()
                .map(each -> each.endedAt() - Math.max(awake, acknowledged(removed, each.user())))
                .toList();
        var cursors = goneToo.stream()
                .map(each -> each.endedAt() - Math.max(awake, acknowledged(removed, each.user())))
                .toList();
        System.out.printf(
                "%s, %.0f events/s: streams closed after %s, cursors after %s%n",
                what, rate, span(streams), span(cursors));

        assertThat(gone).allSatisfy(each -> sawNothingAfter(removal(removed, each.user()), each));
        whoStaysMissesNothing(crowd, removed);
        cursorsStop(crowd, removed);
        assertThat(streams).allMatch(nanos -> nanos < SOON.toNanos());
        assertThat(cursors).allMatch(nanos -> nanos < SOON.toNanos());
    }

    private static Crowd.Removal removal(Map<String, Crowd.Removal> removed, String user) {
        return Objects.requireNonNull(removed.get(user));
    }

    private static long acknowledged(Map<String, Crowd.Removal> removed, String user) {
        return removal(removed, user).acknowledged();
    }

    private static String span(List<Long> nanos) {
        long[] sorted = nanos.stream()
                .mapToLong(each -> Math.max(0, Duration.ofNanos(each).toMillis()))
                .sorted()
                .toArray();
        return sorted[sorted.length / 2] + " ms (median), "
                + LongStream.of(sorted).max().orElseThrow() + " ms (most)";
    }

    /** By seq, whatever the time. */
    private static void sawNothingAfter(Crowd.Removal removal, Onlooker stream) {
        assertThat(stream.seq()).as(stream + ", removed by " + removal.seq()).isLessThan(removal.seq());
        assertThat(stream.faults()).as(stream.toString()).isEmpty();
        assertThat(stream.told()).as(stream.toString()).containsSubsequence("revoked", "end");
        assertThat(stream.signalled() - removal.acknowledged())
                .as("what is of the moment")
                .isLessThan(EPHEMERAL.toNanos());
    }

    private static void whoStaysMissesNothing(Crowd crowd, Map<String, Crowd.Removal> removed) {
        var heads = crowd.channels().stream().collect(Collectors.toMap(Function.identity(), crowd::head));
        var staying = crowd.onlookers().stream()
                .filter(each -> !removed.containsKey(each.user()))
                .toList();
        assertThat(staying).hasSize(100);
        eventually(PATIENCE, () -> assertThat(staying)
                .allSatisfy(each -> assertThat(each.seq()).isEqualTo(heads.get(each.channel()))));
        assertThat(staying).allSatisfy(each -> {
            assertThat(each.faults()).isEmpty();
            assertThat(each.ended()).isFalse();
        });
    }

    /** Positions are the times at which they were sent. */
    private static void cursorsStop(Crowd crowd, Map<String, Crowd.Removal> removed) {
        assertThat(crowd.pointers()).allSatisfy(pointer -> {
            assertThat(pointer.seen()).isNotEmpty();
            assertThat(pointer.ended()).isEqualTo(removed.containsKey(pointer.user()));
            pointer.seen().forEach((by, sent) -> {
                if (removed.containsKey(by)) {
                    assertThat(sent - acknowledged(removed, by))
                            .as("what " + by + " sent")
                            .isLessThan(EPHEMERAL.toNanos());
                }
            });
            if (removed.containsKey(pointer.user())) {
                assertThat(pointer.code()).isEqualTo(4403);
                assertThat(pointer.seen().values())
                        .allSatisfy(sent -> assertThat(sent - acknowledged(removed, pointer.user()))
                                .isLessThan(EPHEMERAL.toNanos()));
            }
        });
    }
}

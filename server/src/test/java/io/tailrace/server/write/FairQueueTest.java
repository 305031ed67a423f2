package io.tailrace.server.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.Append;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.EventDraft;
import io.tailrace.wire.IdempotencyKey;
import io.tailrace.wire.Json;
import io.tailrace.wire.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FairQueueTest {

    private static final long WEIGHT = run("a", 1).weight();

    @Test
    void servesATenantInOrderAndTenantsInTurn() {
        var queue = new FairQueue(1_000 * WEIGHT);
        var a = IntStream.range(0, 3).mapToObj(i -> run("a", 1)).toList();
        Run b = run("b", 1);
        a.forEach(queue::offer);
        queue.offer(b);
        assertThat(queue.poll(2, Long.MAX_VALUE)).containsExactly(a.get(0), b);
        assertThat(queue.poll(9, Long.MAX_VALUE)).containsExactly(a.get(1), a.get(2));
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void boundsABatchByCountAndBytesButAlwaysGivesOne() {
        var queue = new FairQueue(1_000 * WEIGHT);
        queue.offer(run("a", 3));
        queue.offer(run("a", 2));
        assertThat(queue.poll(4, Long.MAX_VALUE)).hasSize(1);
        assertThat(queue.poll(1, 1)).hasSize(1);
        queue.offer(run("a", 1));
        queue.offer(run("a", 1));
        assertThat(queue.poll(9, 2 * WEIGHT - 1)).hasSize(1);
        assertThat(queue.poll(9, 2 * WEIGHT)).hasSize(1);
    }

    @Test
    void refusesWhatDoesNotFit() {
        var queue = new FairQueue(2 * WEIGHT);
        assertThat(queue.offer(run("a", 1))).isTrue();
        assertThat(queue.offer(run("a", 1))).isTrue();
        Run more = run("a", 1);
        assertThat(queue.offer(more)).isFalse();
        assertThat(more.await(Duration.ZERO)).isEqualTo(new Run.Outcome.Overloaded());
        assertThat(queue.bytes()).isEqualTo(2 * WEIGHT);
    }

    @Test
    void aFloodMakesRoomForWhoHoldsLess() {
        var queue = new FairQueue(4 * WEIGHT);
        var flood = IntStream.range(0, 4).mapToObj(i -> run("a", 1)).toList();
        flood.forEach(queue::offer);
        assertThat(queue.offer(run("b", 1))).isTrue();
        assertThat(queue.offer(run("b", 1))).isTrue();
        assertThat(queue.offer(run("b", 1))).as("both hold half").isFalse();
        assertThat(flood.get(3).await(Duration.ZERO)).isEqualTo(new Run.Outcome.Overloaded());
        assertThat(queue.poll(9, Long.MAX_VALUE))
                .hasSize(4)
                .startsWith(flood.get(0))
                .doesNotContain(flood.get(2));
    }

    @Test
    void leavesOutWhatWasGivenUp() {
        var queue = new FairQueue(10 * WEIGHT);
        Run given = run("a", 1);
        Run kept = run("a", 1);
        queue.offer(given);
        queue.offer(kept);
        assertThat(given.await(Duration.ZERO)).isEqualTo(new Run.Outcome.Overloaded());
        assertThat(queue.poll(1, Long.MAX_VALUE)).containsExactly(kept);
    }

    private static Run run(String tenant, int writes) {
        return new Run(Collections.nCopies(writes, write(tenant)));
    }

    private static Append write(String tenant) {
        return new Append(
                ChannelId.of(tenant, "chat:a"),
                new Actor(tenant, "u", null, null, Instant.EPOCH),
                Standing.GRANT,
                "u",
                new IdempotencyKey(UUID.randomUUID().toString()),
                new EventDraft("t", new Json("1"), null, null, null),
                null,
                null,
                null,
                0);
    }
}

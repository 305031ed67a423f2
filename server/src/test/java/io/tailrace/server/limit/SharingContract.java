package io.tailrace.server.limit;

import static io.tailrace.testkit.Eventually.eventually;
import static io.tailrace.testkit.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.http.Journal;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What nodes that share a limit promise, on every kind of Redis. */
@Tag("R-74")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SharingContract {

    static final String SCOPE = "t";

    /** Per second. */
    private static final int RATE = 100;

    /** How many seconds a test owes that wants to be refused for long. */
    private static final int LONG = 30;

    private final List<Node> nodes = new ArrayList<>();

    abstract URI redis();

    /** As much of a node as limits need. */
    final class Node implements AutoCloseable {
        private final Rates<String> rates = new Rates<>(1_000, System::nanoTime);
        final List<String> journal = new CopyOnWriteArrayList<>();
        final Sharing sharing;

        Node(String scope) {
            this.sharing = RedisSharing.open(
                    redis(), scope, LimitMeters.NONE, new Journal(journal::add, InstantSource.system(), new byte[] {1
                    }));
        }

        boolean lets(String account, int units) {
            var verdict = rates.ask(account, RATE, units);
            if (verdict.passes()) {
                sharing.spent(account, RATE, units, ahead -> rates.owe(account, ahead));
            }
            return verdict.passes();
        }

        Duration wait(String account) {
            return rates.ask(account, RATE, 1).delay();
        }

        @Override
        public void close() {
            sharing.close();
        }
    }

    Node node() {
        return node(SCOPE);
    }

    private Node node(String scope) {
        var node = new Node(scope);
        nodes.add(node);
        until("limits are shared", node.sharing::up);
        return node;
    }

    @AfterEach
    void closeNodes() {
        nodes.forEach(Node::close);
        nodes.clear();
    }

    static String account() {
        return "{" + UUID.randomUUID() + "}:t";
    }

    @Test
    void twoNodesTogetherLetThroughWhatOneMay() {
        var two = List.of(node(), node());
        assertShared(two);
    }

    /** Takes five seconds' worth as fast as it goes, and says by the time which that took that it was shared. */
    static void assertShared(List<Node> nodes) {
        var account = account();
        int most = 5 * RATE;
        long begun = System.nanoTime();
        for (int passed = 0; passed < most; ) {
            for (var node : nodes) {
                passed += node.lets(account, 1) ? 1 : 0;
            }
            LockSupport.parkNanos(100_000);
        }
        var took = Duration.ofNanos(System.nanoTime() - begun);
        assertThat(took)
                .as("each by itself would be through after a second and a half; %s", took)
                .isBetween(Duration.ofMillis(5_000 - 1_200L * nodes.size()), Duration.ofSeconds(12));
    }

    @Test
    void whatOneNodeLetThroughIsOwedOnTheOther() {
        var here = node();
        var there = node();
        var account = account();
        var another = account();
        assertThat(here.lets(account, LONG * RATE)).isTrue();
        eventually(() -> {
            assertThat(there.lets(account, 1)).isFalse();
            assertThat(there.wait(account)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(LONG + 2));
        });
        assertThat(there.lets(another, 1)).as("somebody else").isTrue();
    }

    @Test
    void manyAreToldInOneGo() {
        var here = node();
        var there = node();
        var accounts = Stream.generate(SharingContract::account).limit(600).toList();
        accounts.forEach(account -> assertThat(here.lets(account, LONG * RATE)).isTrue());
        eventually(() -> assertThat(accounts.stream()
                        .filter(account -> there.lets(account, 1))
                        .toList())
                .isEmpty());
    }

    @Test
    @Tag("R-70")
    void installationsThatShareARedisShareNoLimits() {
        var account = account();
        assertThat(node().lets(account, LONG * RATE)).isTrue();
        var other = node("other");
        var same = node();
        eventually(() -> assertThat(same.lets(account, 1)).isFalse());
        assertThat(IntStream.range(0, 10).allMatch(i -> other.lets(account, 1))).isTrue();
    }
}

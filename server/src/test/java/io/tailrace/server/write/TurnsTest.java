package io.tailrace.server.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.testkit.Eventually;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class TurnsTest {

    private final Turns turns = new Turns(1);
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> threads = new ArrayList<>();

    @Test
    void tenantsTakeTurnsHoweverManyOneHasWaiting() throws Exception {
        var open = occupy();
        line("loud", "loud-1");
        line("loud", "loud-2");
        line("loud", "loud-3");
        line("quiet", "quiet-1");

        open.countDown();
        joinAll();

        assertThat(order).containsExactly("loud-1", "quiet-1", "loud-2", "loud-3");
    }

    @Test
    void onlySoManyWorkAtOnce() throws Exception {
        var open = occupy();
        line("a", "a-1");
        line("b", "b-1");

        assertThat(order).isEmpty();
        assertThat(turns.waiting()).isEqualTo(2);
        open.countDown();
        joinAll();
        assertThat(turns.waiting()).isZero();
    }

    @Test
    void whoFailsLeavesThePlace() {
        assertThatThrownBy(() -> turns.take("a", () -> {
                    throw new IllegalStateException("broken");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(turns.<String>take("a", () -> "next")).isEqualTo("next");
    }

    @Test
    void whoIsInterruptedStillWaitsAndKeepsTheMark() throws Exception {
        var open = occupy();
        var interrupted = Thread.ofVirtual().start(() -> {
            turns.take("a", () -> order.add("worked"));
            order.add("interrupted: " + Thread.currentThread().isInterrupted());
        });
        Eventually.until("nobody is in line", () -> turns.waiting() == 1);

        interrupted.interrupt();
        open.countDown();
        interrupted.join();

        assertThat(order).containsExactly("worked", "interrupted: true");
    }

    /** Takes the only place until the latch is opened. */
    private CountDownLatch occupy() throws InterruptedException {
        var open = new CountDownLatch(1);
        var inside = new CountDownLatch(1);
        threads.add(Thread.ofVirtual()
                .start(() -> turns.take("first", () -> {
                    inside.countDown();
                    try {
                        return open.await(20, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                })));
        inside.await();
        return open;
    }

    /** Stands in line, and is in it when this returns. */
    private void line(String tenant, String name) {
        int before = turns.waiting();
        threads.add(Thread.ofVirtual().start(() -> turns.take(tenant, () -> order.add(name))));
        Eventually.until("nobody is in line", () -> turns.waiting() == before + 1);
    }

    private void joinAll() throws InterruptedException {
        for (var thread : threads) {
            thread.join();
        }
    }
}

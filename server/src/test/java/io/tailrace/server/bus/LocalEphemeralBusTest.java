package io.tailrace.server.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LocalEphemeralBusTest extends EphemeralBusContract {

    @Override
    List<EphemeralBus> open() {
        var bus = new LocalEphemeralBus();
        return List.of(bus, bus);
    }

    @Test
    @Tag("R-41")
    void dropsWhatIsBeyondItsBoundAndNeverBlocks() {
        var release = new CountDownLatch(1);
        two.subscribe(ROADMAP, EphemeralBus.Topic.NEWS, message -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        int taken = 0;
        while (one.offer(ROADMAP, EphemeralBus.Topic.NEWS, bytes("x"))) {
            taken++;
        }
        assertThat(taken).isBetween(Deliveries.MAX_WAITING - 1, Deliveries.MAX_WAITING + 2);
        release.countDown();
    }
}

package io.tailrace.server.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LocalBusTest extends BusContract {

    @Override
    List<Bus> open() {
        var bus = new LocalBus();
        return List.of(bus, bus);
    }

    @Test
    void refusesToPublishPastItsBoundAndTakesMoreWhenThereIsRoom() throws Exception {
        var entered = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var heard = listenOnTwo(ROADMAP);
        one.subscribe(ROADMAP, new Bus.Listener() {
            @Override
            public void announced(Announcement announcement) {
                try {
                    entered.countDown();
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void confirmed() {}

            @Override
            public void interrupted() {}
        });
        one.publish(List.of(event(ROADMAP, 1)));
        entered.await();
        var batch = events(ROADMAP, Deliveries.MAX_WAITING);
        assertThat(one.publish(batch)).isTrue();
        assertThat(one.publish(events(ROADMAP, 1))).isFalse();
        release.countDown();
        io.tailrace.testkit.Eventually.eventually(
                () -> assertThat(heard.heard()).hasSize(1 + Deliveries.MAX_WAITING));
        assertThat(one.publish(events(ROADMAP, 1))).isTrue();
    }
}

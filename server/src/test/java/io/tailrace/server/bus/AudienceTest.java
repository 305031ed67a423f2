package io.tailrace.server.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AudienceTest {

    private static final class Listener extends Audience.Member {
        private final AtomicInteger told = new AtomicInteger();
    }

    private static Set<Listener> toldBy(Audience<Listener> audience) {
        var told = new LinkedHashSet<Listener>();
        audience.forEach(listener -> assertThat(told.add(listener)).isTrue());
        return told;
    }

    @Property
    void whoIsInIsToldOnceWhateverCameAndWent(@ForAll @Size(max = 200) List<@IntRange(max = 40) Integer> moves) {
        var audience = new Audience<Listener>();
        var all = new ArrayList<Listener>();
        for (int i = 0; i <= 40; i++) {
            all.add(new Listener());
        }
        var in = new LinkedHashSet<Listener>();
        for (int move : moves) {
            var listener = all.get(move);
            if (in.contains(listener)) {
                in.remove(listener);
                assertThat(audience.remove(listener)).isTrue();
            } else {
                in.add(listener);
                audience.add(listener);
            }
            assertThat(audience.remove(new Listener())).isFalse();
            assertThat(audience.size()).isEqualTo(in.size());
            assertThat(audience.isEmpty()).isEqualTo(in.isEmpty());
            if (move % 3 == 0) {
                assertThat(toldBy(audience)).isEqualTo(in);
            }
        }
        assertThat(toldBy(audience)).isEqualTo(in);
    }

    @Test
    void theyAreToldInTheOrderInWhichTheyCame() {
        var audience = new Audience<Listener>();
        var came = List.of(new Listener(), new Listener(), new Listener(), new Listener(), new Listener());
        came.forEach(audience::add);
        assertThat(toldBy(audience)).containsExactlyElementsOf(came);
    }

    @Test
    void whoComesOrGoesWhileOthersAreToldDisturbsNothing() {
        var audience = new Audience<Listener>();
        var came = List.of(new Listener(), new Listener(), new Listener(), new Listener());
        came.forEach(audience::add);
        var told = new ArrayList<Listener>();
        audience.forEach(listener -> {
            if (told.isEmpty()) {
                came.forEach(audience::remove);
                audience.add(new Listener());
            }
            told.add(listener);
        });
        assertThat(told).isEqualTo(came);
        assertThat(audience.size()).isEqualTo(1);
    }

    @Test
    void whoStaysIsToldEachTimeWhileOthersComeAndGoOnOtherThreads() throws Exception {
        var audience = new Audience<Listener>();
        var stays = new Listener();
        audience.add(stays);
        var over = new AtomicBoolean();
        try (var others = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 3; i++) {
                others.submit(() -> {
                    while (!over.get()) {
                        var passes = new Listener();
                        audience.add(passes);
                        audience.remove(passes);
                        Thread.yield();
                    }
                });
            }
            for (int round = 0; round < 10_000; round++) {
                audience.forEach(listener -> listener.told.incrementAndGet());
            }
            over.set(true);
        }
        assertThat(stays.told.get()).isEqualTo(10_000);
        assertThat(audience.size()).isEqualTo(1);
    }
}

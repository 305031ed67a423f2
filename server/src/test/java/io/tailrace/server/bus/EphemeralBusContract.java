package io.tailrace.server.bus;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.bus.EphemeralBus.Topic;
import io.tailrace.wire.ChannelId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every form of the ephemeral bus promises, seen from two nodes. */
abstract class EphemeralBusContract {

    static final ChannelId ROADMAP = ChannelId.of("acme", "board:roadmap");

    EphemeralBus one;
    EphemeralBus two;

    /** Two nodes' buses, which may be one. */
    abstract List<EphemeralBus> open();

    /** Hears. */
    static final class Ear implements EphemeralBus.Listener {
        final List<String> heard = new CopyOnWriteArrayList<>();
        final AtomicInteger confirmed = new AtomicInteger();
        final AtomicInteger interrupted = new AtomicInteger();

        @Override
        public void message(byte[] message) {
            heard.add(new String(message, StandardCharsets.UTF_8));
        }

        @Override
        public void confirmed() {
            confirmed.incrementAndGet();
        }

        @Override
        public void interrupted() {
            interrupted.incrementAndGet();
        }
    }

    @BeforeEach
    void openBoth() {
        var both = open();
        one = both.getFirst();
        two = both.getLast();
        eventually(() -> assertThat(one.up() && two.up()).isTrue());
    }

    @AfterEach
    void closeBoth() {
        one.close();
        two.close();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Ear listen(EphemeralBus bus, ChannelId channel, Topic topic) {
        var ear = new Ear();
        bus.subscribe(channel, topic, ear);
        eventually(() -> assertThat(ear.confirmed).hasPositiveValue());
        return ear;
    }

    @Test
    void everyNodeHearsInOrderAndItsOwnToo() {
        var here = listen(one, ROADMAP, Topic.NEWS);
        var there = listen(two, ROADMAP, Topic.NEWS);
        var all = new ArrayList<String>();
        for (int i = 0; i < 1_000; i++) {
            all.add("m" + i);
            assertThat(one.offer(ROADMAP, Topic.NEWS, bytes("m" + i))).isTrue();
        }
        eventually(() -> assertThat(there.heard).isEqualTo(all));
        eventually(() -> assertThat(here.heard).isEqualTo(all));
    }

    @Test
    @Tag("R-70")
    void topicsChannelsAndTenantsAreApart() {
        var cursors = listen(two, ROADMAP, Topic.CURSORS);
        var otherTenant = listen(two, ChannelId.of("other", "board:roadmap"), Topic.NEWS);
        var otherChannel = listen(two, ChannelId.of("acme", "board:roadma"), Topic.NEWS);
        var news = listen(two, ROADMAP, Topic.NEWS);
        one.offer(ROADMAP, Topic.NEWS, bytes("news"));
        one.offer(ROADMAP, Topic.CURSORS, bytes("cursor"));
        eventually(() -> assertThat(news.heard).containsExactly("news"));
        eventually(() -> assertThat(cursors.heard).containsExactly("cursor"));
        assertThat(otherTenant.heard).isEmpty();
        assertThat(otherChannel.heard).isEmpty();
    }

    @Test
    void whoUnsubscribedHearsNoMore() {
        var gone = new Ear();
        var subscription = two.subscribe(ROADMAP, Topic.NEWS, gone);
        eventually(() -> assertThat(gone.confirmed).hasPositiveValue());
        subscription.close();
        subscription.close();
        var stays = listen(two, ROADMAP, Topic.NEWS);
        one.offer(ROADMAP, Topic.NEWS, bytes("x"));
        eventually(() -> assertThat(stays.heard).containsExactly("x"));
        assertThat(gone.heard).isEmpty();
    }

    @Test
    void aListenerThatThrowsCostsOthersNothing() {
        two.subscribe(ROADMAP, Topic.NEWS, message -> {
            throw new IllegalStateException("on purpose");
        });
        var ear = listen(two, ROADMAP, Topic.NEWS);
        one.offer(ROADMAP, Topic.NEWS, bytes("x"));
        one.offer(ROADMAP, Topic.NEWS, bytes("y"));
        eventually(() -> assertThat(ear.heard).containsExactly("x", "y"));
    }
}

package io.tailrace.server.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.EventLog;
import io.tailrace.server.bus.LocalBus;
import io.tailrace.server.hub.Tail.Next.Frames;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.PostgresServer.Version;
import io.tailrace.wire.ChannelId;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pages of a real log, and what of them is kept. */
class ReplayPagesTest {

    private static final ChannelId CHANNEL = ChannelId.of("acme", "board:roadmap");
    private static final int PAGE = ReplayPages.PAGE;
    private static final long EVENTS = 4L * PAGE + 100;

    private final LocalBus bus = new LocalBus();
    private final HubFixture node = new HubFixture(PostgresServer.shared(Version.DEBIAN_15), bus, HubFixture.UNAUDITED);

    @BeforeEach
    void fill() {
        node.append(CHANNEL, (int) EVENTS);
    }

    @AfterEach
    void end() {
        node.close();
        bus.close();
    }

    private ReplayPages pages(long maxBytes) {
        return new ReplayPages(node.counting(), new LogReads(2), maxBytes, HubMeters.NONE);
    }

    private Hub hub() {
        return hub(CHANNEL);
    }

    private Hub hub(ChannelId channel) {
        Executor here = Runnable::run;
        var shared = new Hub.Shared(
                node.counting(),
                bus,
                AccessStub.open(),
                new LogReads(1),
                Timer.system(),
                HubOptions.DEFAULT,
                HubMeters.NONE,
                () -> {},
                here);
        return new Hub(channel, shared);
    }

    private static View headAt(long head) {
        return new View(1, 0, head, head, 0, 0, 0, new @Nullable Frame[0], 0, 0);
    }

    private static Frames frames(ReplayPages pages, Hub hub, View view, long after) {
        return (Frames) pages.replay(hub, view, after);
    }

    @Test
    void aPageEndsWhereThePageEndsAndNeverAboveTheHead() {
        var pages = pages(8 << 20);
        var hub = hub();
        assertThat(frames(pages, hub, headAt(EVENTS), PAGE - 10).frames())
                .extracting(Frame::seq)
                .startsWith(PAGE - 9L)
                .endsWith((long) PAGE);
        assertThat(frames(pages, hub, headAt(PAGE - 5), PAGE - 10).frames())
                .extracting(Frame::seq)
                .containsExactly(PAGE - 9L, PAGE - 8L, PAGE - 7L, PAGE - 6L, PAGE - 5L);
        assertThat(node.counting().reads()).hasValue(1);
    }

    @Test
    void aPageThatWasNotFullGrowsByWhatIsNew() {
        var pages = pages(8 << 20);
        var hub = hub();
        assertThat(frames(pages, hub, headAt(EVENTS), EVENTS - 1).frames()).hasSize(1);
        node.append(CHANNEL, 10);
        assertThat(frames(pages, hub, headAt(EVENTS + 10), EVENTS - 1).frames())
                .extracting(Frame::seq)
                .containsExactly(EVENTS);
        assertThat(frames(pages, hub, headAt(EVENTS + 10), EVENTS).frames()).hasSize(10);
        assertThat(frames(pages, hub, headAt(EVENTS + 10), 4L * PAGE).frames()).hasSize(110);
        assertThat(node.counting().reads()).hasValue(2);
    }

    @Test
    @Tag("R-40")
    void keepsNoMoreThanItsBoundAndForgetsTheLeastUsedFirst() {
        var all = pages(8 << 20);
        var hub = hub();
        for (long after = 0; after < 4L * PAGE; after += PAGE) {
            all.replay(hub, headAt(EVENTS), after);
        }
        long four = all.bytes();
        node.counting().reads().set(0);
        var bounded = pages(four + 1);
        for (long after = 0; after < EVENTS; after += PAGE) {
            bounded.replay(hub, headAt(EVENTS), after);
            bounded.replay(hub, headAt(EVENTS), 0); // the first stays in use
        }
        assertThat(bounded.bytes()).isLessThanOrEqualTo(four + 1);
        assertThat(node.counting().reads()).hasValue(5);
        bounded.replay(hub, headAt(EVENTS), PAGE);
        assertThat(node.counting().reads()).hasValue(6);
    }

    @Test
    @Tag("R-40")
    void pagesOfLargeEventsAreBoundedByBytesAndStillGiveEverything() {
        var large = ChannelId.of("acme", "board:large");
        int events = 60;
        node.append(large, events, "\"" + "x".repeat(60_000) + "\"");
        var pages = pages(8 << 20);
        var hub = hub(large);
        var view = headAt(events);
        long most = 0;
        long after = 0;
        while (after < events) {
            var frames = frames(pages, hub, view, after).frames();
            assertThat(frames.getFirst().seq()).isEqualTo(after + 1);
            after = frames.getLast().seq();
            most = Math.max(most, pages.bytes());
        }
        assertThat(most).isLessThan(EventLog.NODE_PAGE_BYTES + (256 << 10));
        assertThat(frames(pages, hub, view, events - 1).frames()).hasSize(1);
        assertThat(frames(pages, hub, view, 5).frames().getFirst().seq()).isEqualTo(6);
        assertThat(node.counting().reads().get()).isLessThan(10);
    }

    @Test
    void aHubThatEndsLeavesNothing() {
        var pages = pages(8 << 20);
        var hub = hub();
        pages.replay(hub, headAt(EVENTS), 0);
        assertThat(pages.bytes()).isPositive();
        pages.forget(hub);
        assertThat(pages.bytes()).isZero();
    }
}

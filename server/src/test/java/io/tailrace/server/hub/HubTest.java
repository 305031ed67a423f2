package io.tailrace.server.hub;

import static io.tailrace.server.hub.HubFixture.AUDITED;
import static io.tailrace.server.hub.HubFixture.UNAUDITED;
import static io.tailrace.server.hub.HubFixture.got;
import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.Audit;
import io.tailrace.log.Memberships.Revoked;
import io.tailrace.server.bus.LocalBus;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.PostgresServer.Version;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hubs over a real log, with a bus in the process. */
class HubTest {

    private static final ChannelId CHANNEL = ChannelId.of("acme", "board:roadmap");
    private static final int SMALL_RING = 4_000;

    private final LocalBus bus = new LocalBus();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        bus.close();
    }

    private <T extends AutoCloseable> T closing(T part) {
        open.add(part);
        return part;
    }

    private HubFixture node(HubOptions options) {
        return closing(new HubFixture(PostgresServer.shared(Version.DEBIAN_15), bus, options));
    }

    private static HubOptions ring(int bytes) {
        return HubFixture.options(Duration.ofHours(1), bytes, Duration.ofSeconds(30));
    }

    @Test
    @Tag("R-20")
    void aReaderFromNowGetsWhatIsWrittenAfterItsHead() {
        var node = node(UNAUDITED);
        node.append(CHANNEL, 3);
        var reader = closing(node.live(CHANNEL));
        node.write(CHANNEL, 5);
        got(reader, 3, 8);
        assertThat(node.counting().reads()).hasValue(0);
    }

    @Test
    @Tag("R-12")
    void whatWasNeverAnnouncedIsFoundByAnAudit() {
        var node = node(AUDITED);
        var reader = closing(node.live(CHANNEL));
        node.append(CHANNEL, 7);
        got(reader, 0, 7);
    }

    @Test
    @Tag("R-22")
    void shuffledDoubledAndLostAnnouncementsEndInOrder() {
        var node = node(AUDITED);
        var random = new Random(42);
        var readers =
                List.of(closing(node.live(CHANNEL)), closing(node.after(CHANNEL, 0)), closing(node.after(CHANNEL, 0)));
        for (int round = 0; round < 20; round++) {
            node.append(CHANNEL, 50);
            var news = new ArrayList<>(node.announcements(CHANNEL, round * 50L));
            news.addAll(news.subList(0, random.nextInt(50)));
            Collections.shuffle(news, random);
            news.removeIf(each -> random.nextInt(10) == 0);
            bus.publish(news);
        }
        readers.forEach(reader -> got(reader, 0, 1_000));
    }

    @Test
    @Tag("R-20")
    @Tag("R-52")
    void aReconnectInsideTheRingReadsNothing() {
        var node = node(UNAUDITED);
        closing(node.live(CHANNEL));
        node.write(CHANNEL, 100);
        got(closing(node.after(CHANNEL, 0)), 0, 100);
        int heads = node.counting().headReads().get();
        for (int i = 0; i < 100; i++) {
            got(closing(node.after(CHANNEL, i)), i, 100);
        }
        assertThat(node.counting().reads()).hasValue(0);
        assertThat(node.counting().headReads()).hasValue(heads);
    }

    @Test
    @Tag("R-52")
    @Tag("R-84")
    void thousandsOfReadersThatComeBackReadEachPageOnce() throws Exception {
        var node = node(ring(SMALL_RING));
        int events = 2 * ReplayPages.PAGE + 100;
        node.append(CHANNEL, events);
        closing(node.live(CHANNEL));
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<Long>>();
            for (int i = 0; i < 10_000; i++) {
                long after = i % (events - 100);
                all.add(executor.submit(() -> replayed(node, after)));
            }
            for (Future<Long> each : all) {
                assertThat(each.get()).isEqualTo(events);
            }
        }
        assertThat(node.counting().reads()).hasValue(3);
    }

    /** Reads from {@code after} to the head; the last event, if all before it came in order. */
    private static long replayed(HubFixture node, long after) throws InterruptedException {
        try (Tail tail = node.hubs().attach(CHANNEL, () -> {})) {
            long head = tail.head(Duration.ofSeconds(10)).orElseThrow().seq();
            long at = after;
            while (at < head) {
                var frames = ((Tail.Next.Frames) tail.replay(1, at)).frames();
                for (Frame frame : frames) {
                    if (frame.seq() != ++at) {
                        return -at;
                    }
                }
            }
            return at;
        }
    }

    @Test
    @Tag("R-20")
    void aReaderFarBehindCatchesUpWhileTheChannelGoesOn() {
        var node = node(ring(SMALL_RING));
        node.append(CHANNEL, 1_000);
        var reader = closing(node.after(CHANNEL, 10));
        for (int i = 0; i < 20; i++) {
            node.write(CHANNEL, 10);
        }
        got(reader, 10, 1_200);
    }

    @Test
    void aPositionThatOnlyAnotherNodeKnowsIsNotLost() {
        var node = node(UNAUDITED);
        closing(node.live(CHANNEL));
        node.append(CHANNEL, 5); // this node's hub has not heard of them
        var ahead = closing(node.after(CHANNEL, 5));
        node.write(CHANNEL, 2);
        got(ahead, 5, 7);
        assertThat(ahead.lost()).isEmpty();
    }

    @Test
    @Tag("R-24")
    void aPositionAboveTheHeadIsLostOnceTheLogHasSaidSo() {
        var node = node(UNAUDITED);
        node.append(CHANNEL, 5);
        var ahead = closing(node.after(CHANNEL, 9));
        eventually(() -> assertThat(ahead.lost()).hasSize(1));
        assertThat(ahead.lost().getFirst().seq()).isEqualTo(5);
        node.write(CHANNEL, 1);
        got(ahead, 5, 6);
    }

    @Test
    @Tag("R-24")
    void aPositionBelowTheFloorIsLostAndGoesOnFromTheHead() {
        var node = node(ring(SMALL_RING));
        node.append(CHANNEL, 500);
        node.database().all().update("DELETE FROM tailrace.event WHERE seq <= 300");
        node.database().all().update("UPDATE tailrace.channel SET floor = 300");
        var tooOld = closing(node.after(CHANNEL, 299));
        eventually(() -> assertThat(tooOld.lost()).hasSize(1));
        assertThat(tooOld.lost().getFirst().floor()).isEqualTo(300);
        var justIn = closing(node.after(CHANNEL, 300));
        got(justIn, 300, 500);
        node.write(CHANNEL, 1);
        got(justIn, 300, 501);
        got(tooOld, 500, 501);
    }

    @Test
    @Tag("R-24")
    void anotherEpochLosesEveryReaderAndGoesOn() {
        var node = node(AUDITED);
        node.append(CHANNEL, 10);
        var live = closing(node.live(CHANNEL));
        var resumed = closing(node.after(CHANNEL, 4));
        got(resumed, 4, 10);
        int epoch = node.log().epoch().restored();
        eventually(() -> assertThat(live.lost()).hasSize(1));
        eventually(() -> assertThat(resumed.lost()).hasSize(1));
        assertThat(live.lost().getFirst().epoch()).isEqualTo(epoch);
        node.write(CHANNEL, 3);
        got(live, 10, 13);
    }

    @Test
    @Tag("R-24")
    void aLogThatWentBackLosesEveryReaderAndGoesOn() {
        var node = node(AUDITED);
        node.append(CHANNEL, 10);
        var reader = closing(node.live(CHANNEL));
        node.database().all().update("DELETE FROM tailrace.event WHERE seq > 6");
        node.database().all().update("UPDATE tailrace.channel SET head = 6");
        eventually(() -> assertThat(reader.lost()).hasSize(1));
        node.write(CHANNEL, 2);
        got(reader, 6, 8);
    }

    @Test
    @Tag("R-72")
    void whatWasWrittenAfterARemovalWaitsUntilTheRemovalIsApplied() {
        var access = new AccessStub();
        var node =
                closing(new HubFixture(PostgresServer.shared(Version.DEBIAN_15), bus, AUDITED, access, HubMeters.NONE));
        var reader = closing(node.live(CHANNEL));
        node.write(CHANNEL, 1);
        got(reader, 0, 1);
        long epoch = revoke(node);
        node.write(CHANNEL, 2);
        eventually(() -> assertThat(access.required()).isEqualTo(epoch));
        var late = closing(node.after(CHANNEL, 0));
        got(late, 0, 1);
        assertThat(reader.seqs()).containsExactly(1L);
        access.apply(epoch);
        got(reader, 0, 3);
        got(late, 0, 3);
    }

    private static long revoke(HubFixture node) {
        var by = Audit.By.of(new Actor("acme", "admin", null, null, Instant.EPOCH));
        return node.log()
                .members()
                .revoke("acme", Revoked.USER, "u9", Instant.now().plusSeconds(60), by);
    }

    @Test
    @Tag("R-82")
    void aDatabaseThatIsAwayDelaysAndLosesNothing() {
        var server = closing(PostgresServer.launch(Version.DEBIAN_15));
        var node = closing(new HubFixture(
                server, bus, HubFixture.options(Duration.ofMillis(300), SMALL_RING, Duration.ofSeconds(30))));
        node.append(CHANNEL, 600);
        var live = closing(node.live(CHANNEL));
        server.crash();
        var behind = closing(node.after(CHANNEL, 0));
        eventually(() -> assertThat(behind.faults()).isPositive());
        var first = closing(Tailing.after(node.hubs(), ChannelId.of("acme", "chat:1"), 0));
        server.start();
        eventually(() -> assertThat(node.log().events().heads(List.of(CHANNEL))).isNotEmpty());
        node.write(CHANNEL, 1);
        got(live, 600, 601);
        got(behind, 0, 601);
        node.write(ChannelId.of("acme", "chat:1"), 1);
        got(first, 0, 1);
    }

    @Test
    void manyHubsThatStartAtOnceShareTheirReads() throws Exception {
        var node = node(UNAUDITED);
        var tails = new ArrayList<Tail>();
        for (int i = 0; i < 3_000; i++) {
            tails.add(closing(node.hubs().attach(ChannelId.of("acme", "chat:" + i), () -> {})));
        }
        for (Tail tail : tails) {
            assertThat(tail.head(Duration.ofSeconds(10))).isPresent();
        }
        assertThat(node.counting().headReads()).hasValueLessThan(300);
    }

    @Test
    void aReaderThatCannotBeWokenCostsOthersNothing() {
        var node = node(UNAUDITED);
        closing(node.hubs().attach(CHANNEL, () -> {
            throw new IllegalStateException("on purpose");
        }));
        var reader = closing(node.live(CHANNEL));
        node.write(CHANNEL, 2);
        got(reader, 0, 2);
    }

    @Test
    void moreReadersThanAreWokenAtOnceAreAllWoken() {
        var node = node(UNAUDITED);
        var readers = new ArrayList<Tailing>();
        for (int i = 0; i < Hub.WAKE_AT_ONCE + 1; i++) {
            readers.add(closing(node.live(CHANNEL)));
        }
        for (int i = 0; i < 20; i++) {
            node.write(CHANNEL, 1);
        }
        readers.forEach(reader -> got(reader, 0, 20));
    }

    @Test
    void aHubWithoutReadersEndsAfterItsTimeAndStartsAnewWhenAsked() {
        var node = node(HubFixture.options(Duration.ofHours(1), SMALL_RING, Duration.ofMillis(50)));
        node.append(CHANNEL, 3);
        var reader = node.live(CHANNEL);
        assertThat(node.hubs().size()).isEqualTo(1);
        reader.close();
        eventually(() -> assertThat(node.hubs().size()).isZero());
        node.append(CHANNEL, 3);
        got(closing(node.after(CHANNEL, 0)), 0, 6);
    }

    @Test
    void comingAndGoingBesideTheSweepNeverLosesAReader() {
        var node = node(HubFixture.options(Duration.ofHours(1), SMALL_RING, Duration.ZERO));
        var random = new Random(7);
        var channels = new ArrayList<ChannelId>();
        for (int i = 0; i < 5; i++) {
            channels.add(ChannelId.of("acme", "chat:" + i));
            node.append(channels.getLast(), 1);
        }
        for (int i = 0; i < 300; i++) {
            try (var reader = node.after(channels.get(random.nextInt(5)), 0)) {
                got(reader, 0, 1);
            }
        }
        eventually(() -> assertThat(node.hubs().size()).isZero());
    }

    @Test
    @Tag("R-25")
    void waitingForAHeadEndsWithAnEventOrTheTimeOrTheDrain() throws Exception {
        var node = node(UNAUDITED);
        node.append(CHANNEL, 2);
        assertThat(node.hubs().awaitBeyond(CHANNEL, 1, Duration.ofSeconds(10))).isTrue();
        assertThat(node.hubs().awaitBeyond(CHANNEL, 2, Duration.ofMillis(20))).isFalse();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = executor.submit(() -> node.hubs().awaitBeyond(CHANNEL, 2, Duration.ofMinutes(5)));
            var patient = executor.submit(() -> node.hubs().awaitBeyond(CHANNEL, 99, Duration.ofMinutes(5)));
            node.write(CHANNEL, 1);
            assertThat(waiting.get()).isTrue();
            node.hubs().drain();
            assertThat(patient.get()).isFalse();
        }
    }
}

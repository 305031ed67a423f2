package io.tailrace.server.write;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.Append;
import io.tailrace.log.AppendOutcome;
import io.tailrace.log.EventLog;
import io.tailrace.log.LogEntry;
import io.tailrace.log.ReadOutcome;
import io.tailrace.log.Writes;
import io.tailrace.log.postgres.Database;
import io.tailrace.log.postgres.PostgresLog;
import io.tailrace.server.bus.Announcement;
import io.tailrace.server.bus.Bus;
import io.tailrace.server.bus.LocalBus;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.JsonCodec;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Lanes, publisher and settler on a real log. */
class WriteLanesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ChannelId CHANNEL = ChannelId.of("acme", "chat:lanes");

    private final List<Integer> appends = new CopyOnWriteArrayList<>();
    private final List<Set<String>> tenants = new CopyOnWriteArrayList<>();
    private final Queue<AfterCommit.Point> points = new ConcurrentLinkedQueue<>();
    private final LocalBus local = new LocalBus();

    private Database database;
    private PostgresLog log;
    private volatile @Nullable CountDownLatch gate;
    private volatile boolean fault;
    private @Nullable WriteLanes lanes;

    @BeforeEach
    void open() {
        database = PostgresServer.shared(PostgresServer.Version.DEBIAN_15).freshDatabase();
        log = PostgresLog.on(database, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        release();
        if (lanes != null) {
            lanes.close();
        }
        local.close();
        database.close();
    }

    @Test
    void aLoneWriteGoesAtOnce() {
        var run = submit(lanes(WriteOptions.DEFAULT), write());
        assertThat(seqs(run)).containsExactly(1L);
        assertThat(appends).containsExactly(1);
    }

    @Test
    void whatGathersDuringACommitSharesTheNext() {
        var lanes = lanes(WriteOptions.DEFAULT);
        hold();
        Run first = submitAndAwaitAppend(lanes);
        var burst =
                IntStream.range(0, 100).mapToObj(i -> submit(lanes, write())).toList();
        release();
        assertThat(seqs(first)).containsExactly(1L);
        assertThat(burst.stream().map(run -> seqs(run).getFirst()))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(2, 101).mapToObj(Long::valueOf).toList());
        assertThat(appends).containsExactly(1, 100);
    }

    @Test
    void anAppendIsBounded() {
        var lanes = lanes(WriteOptions.DEFAULT);
        hold();
        submitAndAwaitAppend(lanes);
        var runs = IntStream.range(0, Lane.MAX_WRITES + 1)
                .mapToObj(i -> submit(lanes, write()))
                .toList();
        release();
        runs.forEach(WriteLanesTest::seqs);
        assertThat(appends).containsExactly(1, Lane.MAX_WRITES, 1);
    }

    @Test
    @Tag("R-74")
    void aFullLaneRefusesAtOnceAndGoesOn() {
        long weight = new Run(List.of(write())).weight();
        var lanes = lanes(options(3 * weight, 1 << 20));
        hold();
        Run taken = submitAndAwaitAppend(lanes);
        var waiting =
                IntStream.range(0, 3).mapToObj(i -> submit(lanes, write())).toList();
        Run refused = submit(lanes, write());
        assertThat(refused.await(PATIENCE)).isEqualTo(new Run.Outcome.Overloaded());
        release();
        assertThat(seqs(taken)).containsExactly(1L);
        assertThat(waiting.stream().map(run -> seqs(run).getFirst())).containsExactly(2L, 3L, 4L);
    }

    @Test
    void whoWaitsTooLongGivesUpAndIsNotWritten() {
        var lanes = lanes(WriteOptions.DEFAULT);
        hold();
        Run taken = submitAndAwaitAppend(lanes);
        Run late = submit(lanes, write());
        assertThat(late.await(Duration.ofMillis(1))).isEqualTo(new Run.Outcome.Overloaded());
        release();
        assertThat(seqs(taken)).containsExactly(1L);
        assertThat(seqs(submit(lanes, write()))).as("no seq was spent").containsExactly(2L);
    }

    @Test
    void aTenantsFloodDoesNotKeepAnotherWaiting() {
        var lanes = lanes(WriteOptions.DEFAULT);
        hold();
        submitAndAwaitAppend(lanes);
        var flood = IntStream.range(0, 2 * Lane.MAX_WRITES)
                .mapToObj(i -> submit(lanes, write()))
                .toList();
        Run other = submit(
                lanes, Writes.to(sameLane("zeta")).by(Writes.actor("zeta", "z")).append());
        release();
        seqs(other);
        flood.forEach(WriteLanesTest::seqs);
        assertThat(tenants.get(1)).as("the first append after").contains("zeta");
    }

    @Test
    @Tag("R-10")
    void oneKeySentByManyAtOnceIsWrittenOnce() throws Exception {
        var lanes = lanes(WriteOptions.DEFAULT);
        var write = Writes.to(CHANNEL.name().value()).under("same").append();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<AppendOutcome>> all = IntStream.range(0, 32)
                    .mapToObj(i ->
                            threads.submit(() -> outcomes(submit(lanes, write)).getFirst()))
                    .toList();
            int committed = 0;
            for (var one : all) {
                switch (one.get()) {
                    case AppendOutcome.Committed as -> {
                        committed++;
                        assertThat(as.seq()).isEqualTo(1);
                    }
                    case AppendOutcome.Replayed as -> assertThat(as.seq()).isEqualTo(1);
                    default -> throw new AssertionError(one.get().toString());
                }
            }
            assertThat(committed).isEqualTo(1);
        }
    }

    @Test
    @Tag("R-12")
    void announcesInOrderWhatReadersOfTheLogGetAndSettlesTheMarks() {
        var heard = new CopyOnWriteArrayList<Announcement.Appended>();
        try (var subscription = local.subscribe(CHANNEL, listener(heard))) {
            var lanes = lanes(WriteOptions.DEFAULT);
            var runs = IntStream.range(0, 300)
                    .mapToObj(i -> submit(lanes, write()))
                    .toList();
            runs.forEach(WriteLanesTest::seqs);
            eventually(() -> assertThat(heard).hasSize(300));
        }
        var page = (ReadOutcome.Page) log.events().read(CHANNEL, 0, 300);
        assertThat(heard.stream().map(Announcement::seq))
                .isEqualTo(page.entries().stream()
                        .map(entry -> entry.event().seq())
                        .toList());
        assertThat(heard.stream().map(one -> new String(one.json(), StandardCharsets.UTF_8)))
                .isEqualTo(page.entries().stream()
                        .map(LogEntry::event)
                        .map(JsonCodec::write)
                        .toList());
        eventually(() -> assertThat(log.outbox().unsettled(Duration.ZERO, 10)).isEmpty());
    }

    @Test
    @Tag("R-11")
    void aBusThatHangsDelaysNoAnswerAndLeavesTheRestToTheRelay() {
        var hanging = new CountDownLatch(1);
        long weight = new Run(List.of(write())).weight();
        var lanes = lanes(options(1 << 20, weight), hanging(hanging));
        for (int i = 1; i <= 5; i++) {
            assertThat(seqs(submit(lanes, write()))).containsExactly((long) i);
        }
        assertThat(log.outbox().unsettled(Duration.ZERO, 10)).hasSize(5);
        hanging.countDown();
        eventually(() -> assertThat(log.outbox().unsettled(Duration.ZERO, 10))
                .as("what did not fit the queue stays marked")
                .isNotEmpty()
                .hasSizeLessThan(5));
    }

    @Test
    void theHookStandsBetweenCommitAndAnswer() {
        seqs(submit(lanes(WriteOptions.DEFAULT), write()));
        eventually(
                () -> assertThat(points).containsExactly(AfterCommit.Point.COMMITTED, AfterCommit.Point.ACKNOWLEDGED));
    }

    @Test
    void closingAppendsWhatWaitsAndRefusesTheRest() {
        var lanes = lanes(WriteOptions.DEFAULT);
        hold();
        Run taken = submitAndAwaitAppend(lanes);
        Run waiting = submit(lanes, write());
        release();
        lanes.close();
        assertThat(seqs(taken)).containsExactly(1L);
        assertThat(seqs(waiting)).containsExactly(2L);
        assertThat(submit(lanes, write()).await(PATIENCE)).isEqualTo(new Run.Outcome.Overloaded());
    }

    @Test
    void aFaultOfOursIsAnUnknownOutcomeAndNotTheEndOfTheLane() {
        var broken = lanes(WriteOptions.DEFAULT);
        fault = true;
        assertThat(outcomes(submit(broken, write()))).containsExactly(new AppendOutcome.Unknown());
        fault = false;
        assertThat(seqs(submit(broken, write()))).containsExactly(1L);
    }

    private WriteLanes lanes(WriteOptions options) {
        return lanes(options, local);
    }

    private WriteLanes lanes(WriteOptions options, Bus bus) {
        var made = new WriteLanes(watched(), log.outbox(), bus, points::add, options, WriteMeters.NONE);
        lanes = made;
        return made;
    }

    private static WriteOptions options(long laneBytes, long publishBytes) {
        return new WriteOptions(laneBytes, PATIENCE, publishBytes, Duration.ofMillis(10), Duration.ofDays(7));
    }

    /** The real log, whose appends are counted and can be held. */
    private EventLog watched() {
        return (EventLog) Proxy.newProxyInstance(
                EventLog.class.getClassLoader(), new Class<?>[] {EventLog.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("append")) {
                        appends.add(((List<?>) arguments[0]).size());
                        tenants.add(((List<?>) arguments[0])
                                .stream()
                                        .map(write -> ((Append) write).channel().tenant())
                                        .collect(Collectors.toSet()));
                        var closed = gate;
                        if (closed != null) {
                            closed.await();
                        }
                        if (fault) {
                            throw new IllegalStateException("a fault that the test wants");
                        }
                    }
                    return method.invoke(log.events(), arguments);
                });
    }

    private static Bus hanging(CountDownLatch until) {
        return (Bus) Proxy.newProxyInstance(
                Bus.class.getClassLoader(), new Class<?>[] {Bus.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("publish")) {
                        until.await();
                        return true;
                    }
                    throw new IllegalStateException(method.getName());
                });
    }

    private static Bus.Listener listener(Collection<Announcement.Appended> heard) {
        return new Bus.Listener() {
            @Override
            public void announced(Announcement announcement) {
                heard.add((Announcement.Appended) announcement);
            }

            @Override
            public void confirmed() {}

            @Override
            public void interrupted() {}
        };
    }

    private void hold() {
        gate = new CountDownLatch(1);
    }

    private void release() {
        var closed = gate;
        gate = null;
        if (closed != null) {
            closed.countDown();
        }
    }

    /** A write that is under way in the lane, so that what follows has to wait. */
    private Run submitAndAwaitAppend(WriteLanes lanes) {
        int before = appends.size();
        Run run = submit(lanes, write());
        eventually(() -> assertThat(appends).hasSize(before + 1));
        return run;
    }

    private static Run submit(WriteLanes lanes, Append... writes) {
        var run = new Run(List.of(writes));
        lanes.submit(run);
        return run;
    }

    private static Append write() {
        return Writes.to(CHANNEL.name().value()).append();
    }

    /** A channel of another tenant that shares the lane. */
    private static String sameLane(String tenant) {
        return IntStream.range(0, 100)
                .mapToObj(i -> "chat:" + i)
                .filter(name -> WriteLanes.lane(ChannelId.of(tenant, name)) == WriteLanes.lane(CHANNEL))
                .findFirst()
                .orElseThrow();
    }

    private static List<AppendOutcome> outcomes(Run run) {
        return switch (run.await(PATIENCE)) {
            case Run.Outcome.Decided(var outcomes) -> outcomes;
            case Run.Outcome.Overloaded() -> throw new AssertionError("overloaded");
        };
    }

    private static List<Long> seqs(Run run) {
        var seqs = new ArrayList<Long>();
        for (AppendOutcome outcome : outcomes(run)) {
            seqs.add(((AppendOutcome.Committed) outcome).seq());
        }
        return seqs;
    }
}

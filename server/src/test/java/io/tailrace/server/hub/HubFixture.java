package io.tailrace.server.hub;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.Append;
import io.tailrace.log.AppendOutcome.Committed;
import io.tailrace.log.EventLog;
import io.tailrace.log.LogEntry;
import io.tailrace.log.ReadOutcome;
import io.tailrace.log.postgres.Database;
import io.tailrace.log.postgres.PostgresLog;
import io.tailrace.server.bus.Announcement.Appended;
import io.tailrace.server.bus.Bus;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.EventDraft;
import io.tailrace.wire.IdempotencyKey;
import io.tailrace.wire.Json;
import io.tailrace.wire.Standing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;

/** A database with a log, a bus, and the hubs of a node over them. */
public final class HubFixture implements AutoCloseable {

    /** Audits that never come by themselves: what arrives was brought by the bus, or asked for. */
    public static final HubOptions UNAUDITED = options(Duration.ofHours(1), 256 * 1024, Duration.ofSeconds(30));

    /** Audits that come often. */
    public static final HubOptions AUDITED = options(Duration.ofMillis(300), 256 * 1024, Duration.ofSeconds(30));

    private final Database database;
    private final PostgresLog log;
    private final CountingLog counting;
    private final Bus bus;
    private final HubRegistry hubs;

    public HubFixture(PostgresServer server, Bus bus, HubOptions options) {
        this(server, bus, options, AccessStub.open(), HubMeters.NONE);
    }

    HubFixture(PostgresServer server, Bus bus, HubOptions options, AccessStub access, HubMeters meters) {
        this.database = server.freshDatabase();
        this.log = PostgresLog.on(database, Clock.systemUTC());
        this.counting = CountingLog.over(log.events());
        this.bus = bus;
        this.hubs = HubRegistry.open(counting, bus, access, options, meters);
    }

    static HubOptions options(Duration audit, int ringBytes, Duration linger) {
        var usual = HubOptions.DEFAULT;
        return new HubOptions(
                ringBytes,
                usual.heldBackBytes(),
                usual.heldBackFrames(),
                usual.straggler(),
                usual.confirmation(),
                audit,
                Duration.ofMillis(200),
                linger,
                usual.reads(),
                usual.pageBytes());
    }

    public Database database() {
        return database;
    }

    public PostgresLog log() {
        return log;
    }

    CountingLog counting() {
        return counting;
    }

    public HubRegistry hubs() {
        return hubs;
    }

    private static Append write(ChannelId channel, String data) {
        return new Append(
                channel,
                new Actor(channel.tenant(), "u1", null, null, Instant.parse("2026-01-01T00:00:00Z")),
                Standing.GRANT,
                "u1",
                new IdempotencyKey(UUID.randomUUID().toString()),
                new EventDraft("card.moved", new Json(data), null, null, null),
                null,
                null,
                null,
                0);
    }

    /** Appends {@code count} events, as a node that crashed before it published them. */
    public void append(ChannelId channel, int count) {
        append(channel, count, "{\"to\":\"done\"}");
    }

    /** The same with these data. */
    void append(ChannelId channel, int count, String data) {
        for (int done = 0; done < count; done += EventLog.MAX_BATCH) {
            var batch = new ArrayList<Append>();
            for (int i = done; i < Math.min(count, done + EventLog.MAX_BATCH); i++) {
                batch.add(write(channel, data));
            }
            assertThat(log.events().append(batch))
                    .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Committed.class));
        }
    }

    /** What a node announces for the events after {@code after}. */
    public List<Appended> announcements(ChannelId channel, long after) {
        var page = (ReadOutcome.Page) log.events().read(channel, after, EventLog.MAX_PAGE);
        return page.entries().stream()
                .map(entry -> announcement(channel, page.head().epoch(), entry))
                .toList();
    }

    private static Appended announcement(ChannelId channel, int epoch, LogEntry entry) {
        return Appended.of(channel.tenant(), epoch, entry.accessEpoch(), entry.event());
    }

    /** Appends and publishes, as writes do; returns whether the bus took it. */
    public boolean write(ChannelId channel, int count) {
        var head = log.events().heads(List.of(channel)).get(channel);
        long before = head == null ? 0 : head.seq();
        append(channel, count);
        return bus.publish(announcements(channel, before));
    }

    /** A reader from now on that only counts what it got. */
    public Tailing live(ChannelId channel) {
        return Tailing.live(hubs, channel);
    }

    Tailing after(ChannelId channel, long seq) {
        return Tailing.after(hubs, channel, seq);
    }

    /** Waits until the reader has got exactly what is after {@code from} up to {@code to}. */
    static void got(Tailing reader, long from, long to) {
        var expected = LongStream.rangeClosed(from + 1, to).boxed().toList();
        eventually(() -> assertThat(reader.seqs()).hasSizeGreaterThanOrEqualTo(expected.size()));
        assertThat(reader.seqs()).isEqualTo(expected);
    }

    @Override
    public void close() {
        hubs.close();
        database.close();
    }
}

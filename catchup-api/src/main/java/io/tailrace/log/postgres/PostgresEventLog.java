package io.tailrace.log.postgres;

import io.tailrace.log.Append;
import io.tailrace.log.AppendOutcome;
import io.tailrace.log.EventLog;
import io.tailrace.log.Head;
import io.tailrace.log.LogEntry;
import io.tailrace.log.LogMeters;
import io.tailrace.log.ReadOutcome;
import io.tailrace.log.Reader;
import io.tailrace.log.SnapshotOutcome;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Contract;
import io.tailrace.wire.Event;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event log in PostgreSQL. Each read is one statement, so that rows, ends and rights are of one moment. */
final class PostgresEventLog implements EventLog {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresEventLog.class);

    /** Channels that one statement of {@link #heads} asks for. */
    private static final int HEADS_PER_STATEMENT = 5_000;

    private static final String ENDS =
            "l.epoch, coalesce(c.head, 0) AS head, coalesce(c.floor, 0) AS floor, coalesce(a.epoch, 0) AS access";

    private static final String CHANNEL = " FROM " + Rights.ASKED + """
            CROSS JOIN tailrace.log l
            LEFT JOIN tailrace.channel c ON c.tenant = q.tenant AND c.name = q.name
            LEFT JOIN tailrace.access a ON a.tenant = q.tenant
            """;

    /** Events after one, up to the event that reaches a number of bytes. */
    private static final String AFTER_WITHIN = """
            LEFT JOIN LATERAL (SELECT * FROM (
                SELECT e.*, sum(octet_length(e.data)) OVER (ORDER BY e.seq ROWS UNBOUNDED PRECEDING) AS bytes
                FROM (SELECT * FROM tailrace.event e
                    WHERE e.channel = c.id AND e.seq > ?::bigint ORDER BY e.seq LIMIT ?::int) e) e
                WHERE e.bytes - octet_length(e.data) < ?::bigint) e ON true
            ORDER BY e.seq
            """;

    private static final String LATEST_OF_EACH_KEY = """
            LEFT JOIN LATERAL (SELECT e.* FROM tailrace.keyed k
                JOIN tailrace.event e ON e.channel = k.channel AND e.seq = k.seq
                WHERE k.channel = c.id) e ON true
            ORDER BY e.seq
            """;

    private static final String LAST_PAGE = """
            LEFT JOIN LATERAL (SELECT * FROM tailrace.event e
                WHERE e.channel = c.id AND e.seq > c.floor ORDER BY e.seq DESC LIMIT ?::int) e ON true
            ORDER BY e.seq
            """;

    private static final String HEADS = """
            SELECT w.n, l.epoch, coalesce(c.head, 0) AS head, coalesce(c.floor, 0) AS floor,
                coalesce(a.epoch, 0) AS access
            FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS w(tenant, name, n)
            CROSS JOIN tailrace.log l
            LEFT JOIN LATERAL (SELECT head, floor FROM tailrace.channel c
                WHERE c.tenant = w.tenant AND c.name = w.name LIMIT 1) c ON true
            LEFT JOIN LATERAL (SELECT epoch FROM tailrace.access a WHERE a.tenant = w.tenant LIMIT 1) a ON true
            """;

    private static final String FIRST_MISSED = """
            LEFT JOIN LATERAL (SELECT extract(epoch FROM clock_timestamp() - e.at)::bigint AS age
                FROM tailrace.event e WHERE e.channel = c.id AND e.seq = ?::bigint + 1) m ON true
            """;

    private record Line(
            Head head, boolean forbidden, @Nullable LogEntry entry) {}

    private record Missed(Head head, @Nullable Long age) {}

    private final Database database;
    private final Appender appender;
    private final LogMeters meters;

    PostgresEventLog(Database database, LogMeters meters) {
        this.database = database;
        this.appender = new Appender(database, meters);
        this.meters = meters;
    }

    @Override
    public List<AppendOutcome> append(List<Append> batch) {
        if (batch.isEmpty() || batch.size() > MAX_BATCH) {
            throw new IllegalArgumentException("a batch is 1 to " + MAX_BATCH + " writes, not " + batch.size());
        }
        return appender.append(batch);
    }

    @Override
    public ReadOutcome read(ChannelId channel, long after, int limit, Reader reader) {
        return read(channel, after, limit, reader, MAX_PAGE_BYTES);
    }

    @Override
    public ReadOutcome read(ChannelId channel, long after, int limit) {
        return read(channel, after, limit, null, NODE_PAGE_BYTES);
    }

    private ReadOutcome read(ChannelId channel, long after, int limit, @Nullable Reader reader, int maxBytes) {
        requirePage(after, limit);
        var lines = lines(channel, reader, AFTER_WITHIN, after, limit, maxBytes);
        // Rows end where the bytes do.
        long bytes = entries(lines).stream().mapToLong(PostgresEventLog::bytes).sum();
        return page(channel, after, bytes >= maxBytes ? lines.size() : limit, lines);
    }

    private static long bytes(LogEntry entry) {
        return entry.event().data().text().getBytes(StandardCharsets.UTF_8).length;
    }

    private static void requirePage(long after, int limit) {
        if (after < 0 || limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("after " + after + ", limit " + limit);
        }
    }

    private ReadOutcome page(ChannelId channel, long after, int limit, List<Line> lines) {
        Head head = lines.getFirst().head();
        if (lines.getFirst().forbidden()) {
            return new ReadOutcome.Forbidden();
        }
        if (after > head.seq()) {
            return new ReadOutcome.AboveHead(head);
        }
        List<LogEntry> entries = entries(lines);
        if (after < head.floor()) {
            return new ReadOutcome.BelowFloor(head);
        }
        if (!isComplete(entries, after, limit, head)) {
            LOG.error("events of {} after {} and up to {} are missing", channel.name(), after, head.seq());
            meters.incomplete();
            return new ReadOutcome.BelowFloor(head);
        }
        return new ReadOutcome.Page(entries, head);
    }

    /** Whether the rows are all that must be there: dense from {@code after + 1} to the limit or the head. */
    private static boolean isComplete(List<LogEntry> entries, long after, int limit, Head head) {
        long last = after;
        for (LogEntry entry : entries) {
            if (entry.event().seq() != ++last) {
                return false;
            }
        }
        return entries.size() == limit || last == head.seq();
    }

    @Override
    public SnapshotOutcome snapshot(ChannelId channel, Contract contract, long min, Reader reader) {
        List<Line> lines = contract.state() == Contract.State.KEYED
                ? lines(channel, reader, LATEST_OF_EACH_KEY)
                : lines(channel, reader, LAST_PAGE, SNAPSHOT_PAGE);
        Line first = lines.getFirst();
        if (first.forbidden()) {
            return new SnapshotOutcome.Forbidden();
        }
        if (first.head().seq() < min) {
            return new SnapshotOutcome.NotYet(first.head());
        }
        List<Event> items = entries(lines).stream().map(LogEntry::event).toList();
        return new SnapshotOutcome.Taken(first.head(), items);
    }

    private List<Line> lines(ChannelId channel, @Nullable Reader reader, String events, Object... parameters) {
        String sql = "SELECT " + ENDS + ", " + Rights.forbidden(reader) + " AS forbidden, e.*" + CHANNEL + events;
        return database.of(channel.tenant())
                .query(
                        sql,
                        row -> {
                            Event event = Rows.event(row, channel.name(), "");
                            LogEntry entry = event == null ? null : new LogEntry(event, row.getLong("access_epoch"));
                            return new Line(Rows.head(row), row.getBoolean("forbidden"), entry);
                        },
                        Rights.parameters(channel, reader == null ? null : reader.actor(), parameters));
    }

    private static List<LogEntry> entries(List<Line> lines) {
        return lines.stream().map(Line::entry).filter(Objects::nonNull).toList();
    }

    @Override
    public Map<ChannelId, Head> heads(Collection<ChannelId> channels) {
        var heads = new HashMap<ChannelId, Head>();
        List<ChannelId> all = List.copyOf(channels);
        for (int i = 0; i < all.size(); i += HEADS_PER_STATEMENT) {
            List<ChannelId> some = all.subList(i, Math.min(all.size(), i + HEADS_PER_STATEMENT));
            database.of(some.stream().map(ChannelId::tenant))
                    .query(
                            HEADS,
                            row -> heads.put(some.get(row.getInt("n") - 1), Rows.head(row)),
                            some.stream().map(ChannelId::tenant).toArray(String[]::new),
                            some.stream().map(id -> id.name().value()).toArray(String[]::new));
        }
        return heads;
    }

    @Override
    public Optional<Head> pastWindow(ChannelId channel, long after, Contract.ReplayWindow window) {
        Missed missed = database.of(channel.tenant())
                .one(
                        "SELECT " + ENDS + ", m.age" + CHANNEL + FIRST_MISSED,
                        row -> new Missed(Rows.head(row), row.getObject("age", Long.class)),
                        Rights.parameters(channel, null, after));
        Head head = missed.head();
        if (after == head.seq()) {
            return Optional.empty();
        }
        boolean within = after < head.seq()
                && after >= head.floor()
                && head.seq() - after <= window.events()
                && missed.age() != null
                && missed.age() <= window.age();
        return within ? Optional.empty() : Optional.of(head);
    }
}

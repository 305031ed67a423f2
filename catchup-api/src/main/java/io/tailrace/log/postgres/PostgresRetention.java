package io.tailrace.log.postgres;

import io.tailrace.log.Contracts;
import io.tailrace.log.LogMeters;
import io.tailrace.log.Retention;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Contract;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Retention in PostgreSQL. Goes through the channels in the order of their names, a page at a time; every transaction
 * locks one channel at most and removes at most {@value #BATCH} rows, so writers hardly wait.
 */
final class PostgresRetention implements Retention {

    /** Rows that one transaction removes at most. */
    static final int BATCH = 1_000;

    private static final int PAGE = 500;

    /** Whether the last sweep of any node is long ago; if so this one counts from now. */
    private static final String DUE =
            "UPDATE tailrace.log SET swept_at = clock_timestamp() WHERE swept_at < clock_timestamp() - make_interval(secs => ?)";

    /** Channels with anything to trim, and how old their oldest event is. */
    private static final String CHANNELS = """
            SELECT c.id, c.tenant, c.name, c.head, c.floor, extract(epoch FROM clock_timestamp() - e.at) AS age
            FROM (SELECT * FROM tailrace.channel c
                WHERE (c.tenant, c.name) > (?, ?) ORDER BY c.tenant, c.name LIMIT ?) c
            LEFT JOIN LATERAL (SELECT e.at FROM tailrace.event e
                WHERE e.channel = c.id AND e.seq > c.floor ORDER BY e.seq LIMIT 1) e ON true
            ORDER BY c.tenant, c.name
            """;

    /** The last of the next events that are all past an age. */
    private static final String PAST_AGE = """
            SELECT coalesce(min(e.seq) FILTER (WHERE e.at >= clock_timestamp() - make_interval(secs => ?)) - 1, max(e.seq))
            FROM (SELECT seq, at FROM tailrace.event
                WHERE channel = ? AND seq > ? ORDER BY seq LIMIT ?) e
            """;

    private static final String IDEMPOTENCY = """
            DELETE FROM tailrace.idempotency WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM tailrace.idempotency WHERE at < clock_timestamp() - make_interval(secs => ?)
                ORDER BY at LIMIT ? FOR UPDATE SKIP LOCKED))
            """;

    private static final String REVOCATIONS = """
            DELETE FROM tailrace.revocation WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM tailrace.revocation WHERE until < clock_timestamp()
                LIMIT ? FOR UPDATE SKIP LOCKED))
            """;

    private static final List<String> OF_DISCARDED = List.of("event", "keyed", "member", "outbox", "receipt");

    private record Candidate(
            long id,
            ChannelId channel,
            long head,
            long floor,
            @Nullable Double age) {}

    private final Database database;
    private final Contracts contracts;
    private final Duration interval;
    private final Duration idempotencyTtl;
    private final LogMeters meters;

    PostgresRetention(
            Database database, Contracts contracts, Duration interval, Duration idempotencyTtl, LogMeters meters) {
        this.database = database;
        this.contracts = contracts;
        this.interval = interval;
        this.idempotencyTtl = idempotencyTtl;
        this.meters = meters;
    }

    @Override
    public synchronized Swept sweep() {
        if (database.all().update(DUE, interval.toMillis() / 1_000.0) == 0) {
            return Swept.NOTHING;
        }
        long events = trimChannels() + emptyDiscarded();
        long keys = repeat(() -> database.all().update(IDEMPOTENCY, idempotencyTtl.toMillis() / 1_000.0, BATCH));
        long revocations = repeat(() -> database.all().update(REVOCATIONS, BATCH));
        var swept = new Swept(events, keys, revocations);
        meters.swept(swept);
        return swept;
    }

    private long trimChannels() {
        long events = 0;
        List<Candidate> page;
        String tenant = "";
        String name = "";
        do {
            page = candidates(tenant, name);
            for (Candidate candidate : page) {
                events += trim(candidate);
                tenant = candidate.channel().tenant();
                name = candidate.channel().name().value();
            }
        } while (page.size() == PAGE);
        return events;
    }

    private List<Candidate> candidates(String tenant, String name) {
        return database.all()
                .query(
                        CHANNELS,
                        row -> {
                            double age = row.getDouble("age");
                            return new Candidate(
                                    row.getLong("id"),
                                    ChannelId.of(row.getString("tenant"), row.getString("name")),
                                    row.getLong("head"),
                                    row.getLong("floor"),
                                    row.wasNull() ? null : age);
                        },
                        tenant,
                        name,
                        PAGE);
    }

    private long trim(Candidate candidate) {
        if (candidate.age() == null) {
            return 0;
        }
        String namespace = candidate.channel().name().namespace();
        Contract contract =
                contracts.of(candidate.channel().tenant(), namespace).contract();
        Long age = contract.retention().age();
        Long count = contract.retention().events();
        long byCount = count == null ? 0 : candidate.head() - count;
        boolean aged = age != null && candidate.age() > age;
        long removed = 0;
        long floor = candidate.floor();
        while (true) {
            long next = Math.max(aged && age != null ? pastAge(candidate, floor, age) : 0, byCount);
            next = Math.min(next, floor + BATCH);
            if (next <= floor) {
                return removed;
            }
            removed += trim(candidate, next, contract.state() == Contract.State.KEYED);
            floor = next;
        }
    }

    private long pastAge(Candidate candidate, long floor, long age) {
        return database.all().one(PAST_AGE, row -> row.getLong(1), (double) age, candidate.id(), floor, BATCH);
    }

    private long trim(Candidate candidate, long floor, boolean keepLatest) {
        return database.all()
                .one(
                        "SELECT tailrace.trim(?, ?, ?, ?, ?)",
                        row -> row.getLong(1),
                        candidate.channel().tenant(),
                        candidate.channel().name().value(),
                        candidate.id(),
                        floor,
                        keepLatest);
    }

    /** Removes what deleted channels left. Nothing writes to those lives any more, so no channel is locked. */
    private long emptyDiscarded() {
        long events = 0;
        for (long id : database.all()
                .query(
                        "SELECT channel FROM tailrace.discarded ORDER BY channel LIMIT ?",
                        row -> row.getLong(1),
                        PAGE)) {
            for (String table : OF_DISCARDED) {
                String delete = "DELETE FROM tailrace." + table + " WHERE ctid = ANY (ARRAY(SELECT ctid FROM tailrace."
                        + table + " WHERE channel = ? LIMIT ?))";
                long removed = repeat(() -> database.all().update(delete, id, BATCH));
                events += table.equals("event") ? removed : 0;
            }
            database.all().update("DELETE FROM tailrace.discarded WHERE channel = ?", id);
        }
        return events;
    }

    private interface Removal {
        int run();
    }

    /** Repeats a bounded removal until it finds less than its bound. */
    private static long repeat(Removal removal) {
        long all = 0;
        int last;
        do {
            last = removal.run();
            all += last;
        } while (last >= BATCH);
        return all;
    }
}

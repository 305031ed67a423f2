package io.tailrace.server.gateway;

import io.tailrace.log.postgres.Database;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Position;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The table of checkpoints. Blocks on the database; throws {@link io.tailrace.log.LogUnavailable} when it is away. */
final class CheckpointTable {

    /** How long a checkpoint is kept after its stream last renewed it. */
    static final Duration KEPT = Duration.ofDays(1);

    /** Rows that one sweep deletes. */
    static final int SWEEP = 5_000;

    private static final String FIND = """
            with renewed as (
                update tailrace.checkpoint set renewed_at = now()
                where id = ? and tenant = ? and principal = ? and renewed_at < now() - interval '1 hour')
            select epoch, channels, seqs from tailrace.checkpoint
            where id = ? and tenant = ? and principal = ?""";

    private static final String FORGET = """
            delete from tailrace.checkpoint where id in (
                select id from tailrace.checkpoint where renewed_at < now() - make_interval(secs => ?)
                limit %d for update skip locked)""".formatted(SWEEP);

    private final Database database;

    CheckpointTable(Database database) {
        this.database = database;
    }

    /** Inserts all in one statement, whose commit is not waited for. */
    void insert(List<Checkpoint> rows) {
        database.all()
                .query(
                        "select tailrace.save_checkpoints(?, ?, ?, ?, ?, ?)",
                        row -> true,
                        column(rows, row -> row.position().id()),
                        column(rows, Checkpoint::tenant),
                        column(rows, Checkpoint::principal),
                        rows.stream().mapToInt(Checkpoint::epoch).toArray(),
                        column(rows, row -> joined(row.seqs().keySet())),
                        column(rows, row -> joined(row.seqs().values())));
    }

    /** The checkpoint of this id, if it is this tenant's and this principal's; it is then kept for another day. */
    Optional<Checkpoint> find(Position.Checkpoint position, String tenant, String principal) {
        return database.of(tenant)
                .first(
                        FIND,
                        row -> new Checkpoint(
                                position,
                                tenant,
                                principal,
                                row.getInt("epoch"),
                                seqs(row.getString("channels"), row.getString("seqs"))),
                        position.id(),
                        tenant,
                        principal,
                        position.id(),
                        tenant,
                        principal);
    }

    /** Keeps these for longer. */
    void renew(Collection<String> ids) {
        database.all().update("update tailrace.checkpoint set renewed_at = now() where id = any (?)", (Object)
                ids.toArray(String[]::new));
    }

    /** Forgets what was not renewed for {@link #KEPT}; at most {@value #SWEEP} rows. Returns how many. */
    int sweep() {
        return database.all().update(FORGET, KEPT.toSeconds());
    }

    /** Asks the database for nothing: whether it answers. */
    void probe() {
        database.all().query("select 1", row -> true);
    }

    private static String[] column(List<Checkpoint> rows, Function<Checkpoint, String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }

    private static String joined(Collection<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    private static SortedMap<ChannelName, Long> seqs(String channels, String numbers) {
        String[] names = channels.split(" ");
        String[] after = numbers.split(" ");
        var seqs = new TreeMap<ChannelName, Long>();
        for (int i = 0; i < names.length; i++) {
            seqs.put(new ChannelName(names[i]), Long.valueOf(after[i]));
        }
        return seqs;
    }
}

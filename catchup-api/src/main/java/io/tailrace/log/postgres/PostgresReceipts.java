package io.tailrace.log.postgres;

import io.tailrace.log.Receipts;
import io.tailrace.wire.ChannelId;
import java.util.List;

/** Receipts in the table of that name. */
final class PostgresReceipts implements Receipts {

    private static final String ADVANCE = "SELECT n, seq, at FROM tailrace.advance_receipts(?, ?, ?, ?)";

    private static final String PAGE = """
            SELECT r.reader, r.seq, r.at FROM tailrace.receipt r
            JOIN tailrace.channel c ON c.id = r.channel
            WHERE c.tenant = ? AND c.name = ? AND c.deleted_at IS NULL AND r.reader > ? COLLATE "C"
            ORDER BY r.reader LIMIT ?""";

    private final Database database;

    PostgresReceipts(Database database) {
        this.database = database;
    }

    @Override
    public List<Receipt> advance(List<Read> reads) {
        if (reads.isEmpty() || reads.size() > MAX_PAGE) {
            throw new IllegalArgumentException("1 to " + MAX_PAGE + " receipts, not " + reads.size());
        }
        return database.of(reads.stream().map(read -> read.channel().tenant()))
                .query(
                        ADVANCE,
                        row -> {
                            var read = reads.get(row.getInt("n") - 1);
                            var at = Rows.instant(row, "at");
                            return new Receipt(read.channel(), read.user(), row.getLong("seq"), at);
                        },
                        reads.stream().map(read -> read.channel().tenant()).toArray(String[]::new),
                        reads.stream()
                                .map(read -> read.channel().name().value())
                                .toArray(String[]::new),
                        reads.stream().map(Read::user).toArray(String[]::new),
                        reads.stream().mapToLong(Read::seq).toArray());
    }

    @Override
    public List<Receipt> page(ChannelId channel, String after, int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("limit " + limit);
        }
        return database.of(channel.tenant())
                .query(
                        PAGE,
                        row -> new Receipt(
                                channel, row.getString("reader"), row.getLong("seq"), Rows.instant(row, "at")),
                        channel.tenant(),
                        channel.name().value(),
                        after,
                        limit);
    }
}

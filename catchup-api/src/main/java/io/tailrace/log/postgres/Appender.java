package io.tailrace.log.postgres;

import io.tailrace.log.Append;
import io.tailrace.log.AppendOutcome;
import io.tailrace.log.LogMeters;
import io.tailrace.wire.ChannelName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.postgresql.util.PSQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Submits batches. One call of {@code tailrace.append_batch} in autocommit is one transaction and one round trip. What
 * the database gave up, or a lost connection, is submitted once more under the same keys, which makes it harmless; a
 * value that it refuses splits the batch until that value's write is alone.
 */
final class Appender {

    private static final Logger LOG = LoggerFactory.getLogger(Appender.class);
    private static final int TRIES = 2;
    private static final int PARAMETERS = 32;
    private static final String CALL =
            "SELECT * FROM tailrace.append_batch(" + String.join(", ", Collections.nCopies(PARAMETERS, "?")) + ")";

    private final Database database;
    private final LogMeters meters;

    Appender(Database database, LogMeters meters) {
        this.database = database;
        this.meters = meters;
    }

    List<AppendOutcome> append(List<Append> batch) {
        boolean sent = false;
        for (int i = 0; i < TRIES; i++) {
            try (Connection connection = database.borrow()) {
                return call(connection, batch);
            } catch (SQLException e) {
                switch (Faults.kind(e)) {
                    case LOST, GIVEN_UP -> {
                        sent = true;
                        meters.resubmitted();
                    }
                    case NOT_SENT, UNABLE -> {
                        return undecided(batch, sent);
                    }
                    case DATA -> {
                        return split(batch, e);
                    }
                    case BUG -> {
                        LOG.error("PostgreSQL refused an append of {} writes", batch.size(), e);
                        return undecided(batch, sent);
                    }
                }
            }
        }
        return undecided(batch, sent);
    }

    private List<AppendOutcome> undecided(List<Append> batch, boolean sent) {
        meters.undecided(batch.size());
        return Collections.nCopies(batch.size(), sent ? new AppendOutcome.Unknown() : new AppendOutcome.Unavailable());
    }

    private List<AppendOutcome> split(List<Append> batch, SQLException e) {
        meters.split();
        if (batch.size() == 1) {
            return List.of(new AppendOutcome.Rejected(reason(e)));
        }
        int middle = batch.size() / 2;
        var outcomes = new ArrayList<>(append(batch.subList(0, middle)));
        List<Append> rest = batch.subList(middle, batch.size());
        // What follows an undecided write of its channel must not overtake it.
        boolean undecided = outcomes.stream().anyMatch(Appender::isUndecided);
        outcomes.addAll(undecided ? undecided(rest, false) : append(rest));
        return outcomes;
    }

    private static boolean isUndecided(AppendOutcome outcome) {
        return outcome instanceof AppendOutcome.Unknown || outcome instanceof AppendOutcome.Unavailable;
    }

    /** The server's sentence without its details, which may quote data. */
    private static String reason(SQLException e) {
        var server = e instanceof PSQLException thrown ? thrown.getServerErrorMessage() : null;
        String message = server == null ? null : server.getMessage();
        return message == null ? "PostgreSQL cannot keep a value: " + e.getSQLState() : message;
    }

    private static List<AppendOutcome> call(Connection connection, List<Append> batch) throws SQLException {
        var channels = batch.stream().map(append -> append.channel().name()).iterator();
        return new Statements(connection).rows(CALL, row -> outcome(row, channels.next()), AppendArrays.of(batch));
    }

    private static AppendOutcome outcome(ResultSet row, ChannelName channel) throws SQLException {
        String outcome = row.getString("outcome");
        return switch (outcome) {
            case "committed" ->
                new AppendOutcome.Committed(
                        row.getLong("out_seq"),
                        Rows.instant(row, "out_at"),
                        row.getInt("out_epoch"),
                        row.getLong("out_access"),
                        row.getLong("out_mark"));
            case "replayed" -> new AppendOutcome.Replayed(row.getLong("out_seq"), Rows.instant(row, "out_at"));
            case "key_reused" -> new AppendOutcome.KeyReused();
            case "stale" -> new AppendOutcome.Stale(Rows.event(row, channel, "now_"));
            case "forbidden" -> new AppendOutcome.Forbidden();
            case "contract_changed" -> new AppendOutcome.ContractChanged();
            case "no_channel" -> new AppendOutcome.NoChannel();
            case null, default -> throw new SQLException("append_batch answered " + outcome, "XX000");
        };
    }
}

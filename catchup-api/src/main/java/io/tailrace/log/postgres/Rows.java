package io.tailrace.log.postgres;

import io.tailrace.log.Head;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Event;
import io.tailrace.wire.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Reads the columns that many statements have in common. */
final class Rows {

    private Rows() {}

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** The columns {@code epoch}, {@code head}, {@code floor} and {@code access}. */
    static Head head(ResultSet row) throws SQLException {
        return new Head(row.getInt("epoch"), row.getLong("head"), row.getLong("floor"), row.getLong("access"));
    }

    /** The columns of an event, each behind {@code prefix}; null when an outer join found none. */
    static @Nullable Event event(ResultSet row, ChannelName channel, String prefix) throws SQLException {
        long seq = row.getLong(prefix + "seq");
        if (row.wasNull()) {
            return null;
        }
        return new Event(
                channel,
                seq,
                row.getString(prefix + "type"),
                row.getString(prefix + "key"),
                row.getString(prefix + "ref"),
                new Json(row.getString(prefix + "data")),
                row.getString(prefix + "author"),
                row.getString(prefix + "via"),
                instant(row, prefix + "at"),
                row.getString(prefix + "trace"));
    }
}

package io.tailrace.log.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Runs statements on one connection, which stays the caller's. */
final class Statements implements Sql {

    private final Connection connection;

    Statements(Connection connection) {
        this.connection = connection;
    }

    @Override
    public <T> List<T> query(String sql, Row<T> row, @Nullable Object... parameters) {
        try {
            return rows(sql, row, parameters);
        } catch (SQLException e) {
            throw Faults.translate(e);
        }
    }

    /** As {@link #query}, for those who have to see how it failed. */
    <T> List<T> rows(String sql, Row<T> row, @Nullable Object... parameters) throws SQLException {
        try (var statement = prepare(sql, parameters);
                ResultSet results = statement.executeQuery()) {
            var values = new ArrayList<T>();
            while (results.next()) {
                values.add(row.read(results));
            }
            return values;
        }
    }

    @Override
    public int update(String sql, @Nullable Object... parameters) {
        try (var statement = prepare(sql, parameters)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw Faults.translate(e);
        }
    }

    private PreparedStatement prepare(String sql, @Nullable Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < parameters.length; i++) {
                bind(statement, i + 1, parameters[i]);
            }
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    private void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
        switch (value) {
            case null -> statement.setNull(index, Types.NULL);
            case Instant instant -> statement.setObject(index, instant.atOffset(ZoneOffset.UTC));
            case String[] array -> statement.setArray(index, array("text", array));
            case long[] array -> statement.setArray(index, array("bigint", array));
            case Long[] array -> statement.setArray(index, array("bigint", array));
            case int[] array -> statement.setArray(index, array("integer", array));
            case boolean[] array -> statement.setArray(index, array("boolean", array));
            case byte[][] array -> statement.setArray(index, array("bytea", array));
            default -> statement.setObject(index, value);
        }
    }

    private Array array(String type, Object elements) throws SQLException {
        return connection.unwrap(PGConnection.class).createArrayOf(type, elements);
    }
}

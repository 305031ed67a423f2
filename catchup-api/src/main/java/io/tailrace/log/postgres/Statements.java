package io.tailrace.log.postgres;

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

/** Runs statements on one connection, which stays the caller's. */
final class Statements implements Sql {

    private final Connection connection;

    Statements(Connection connection) {
        this.connection = connection;
    }

    @Override
    public <T> List<T> query(String sql, Row<T> row, @Nullable Object... parameters) {
        try (var statement = prepare(sql, parameters);
                ResultSet results = statement.executeQuery()) {
            var values = new ArrayList<T>();
            while (results.next()) {
                values.add(row.read(results));
            }
            return values;
        } catch (SQLException e) {
            throw Faults.translate(e);
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
            case String[] array -> statement.setArray(index, connection.createArrayOf("text", array));
            case long[] array -> statement.setArray(index, connection.createArrayOf("bigint", boxed(array)));
            case int[] array -> statement.setArray(index, connection.createArrayOf("integer", boxed(array)));
            case boolean[] array -> statement.setArray(index, connection.createArrayOf("boolean", boxed(array)));
            case byte[][] array -> statement.setArray(index, connection.createArrayOf("bytea", array));
            default -> statement.setObject(index, value);
        }
    }

    private static Object[] boxed(Object array) {
        int length = java.lang.reflect.Array.getLength(array);
        var boxed = new Object[length];
        for (int i = 0; i < length; i++) {
            boxed[i] = java.lang.reflect.Array.get(array, i);
        }
        return boxed;
    }
}

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

/** Runs statements on one connection, which stays the caller's: as who it belongs to, or confined to one tenant. */
final class Statements implements Sql {

    private final Connection connection;
    private final @Nullable Confined confined;

    Statements(Connection connection) {
        this(connection, null);
    }

    Statements(Connection connection, @Nullable Confined confined) {
        this.connection = connection;
        this.confined = confined;
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
        try (var statement = executed(sql, parameters);
                ResultSet results = statement.getResultSet()) {
            var values = new ArrayList<T>();
            while (results.next()) {
                values.add(row.read(results));
            }
            return values;
        }
    }

    @Override
    public int update(String sql, @Nullable Object... parameters) {
        try (var statement = executed(sql, parameters)) {
            return statement.getUpdateCount();
        } catch (SQLException e) {
            throw Faults.translate(e);
        }
    }

    /** The statement, run, at the result of {@code sql}. */
    private PreparedStatement executed(String sql, @Nullable Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(confined == null ? sql : Confined.before(sql));
        try {
            int first = 1;
            if (confined != null) {
                statement.setString(1, confined.role());
                statement.setString(2, confined.tenant());
                first += Confined.PARAMETERS;
            }
            for (int i = 0; i < parameters.length; i++) {
                bind(statement, first + i, parameters[i]);
            }
            statement.execute();
            if (confined != null) {
                statement.getMoreResults();
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

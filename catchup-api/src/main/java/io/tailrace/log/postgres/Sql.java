package io.tailrace.log.postgres;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Statements with positional parameters ({@code ?}), which may be null or a {@code String}, {@code Boolean}, {@code
 * Integer}, {@code Long}, {@code UUID}, {@code Instant}, {@code byte[]}, or an array: {@code String[]}, {@code long[]}, {@code Long[]},
 * {@code int[]}, {@code boolean[]} or {@code byte[][]}. Every method blocks.
 *
 * @see Database
 */
public interface Sql {

    /**
     * All rows of a query.
     *
     * @throws io.tailrace.log.LogUnavailable when the database cannot be asked or does not answer in time
     */
    <T> List<T> query(String sql, Row<T> row, @Nullable Object... parameters);

    /**
     * Runs a statement and returns how many rows it changed.
     *
     * @throws io.tailrace.log.LogUnavailable when the database cannot be asked or does not answer in time; whether the
     *     change was made is then not known
     */
    int update(String sql, @Nullable Object... parameters);

    /** The first row of a query, if there is one. */
    default <T> Optional<T> first(String sql, Row<T> row, @Nullable Object... parameters) {
        return query(sql, row, parameters).stream().findFirst();
    }

    /**
     * The only row of a query.
     *
     * @throws IllegalStateException when there is none
     */
    default <T> T one(String sql, Row<T> row, @Nullable Object... parameters) {
        return first(sql, row, parameters).orElseThrow(() -> new IllegalStateException("no row: " + sql));
    }
}

/**
 * The log on PostgreSQL 15 or later: the connection pool, the migrations, and each interface of {@code io.tailrace.log}
 * in its PostgreSQL form. All SQL of the log stands here; other rooms that keep tables of their own use
 * {@link io.tailrace.log.postgres.Sql}. Knows neither HTTP nor tokens.
 */
@NullMarked
package io.tailrace.log.postgres;

import org.jspecify.annotations.NullMarked;

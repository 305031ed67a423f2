/**
 * What clients meet outside: live nodes, a browser and Node for tests of clients. {@code proxy} has the proxies in
 * between, {@code network} the lines that lose and delay, {@code foreign} clients that others wrote. Tests here start
 * the packaged server, so they are {@code *IT}; they run side by side and share nodes that nobody ends.
 */
@NullMarked
package io.tailrace.field;

import org.jspecify.annotations.NullMarked;

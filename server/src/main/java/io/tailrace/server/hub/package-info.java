/**
 * One hub per channel with local readers: orders what the bus brings, repairs gaps from the log, keeps recent frames in
 * a ring of encoded bytes. May use {@code bus}, the log and {@code access}'s change notices; knows no connection.
 */
@NullMarked
package io.tailrace.server.hub;

import org.jspecify.annotations.NullMarked;

/**
 * Writes: from a request to a committed event and its announcement. Rights, rate, contract and schema are decided on
 * the request's thread; a lane per group of channels gathers what is waiting into one append; a publisher tells the
 * bus afterwards. May use {@code http}, {@code access}, {@code limit}, {@code bus}, the log and the wire; knows no
 * stream and no hub.
 */
@NullMarked
package io.tailrace.server.write;

import org.jspecify.annotations.NullMarked;

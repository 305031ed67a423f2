/**
 * What is of the moment in a channel: signals, receipts, changes of its member list. A {@link
 * io.tailrace.server.signal.Noticeboard} holds the latest of each kind for all streams of the node; {@link
 * io.tailrace.server.signal.Priority} says what gives way when there is too much. Uses the ephemeral bus, presence and the
 * receipts in the log; streams and writes use it.
 */
@NullMarked
package io.tailrace.server.signal;

import org.jspecify.annotations.NullMarked;

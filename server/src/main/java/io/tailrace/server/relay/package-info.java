/**
 * Announces what was committed and not announced: what a crash left, what the bus did not take, what applications
 * append in their own transactions. One node at a time does it. May use {@code bus} and the log.
 */
@NullMarked
package io.tailrace.server.relay;

import org.jspecify.annotations.NullMarked;

/**
 * Who asks, and what it may: tokens, tickets, cookies, grants and membership. Gives out {@link
 * io.tailrace.server.access.Identity}s and answers for single channels; tells when answers change. May use {@code http},
 * the wire, the log's memberships and, for tickets, its database.
 */
@NullMarked
package io.tailrace.server.access;

import org.jspecify.annotations.NullMarked;

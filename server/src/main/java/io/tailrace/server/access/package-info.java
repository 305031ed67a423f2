/**
 * Who asks, and what it may: tokens, tickets, cookies, grants and membership. Gives out {@link\n * io.tailrace.server.access.Identity}s and answers for single channels; tells when answers change. May use {@code\n * http}, the wire and the log's memberships.\n */
@NullMarked
package io.tailrace.server.access;

import org.jspecify.annotations.NullMarked;

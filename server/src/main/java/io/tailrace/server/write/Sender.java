package io.tailrace.server.write;

import io.tailrace.server.access.Identity;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who sends writes, and from where.
 *
 * @param identity who it is
 * @param address tells where the request came from, or null when that is not known; only on the request's thread
 * @param trace W3C trace id of the request
 */
record Sender(Identity identity, Supplier<@Nullable String> address, String trace) {}

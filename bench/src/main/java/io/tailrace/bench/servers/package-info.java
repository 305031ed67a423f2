/**
 * The servers that are measured: Tailrace itself, with its databases and nodes in production form, and any other by a
 * description. Each runs as processes of its own and ends when it is closed.
 */
@NullMarked
package io.tailrace.bench.servers;

import org.jspecify.annotations.NullMarked;

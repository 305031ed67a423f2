/**
 * The development instance: a real PostgreSQL and a real Redis in one data directory, nodes in production form in
 * front of them, and the tokens to try it with. It is what {@code ./tailrace} runs; nothing of it takes part in
 * production, and the databases it brings are not in the jar. May use {@code access} for the shape of grants and
 * starts nodes as processes, so it needs no other room; nobody imports it but the bench.
 */
@NullMarked
package io.tailrace.server.embedded;

import org.jspecify.annotations.NullMarked;

/**
 * How much and how often: token buckets over injected time, on a node and, over Redis, on all of them. Knows headers of
 * answers, and no routes.
 */
@NullMarked
package io.tailrace.server.limit;

import org.jspecify.annotations.NullMarked;

/** Presence on Redis 6.2 or later, or a Redis Cluster. */
@NullMarked
package io.tailrace.presence.redis;

import org.jspecify.annotations.NullMarked;

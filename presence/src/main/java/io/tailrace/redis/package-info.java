/** A Redis, or a Redis Cluster, that may be away at any time. For who keeps something there; the bus has its own way. */
@NullMarked
package io.tailrace.redis;

import org.jspecify.annotations.NullMarked;

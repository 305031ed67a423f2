/**
 * The durable log: per channel a gapless sequence of events, the latest event of each key, idempotency records and the
 * outbox, behind {@link io.tailrace.log.EventLog}. Knows tenants and actors, never tokens or HTTP; the form that is
 * used stands in {@code io.tailrace.log.postgres}.
 */
@NullMarked
package io.tailrace.log;

import org.jspecify.annotations.NullMarked;

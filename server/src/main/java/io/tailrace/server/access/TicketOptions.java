package io.tailrace.server.access;

import java.time.Duration;

/**
 * How long tickets live.
 *
 * @param ttl of one that does not say; default 15 min, more than one recycle of a stream
 * @param maxTtl the longest; default 24 h
 */
public record TicketOptions(Duration ttl, Duration maxTtl) {}

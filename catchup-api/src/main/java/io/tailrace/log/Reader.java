package io.tailrace.log;

import io.tailrace.wire.Actor;
import io.tailrace.wire.Standing;

/**
 * Who reads, and where its right comes from: checked again in the statement that reads.
 *
 * @param actor whose rights count
 * @param standing where the right to read comes from
 */
public record Reader(Actor actor, Standing standing) {}

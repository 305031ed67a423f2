package io.tailrace.log;

import io.tailrace.wire.Event;
import java.util.List;

/** What a snapshot of a channel found. */
public sealed interface SnapshotOutcome {

    /**
     * State and the position to tail from, from one statement.
     *
     * @param head the ends of the log; {@code head.seq()} is what the items are as of
     * @param items keyed: the latest event of each key, ascending by {@code seq}; else the last page of events
     */
    record Taken(Head head, List<Event> items) implements SnapshotOutcome {

        public Taken {
            items = List.copyOf(items);
        }
    }

    /** The log has not reached the asked {@code min}. */
    record NotYet(Head head) implements SnapshotOutcome {}

    /** The reader's right is gone. */
    record Forbidden() implements SnapshotOutcome {}
}

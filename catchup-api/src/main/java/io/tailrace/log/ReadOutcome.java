package io.tailrace.log;

import java.util.List;

/** What a read of the log found. */
public sealed interface ReadOutcome {

    /**
     * Consecutive events, ascending; the first is {@code after + 1} unless there is none.
     *
     * @param head the ends of the log, from the same statement as the entries
     */
    record Page(List<LogEntry> entries, Head head) implements ReadOutcome {

        public Page {
            entries = List.copyOf(entries);
        }
    }

    /** Events after {@code after} are no longer all there, or rows are missing: only a snapshot helps. */
    record BelowFloor(Head head) implements ReadOutcome {}

    /** {@code after} is above the head: the log is not the one the reader saw. */
    record AboveHead(Head head) implements ReadOutcome {}

    /** The reader's right is gone. */
    record Forbidden() implements ReadOutcome {}
}

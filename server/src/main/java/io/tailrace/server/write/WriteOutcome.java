package io.tailrace.server.write;

import io.tailrace.wire.Event;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.WriteReceipt;
import org.jspecify.annotations.Nullable;

/** What became of one write, as its author is told. */
sealed interface WriteOutcome {

    /** It is in the log. */
    record Stored(WriteReceipt receipt, boolean replayed) implements WriteOutcome {}

    /** The channel is ephemeral: taken, and kept nowhere. */
    record PassedOn() implements WriteOutcome {}

    /**
     * Its condition does not hold.
     *
     * @param current the latest event of the key; null: there is none
     */
    record Stale(@Nullable Event current) implements WriteOutcome {

        /** The revision to name in order to overwrite what is there. */
        long revision() {
            return current == null ? 0 : current.seq();
        }

        Problem problem() {
            var problem = Problem.of(ProblemType.PRECONDITION_FAILED);
            return current == null ? problem : problem.with("current", current);
        }
    }

    /** It is not in the log by this try, or that is not known. */
    record Refused(Problem problem) implements WriteOutcome {

        /** Whether what follows in the same channel must wait for a retry of this one, or order would be lost. */
        boolean holdsUp() {
            return problem.status() == 429 || problem.status() == 503;
        }
    }
}

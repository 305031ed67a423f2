package io.tailrace.server.schema;

import com.networknt.schema.ExecutionContext;
import java.io.Serial;

/**
 * How much work one judgement may cost. Schemas can be written to cost time exponential in the data (references that
 * double at each level, patterns that backtrack); spending a unit per character looked at and some per keyword ends
 * them. Bound to the judging thread for the judgement's time; see {@link #CURRENT}.
 */
final class Budget {

    /** Thrown when the budget is spent. Without a stack trace: it tells about input. */
    static final class Spent extends RuntimeException {

        @Serial
        private static final long serialVersionUID = 1L;

        Spent() {
            super("the budget is spent", null, false, false);
        }
    }

    /** The budget of the judgement that this thread is at. */
    static final ScopedValue<Budget> CURRENT = ScopedValue.newInstance();

    private static final long BASE = 5_000_000;
    private static final long PER_CHARACTER = 500;
    private static final int KEYWORD = 50;

    private long left;

    /** @param length characters of the data that is judged */
    Budget(int length) {
        this.left = BASE + PER_CHARACTER * length;
    }

    void spend(int units) {
        left -= units;
        if (left < 0) {
            throw new Spent();
        }
    }

    /** What the library passes through every keyword that it evaluates: the place to count them. */
    ExecutionContext context() {
        return new ExecutionContext() {
            @Override
            public void evaluationPathAddLast(String keyword) {
                spend(KEYWORD);
                super.evaluationPathAddLast(keyword);
            }
        };
    }
}

package io.tailrace.wire;

import java.io.Serial;

/**
 * Ends the handling of a request with a problem document. Thrown on the request's thread by whoever finds out; the
 * server turns it into the answer in one place. It carries no stack trace, for it tells about the request.
 */
public final class Refusal extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public Refusal(Problem problem) {
        super(problem.title(), null, false, false);
        this.problem = problem;
    }

    public Refusal(ProblemType type, String detail) {
        this(Problem.of(type, detail));
    }

    public Problem problem() {
        return problem;
    }
}

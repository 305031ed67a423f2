package io.tailrace.bench.scenario;

/** A run in which something was lost, doubled or out of order. Its figures count for nothing. */
public final class Inexact extends Exception {

    private static final long serialVersionUID = 1;

    public Inexact(String what) {
        super(what);
    }
}

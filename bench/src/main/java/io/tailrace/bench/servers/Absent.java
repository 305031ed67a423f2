package io.tailrace.bench.servers;

/** A server that this machine does not have: a fact to report, not a fault. */
public final class Absent extends Exception {

    private static final long serialVersionUID = 1;

    public Absent(String what) {
        super(what);
    }
}

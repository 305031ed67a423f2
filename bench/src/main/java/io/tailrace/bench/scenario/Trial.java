package io.tailrace.bench.scenario;

import io.tailrace.bench.servers.Absent;

/**
 * One measurement of one server.
 *
 * @param row of the table
 * @param server its name
 * @param work starts what it needs, measures, and puts all away
 */
public record Trial(String row, String server, Work work) {

    /** How to measure. */
    @FunctionalInterface
    public interface Work {
        /**
         * Does it once.
         *
         * @return the figures
         * @throws Absent when this machine does not have the server
         * @throws Inexact when something was lost, doubled or out of order
         */
        Figures measure() throws Absent, Inexact;
    }
}

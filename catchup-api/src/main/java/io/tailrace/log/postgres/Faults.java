package io.tailrace.log.postgres;

import io.tailrace.log.LogUnavailable;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/** Tells apart what went wrong in PostgreSQL, by SQLSTATE (PostgreSQL manual, appendix A). */
final class Faults {

    /** What a failed statement means for its caller. */
    enum Kind {
        /** No connection was to be had: nothing was sent. */
        NOT_SENT,
        /** The connection broke: what was sent may have been done. */
        LOST,
        /** The server gave the statement up: rolled back, and worth a retry. */
        GIVEN_UP,
        /** A value or a rule of the data: the same statement fails again. */
        DATA,
        /** The server cannot do this now: read-only, out of resources. */
        UNABLE,
        /** A mistake of ours. */
        BUG
    }

    /** What a server answers to a write that has become a standby; also why its connections are of no more use. */
    static final String READ_ONLY = "25006";

    private Faults() {}

    static Kind kind(SQLException e) {
        if (e instanceof SQLTransientConnectionException) { // what the pool throws
            return Kind.NOT_SENT;
        }
        String state = e.getSQLState();
        if (state == null || state.length() != 5) {
            return Kind.LOST;
        }
        return switch (state) {
            case "40001", "40P01", "55P03", "57014", "25P03", "25P04" -> Kind.GIVEN_UP;
            case "40003", "57P01", "57P02", "57P05" -> Kind.LOST;
            case "57P03", "57P04", READ_ONLY, "25P02", "55000" -> Kind.UNABLE;
            default ->
                switch (state.substring(0, 2)) {
                    case "08" -> Kind.LOST;
                    case "22", "23", "54" -> Kind.DATA;
                    case "53", "58", "XX" -> Kind.UNABLE;
                    default -> Kind.BUG;
                };
        };
    }

    /** What callers of reads and small changes get: whatever is not our mistake is the database being unavailable. */
    static RuntimeException translate(SQLException e) {
        return switch (kind(e)) {
            case NOT_SENT, LOST, GIVEN_UP, UNABLE ->
                new LogUnavailable("PostgreSQL did not answer: " + e.getSQLState(), e);
            case DATA, BUG -> new IllegalStateException("PostgreSQL refused a statement: " + e.getSQLState(), e);
        };
    }
}

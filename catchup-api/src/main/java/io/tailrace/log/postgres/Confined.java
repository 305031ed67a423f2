package io.tailrace.log.postgres;

/**
 * Who a statement is run as, and for whom: put in front of it, in the same round trip and the same transaction, so that a
 * connection which is given back remembers nothing.
 *
 * @param role owns no table, so that the policies bind it
 * @param tenant whose rows it sees
 */
record Confined(String role, String tenant) {

    /** How many parameters come before those of the statement. */
    static final int PARAMETERS = 2;

    private static final String CONFINE =
            "SELECT set_config('role', ?, true), set_config('tailrace.tenant', ?, true); ";

    static String before(String sql) {
        return CONFINE + sql;
    }
}

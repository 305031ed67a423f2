package io.tailrace.log.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/** Looks at a new connection, which is in autocommit and has to be left so; throws when nobody should use it. */
@FunctionalInterface
interface ConnectionCheck {

    void check(Connection connection) throws SQLException;
}

package io.tailrace.log.postgres;

import io.tailrace.log.LogUnavailable;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Opens connections, and lets those through that pass every check. */
final class CheckedSource implements DataSource {

    private final DataSource source;
    private final List<ConnectionCheck> checks = new CopyOnWriteArrayList<>();

    CheckedSource(DataSource source) {
        this.source = source;
    }

    void add(ConnectionCheck check) {
        checks.add(check);
    }

    @Override
    public Connection getConnection() throws SQLException {
        return checked(source.getConnection());
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return checked(source.getConnection(user, password));
    }

    private Connection checked(Connection connection) throws SQLException {
        try {
            for (ConnectionCheck check : checks) {
                check.check(connection);
            }
            return connection;
        } catch (LogUnavailable e) {
            connection.close();
            throw new SQLException("a new connection could not be checked", e);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return source.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        source.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        source.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return source.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return source.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return source.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return source.isWrapperFor(type);
    }
}

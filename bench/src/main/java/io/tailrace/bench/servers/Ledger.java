package io.tailrace.bench.servers;

import io.tailrace.server.embedded.LocalCluster;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * What the log has of some channels, asked of PostgreSQL itself.
 *
 * @param channels how many there are
 * @param heads the sum of their last numbers
 * @param events how many events they have
 */
public record Ledger(long channels, long heads, long events) {

    private static final String COUNTS = """
            SELECT count(*), coalesce(sum(c.head), 0),
                coalesce(sum((SELECT count(*) FROM tailrace.event e WHERE e.channel = c.id)), 0)
            FROM tailrace.channel c
            WHERE c.tenant = ? AND starts_with(c.name, ?)
            """;

    /** Of all channels of the bench whose names begin so. */
    static Ledger of(LocalCluster cluster, String prefix) {
        var url = "jdbc:postgresql://127.0.0.1:" + cluster.postgresPort() + "/" + cluster.databaseUser();
        try (var connection = DriverManager.getConnection(url, cluster.databaseUser(), cluster.databasePassword());
                var statement = connection.prepareStatement(COUNTS)) {
            statement.setString(1, Cluster.TENANT);
            statement.setString(2, prefix);
            try (var row = statement.executeQuery()) {
                row.next();
                return new Ledger(row.getLong(1), row.getLong(2), row.getLong(3));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the log cannot be asked", e);
        }
    }
}

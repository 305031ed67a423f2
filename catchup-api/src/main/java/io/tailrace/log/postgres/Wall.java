package io.tailrace.log.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The second wall between tenants; the first is the condition that every statement has. PostgreSQL shows a statement that is
 * made for one tenant no row of another (row level security, {@code V8__wall.sql}). Where it cannot be raised, since who
 * we are may not make a role and nobody made it for us, the log says so once and statements run as they do without it.
 *
 * <p>Raised at the first statement that asks for it or at the end of a migration, whichever comes first, and kept until a
 * statement finds that the role, or a right of it, is gone: a restore may take it away under a node that runs.
 */
final class Wall {

    private static final Logger LOG = LoggerFactory.getLogger(Wall.class);

    private static final String RAISE = "SELECT wall_role, fault, session_user AS us FROM tailrace.raise_wall()";

    /** Asked as the role itself: it must not own the tables, nor be superuser, nor have BYPASSRLS. */
    private static final String BINDS = """
            SELECT count(*) > 0 AND bool_and(row_security_active(t.oid)) FROM pg_class t
            WHERE t.relnamespace = 'tailrace'::regnamespace AND t.relrowsecurity
            """;

    /** Where connections come from. */
    @FunctionalInterface
    interface Source {
        Connection connection() throws SQLException;
    }

    /** How long after it was raised a refusal may not have it raised anew: a mistake of ours must not do so every time. */
    private static final Duration PACE = Duration.ofSeconds(5);

    private record Tried(@Nullable String role, long atNanos) {}

    private record Answer(String role, @Nullable String fault, String us) {}

    private final Source source;
    private volatile @Nullable Tried tried;

    Wall(Source source) {
        this.source = source;
    }

    /**
     * How statements for {@code tenant} are confined; empty without a wall.
     *
     * @throws io.tailrace.log.LogUnavailable when nobody knows yet and the database cannot be asked
     */
    Optional<Confined> around(String tenant) {
        Tried known = tried;
        String role = (known == null ? raise(false) : known).role();
        return role == null ? Optional.empty() : Optional.of(new Confined(role, tenant));
    }

    /** Raises it anew, for the schema may have changed. */
    void raise() {
        raise(true);
    }

    /** Told how a confined statement failed: what PostgreSQL says of roles and rights has it raised before the next one. */
    void refused(SQLException e) {
        Tried known = tried;
        boolean ofRights = "42501".equals(e.getSQLState()) || "22023".equals(e.getSQLState());
        if (ofRights && known != null && System.nanoTime() - known.atNanos() > PACE.toNanos()) {
            tried = null;
        }
    }

    /** Whether it stands; false also before anybody asked. */
    boolean stands() {
        Tried known = tried;
        return known != null && known.role() != null;
    }

    private synchronized Tried raise(boolean anew) {
        Tried known = tried;
        if (known != null && !anew) {
            return known;
        }
        try (Connection connection = source.connection()) {
            var answer = new Statements(connection)
                    .rows(
                            RAISE,
                            row -> new Answer(row.getString("wall_role"), row.getString("fault"), row.getString("us")))
                    .getFirst();
            known = new Tried(holds(connection, answer) ? answer.role() : null, System.nanoTime());
            tried = known;
            return known;
        } catch (SQLException e) {
            throw Faults.translate(e);
        }
    }

    private static boolean holds(Connection connection, Answer answer) throws SQLException {
        String fault = answer.fault();
        if (fault == null && !binds(connection, answer.role())) {
            fault = "the role cannot be taken, owns the tables or may bypass row security";
        }
        if (fault != null) {
            LOG.warn(
                    "unwalled: tenants are kept apart by statements alone, not by row level security, for PostgreSQL says:"
                            + " {}. Have somebody who may: CREATE ROLE \"{}\" NOLOGIN; GRANT \"{}\" TO \"{}\"; and start again",
                    fault,
                    answer.role(),
                    answer.role(),
                    answer.us());
            return false;
        }
        LOG.info("tenants are walled off from each other: their statements run as role {}", answer.role());
        return true;
    }

    private static boolean binds(Connection connection, String role) throws SQLException {
        try {
            return new Statements(connection, new Confined(role, ""))
                    .rows(BINDS, row -> row.getBoolean(1))
                    .getFirst();
        } catch (SQLException e) {
            if (e.getSQLState() != null && e.getSQLState().startsWith("42")) { // who we are may not take it
                return false;
            }
            throw e;
        }
    }
}

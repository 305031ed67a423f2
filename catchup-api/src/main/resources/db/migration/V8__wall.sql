-- The second wall between tenants. Whoever runs statements for one tenant does so as a role that owns nothing, with that
-- tenant in the setting tailrace.tenant, and the policies below let it see and change that tenant's rows alone, whatever
-- the statement says; with nothing in the setting it sees none. The owner of the tables passes: nodes of before this, the
-- append, and what serves many tenants at once. Policies name no role, so that a dump can be loaded where there is none yet.

-- Writers wait behind who waits for a whole table, so this does not wait for long; the node that migrates tries again.
SET LOCAL lock_timeout = '2s';

-- Rows that name their tenant.
CREATE FUNCTION tailrace.wall_by_tenant(p_table regclass, p_command text DEFAULT 'all') RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    mine text := '(tenant = current_setting(''tailrace.tenant'', true))';
    clauses text := CASE p_command
        WHEN 'insert' THEN format('WITH CHECK %s', mine)
        WHEN 'select' THEN format('USING %s', mine)
        ELSE format('USING %s WITH CHECK %s', mine, mine) END;
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', p_table);
    EXECUTE format('CREATE POLICY %I ON %s FOR %s %s', 'tenant_' || p_command, p_table, p_command, clauses);
END $$;

-- Rows that name the life of a channel, and with it its tenant. A scalar subquery: an EXISTS may be hashed, which reads
-- all channels of the tenant.
CREATE FUNCTION tailrace.wall_by_channel(p_table regclass) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    mine text := format(
        '((SELECT c.tenant FROM tailrace.channel c WHERE c.id = %s.channel) = current_setting(''tailrace.tenant'', true))',
        p_table);
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', p_table);
    EXECUTE format('CREATE POLICY tenant_all ON %s USING %s WITH CHECK %s', p_table, mine, mine);
END $$;

-- Makes the role of this database if there is none, lets who is here take it, and gives it what the policies speak of: a
-- table without policies is out of its reach. Changes nothing when all is in place. Called at every start, for a later
-- migration may bring a table and a dump may have lost grants. fault says why it cannot be done; then there is no wall.
CREATE FUNCTION tailrace.raise_wall(OUT wall_role name, OUT fault text)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    g record;
BEGIN
    wall_role := ('tailrace_tenant_' || current_database())::name;
    PERFORM pg_advisory_xact_lock(1952541039, 0);
    IF NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = wall_role) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wall_role);
    END IF;
    BEGIN
        -- What pg_has_role asks differs between versions of PostgreSQL: try it, and take it back.
        PERFORM set_config('role', wall_role, true);
        RAISE SQLSTATE 'TR001';
    EXCEPTION
        WHEN SQLSTATE 'TR001' THEN
            NULL;
        WHEN insufficient_privilege THEN
            EXECUTE format('GRANT %I TO %I', wall_role, session_user);
    END;
    IF NOT has_schema_privilege(wall_role, 'tailrace', 'USAGE') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA tailrace TO %I', wall_role);
    END IF;
    FOR g IN
        SELECT t.oid::regclass AS named, w.privilege
        FROM pg_class t
        JOIN LATERAL (
            SELECT 'SELECT' AS privilege WHERE t.relname = 'log'
            UNION
            SELECT c.privilege
            FROM pg_policy p
            JOIN (VALUES ('r', 'SELECT'), ('a', 'INSERT'), ('w', 'UPDATE'), ('d', 'DELETE')) AS c(letter, privilege)
                ON p.polcmd::text IN (c.letter, '*')
            WHERE p.polrelid = t.oid AND t.relrowsecurity) w ON true
        WHERE t.relnamespace = 'tailrace'::regnamespace AND NOT has_table_privilege(wall_role, t.oid, w.privilege)
    LOOP
        EXECUTE format('GRANT %s ON %s TO %I', g.privilege, g.named, wall_role);
    END LOOP;
EXCEPTION
    WHEN query_canceled OR lock_not_available OR deadlock_detected THEN
        RAISE;
    WHEN OTHERS THEN
        fault := SQLERRM;
END $$;

-- As in V1, but what the sweep may remove is said while the channel still has that life, which is when the policy can
-- tell whose it is.
CREATE OR REPLACE FUNCTION tailrace.delete_channel(p_tenant text, p_channel text) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    c tailrace.channel;
BEGIN
    PERFORM FROM tailrace.channel w WHERE w.tenant = p_tenant AND w.name = p_channel FOR UPDATE;
    SELECT w.* INTO c FROM tailrace.channel w
    WHERE w.tenant = p_tenant AND w.name = p_channel AND w.deleted_at IS NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO tailrace.discarded (channel) VALUES (c.id);
    UPDATE tailrace.channel w
    SET id = DEFAULT, floor = w.head, deleted_at = clock_timestamp()
    WHERE w.id = c.id;
    RETURN tailrace.raise_access(p_tenant);
END $$;

-- In the order in which most statements come upon the tables.
SELECT tailrace.wall_by_tenant('tailrace.channel');
SELECT tailrace.wall_by_tenant('tailrace.namespace');
SELECT tailrace.wall_by_tenant('tailrace.access');
SELECT tailrace.wall_by_channel('tailrace.member');
SELECT tailrace.wall_by_tenant('tailrace.denial');
SELECT tailrace.wall_by_tenant('tailrace.revocation');
SELECT tailrace.wall_by_channel('tailrace.keyed');
SELECT tailrace.wall_by_tenant('tailrace.idempotency');
SELECT tailrace.wall_by_channel('tailrace.event');
SELECT tailrace.wall_by_channel('tailrace.outbox');
SELECT tailrace.wall_by_channel('tailrace.discarded');
SELECT tailrace.wall_by_channel('tailrace.receipt');
SELECT tailrace.wall_by_tenant('tailrace.ticket');
SELECT tailrace.wall_by_tenant('tailrace.checkpoint');
SELECT tailrace.wall_by_tenant('tailrace.audit', 'select');
SELECT tailrace.wall_by_tenant('tailrace.audit', 'insert');

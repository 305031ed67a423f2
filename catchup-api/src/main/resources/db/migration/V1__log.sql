-- The log: channels, events, keyed state, idempotency, outbox, and who may not use them any more.
-- Names sort and compare by bytes (COLLATE "C") wherever they order locks.

-- The log as a whole: one row. Where the server stood when it was last seen tells a restore from a restart.
CREATE TABLE tailrace.log (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    epoch int NOT NULL DEFAULT 1,
    system_identifier bigint,
    timeline int,
    flush_lsn pg_lsn,
    swept_at timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 10);
INSERT INTO tailrace.log DEFAULT VALUES;

-- A channel keeps its row and head for ever. Its id is that of its present life: deleting gives it a new one, which
-- leaves events, keyed state and members behind for the sweep. deleted_at is null while the channel exists.
CREATE TABLE tailrace.channel (
    id bigint GENERATED ALWAYS AS IDENTITY,
    tenant text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    head bigint NOT NULL DEFAULT 0,
    floor bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    deleted_at timestamptz,
    PRIMARY KEY (tenant, name),
    UNIQUE (id)
) WITH (fillfactor = 60);

CREATE TABLE tailrace.event (
    channel bigint NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    access_epoch bigint NOT NULL,
    type text NOT NULL,
    key text COLLATE "C",
    ref text,
    data text NOT NULL,
    author text NOT NULL,
    trace text,
    PRIMARY KEY (channel, seq)
);

-- The latest event of each key.
CREATE TABLE tailrace.keyed (
    channel bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (channel, key)
) WITH (fillfactor = 80);

CREATE TABLE tailrace.idempotency (
    tenant text COLLATE "C" NOT NULL,
    principal text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    fingerprint bytea NOT NULL,
    channel bigint NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (tenant, principal, key)
);
CREATE INDEX idempotency_at ON tailrace.idempotency (at);

CREATE TABLE tailrace.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel bigint NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Lives of channels that were deleted, until the sweep has removed their rows.
CREATE TABLE tailrace.discarded (
    channel bigint PRIMARY KEY
);

-- How often the access of a tenant was changed.
CREATE TABLE tailrace.access (
    tenant text COLLATE "C" PRIMARY KEY,
    epoch bigint NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE tailrace.member (
    channel bigint NOT NULL,
    member text COLLATE "C" NOT NULL,
    role text NOT NULL CHECK (role IN ('viewer', 'editor', 'manager')),
    added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (channel, member)
);

-- By name: a denial outlives the channel's deletion.
CREATE TABLE tailrace.denial (
    tenant text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    member text COLLATE "C" NOT NULL,
    denied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, channel, member)
);

CREATE TABLE tailrace.revocation (
    tenant text COLLATE "C" NOT NULL,
    kind text NOT NULL CHECK (kind IN ('token', 'user', 'device', 'tenant')),
    subject text COLLATE "C" NOT NULL,
    revoked_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    author text NOT NULL,
    PRIMARY KEY (tenant, kind, subject)
);
CREATE INDEX revocation_until ON tailrace.revocation (until);

CREATE TABLE tailrace.namespace (
    tenant text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    contract text NOT NULL,
    durable boolean NOT NULL,
    explicit boolean NOT NULL,
    PRIMARY KEY (tenant, name)
);

CREATE FUNCTION tailrace.namespace_of(channel text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN strpos(channel, ':') > 1 THEN split_part(channel, ':', 1) ELSE 'default' END;

-- Appends pass the gate of their tenant together; what changes the rights or the contracts of a whole tenant passes it
-- alone. So whatever commits after such a change has read it. Taken before any row lock. Sixty-four gates, not one per
-- tenant: a batch of a thousand tenants must fit the server's lock table.
CREATE FUNCTION tailrace.gate(tenant text) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN hashtext(tenant) & 63;

-- Appends a batch. Every argument is an array; those of one letter are aligned, and refer to the others by index.
--   c: the distinct channels
--   p: the distinct (channel, key)
--   r: the distinct (channel, actor); issued in Unix milliseconds
--   k: the distinct idempotency keys; rank n means "the n-th of its channel in this batch if nothing is refused", with
--      the first write under the key; rank 0 means that the key is only looked up
--   i: the writes; pair 0 without key, revision null without condition, earlier 0 unless it names a key of k
-- Small statements, each with a snapshot of its own: a single one would read every table but the locked rows as of
-- before its wait for the locks. The settings keep every join a loop of index look-ups: unnest has no statistics.
CREATE FUNCTION tailrace.append_batch(
    c_tenant text[], c_name text[],
    p_channel int[], p_key text[],
    r_channel int[], r_user text[], r_token text[], r_device text[], r_issued bigint[],
    k_tenant text[], k_principal text[], k_key text[], k_channel int[], k_rank int[], k_print bytea[],
    i_channel int[], i_pair int[], i_right int[], i_member boolean[], i_version bigint[], i_key int[],
    i_print bytea[], i_revision bigint[], i_earlier int[],
    i_type text[], i_data text[], i_ref text[], i_author text[], i_trace text[])
RETURNS TABLE (
    outcome text, out_seq bigint, out_at timestamptz, out_epoch int, out_access bigint, out_mark bigint,
    now_seq bigint, now_at timestamptz, now_type text, now_key text, now_ref text, now_data text, now_author text,
    now_trace text)
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_epoch int;
    v_at timestamptz;
    v_id bigint[];
    v_head bigint[];
    v_first bigint[];  -- the heads before this batch
    v_floor bigint[];
    v_gone boolean[];
    v_explicit boolean[];
    v_version bigint[];
    v_access bigint[];
    v_denied boolean[];
    v_role text[];
    v_current bigint[];  -- by pair: the revision now
    v_before bigint[];   -- by pair: the revision before this batch
    v_claims int;
    v_claimed int;
    t_seq bigint[];      -- by key: what it stands for, null while it stands for nothing
    t_channel bigint[];
    t_print bytea[];
    t_at timestamptz[];
    t_own boolean[];     -- by key: claimed by this call
    o_outcome text[];
    o_seq bigint[];
    o_at timestamptz[];
    o_now bigint[];
    m_id bigint[];       -- by channel: its outbox mark
    fixes int[] := '{}';
    stale int[] := '{}';
    n int := cardinality(i_channel);
    ch int;
    k int;
    pair int;
    expected bigint;
    written int := 0;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1952541036, g.gate)
    FROM (SELECT DISTINCT tailrace.gate(w.tenant) AS gate FROM unnest(c_tenant) AS w(tenant)) g;

    -- A channel that was never written to is a tombstone with head 0 until a write of this batch is accepted.
    INSERT INTO tailrace.channel (tenant, name, deleted_at)
    SELECT w.tenant, w.name, clock_timestamp()
    FROM unnest(c_tenant, c_name) AS w(tenant, name)
    LEFT JOIN tailrace.namespace ns ON ns.tenant = w.tenant AND ns.name = tailrace.namespace_of(w.name)
    WHERE ns.explicit IS NOT TRUE
        AND NOT EXISTS (SELECT FROM tailrace.channel c WHERE c.tenant = w.tenant AND c.name = w.name)
    ORDER BY w.tenant COLLATE "C", w.name COLLATE "C"
    ON CONFLICT DO NOTHING;

    -- The locks, and nothing else.
    PERFORM
    FROM unnest(c_tenant, c_name) AS w(tenant, name)
    JOIN tailrace.channel c ON c.tenant = w.tenant AND c.name = w.name
    ORDER BY c.tenant, c.name
    FOR UPDATE OF c;

    v_at := date_trunc('milliseconds', clock_timestamp());
    SELECT l.epoch INTO v_epoch FROM tailrace.log l WHERE l.single;
    SELECT array_agg(s.id), array_agg(s.head), array_agg(s.floor), array_agg(s.gone),
        array_agg(s.explicit), array_agg(s.version), array_agg(s.access)
    INTO v_id, v_head, v_floor, v_gone, v_explicit, v_version, v_access
    FROM (
        SELECT coalesce(c.id, 0) AS id, coalesce(c.head, 0) AS head, coalesce(c.floor, 0) AS floor,
            (c.id IS NULL OR c.deleted_at IS NOT NULL) AS gone,
            coalesce(ns.explicit, false) AS explicit, coalesce(ns.version, 0) AS version, coalesce(a.epoch, 0) AS access
        FROM unnest(c_tenant, c_name) WITH ORDINALITY AS w(tenant, name, n)
        LEFT JOIN tailrace.channel c ON c.tenant = w.tenant AND c.name = w.name
        LEFT JOIN tailrace.namespace ns ON ns.tenant = w.tenant AND ns.name = tailrace.namespace_of(w.name)
        LEFT JOIN tailrace.access a ON a.tenant = w.tenant
        ORDER BY w.n) s;
    v_first := v_head;

    SELECT array_agg(s.denied), array_agg(s.role)
    INTO v_denied, v_role
    FROM (
        SELECT m.role,
            EXISTS (SELECT FROM tailrace.denial d
                WHERE d.tenant = c_tenant[w.channel] AND d.channel = c_name[w.channel] AND d.member = w.member)
            OR EXISTS (SELECT
                FROM (VALUES ('token', w.token), ('user', w.member), ('device', w.device), ('tenant', ''))
                    AS x(kind, subject)
                JOIN tailrace.revocation v
                    ON v.tenant = c_tenant[w.channel] AND v.kind = x.kind AND v.subject = x.subject
                WHERE x.kind = 'token' OR v.revoked_at >= to_timestamp(w.issued / 1000.0)) AS denied
        FROM unnest(r_channel, r_user, r_token, r_device, r_issued) WITH ORDINALITY
            AS w(channel, member, token, device, issued, n)
        LEFT JOIN tailrace.member m ON m.channel = v_id[w.channel] AND m.member = w.member
        ORDER BY w.n) s;

    IF cardinality(p_channel) > 0 THEN
        SELECT array_agg(s.seq) INTO v_current
        FROM (
            SELECT coalesce(e.seq, 0) AS seq
            FROM unnest(p_channel, p_key) WITH ORDINALITY AS w(channel, key, n)
            LEFT JOIN tailrace.keyed e ON e.channel = v_id[w.channel] AND e.key = w.key
            ORDER BY w.n) s;
        v_before := v_current;
    END IF;

    -- Claim with the seq that each key stands for if nothing is refused; what turns out otherwise is put right below.
    INSERT INTO tailrace.idempotency (tenant, principal, key, fingerprint, channel, seq, at)
    SELECT w.tenant, w.principal, w.key, w.print, v_id[w.channel], v_head[w.channel] + w.rank, v_at
    FROM unnest(k_tenant, k_principal, k_key, k_print, k_channel, k_rank)
        AS w(tenant, principal, key, print, channel, rank)
    WHERE w.rank > 0
    ORDER BY w.tenant COLLATE "C", w.principal COLLATE "C", w.key COLLATE "C"
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_claimed = ROW_COUNT;
    v_claims := cardinality(k_key);

    t_seq := array_fill(NULL::bigint, ARRAY[v_claims]);
    t_channel := t_seq;
    t_print := array_fill(NULL::bytea, ARRAY[v_claims]);
    t_at := array_fill(NULL::timestamptz, ARRAY[v_claims]);
    t_own := array_fill(true, ARRAY[v_claims]);
    IF v_claimed < v_claims THEN
        -- A row above the head of a channel that we have locked can only be ours.
        SELECT array_agg(CASE WHEN s.own THEN NULL ELSE s.seq END), array_agg(s.channel),
            array_agg(s.fingerprint), array_agg(s.at), array_agg(s.own)
        INTO t_seq, t_channel, t_print, t_at, t_own
        FROM (
            SELECT e.seq, e.channel, e.fingerprint, e.at,
                coalesce(w.rank > 0 AND e.channel = v_id[w.channel] AND e.seq > v_first[w.channel], false) AS own
            FROM unnest(k_tenant, k_principal, k_key, k_channel, k_rank) WITH ORDINALITY
                AS w(tenant, principal, key, channel, rank, n)
            LEFT JOIN tailrace.idempotency e
                ON e.tenant = w.tenant AND e.principal = w.principal AND e.key = w.key
            ORDER BY w.n) s;
    END IF;

    o_outcome := array_fill(NULL::text, ARRAY[n]);
    o_seq := array_fill(NULL::bigint, ARRAY[n]);
    o_at := array_fill(NULL::timestamptz, ARRAY[n]);
    o_now := o_seq;
    FOR i IN 1..n LOOP
        ch := i_channel[i];
        k := i_key[i];
        pair := i_pair[i];
        IF t_seq[k] IS NOT NULL THEN
            -- First of all: a retry of what was committed must survive whatever happened since.
            IF t_print[k] = i_print[i] THEN
                o_outcome[i] := 'replayed';
                o_seq[i] := t_seq[k];
                o_at[i] := t_at[k];
            ELSE
                o_outcome[i] := 'key_reused';
            END IF;
            CONTINUE;
        END IF;
        IF v_denied[i_right[i]]
            OR (i_member[i] AND coalesce(v_role[i_right[i]] NOT IN ('editor', 'manager'), true)) THEN
            o_outcome[i] := 'forbidden';
            CONTINUE;
        END IF;
        IF v_version[ch] <> i_version[i] THEN
            o_outcome[i] := 'contract_changed';
            CONTINUE;
        END IF;
        IF v_gone[ch] AND v_explicit[ch] THEN
            o_outcome[i] := 'no_channel';
            CONTINUE;
        END IF;
        IF v_id[ch] = 0 THEN
            RAISE EXCEPTION 'tailrace: a channel vanished' USING ERRCODE = 'serialization_failure';
        END IF;
        expected := i_revision[i];
        IF i_earlier[i] > 0 THEN
            -- What that key appended, if it did, and to this channel.
            expected := coalesce(
                CASE WHEN t_channel[i_earlier[i]] = v_id[ch] THEN t_seq[i_earlier[i]] END, -1);
        END IF;
        IF expected IS NOT NULL AND expected <> coalesce(v_current[pair], 0) THEN
            o_outcome[i] := 'stale';
            o_now[i] := v_current[pair];
            CONTINUE;
        END IF;
        v_head[ch] := v_head[ch] + 1;
        o_outcome[i] := 'committed';
        o_seq[i] := v_head[ch];
        o_at[i] := v_at;
        written := written + 1;
        IF k_channel[k] <> ch OR v_first[ch] + k_rank[k] <> v_head[ch] OR k_print[k] <> i_print[i] THEN
            fixes := fixes || i;
        END IF;
        t_seq[k] := v_head[ch];
        t_channel[k] := v_id[ch];
        t_print[k] := i_print[i];
        t_at[k] := v_at;
        IF pair > 0 THEN
            v_current[pair] := v_head[ch];
        END IF;
    END LOOP;

    IF written < v_claimed THEN
        -- A refusal records nothing.
        SELECT array_agg(s.n) INTO stale
        FROM unnest(t_own, t_seq, k_rank) WITH ORDINALITY AS s(own, seq, rank, n)
        WHERE s.own AND s.rank > 0 AND s.seq IS NULL;
        DELETE FROM tailrace.idempotency e
        USING unnest(stale) AS w(k)
        WHERE e.tenant = k_tenant[w.k] AND e.principal = k_principal[w.k] AND e.key = k_key[w.k];
    END IF;
    IF cardinality(fixes) > 0 THEN
        UPDATE tailrace.idempotency e
        SET fingerprint = i_print[w.i], channel = v_id[i_channel[w.i]], seq = o_seq[w.i]
        FROM unnest(fixes) AS w(i)
        WHERE e.tenant = k_tenant[i_key[w.i]]
            AND e.principal = k_principal[i_key[w.i]]
            AND e.key = k_key[i_key[w.i]];
    END IF;

    IF written > 0 THEN
        INSERT INTO tailrace.event (channel, seq, at, access_epoch, type, key, ref, data, author, trace)
        SELECT v_id[w.channel], w.seq, v_at, v_access[w.channel], w.type, p_key[w.pair], w.ref, w.data, w.author,
            w.trace
        FROM unnest(o_outcome, i_channel, o_seq, i_type, i_pair, i_ref, i_data, i_author, i_trace)
            AS w(outcome, channel, seq, type, pair, ref, data, author, trace)
        WHERE w.outcome = 'committed';

        IF cardinality(p_channel) > 0 THEN
            INSERT INTO tailrace.keyed AS e (channel, key, seq)
            SELECT v_id[w.channel], w.key, w.seq
            FROM unnest(p_channel, p_key, v_current, v_before) AS w(channel, key, seq, before)
            WHERE w.seq > w.before
            ON CONFLICT (channel, key) DO UPDATE SET seq = excluded.seq;

            -- What only stayed because it was the latest of its key.
            DELETE FROM tailrace.event e
            USING unnest(p_channel, v_current, v_before) AS w(channel, seq, before)
            WHERE w.before > 0 AND w.seq > w.before AND w.before <= v_floor[w.channel]
                AND e.channel = v_id[w.channel] AND e.seq = w.before;
        END IF;

        UPDATE tailrace.channel c
        SET head = w.head,
            created_at = CASE WHEN c.deleted_at IS NULL THEN c.created_at ELSE v_at END,
            deleted_at = NULL
        FROM unnest(v_id, v_head, v_first) AS w(id, head, first)
        WHERE w.head > w.first AND c.id = w.id;

        m_id := ARRAY(SELECT nextval('tailrace.outbox_id_seq') FROM unnest(v_id));
        INSERT INTO tailrace.outbox (id, channel, seq, at)
        OVERRIDING SYSTEM VALUE
        SELECT w.mark, w.id, w.head, v_at
        FROM unnest(m_id, v_id, v_head, v_first) AS w(mark, id, head, first)
        WHERE w.head > w.first;
    END IF;

    RETURN QUERY
    SELECT w.outcome, w.seq, w.at, v_epoch, v_access[w.channel], m_id[w.channel],
        e.seq, e.at, e.type, e.key, e.ref, e.data, e.author, e.trace
    FROM unnest(o_outcome, o_seq, o_at, o_now, i_channel) WITH ORDINALITY AS w(outcome, seq, at, now, channel, n)
    LEFT JOIN tailrace.event e ON e.channel = v_id[w.channel] AND e.seq = w.now
    ORDER BY w.n;
END $$;

-- The channel's row, locked, as it is now; made first if it never was.
CREATE FUNCTION tailrace.enter(p_tenant text, p_channel text) RETURNS tailrace.channel
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    c tailrace.channel;
BEGIN
    INSERT INTO tailrace.channel (tenant, name, deleted_at)
    SELECT p_tenant, p_channel, clock_timestamp()
    WHERE NOT EXISTS (SELECT FROM tailrace.channel w WHERE w.tenant = p_tenant AND w.name = p_channel)
    ON CONFLICT DO NOTHING;
    PERFORM FROM tailrace.channel w WHERE w.tenant = p_tenant AND w.name = p_channel FOR UPDATE;
    SELECT w.* INTO STRICT c FROM tailrace.channel w WHERE w.tenant = p_tenant AND w.name = p_channel;
    RETURN c;
END $$;

-- Appends one event to a channel that is entered, and returns its seq.
CREATE FUNCTION tailrace.write(
    c tailrace.channel, p_access bigint, p_type text, p_data text, p_key text, p_ref text, p_author text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_at timestamptz := date_trunc('milliseconds', clock_timestamp());
    v_seq bigint := c.head + 1;
    v_before bigint;
BEGIN
    INSERT INTO tailrace.event (channel, seq, at, access_epoch, type, key, ref, data, author)
    VALUES (c.id, v_seq, v_at, p_access, p_type, p_key, p_ref, p_data, p_author);
    IF p_key IS NOT NULL THEN
        SELECT e.seq INTO v_before FROM tailrace.keyed e WHERE e.channel = c.id AND e.key = p_key;
        INSERT INTO tailrace.keyed (channel, key, seq)
        VALUES (c.id, p_key, v_seq)
        ON CONFLICT (channel, key) DO UPDATE SET seq = excluded.seq;
        DELETE FROM tailrace.event e WHERE e.channel = c.id AND e.seq = v_before AND v_before <= c.floor;
    END IF;
    UPDATE tailrace.channel w
    SET head = v_seq,
        created_at = CASE WHEN w.deleted_at IS NULL THEN w.created_at ELSE v_at END,
        deleted_at = NULL
    WHERE w.tenant = c.tenant AND w.name = c.name;
    INSERT INTO tailrace.outbox (channel, seq, at) VALUES (c.id, v_seq, v_at);
    RETURN v_seq;
END $$;

CREATE FUNCTION tailrace.raise_access(p_tenant text) RETURNS bigint
LANGUAGE sql VOLATILE AS $$
    INSERT INTO tailrace.access AS a (tenant, epoch) VALUES (p_tenant, 1)
    ON CONFLICT (tenant) DO UPDATE SET epoch = a.epoch + 1
    RETURNING a.epoch
$$;

-- Makes a user a member, or removes it (p_role null); p_data is the event's.
CREATE FUNCTION tailrace.change_member(
    p_tenant text, p_channel text, p_member text, p_role text, p_author text, p_data text,
    OUT seq bigint, OUT access_epoch bigint)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    c tailrace.channel := tailrace.enter(p_tenant, p_channel);
BEGIN
    access_epoch := tailrace.raise_access(p_tenant);
    IF p_role IS NULL THEN
        DELETE FROM tailrace.member m WHERE m.channel = c.id AND m.member = p_member;
        INSERT INTO tailrace.denial (tenant, channel, member) VALUES (p_tenant, p_channel, p_member)
        ON CONFLICT DO NOTHING;
        seq := tailrace.write(c, access_epoch, 'member.removed', p_data, NULL, NULL, p_author);
    ELSE
        INSERT INTO tailrace.member (channel, member, role) VALUES (c.id, p_member, p_role)
        ON CONFLICT (channel, member) DO UPDATE SET role = excluded.role;
        DELETE FROM tailrace.denial d
        WHERE d.tenant = p_tenant AND d.channel = p_channel AND d.member = p_member;
        seq := tailrace.write(c, access_epoch, 'member.added', p_data, NULL, NULL, p_author);
    END IF;
END $$;

CREATE FUNCTION tailrace.revoke(p_tenant text, p_kind text, p_subject text, p_until timestamptz, p_author text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1952541036, tailrace.gate(p_tenant));
    INSERT INTO tailrace.revocation AS r (tenant, kind, subject, revoked_at, until, author)
    VALUES (p_tenant, p_kind, p_subject, clock_timestamp(), p_until, p_author)
    ON CONFLICT (tenant, kind, subject) DO UPDATE
    SET revoked_at = excluded.revoked_at, until = greatest(r.until, excluded.until), author = excluded.author;
    RETURN tailrace.raise_access(p_tenant);
END $$;

-- Ends a channel's present life; null when it does not exist, else the tenant's access epoch after it.
CREATE FUNCTION tailrace.delete_channel(p_tenant text, p_channel text) RETURNS bigint
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
    UPDATE tailrace.channel w
    SET id = DEFAULT, floor = w.head, deleted_at = clock_timestamp()
    WHERE w.id = c.id;
    INSERT INTO tailrace.discarded (channel) VALUES (c.id);
    RETURN tailrace.raise_access(p_tenant);
END $$;

-- Raises a channel's floor to p_floor and removes what is below; keeps the latest event of each key if asked to. The
-- caller bounds the range. Returns how many events went.
CREATE FUNCTION tailrace.trim(p_tenant text, p_channel text, p_id bigint, p_floor bigint, p_keep boolean)
RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
DECLARE
    v_floor bigint;
    v_count bigint;
BEGIN
    PERFORM FROM tailrace.channel w WHERE w.tenant = p_tenant AND w.name = p_channel FOR UPDATE;
    SELECT w.floor INTO v_floor FROM tailrace.channel w
    WHERE w.tenant = p_tenant AND w.name = p_channel AND w.id = p_id AND p_floor <= w.head AND p_floor > w.floor;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    UPDATE tailrace.channel w SET floor = p_floor WHERE w.tenant = p_tenant AND w.name = p_channel;
    WITH gone AS (
        DELETE FROM tailrace.event e
        WHERE e.channel = p_id AND e.seq > v_floor AND e.seq <= p_floor
            AND NOT (p_keep AND e.key IS NOT NULL AND EXISTS (
                SELECT FROM tailrace.keyed w WHERE w.channel = p_id AND w.key = e.key AND w.seq = e.seq))
        RETURNING e.key, e.seq),
    forgotten AS (
        DELETE FROM tailrace.keyed w
        USING gone g
        WHERE w.channel = p_id AND w.key = g.key AND w.seq = g.seq)
    SELECT count(*) INTO v_count FROM gone;
    RETURN v_count;
END $$;

-- For applications that keep their own tables in this database: appends in the caller's transaction and returns the
-- seq, which is the event's once that transaction commits. The channel stays locked until then, so append last, and to
-- several channels in the order of their names. Give a role USAGE on the schema and EXECUTE on this function.
CREATE FUNCTION tailrace.append(
    tenant text, channel text, type text, data jsonb, key text DEFAULT NULL, author text DEFAULT 'system',
    ref text DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    c tailrace.channel;
    ns tailrace.namespace;
    v_access bigint;
    v_seq bigint;
BEGIN
    IF tenant IS NULL OR data IS NULL OR author IS NULL
        OR channel IS NULL OR channel !~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$'
        OR type IS NULL OR type !~ '^[A-Za-z0-9][A-Za-z0-9._@:/-]{0,127}$'
        OR length(key) NOT BETWEEN 1 AND 256 OR key ~ '[[:cntrl:]]'
        OR length(ref) NOT BETWEEN 1 AND 64 OR ref ~ '[[:cntrl:]]'
        OR octet_length(data::text) > 1048576 THEN
        RAISE EXCEPTION 'tailrace.append: a value is missing or not of the form that the API asks for'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM pg_advisory_xact_lock_shared(1952541036, tailrace.gate(append.tenant));
    SELECT n.* INTO ns FROM tailrace.namespace n
    WHERE n.tenant = append.tenant AND n.name = tailrace.namespace_of(append.channel);
    IF NOT coalesce(ns.durable, tailrace.namespace_of(append.channel) <> 'pulse') THEN
        RAISE EXCEPTION 'tailrace.append: % is ephemeral and keeps nothing', append.channel
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    c := tailrace.enter(append.tenant, append.channel);
    IF ns.explicit AND c.deleted_at IS NOT NULL THEN
        RAISE EXCEPTION 'tailrace.append: there is no channel %', append.channel
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT coalesce(max(a.epoch), 0) INTO v_access FROM tailrace.access a WHERE a.tenant = append.tenant;
    v_seq := tailrace.write(c, v_access, type, data::text, key, ref, author);
    PERFORM pg_notify('tailrace_outbox', '');
    RETURN v_seq;
END $$;
REVOKE ALL ON FUNCTION tailrace.append(text, text, text, jsonb, text, text, text) FROM PUBLIC;

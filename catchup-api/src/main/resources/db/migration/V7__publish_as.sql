-- Writes in another's name: an event tells who wrote it for whom, and the audit keeps who did so with which token.

-- One entry for each request, channel and name that it wrote in: an import must not bury what managers did, and the events
-- themselves say the rest. The lock is shared, so that writers do not wait for each other; who pages through the audit
-- takes it alone for a moment, and so meets no gap that is filled later. In one order, for a batch may be of many tenants.
CREATE FUNCTION tailrace.audit_published(
    e_tenant text[], e_channel text[], e_principal text[], e_token text[], e_address text[], e_trace text[],
    e_author text[], e_seq bigint[])
RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1952541038, t.turn)
    FROM (SELECT DISTINCT hashtext(w.tenant) AS turn FROM unnest(e_tenant) AS w(tenant) ORDER BY turn) t;
    INSERT INTO tailrace.audit (tenant, principal, token_id, address, trace, action, subject, detail)
    SELECT w.tenant, w.principal, w.token, w.address, coalesce(w.trace, ''), 'event.published_as', w.channel,
        format('{"by":%s,"events":%s,"first_seq":%s,"last_seq":%s}',
            to_json(w.author), count(*), min(w.seq), max(w.seq))
    FROM unnest(e_tenant, e_channel, e_principal, e_token, e_address, e_trace, e_author, e_seq)
        AS w(tenant, channel, principal, token, address, trace, author, seq)
    GROUP BY w.tenant, w.channel, w.principal, w.token, w.address, w.trace, w.author
    ORDER BY w.tenant, w.channel, min(w.seq);
END $$;

-- The append of V1, which stays for nodes that are older, and besides it takes writes in another's name: two more looks at
-- an empty array are all that a batch without them costs.

-- Appends a batch. Every argument is an array; those of one letter are aligned, and refer to the others by index.
--   c: the distinct channels
--   p: the distinct (channel, key)
--   r: the distinct (channel, actor); issued in Unix milliseconds
--   k: the distinct idempotency keys; rank n means "the n-th of its channel in this batch if nothing is refused", with
--      the first write under the key; rank 0 means that the key is only looked up
--   i: the writes; pair 0 without key, revision null without condition, earlier 0 unless it names a key of k
--   a: those of i in another's name, the right of that other one, and where the write came from
-- Small statements, each with a snapshot of its own: a single one would read every table but the locked rows as of
-- before its wait for the locks. The settings keep every join a loop of index look-ups: unnest has no statistics.
CREATE FUNCTION tailrace.append_batch(
    c_tenant text[], c_name text[],
    p_channel int[], p_key text[],
    r_channel int[], r_user text[], r_token text[], r_device text[], r_issued bigint[],
    k_tenant text[], k_principal text[], k_key text[], k_channel int[], k_rank int[], k_print bytea[],
    i_channel int[], i_pair int[], i_right int[], i_member boolean[], i_version bigint[], i_key int[],
    i_print bytea[], i_revision bigint[], i_earlier int[],
    i_type text[], i_data text[], i_ref text[], i_author text[], i_trace text[],
    a_item int[], a_right int[], a_address text[])
RETURNS TABLE (
    outcome text, out_seq bigint, out_at timestamptz, out_epoch int, out_access bigint, out_mark bigint,
    now_seq bigint, now_at timestamptz, now_type text, now_key text, now_ref text, now_data text, now_author text,
    now_via text, now_trace text)
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

    -- Who writes in the name of somebody who was shut out is judged as that one is. A replay is still answered.
    FOR i IN 1..cardinality(a_item) LOOP
        IF v_denied[a_right[i]] THEN
            i_right[a_item[i]] := a_right[i];
        END IF;
    END LOOP;

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
        INSERT INTO tailrace.event (channel, seq, at, access_epoch, type, key, ref, data, author, via, trace)
        SELECT v_id[w.channel], w.seq, v_at, v_access[w.channel], w.type, p_key[w.pair], w.ref, w.data, w.author,
            nullif(r_user[w.actor], w.author), w.trace
        FROM unnest(o_outcome, i_channel, o_seq, i_type, i_pair, i_ref, i_data, i_right, i_author, i_trace)
            AS w(outcome, channel, seq, type, pair, ref, data, actor, author, trace)
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

        IF cardinality(a_item) > 0 THEN
            PERFORM tailrace.audit_published(
                array_agg(c_tenant[s.channel]), array_agg(c_name[s.channel]), array_agg(r_user[s.actor]),
                array_agg(r_token[s.actor]), array_agg(s.address), array_agg(s.trace), array_agg(s.author),
                array_agg(s.seq))
            FROM (
                SELECT i_channel[w.item] AS channel, i_right[w.item] AS actor, w.address, i_trace[w.item] AS trace,
                    i_author[w.item] AS author, o_seq[w.item] AS seq
                FROM unnest(a_item, a_address) AS w(item, address)
                WHERE o_outcome[w.item] = 'committed') s
            HAVING count(*) > 0;
        END IF;
    END IF;

    RETURN QUERY
    SELECT w.outcome, w.seq, w.at, v_epoch, v_access[w.channel], m_id[w.channel],
        e.seq, e.at, e.type, e.key, e.ref, e.data, e.author, e.via, e.trace
    FROM unnest(o_outcome, o_seq, o_at, o_now, i_channel) WITH ORDINALITY AS w(outcome, seq, at, now, channel, n)
    LEFT JOIN tailrace.event e ON e.channel = v_id[w.channel] AND e.seq = w.now
    ORDER BY w.n;
END $$;

-- As in V1, but that @ in a type begins its version, from @1 to @9999. Who may execute it stays as it is.
CREATE OR REPLACE FUNCTION tailrace.append(
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
        OR type IS NULL OR type !~ '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}(@[1-9][0-9]{0,3})?$' OR length(type) > 128
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

-- Last, and with short waits: who waits for the whole table makes every write wait behind it, and an application may hold a
-- transaction of its own open for long.
DO $$
BEGIN
    PERFORM set_config('lock_timeout', '500ms', true);
    FOR i IN 1..50 LOOP
        BEGIN
            ALTER TABLE tailrace.event ADD COLUMN via text;
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            PERFORM pg_sleep(0.5);
        END;
    END LOOP;
    RAISE EXCEPTION 'tailrace: the table of events is held by a transaction that does not end'
        USING ERRCODE = 'lock_not_available';
END $$;

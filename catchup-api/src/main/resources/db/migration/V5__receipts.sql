-- How far each user has read a channel. Only moves forward.
create table tailrace.receipt (
    channel bigint      not null,
    reader  text        not null collate "C",
    seq     bigint      not null,
    at      timestamptz not null,
    primary key (channel, reader)
) with (fillfactor = 80);

-- Moves markers forward, all that a node has gathered in one statement, and returns those that moved. None goes past the
-- head of its channel. The commit is not waited for: a marker that a crash of the database undoes moves again with the
-- next message its user reads. Rows are locked in their order, as everywhere.
create function tailrace.advance_receipts(
    p_tenants text[], p_channels text[], p_readers text[], p_seqs bigint[])
returns table (n bigint, seq bigint, at timestamptz)
language plpgsql volatile
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
begin
    perform set_config('synchronous_commit', 'off', true);
    return query
    with asked as (
        select w.n, c.id, w.reader, least(w.seq, c.head) as seq
        from unnest(p_tenants, p_channels, p_readers, p_seqs) with ordinality as w(tenant, channel, reader, seq, n)
        join tailrace.channel c on c.tenant = w.tenant and c.name = w.channel
        where c.deleted_at is null and least(w.seq, c.head) > 0),
    moved as (
        insert into tailrace.receipt as r (channel, reader, seq, at)
        select a.id, a.reader, a.seq, clock_timestamp() from asked a
        order by a.id, a.reader collate "C"
        on conflict on constraint receipt_pkey do update
        set seq = excluded.seq, at = excluded.at
        where r.seq < excluded.seq
        returning r.channel, r.reader, r.seq, r.at)
    select a.n, m.seq, m.at from moved m join asked a on a.id = m.channel and a.reader = m.reader;
end
$$;

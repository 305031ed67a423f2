-- Positions of streams that follow more channels than a frame's id has room for: the list, and how far each was sent.
-- Rows are written once and never changed but for renewed_at. A lost row costs its reader a snapshot, never an event.
create table tailrace.checkpoint (
    id         text        primary key,
    tenant     text        not null,
    principal  text        not null,
    epoch      integer     not null,
    channels   text        not null, -- sorted names, one space between; names have none
    seqs       text        not null, -- decimal, in the same order
    renewed_at timestamptz not null default now()
) with (fillfactor = 80);

create index checkpoint_renewed_at on tailrace.checkpoint (renewed_at);

-- One statement for all streams of a node. The commit is not waited for: the log, not this table, is what is promised.
create function tailrace.save_checkpoints(
    ids text[], tenants text[], principals text[], epochs integer[], lists text[], vectors text[]) returns void
language plpgsql volatile as $$
begin
    perform set_config('synchronous_commit', 'off', true);
    insert into tailrace.checkpoint (id, tenant, principal, epoch, channels, seqs)
    select * from unnest(ids, tenants, principals, epochs, lists, vectors);
end
$$;

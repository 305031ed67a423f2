-- What managers did, in the transaction of what it tells of. Rows are only ever added: not even who owns the table changes
-- or removes one without taking the triggers away first.
create table tailrace.audit (
    id        bigint      not null generated always as identity,
    tenant    text        not null,
    at        timestamptz not null default clock_timestamp(),
    principal text        not null,
    token_id  text,
    address   text,
    trace     text        not null,
    action    text        not null,
    subject   text        not null,
    detail    text        not null,
    primary key (tenant, id)
);

create function tailrace.refuse_change() returns trigger
language plpgsql as $$
begin
    raise insufficient_privilege using message = tg_table_name || ' is only ever added to';
end
$$;

create trigger audit_is_append_only before update or delete or truncate on tailrace.audit
for each statement execute function tailrace.refuse_change();

-- What changed, for whom, and what has been applied. See ARCHITECTURE.md for the recipe.
create schema if not exists sync;
grant usage on schema sync to authenticated, service_role;

-- One uuid for the life of a database; see sync.life.
create table sync.epoch (
  one boolean not null default true constraint pk_epoch primary key
    constraint ck_epoch_one check (one),
  id uuid not null default gen_random_uuid(),
  pruned_before xid8 not null default '0'
);
comment on table sync.epoch is 'The life of this database, and up to where its log was pruned.';
insert into sync.epoch default values;

-- Which life of the database this is. After a restore cursors mean nothing and everybody loads
-- afresh, so it changes when an administrator says so, and by itself when the data lie in another
-- cluster, another database, or on another timeline than they did. Where a host does not let its
-- owner ask for the cluster, that is not noticed.
create function sync.life() returns uuid
language plpgsql stable security definer set search_path = '' as $$
declare
  v_cluster bigint;
  v_timeline int;
begin
  if has_function_privilege('pg_control_system()', 'execute')
    and has_function_privilege('pg_control_checkpoint()', 'execute')
  then
    v_cluster := (select s.system_identifier from pg_control_system() s);
    v_timeline := (select c.timeline_id from pg_control_checkpoint() c);
  elsif not pg_is_in_recovery() -- a name of the log begins with the timeline
    and has_function_privilege('pg_current_wal_lsn()', 'execute')
    and has_function_privilege('pg_walfile_name(pg_lsn)', 'execute')
  then
    v_timeline := ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int;
  end if;
  return (
    select md5(concat_ws('/', e.id, v_cluster, v_timeline, d.oid))::uuid
    from sync.epoch e, pg_database d
    where d.datname = current_database()
  );
end $$;
comment on function sync.life() is 'The life of this database: changes when it is restored.';

create table sync.tables (
  name name not null constraint pk_tables primary key,
  position bigint not null constraint uq_tables_position unique,
  kinds text[] not null,
  belongs text not null,
  dated name,
  recent text,
  heavy boolean not null default false
);
comment on table sync.tables is 'The mirrored tables, in an order in which parents come first.';
comment on column sync.tables.kinds is 'The kinds of organization whose PCs keep these rows.';
comment on column sync.tables.belongs
  is 'Which rows t an organization''s mirror holds: SQL; %1$L is its id, %2$s what narrows it.';
comment on column sync.tables.dated is 'Of a log: the column that says of what day a row is.';
comment on column sync.tables.recent
  is 'Of a log: which rows t a PC keeps that keeps the last months only: SQL; %1$L is the first day.';
comment on column sync.tables.heavy is 'Whether each row may be as long as a file.';

create table sync.changes (
  seq bigint generated always as identity constraint pk_changes primary key,
  scope_id uuid not null,
  xid xid8 not null default pg_current_xact_id(),
  made_at timestamptz not null default now(),
  table_name name not null,
  row_id uuid not null,
  kind text not null
    constraint ck_changes_kind check (kind in ('upsert', 'delete', 'enter', 'leave'))
);
comment on table sync.changes is 'Every change to a mirrored row, once for each scope that sees it.';
-- No index on xid alone: the planner would take it and read other tenants' changes too.
create index ix_changes_scope on sync.changes (scope_id, xid);

create table sync.channels (
  organization_id uuid not null constraint pk_channels primary key,
  channel uuid not null default gen_random_uuid()
);
comment on table sync.channels is 'The secret name under which an organization hears of changes.';

create table sync.applied_units (
  user_id uuid not null default auth.uid(),
  device_id uuid not null,
  unit_id uuid not null,
  result jsonb not null,
  applied_at timestamptz not null default now(),
  constraint pk_applied_units primary key (user_id, device_id, unit_id)
);
comment on table sync.applied_units is 'The answer to each applied push, given again on a retry.';

create table sync.devices (
  user_id uuid not null default auth.uid(),
  organization_id uuid not null,
  id uuid not null,
  name text not null,
  version text,
  clock_offset_ms bigint,
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  constraint pk_devices primary key (user_id, organization_id, id)
);
comment on table sync.devices is 'Who synced, from which PC, when, and how wrong its clock is.';
create index ix_devices_organization on sync.devices (organization_id);

-- Reference data is everybody's: its scope is the nil uuid.
create function sync.nobody() returns uuid
language sql immutable parallel safe set search_path = '' as $$
  select '00000000-0000-0000-0000-000000000000'::uuid
$$;
comment on function sync.nobody() is 'The scope of what everybody sees.';

create function sync.wake(p_scopes uuid[]) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform pg_notify(c.channel::text, '')
  from sync.channels c
  where c.organization_id = any(p_scopes)
    or sync.nobody() = any(p_scopes)
    or c.organization_id in (
      select m.organization_id from public.organization_users m
      where m.user_id = any(p_scopes) and m.status = 'active'
    );
end $$;
comment on function sync.wake(uuid[]) is 'Tell the PCs of these organizations and people to pull.';

-- The change log of a table whose rows name their organization. One statement logs all its rows;
-- those of no organization are in no mirror.
create function sync.log_within() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select o.organization_id, tg_table_name, o.id, 'delete' from old_rows o
    where o.organization_id is not null;
  end if;
  if tg_op = 'UPDATE' then
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select o.organization_id, tg_table_name, o.id, 'leave'
    from old_rows o join new_rows n using (id)
    where o.organization_id <> n.organization_id;
  end if;
  if tg_op in ('INSERT', 'UPDATE') then
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select n.organization_id, tg_table_name, n.id, 'upsert' from new_rows n
    where n.organization_id is not null;
    perform sync.wake(array(select distinct n.organization_id from new_rows n));
  end if;
  if tg_op in ('UPDATE', 'DELETE') then
    perform sync.wake(array(select distinct o.organization_id from old_rows o));
  end if;
  return null;
end $$;
comment on function sync.log_within() is 'Log changes to rows of an organization.';

create function sync.log_organizations() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    delete from sync.channels c using old_rows o where c.organization_id = o.id;
    return null;
  end if;
  if tg_op = 'INSERT' then
    insert into sync.channels (organization_id) select n.id from new_rows n;
  end if;
  insert into sync.changes (scope_id, table_name, row_id, kind)
  select n.id, tg_table_name, n.id, 'upsert' from new_rows n;
  perform sync.wake(array(select n.id from new_rows n));
  return null;
end $$;
comment on function sync.log_organizations() is 'Log changes to organizations; name their channel.';

create function sync.log_mine() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select o.user_id, tg_table_name, o.id, 'delete' from old_rows o;
    perform sync.wake(array(select distinct o.user_id from old_rows o));
    return null;
  end if;
  if tg_op = 'UPDATE' then
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select o.user_id, tg_table_name, o.id, 'leave'
    from old_rows o join new_rows n using (id)
    where o.user_id <> n.user_id;
  end if;
  insert into sync.changes (scope_id, table_name, row_id, kind)
  select n.user_id, tg_table_name, n.id, 'upsert' from new_rows n;
  perform sync.wake(array(select distinct n.user_id from new_rows n));
  return null;
end $$;
comment on function sync.log_mine() is 'Log changes to rows of one person.';

create function sync.log_for_all() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select sync.nobody(), tg_table_name, o.id, 'delete' from old_rows o;
  else
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select sync.nobody(), tg_table_name, n.id, 'upsert' from new_rows n;
  end if;
  perform sync.wake(array[sync.nobody()]);
  return null;
end $$;
comment on function sync.log_for_all() is 'Log changes to reference data.';

-- What a truncate takes away nobody would hear of.
create function sync.refuse_truncate() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception '"%" is mirrored: delete its rows instead', tg_table_name
    using errcode = '55000';
end $$;
comment on function sync.refuse_truncate() is 'Refuse to empty a table without a word to the log.';

-- Forget changes older than p_keep; whoever has not pulled since loads a baseline.
create function sync.prune(p_keep interval) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_horizon xid8;
  v_pruned bigint;
begin
  with gone as (
    delete from sync.changes
    where made_at < now() - p_keep
      and xid < pg_snapshot_xmin(pg_current_snapshot())
    returning xid
  )
  select count(*), max(xid) into v_pruned, v_horizon from gone;
  if v_horizon is not null then
    update sync.epoch
    set pruned_before = greatest(pruned_before, (v_horizon::text::numeric + 1)::text::xid8)
    where one;
  end if;
  return v_pruned;
end $$;
comment on function sync.prune(interval) is 'Forget old changes; for administrators.';

alter table sync.epoch enable row level security;
alter table sync.epoch force row level security;
create policy everybody on sync.epoch for select to authenticated using (true);
grant select (pruned_before) on sync.epoch to authenticated;

alter table sync.tables enable row level security;
alter table sync.tables force row level security;
create policy everybody on sync.tables for select to authenticated using (true);
grant select on sync.tables to authenticated;

alter table sync.alembic_version enable row level security;
alter table sync.alembic_version force row level security;
create policy everybody on sync.alembic_version for select to authenticated using (true);
comment on table sync.alembic_version is 'The revision this database is at.';
grant select (version_num) on sync.alembic_version to authenticated;

create policy own_scope on sync.changes for select to authenticated
  using (
    access.is_planned() and (select access.is_unexplained())
    and scope_id = any((select sync.nobody() || (auth.uid() || access.my_organizations()))::uuid[])
  );
alter table sync.changes enable row level security;
alter table sync.changes force row level security;
-- Not the number: the gaps in it would count the changes of others.
grant select (scope_id, xid, table_name, row_id, kind) on sync.changes to authenticated;

alter table sync.channels enable row level security;
alter table sync.channels force row level security;
create policy own_organization on sync.channels for select to authenticated
  using (
    access.is_planned() and (select access.is_unexplained())
    and organization_id = any((select access.my_organizations())::uuid[])
  );
grant select (organization_id, channel) on sync.channels to authenticated;

alter table sync.applied_units enable row level security;
alter table sync.applied_units force row level security;
create policy own_read on sync.applied_units for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and user_id = (select auth.uid()));
create policy own_add on sync.applied_units for insert to authenticated
  with check (user_id = (select auth.uid()));
grant select (user_id, device_id, unit_id, result) on sync.applied_units to authenticated;
grant insert (user_id, device_id, unit_id, result) on sync.applied_units to authenticated;

alter table sync.devices enable row level security;
alter table sync.devices force row level security;
create policy own_read on sync.devices for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    user_id = (select auth.uid())
    or organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
create policy own_add on sync.devices for insert to authenticated
  with check (
    user_id = (select auth.uid())
    and organization_id = any((select access.my_organizations())::uuid[])
  );
create policy own_change on sync.devices for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and user_id = (select auth.uid()))
  with check (
    user_id = (select auth.uid())
    and organization_id = any((select access.my_organizations())::uuid[])
  );
grant select (user_id, organization_id, id, name, version, clock_offset_ms, first_seen, last_seen)
  on sync.devices to authenticated;
grant insert (organization_id, id, name, version, clock_offset_ms)
  on sync.devices to authenticated;
grant update (name, version, clock_offset_ms, last_seen) on sync.devices to authenticated;

revoke all on all functions in schema sync from public;
grant execute on function sync.nobody(), sync.life() to authenticated;

-- The roles of the platform's host (Supabase), so that the same policies hold in both places.
-- Roles belong to the cluster, so another database may have made them already.
do $$
declare
  wanted text;
begin
  foreach wanted in array array[
    'anon nologin noinherit',
    'authenticated nologin noinherit',
    'service_role nologin bypassrls',
    'authenticator nologin noinherit'
  ] loop
    if not exists (select from pg_roles where rolname = split_part(wanted, ' ', 1)) then
      begin
        execute 'create role ' || wanted;
      exception
        when duplicate_object or unique_violation then null; -- made by another init at this moment
      end;
    end if;
  end loop;
  -- Who did not make a role may not grant it, so what holds already is not said again.
  foreach wanted in array array['anon', 'authenticated', 'service_role'] loop
    if not pg_has_role('authenticator', wanted, 'member') then
      execute format('grant %I to authenticator', wanted);
    end if;
  end loop;
end $$;

-- The comments tell what is ours to take away again.
do $$
begin
  if to_regnamespace('extensions') is null then
    create schema extensions;
    comment on schema extensions is 'Extensions that the platform needs.';
    grant usage on schema extensions to anon, authenticated, service_role;
  end if;
  if not exists (select from pg_extension where extname = 'btree_gist') then
    create extension btree_gist schema extensions;
    comment on extension btree_gist is 'Needed by the platform: what may not overlap in time.';
  end if;
end $$;

-- A host that keeps the accounts has services of its own in here, which use the schema as well.
do $$
begin
  if to_regclass('auth.users') is null
    or obj_description(to_regnamespace('auth'), 'pg_namespace') like 'Who may sign in; stands in%'
  then
    revoke all on schema public from public;
  else
    revoke create on schema public from public;
  end if;
end $$;
grant usage on schema public to anon, authenticated, service_role;

-- Nothing is anybody's unless it is granted by name. The host would give whatever is made in
-- `public`, functions too, to everybody.
alter default privileges revoke execute on functions from public;
alter default privileges in schema public
  revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public
  revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public
  revoke all on functions from anon, authenticated, service_role;

-- Who asks. On the platform's host (Supabase) the schema `auth` is there already, is used as it is
-- and never changed; elsewhere this one takes its place, with what of it is needed.
do $set_up$
begin
  if to_regclass('auth.users') is not null then
    return;
  end if;
  create schema auth;
  comment on schema auth is 'Who may sign in; stands in for the platform''s own.';
  grant usage on schema auth to anon, authenticated, service_role;

  create table auth.users (
    id uuid not null default gen_random_uuid() constraint pk_users primary key,
    email text constraint uq_users_email unique
      constraint ck_users_email_lower check (email = lower(email)),
    phone text constraint uq_users_phone unique,
    raw_app_meta_data jsonb not null default '{}',
    raw_user_meta_data jsonb not null default '{}',
    email_confirmed_at timestamptz,
    last_sign_in_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  comment on table auth.users is 'People who may sign in.';

  create function auth.jwt() returns jsonb
  language sql stable set search_path = '' as $$
    select case when session_user = 'authenticator' then
      coalesce(nullif(current_setting('request.jwt.claims', true), '')::jsonb, '{}')
    else '{}' end
  $$;
  comment on function auth.jwt() is 'What the request claims; nothing but through PostgREST.';

  create function auth.role() returns text
  language sql stable set search_path = '' as $$
    select coalesce(auth.jwt() ->> 'role', current_user::text)
  $$;
  comment on function auth.role() is 'The role in which the caller asks.';

  -- The caller's id. Claims count only when they come through PostgREST's own login; anybody else
  -- is who their login says, which no client can change.
  create function auth.uid() returns uuid
  language plpgsql stable security definer set search_path = '' as $$
  begin
    if session_user = 'authenticator' then
      return (auth.jwt() ->> 'sub')::uuid;
    end if;
    return (select l.user_id from access.logins l where l.login = session_user);
  end $$;
  comment on function auth.uid() is 'The id of the person who asks; null for an administrator.';

  revoke all on all functions in schema auth from public;
  grant execute on all functions in schema auth to anon, authenticated, service_role;

  alter table auth.users enable row level security;
  alter table auth.users force row level security;
  grant select (id, email, phone, created_at) on auth.users to authenticated;
  grant select, insert, update, delete on auth.users to service_role;
end $set_up$;

-- What policies ask about the person who asks. Each answers for the caller alone.
create schema access;
comment on schema access is 'What policies ask: never exposed as an interface.';
grant usage on schema access to anon, authenticated, service_role;

-- Members who reach Postgres itself have a login each, named here; a client cannot change who it is.
create table access.logins (
  user_id uuid not null constraint pk_logins primary key
    constraint fk_logins_user_id references auth.users (id) on delete cascade,
  login name not null constraint uq_logins_login unique,
  created_at timestamptz not null default now()
);
comment on table access.logins is 'The Postgres login of each person who has one.';

-- EXPLAIN tells how many rows there are and, with ANALYZE, how many were removed: it counts
-- other people's rows. Every policy asks both of these. The second runs with the query. The first
-- runs when the query is planned, before any row is read; it says it is immutable so that the
-- planner calls it, though what it returns depends on the statement.
create function access.is_unexplained() returns boolean
language plpgsql stable set search_path = '' as $$
begin
  if current_query() ~* '\mexplain\M' then
    raise exception 'members may not EXPLAIN' using errcode = '42501',
      hint = 'Leave the word out of the statement, or pass it as a parameter.';
  end if;
  return true;
end $$;
comment on function access.is_unexplained() is 'True; an error in a statement that says EXPLAIN.';

create function access.is_planned() returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return access.is_unexplained();
end $$;
comment on function access.is_planned() is 'The same, asked when a statement is planned.';

-- The organizations in which the caller is an active member with one of the roles.
create function access.organizations_as(roles text[]) returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select m.organization_id
    from public.organization_users m
    where m.user_id = auth.uid()
      and m.status = 'active'
      and m.role::text = any(roles)
  );
end $$;
comment on function access.organizations_as(text[])
  is 'The organizations in which the person who asks has one of the roles.';

create function access.my_organizations() returns uuid[]
language sql stable set search_path = '' as $$
  select access.organizations_as('{owner,manager,veterinarian,staff,viewer}')
$$;
comment on function access.my_organizations() is 'The organizations the person who asks works in.';

create function access.is_platform_admin() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from public.profiles p where p.id = auth.uid() and p.role = 'platform_admin'
  );
end $$;
comment on function access.is_platform_admin() is 'Whether an administrator of the platform asks.';

-- For a condition on the id: an index finds every row for an administrator, and none for others.
create function access.last_for_platform_admin() returns uuid
language plpgsql stable set search_path = '' as $$
begin
  return case when access.is_platform_admin() then 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid end;
end $$;
comment on function access.last_for_platform_admin()
  is 'The last id an administrator of the platform may see; null for anybody else.';

revoke all on all functions in schema access from public;
grant execute on all functions in schema access to authenticated, service_role;
grant execute on function access.is_planned(), access.is_unexplained() to anon;

alter table access.logins enable row level security;
alter table access.logins force row level security;
create policy own_login on access.logins for select to authenticated
  using (
    access.is_planned() and (select access.is_unexplained()) and user_id = (select auth.uid())
  );
grant select on access.logins to authenticated;

-- Supabase has policies of its own on its own table.
do $own_user$
begin
  if obj_description(to_regnamespace('auth'), 'pg_namespace') like 'Who may sign in; stands in%' then
    create policy own_user on auth.users for select to authenticated
      using (
        access.is_planned() and (select access.is_unexplained()) and id = (select auth.uid())
      );
  end if;
end $own_user$;

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

-- What central keeps in every row: who changed it last, when, where, and how often. Rules that
-- count (places, coupons, stock) look at what others have done by now; a member who wrote from an
-- older snapshot would get round them.
create function public.update_updated_at_column() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_person uuid := auth.uid();
begin
  if v_person is not null and current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'members write in transactions that read what is committed'
      using errcode = '0A000', hint = 'Say: begin isolation level read committed.';
  end if;
  new.updated_at := now();
  new.updated_by := coalesce(v_person, new.updated_by);
  new.updated_device := nullif(current_setting('sync.device', true), '');
  new.row_version := case tg_op when 'INSERT' then 1 else old.row_version + 1 end;
  return new;
end $$;
comment on function public.update_updated_at_column()
  is 'Set what central keeps of a row: who, when, where, and its version.';

-- Who did what to a sensitive row, before and after. A row that several organizations see is
-- entered once for each. The first argument is the column that names the organization, `*` where
-- links do, empty where the row is a person's own; the others are columns left out of the trail.
create function public.audit_trigger_function() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - tg_argv[1:] end;
  v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - tg_argv[1:] end;
  v_row jsonb := coalesce(v_new, v_old);
  v_scopes uuid[];
begin
  if tg_argv[0] = '*' then
    execute format('select array(select sync.%I($1))', tg_table_name || '_scopes')
      into v_scopes using v_row;
  else
    v_scopes := array[(v_row ->> tg_argv[0])::uuid];
  end if;
  if tg_op = 'UPDATE' then -- only what changed
    select jsonb_object_agg(n.key, v_old -> n.key), jsonb_object_agg(n.key, n.value)
      into v_old, v_new
      from jsonb_each(v_new) n
      where n.value is distinct from v_old -> n.key;
  end if;
  insert into public.audit_logs
    (organization_id, actor_id, action, entity_type, entity_id, device, details)
  select s.organization_id, auth.uid(), tg_op, tg_table_name, (v_row ->> 'id')::uuid,
    nullif(current_setting('sync.device', true), ''),
    jsonb_build_object('before', v_old, 'after', v_new)
  from unnest(case when v_scopes = '{}' then array[null]::uuid[] else v_scopes end)
    as s(organization_id);
  return null;
end $$;
comment on function public.audit_trigger_function() is 'Enter a change into the audit trail.';

revoke all on function public.update_updated_at_column(), public.audit_trigger_function()
  from public;

create type public.user_role as enum ('pet_owner', 'veterinarian', 'service_provider', 'clinic_admin', 'ngo_admin', 'platform_admin', 'volunteer', 'breeder', 'seller');

create type public.org_type as enum ('veterinary_clinic', 'pet_service_provider', 'ngo', 'breeding_facility', 'pet_store', 'farm', 'research_facility');

create type public.status as enum ('active', 'inactive', 'pending', 'suspended', 'archived');

create type public.shown_mass as enum ('kg', 'lb');

create type public.shown_volume as enum ('L', 'gal_us', 'gal_uk');

create type public.shown_temperature as enum ('C', 'F');

create type public.feed_conversion_basis as enum ('live_weight', 'gain', 'gain_with_dead');

create type public.lambing_basis as enum ('mated', 'exposed', 'lambed');

create type public.integration_category as enum ('payment', 'accounting', 'calendar', 'messaging', 'laboratory', 'imaging', 'registry', 'milk_recording', 'sensors', 'shipping', 'other');

create type public.integration_sign_in as enum ('none', 'api_key', 'oauth2', 'password', 'certificate');

create type public.setting_type as enum ('object', 'array', 'string', 'number', 'boolean');

create type public.animal_class as enum ('mammal', 'bird', 'reptile', 'amphibian', 'fish', 'invertebrate');

create type public.animal_keeping as enum ('livestock', 'companion', 'both');

create type public.unit_quantity as enum ('mass', 'volume', 'count', 'length', 'area', 'temperature', 'time', 'egg_count');

create type public.consent_purpose as enum ('terms_of_service', 'privacy_policy', 'marketing_email', 'marketing_phone', 'analytics', 'sharing_with_partners', 'research', 'location', 'publishing_photos');

create type public.consent_source as enum ('sign_up', 'settings', 'banner', 'booking', 'paper');

create type public.notification_kind as enum ('message', 'appointment', 'booking', 'reminder', 'health', 'order', 'payment', 'community', 'lost_found', 'breeding', 'livestock', 'event', 'task', 'security', 'system');

create type public.notification_channel as enum ('in_app', 'push', 'email', 'sms');

create type public.notification_rhythm as enum ('at_once', 'daily', 'weekly');

create type public.notification_priority as enum ('low', 'normal', 'high', 'urgent');

create type public.referral_channel as enum ('link', 'email', 'sms', 'in_person');

create type public.referral_status as enum ('sent', 'joined', 'rewarded', 'expired', 'refused');

create type public.lf_kind as enum ('lost', 'found');

create type public.sex as enum ('female', 'male', 'neutered_female', 'neutered_male', 'unknown');

create type public.security_event_kind as enum ('signed_in', 'sign_in_failed', 'signed_out', 'account_locked', 'password_changed', 'password_reset_asked', 'email_changed', 'second_factor_changed', 'device_added', 'token_used', 'token_refused', 'permission_denied');

create type public.security_severity as enum ('info', 'warning', 'critical');

create type public.report_reason as enum ('spam', 'fraud', 'harassment', 'hate_speech', 'animal_cruelty', 'illegal_trade', 'false_information', 'impersonation', 'privacy', 'poor_service', 'other');

create type public.report_status as enum ('open', 'in_review', 'resolved', 'dismissed');

create type public.data_request_kind as enum ('access', 'rectification', 'erasure', 'restriction', 'portability', 'objection');

create type public.data_request_status as enum ('received', 'in_progress', 'completed', 'refused');

create type public.role as enum ('owner', 'manager', 'veterinarian', 'staff', 'viewer');

create type public.double_booking as enum ('never', 'ask', 'allow');

create type public.reminder_channel as enum ('in_app', 'email', 'sms', 'phone', 'post');

create type public.service_category as enum ('consultation', 'vaccination', 'surgery', 'dental', 'diagnostics', 'grooming', 'boarding', 'farm_visit', 'other');

create type public.room_kind as enum ('consulting', 'surgery', 'ward', 'grooming', 'boarding');

create type public.conversation_kind as enum ('direct', 'group', 'support', 'clinic');

create type public.conversation_status as enum ('open', 'closed');

create type public.cart_status as enum ('open', 'ordered', 'abandoned');

create type public.coupon_kind as enum ('percent', 'amount', 'free_shipping');

create type public.shipping_kind as enum ('post', 'courier', 'local_delivery', 'pickup');

create type public.payment_status as enum ('pending', 'processing', 'completed', 'failed', 'refunded', 'disputed');

create type public.donation_rhythm as enum ('once', 'monthly', 'quarterly', 'yearly');

create type public.tank_kind as enum ('bulk_tank', 'silo', 'vat', 'can');

create type public.inventory_category as enum ('feed', 'medicine', 'bedding', 'consumable', 'product', 'other');

create type public.stock_unit as enum ('kg', 'L', 'count');

create type public.resource_kind as enum ('machinery', 'vehicle', 'equipment', 'building', 'land', 'other');

create type public.resource_status as enum ('available', 'in_repair', 'out_of_use', 'disposed');

create type public.job_status as enum ('queued', 'running', 'succeeded', 'failed', 'cancelled');

create type public.signed_document_kind as enum ('treatment_consent', 'boarding_agreement', 'adoption_agreement', 'breeding_contract', 'sale_contract', 'volunteer_agreement', 'employment_contract', 'data_processing_agreement', 'terms_of_service', 'other');

create type public.event_kind as enum ('adoption_day', 'vaccination_day', 'open_day', 'training', 'workshop', 'show', 'competition', 'fundraiser', 'meeting', 'other');

create type public.event_visibility as enum ('members', 'public', 'private');

create type public.event_status as enum ('draft', 'published', 'completed', 'cancelled');

create type public.skill_level as enum ('learning', 'able', 'experienced', 'teaches');

create type public.address_kind as enum ('home', 'work', 'billing', 'shipping', 'site', 'other');

create type public.custom_field_kind as enum ('text', 'number', 'date', 'boolean');

create type public.custom_field_subject as enum ('animals', 'flocks');

create type public.media_type as enum ('image', 'video', 'audio', 'document', 'other');

create type public.media_visibility as enum ('private', 'organization', 'public');

create type public.automation_trigger as enum ('schedule', 'record_added', 'record_changed', 'appointment_booked', 'appointment_completed', 'appointment_missed', 'booking_created', 'order_placed', 'invoice_overdue', 'stock_low', 'stock_expiring', 'vaccination_due', 'birth_due', 'withdrawal_ended', 'mortality_high', 'reading_out_of_range', 'compliance_expiring', 'review_received');

create type public.geo_event_kind as enum ('position', 'enter', 'leave', 'geofence');

create type public.geo_entity as enum ('pet', 'livestock', 'flock', 'group', 'vehicle', 'equipment');

create type public.medical_record_kind as enum ('consultation', 'vaccination', 'surgery', 'dental', 'diagnostics', 'hospitalization', 'emergency', 'follow_up', 'other');

create type public.reminder_kind as enum ('vaccination', 'parasites', 'medication', 'check_up', 'follow_up', 'dental', 'grooming', 'feeding', 'weighing', 'breeding', 'other');

create type public.organization_integration_status as enum ('setting_up', 'connected', 'paused', 'failing');

create type public.purpose as enum ('dairy', 'beef', 'layers', 'broilers', 'breeding', 'young_stock', 'other', 'fattening', 'wool');

create type public.breed_use as enum ('dairy', 'meat', 'dual', 'eggs', 'fibre', 'riding', 'draught', 'herding', 'hunting', 'guarding', 'companion', 'ornamental');

create type public.vaccine_need as enum ('core', 'optional');

create type public.vaccine_route as enum ('subcutaneous', 'intramuscular', 'intranasal', 'oral', 'eye_drop', 'drinking_water', 'spray', 'wing_web', 'in_ovo', 'as_labelled');

create type public.moderation_action as enum ('approved', 'hidden', 'removed', 'restored', 'edited', 'locked', 'warned', 'suspended', 'banned', 'reinstated');

create type public.provider_kind as enum ('clinic', 'groomer', 'boarding', 'sitter', 'walker', 'trainer', 'shelter', 'breeder', 'shop', 'other');

create type public.compliance_kind as enum ('licence', 'registration', 'permit', 'certification', 'inspection', 'audit', 'movement', 'residue_test', 'disease_test', 'training', 'insurance', 'waste', 'other');

create type public.compliance_status as enum ('pending', 'valid', 'suspended', 'expired', 'revoked', 'refused');

create type public.inspection_result as enum ('passed', 'passed_with_conditions', 'failed');

create type public.pet_permission as enum ('view', 'edit', 'manage');

create type public.pet_media_kind as enum ('photo', 'video', 'document', 'certificate');

create type public.pet_transfer_reason as enum ('sale', 'adoption', 'gift', 'claim', 'inheritance', 'other');

create type public.pet_transfer_status as enum ('offered', 'accepted', 'declined', 'cancelled');

create type public.contact_relation as enum ('family', 'friend', 'neighbour', 'sitter', 'veterinarian', 'breeder', 'other');

create type public.animal_size as enum ('tiny', 'small', 'medium', 'large', 'giant');

create type public.lf_contact as enum ('messages', 'call_after_message', 'through_organization');

create type public.lf_status as enum ('open', 'matched', 'reunited', 'closed');

create type public.moderation_state as enum ('visible', 'hidden', 'removed');

create type public.breeding_availability as enum ('available', 'on_request', 'resting', 'unavailable');

create type public.breeding_profile_status as enum ('draft', 'active', 'paused', 'retired');

create type public.patient_source as enum ('registered', 'appointment', 'booking', 'owner');

create type public.room_availability_kind as enum ('available', 'blocked', 'maintenance');

create type public.staff_shift_status as enum ('planned', 'confirmed', 'worked', 'missed', 'cancelled');

create type public.message_kind as enum ('text', 'image', 'video', 'audio', 'file', 'location', 'system');

create type public.order_status as enum ('pending', 'confirmed', 'processing', 'shipped', 'delivered', 'returned', 'cancelled');

create type public.residue_test as enum ('not_tested', 'negative', 'positive');

create type public.milk_destination as enum ('dairy', 'own_processing', 'direct_sale', 'calves', 'discarded');

create type public.milk_lot_status as enum ('open', 'released', 'dispatched', 'rejected');

create type public.resource_use as enum ('work', 'lent', 'service', 'repair', 'inspection');

create type public.event_role as enum ('organizer', 'speaker', 'veterinarian', 'judge', 'competitor', 'exhibitor', 'volunteer');

create type public.participation_status as enum ('invited', 'asked', 'confirmed', 'declined');

create type public.registration_status as enum ('registered', 'waitlisted', 'cancelled', 'no_show');

create type public.shift_status as enum ('open', 'filled', 'done', 'cancelled');

create type public.community_topic as enum ('general', 'health', 'nutrition', 'training', 'breeds', 'breeding', 'adoption', 'lost_and_found', 'farming', 'events', 'other');

create type public.group_visibility as enum ('open', 'closed', 'secret');

create type public.flock_status as enum ('active', 'depleted');

create type public.herd_status as enum ('active', 'closed');

create type public.livestock_status as enum ('active', 'sold', 'dead', 'slaughtered', 'lost');

create type public.mass_unit as enum ('kg', 'g', 't', 'lb', 'oz');

create type public.offer_price_kind as enum ('fixed', 'from', 'per_hour', 'per_day', 'on_request');

create type public.lf_match_status as enum ('proposed', 'confirmed', 'rejected');

create type public.lf_answer as enum ('unsure', 'yes', 'no');

create type public.lf_action_kind as enum ('sighting', 'search', 'flyer', 'call', 'shelter_visit', 'chip_scan', 'trap', 'handover', 'other');

create type public.breeding_match_status as enum ('suggested', 'matched', 'ended');

create type public.breeding_method as enum ('natural', 'artificial_insemination', 'embryo_transfer');

create type public.breeding_request_status as enum ('pending', 'accepted', 'declined', 'withdrawn', 'completed', 'cancelled');

create type public.swipe_choice as enum ('like', 'super_like', 'pass');

create type public.breeding_verification_kind as enum ('identity', 'pedigree', 'microchip', 'dna_test', 'hip_elbow', 'eyes', 'heart', 'infectious_disease', 'semen_quality', 'other');

create type public.breeding_verification_status as enum ('pending', 'verified', 'rejected', 'expired');

create type public.booking_kind as enum ('boarding', 'day_care', 'grooming', 'training', 'walking', 'sitting', 'transport', 'other');

create type public.booking_status as enum ('requested', 'confirmed', 'checked_in', 'completed', 'cancelled', 'no_show');

create type public.appointment_status as enum ('scheduled', 'confirmed', 'in_progress', 'completed', 'cancelled', 'no_show');

create type public.owner_relation as enum ('co_owner', 'breeder', 'carer', 'payer');

create type public.checkin_method as enum ('list', 'qr_code', 'kiosk');

create type public.hours_status as enum ('planned', 'worked', 'approved', 'refused');

create type public.group_role as enum ('member', 'moderator', 'admin');

create type public.group_member_status as enum ('pending', 'invited', 'active', 'banned');

create type public.post_visibility as enum ('public', 'signed_in', 'group', 'private');

create type public.post_status as enum ('draft', 'published', 'archived');

create type public.egg_round as enum ('morning', 'afternoon', 'whole_day');

create type public.egg_unit as enum ('egg', 'dozen', 'flat', 'case');

create type public.loss_kind as enum ('died', 'culled', 'predator');

create type public.herd_move as enum ('born', 'bought', 'moved_in', 'died', 'culled', 'sold', 'slaughtered', 'moved_out', 'counted');

create type public.reminder_repeat as enum ('day', 'week', 'month', 'year');

create type public.reminder_status as enum ('pending', 'sent', 'done', 'cancelled');

create type public.insight_kind as enum ('risk', 'trend', 'anomaly', 'advice', 'summary');

create type public.insight_severity as enum ('info', 'watch', 'warning', 'urgent');

create type public.insight_verdict as enum ('open', 'confirmed', 'rejected');

create type public.dose_unit as enum ('mL', 'mg', 'g', 'IU', 'tablet', 'bolus', 'tube', 'dose');

create type public.giving_route as enum ('subcutaneous', 'intramuscular', 'intravenous', 'oral', 'intramammary', 'intrauterine', 'intranasal', 'topical', 'eye_drop', 'spray', 'drinking_water', 'in_feed', 'wing_web', 'in_ovo', 'other');

create type public.severity as enum ('mild', 'moderate', 'severe');

create type public.pregnancy_check as enum ('ultrasound', 'palpation', 'blood_or_milk_test', 'non_return');

create type public.pregnancy_result as enum ('pregnant', 'open', 'doubtful');

create type public.breeding_outcome as enum ('awaited', 'pregnant', 'open', 'lost', 'born');

create type public.identifier_kind as enum ('official', 'eid', 'visual', 'herdbook');

create type public.milking_session as enum ('morning', 'noon', 'evening', 'whole_day');

create type public.weighing_method as enum ('scale', 'tape', 'estimate');

create type public.fibre_or_milk as enum ('wool', 'mohair', 'cashmere', 'other_fibre', 'milk');

create type public.clip_part as enum ('fleece', 'lambswool', 'pieces', 'bellies', 'crutchings', 'locks', 'mixed');

create type public.mothering as enum ('good', 'needed_help', 'refused');

create type public.farm_product as enum ('milk', 'eggs', 'wool', 'live_animals', 'meat', 'dairy_products', 'hatching_eggs', 'chicks', 'manure', 'crops', 'other');

create type public.sale_unit as enum ('kg', 't', 'lb', 'L', 'gal_us', 'gal_uk', 'egg', 'dozen', 'flat', 'case', 'head', 'count');

create type public.farm_payment as enum ('transfer', 'cash', 'card', 'cheque', 'direct_debit', 'offset');

create type public.task_kind as enum ('general', 'feeding', 'milking', 'cleaning', 'health_check', 'treatment', 'vaccination', 'hoof_care', 'follow_up', 'maintenance', 'ordering', 'paperwork');

create type public.task_priority as enum ('low', 'normal', 'high', 'urgent');

create type public.task_status as enum ('to_do', 'in_progress', 'cancelled', 'done');

create type public.attachment_kind as enum ('photo', 'document');

create type public.device_kind as enum ('climate', 'collar', 'bolus', 'ear_tag', 'scale', 'milk_meter', 'tank', 'feeder', 'water_meter', 'egg_counter', 'incubator', 'fridge', 'tracker', 'camera', 'gate', 'other');

create type public.reading_quality as enum ('good', 'suspect', 'bad');

create type public.breeding_report_kind as enum ('animal_welfare', 'fraud', 'false_claims', 'harassment', 'spam', 'other');

create type public.breeding_report_status as enum ('open', 'in_review', 'action_taken', 'dismissed');

create type public.invoice_kind as enum ('invoice', 'credit_note', 'estimate');

create type public.invoice_status as enum ('draft', 'posted', 'paid', 'void');

create type public.review_status as enum ('published', 'hidden');

create type public.reaction_kind as enum ('like', 'love', 'laugh', 'wow', 'sad', 'support');

create type public.stock_movement as enum ('receipt', 'use', 'disposal', 'stocktake');

create type public.milk_unit as enum ('L', 'kg', 'gal_us', 'gal_uk');

create type public.egg_grade as enum ('a', 'b', 'hatching', 'ungraded');

create type public.egg_size as enum ('s', 'm', 'l', 'xl', 'mixed');

create type public.farm_revenue_category as enum ('milk', 'eggs', 'wool', 'livestock', 'meat', 'processed_products', 'crops', 'breeding', 'services', 'subsidy', 'insurance', 'rent', 'other');

create type public.payment_method as enum ('cash', 'card', 'bank_transfer', 'direct_debit', 'online', 'cheque', 'insurance', 'other');

create type public.farm_expense_category as enum ('feed', 'livestock', 'veterinary', 'breeding', 'bedding', 'seed_and_fertilizer', 'fuel_and_energy', 'water', 'machinery', 'buildings', 'land', 'contractors', 'wages', 'insurance', 'fees_and_taxes', 'interest', 'other');

CREATE TABLE public.organizations (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    type public.org_type NOT NULL,
    status public.status NOT NULL,
    email TEXT,
    phone TEXT,
    address TEXT,
    country TEXT,
    time_zone TEXT NOT NULL,
    currency TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_organizations PRIMARY KEY (id)
);
comment on table public.organizations is 'A farm, a clinic or another tenant; nobody sees another''s rows.';
comment on column public.organizations.id is 'Id';
comment on column public.organizations.name is 'Name';
comment on column public.organizations.type is 'Type';
comment on column public.organizations.status is 'Status';
comment on column public.organizations.email is 'E-mail';
comment on column public.organizations.phone is 'Phone';
comment on column public.organizations.address is 'Address';
comment on column public.organizations.country is 'Country';
comment on column public.organizations.time_zone is 'Time zone';
comment on column public.organizations.currency is 'Currency';
comment on column public.organizations.created_at is 'Created';
comment on column public.organizations.updated_at is 'Changed';
comment on column public.organizations.updated_by is 'Changed by';
comment on column public.organizations.updated_device is 'Changed on';
comment on column public.organizations.row_version is 'Version';

CREATE TABLE public.profiles (
    id UUID NOT NULL,
    email TEXT NOT NULL,
    full_name TEXT,
    phone TEXT,
    role public.user_role NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_profiles PRIMARY KEY (id)
);
comment on table public.profiles is 'A person with an account; the key is that of `auth.users`.';
comment on column public.profiles.id is 'Id';
comment on column public.profiles.email is 'E-mail';
comment on column public.profiles.full_name is 'Name';
comment on column public.profiles.phone is 'Phone';
comment on column public.profiles.role is 'Role on the platform';
comment on column public.profiles.created_at is 'Created';
comment on column public.profiles.updated_at is 'Changed';
comment on column public.profiles.updated_by is 'Changed by';
comment on column public.profiles.updated_device is 'Changed on';
comment on column public.profiles.row_version is 'Version';

CREATE TABLE public.organization_users (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    user_id UUID NOT NULL,
    role public.role NOT NULL,
    status public.status NOT NULL,
    title TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_organization_users PRIMARY KEY (id),
    CONSTRAINT uq_organization_users_organization_id_user_id UNIQUE (organization_id, user_id),
    CONSTRAINT uq_organization_users_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_organization_users_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_organization_users_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);
CREATE INDEX ix_organization_users_user_id ON public.organization_users (user_id);
comment on table public.organization_users is 'A person''s membership of an organization, and the role in it.';
comment on column public.organization_users.id is 'Id';
comment on column public.organization_users.organization_id is 'Organization';
comment on column public.organization_users.user_id is 'Person';
comment on column public.organization_users.role is 'Role';
comment on column public.organization_users.status is 'Status';
comment on column public.organization_users.title is 'Job title';
comment on column public.organization_users.created_at is 'Created';
comment on column public.organization_users.updated_at is 'Changed';
comment on column public.organization_users.updated_by is 'Changed by';
comment on column public.organization_users.updated_device is 'Changed on';
comment on column public.organization_users.row_version is 'Version';

insert into sync.tables (name, position, scope, scope_column)
values ('organizations', 1, 'within', 'id');

insert into sync.tables (name, position, scope, link_table, link_column, link_active, person)
values ('profiles', 2, 'through', 'organization_users', 'user_id', 'status = ''active''', 'id');

insert into sync.tables (name, position, scope, scope_column)
values ('organization_users', 3, 'within', 'organization_id');

create trigger update_organizations_updated_at before insert or update on public.organizations
  for each row execute function public.update_updated_at_column();
create trigger audit_organizations_trigger after insert or update or delete on public.organizations
  for each row execute function public.audit_trigger_function();
create trigger log_insert after insert on public.organizations
  referencing new table as new_rows
  for each statement execute function sync.log_organizations();
create trigger log_update after update on public.organizations
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_organizations();
create trigger log_delete after delete on public.organizations
  referencing old table as old_rows
  for each statement execute function sync.log_organizations();
create trigger refuse_truncate before truncate on public.organizations
  for each statement execute function sync.refuse_truncate();

create trigger update_profiles_updated_at before insert or update on public.profiles
  for each row execute function public.update_updated_at_column();
-- The organizations that see a row of profiles.
create function sync.profiles_scopes(p_row jsonb) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select link.organization_id from public.organization_users link where link.user_id = (p_row ->> 'id')::uuid and (status = 'active')
$$;
comment on function sync.profiles_scopes(jsonb) is 'The organizations that see this row.';
revoke all on function sync.profiles_scopes(jsonb) from public;

create function sync.log_profiles() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_scopes uuid[];
begin
  if tg_op = 'DELETE' then
    with logged as (
      insert into sync.changes (scope_id, table_name, row_id, kind)
      select s.id, tg_table_name, o.id, 'delete'
      from old_rows o, sync.profiles_scopes(to_jsonb(o)) as s(id)
      returning scope_id
    )
    select array_agg(distinct scope_id) into v_scopes from logged;
  end if;
  if tg_op in ('INSERT', 'UPDATE') then
    with logged as (
      insert into sync.changes (scope_id, table_name, row_id, kind)
      select s.id, tg_table_name, n.id, 'upsert'
      from new_rows n, sync.profiles_scopes(to_jsonb(n)) as s(id)
      returning scope_id
    )
    select v_scopes || array_agg(distinct scope_id) into v_scopes from logged;
  end if;
  perform sync.wake(v_scopes);
  return null;
end $$;
comment on function sync.log_profiles() is 'Log changes to profiles, for each who sees them.';
revoke all on function sync.log_profiles() from public;
create trigger log_insert after insert on public.profiles
  referencing new table as new_rows
  for each statement execute function sync.log_profiles();
create trigger log_update after update on public.profiles
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_profiles();
create trigger log_delete after delete on public.profiles
  referencing old table as old_rows
  for each statement execute function sync.log_profiles();
create trigger refuse_truncate before truncate on public.profiles
  for each statement execute function sync.refuse_truncate();

create trigger update_organization_users_updated_at before insert or update on public.organization_users
  for each row execute function public.update_updated_at_column();
create trigger audit_organization_users_trigger after insert or update or delete on public.organization_users
  for each row execute function public.audit_trigger_function();
create trigger log_insert after insert on public.organization_users
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.organization_users
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.organization_users
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.organization_users
  for each statement execute function sync.refuse_truncate();
-- A link that begins or ends brings a row of profiles into sight or takes it away.
create function sync.log_organization_users_links() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op in ('UPDATE', 'DELETE') then
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct organization_id, 'profiles', user_id, 'leave' from old_rows;
  end if;
  if tg_op in ('INSERT', 'UPDATE') then
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct organization_id, 'profiles', user_id,
      case when status = 'active' then 'enter' else 'leave' end
    from new_rows;
  end if;
  return null;
end $$;
comment on function sync.log_organization_users_links() is 'Log what links bring into sight.';
revoke all on function sync.log_organization_users_links() from public;

-- Anybody could link to a row that is not theirs and so see it. The refusal is that of a policy,
-- alike for a row that is another's and one that is not there.
create function sync.guard_organization_users_link() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and (
    exists (select from (select old.*) was where status = 'active')
    or not exists (select from (select new.*) is_now where status = 'active')
  ) then
    return new; -- it is not begun again
  end if;
  if auth.uid() is not null and not exists (
    select from public.profiles r
    where r.id = new.user_id
      and (r.id = auth.uid())
  ) then
    raise exception 'new row violates row-level security policy for table "%"', tg_table_name
      using errcode = '42501', table = tg_table_name;
  end if;
  return new;
end $$;
comment on function sync.guard_organization_users_link() is 'Refuse links to rows one may not see.';
revoke all on function sync.guard_organization_users_link() from public;
create trigger log_link_insert after insert on public.organization_users
  referencing new table as new_rows
  for each statement execute function sync.log_organization_users_links();
create trigger log_link_update after update on public.organization_users
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_organization_users_links();
create trigger log_link_delete after delete on public.organization_users
  referencing old table as old_rows
  for each statement execute function sync.log_organization_users_links();
create trigger guard_link before insert on public.organization_users
  for each row execute function sync.guard_organization_users_link();

alter table public.organizations enable row level security;
alter table public.organizations force row level security;
revoke all on public.organizations from public, anon, authenticated;
grant select, insert, update, delete on public.organizations to service_role;
create policy members_read on public.organizations for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.organizations for insert to authenticated
  with check (id = any((select auth.organizations_as('{owner,manager}'))::uuid[]));
create policy members_change on public.organizations for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    id = any((select auth.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (id = any((select auth.organizations_as('{owner,manager}'))::uuid[]));
grant select (id, name, type, status, email, phone, address, country, time_zone, currency, created_at, updated_at, updated_by, updated_device, row_version) on public.organizations to authenticated;
grant insert (id, name, type, status, email, phone, address, country, time_zone, currency) on public.organizations to authenticated;
grant update (name, type, status, email, phone, address, country, time_zone, currency) on public.organizations to authenticated;

alter table public.profiles enable row level security;
alter table public.profiles force row level security;
revoke all on public.profiles from public, anon, authenticated;
grant select, insert, update, delete on public.profiles to service_role;
create policy members_read on public.profiles for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    exists (select from public.organization_users link where link.user_id = profiles.id
      and (status = 'active') and link.organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[]))
    or id = (select auth.uid())
  ));
grant select (id, email, full_name, phone, role, created_at, updated_at, updated_by, updated_device, row_version) on public.profiles to authenticated;

alter table public.organization_users enable row level security;
alter table public.organization_users force row level security;
revoke all on public.organization_users from public, anon, authenticated;
grant select, insert, update, delete on public.organization_users to service_role;
create policy members_read on public.organization_users for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.organization_users for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner}'))::uuid[]));
create policy members_change on public.organization_users for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner}'))::uuid[]));
create policy members_remove on public.organization_users for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner}'))::uuid[])
  ));
grant select (id, organization_id, user_id, role, status, title, created_at, updated_at, updated_by, updated_device, row_version) on public.organization_users to authenticated;
grant insert (id, organization_id, user_id, role, status, title) on public.organization_users to authenticated;
grant update (role, status, title) on public.organization_users to authenticated;
grant delete on public.organization_users to authenticated;

-- A person who may sign in has a profile.
create function public.handle_new_user() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id, email, full_name, role)
  values (new.id, new.email, new.raw_user_meta_data ->> 'full_name', 'pet_owner');
  return null;
end $$;
comment on function public.handle_new_user() is 'Give a new user a profile.';
revoke all on function public.handle_new_user() from public;

create trigger on_auth_user_created after insert on auth.users
  for each row execute function public.handle_new_user();

-- Who leaves an organization knows the name of its channel, so it gets another.
create function sync.rename_channels() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update sync.channels c set channel = gen_random_uuid()
  from old_rows o
  where c.organization_id = o.organization_id
    and o.status = 'active'
    and not exists (
      select from public.organization_users m where m.id = o.id and m.status = 'active'
    );
  return null;
end $$;
comment on function sync.rename_channels() is 'Change the channel of an organization someone left.';
revoke all on function sync.rename_channels() from public;

create trigger rename_channels_on_update after update on public.organization_users
  referencing old table as old_rows
  for each statement execute function sync.rename_channels();
create trigger rename_channels_on_delete after delete on public.organization_users
  referencing old table as old_rows
  for each statement execute function sync.rename_channels();

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

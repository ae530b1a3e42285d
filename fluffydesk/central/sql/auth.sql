-- Who asks. Each user is a Postgres login; what is known of it here cannot be set by a client.
create schema auth;
grant usage on schema auth to authenticated, service_role;

create table auth.users (
  id uuid not null constraint pk_users primary key,
  email text not null constraint uq_users_email unique
    constraint ck_users_email_lower check (email = lower(email)),
  login name not null constraint uq_users_login unique,
  raw_user_meta_data jsonb not null default '{}',
  created_at timestamptz not null default now()
);
comment on table auth.users is 'People who may sign in, each with a Postgres login of that name.';

-- The caller's id. A request's claims count only when they come through PostgREST's own login.
create function auth.uid() returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  if session_user = 'authenticator' then
    return nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub';
  end if;
  return (select u.id from auth.users u where u.login = session_user);
end $$;
comment on function auth.uid() is 'The id of the person who asks; null for an administrator.';

-- EXPLAIN tells how many rows there are and, with ANALYZE, how many were removed: it counts
-- other people's rows. Every policy asks both of these. The second runs with the query. The first
-- runs when the query is planned, before any row is read; it says it is immutable so that the
-- planner calls it, though what it returns depends on the statement.
create function auth.is_unexplained() returns boolean
language plpgsql stable set search_path = '' as $$
begin
  if current_query() ~* '\mexplain\M' then
    raise exception 'members may not EXPLAIN' using errcode = '42501',
      hint = 'Leave the word out of the statement, or pass it as a parameter.';
  end if;
  return true;
end $$;
comment on function auth.is_unexplained() is 'True; an error within a statement that says EXPLAIN.';

create function auth.is_planned() returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return auth.is_unexplained();
end $$;
comment on function auth.is_planned() is 'The same, asked when a statement is planned.';

-- The organizations in which the caller is an active member with one of the roles.
create function auth.organizations_as(roles text[]) returns uuid[]
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
comment on function auth.organizations_as(text[])
  is 'The organizations in which the person who asks has one of the roles.';

create function auth.my_organizations() returns uuid[]
language sql stable set search_path = '' as $$
  select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}')
$$;
comment on function auth.my_organizations() is 'The organizations the person who asks works in.';

revoke all on all functions in schema auth from public;
grant execute on all functions in schema auth to authenticated, service_role;

alter table auth.users enable row level security;
alter table auth.users force row level security;
create policy own_user on auth.users for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and id = (select auth.uid()));
grant select (id, email, login, created_at) on auth.users to authenticated;
grant select, insert, update, delete on auth.users to service_role;

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

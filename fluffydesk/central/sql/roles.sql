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

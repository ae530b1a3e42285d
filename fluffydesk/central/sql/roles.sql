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
      execute 'create role ' || wanted;
    end if;
  end loop;
exception
  when duplicate_object or unique_violation then null; -- made by another init at this moment
end $$;

grant anon, authenticated, service_role to authenticator;

create schema if not exists extensions;
create extension if not exists btree_gist schema extensions;

revoke all on schema public from public;
grant usage on schema public, extensions to anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;

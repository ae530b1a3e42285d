-- Who may enter this database, and what they may make in it: members only, and nothing. A host that
-- keeps the accounts (Supabase) has services of its own in here, and lets nobody else in.
do $$
begin
  if obj_description(to_regnamespace('auth'), 'pg_namespace') like 'Who may sign in; stands in%' then
    execute format('revoke all on database %I from public', current_database());
    execute format(
      'grant connect on database %I to authenticated, service_role, authenticator, anon',
      current_database());
  end if;
end $$;

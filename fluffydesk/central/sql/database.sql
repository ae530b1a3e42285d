-- Who may enter this database, and what they may make in it: members only, and nothing.
do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format(
    'grant connect on database %I to authenticated, service_role, authenticator, anon',
    current_database());
end $$;

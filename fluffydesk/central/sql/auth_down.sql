-- The platform's own schema stays.
do $take_down$
begin
  if obj_description(to_regnamespace('auth'), 'pg_namespace') like 'Who may sign in; stands in%' then
    drop schema auth cascade;
  end if;
end $take_down$;

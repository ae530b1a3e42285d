-- The roles stay: they belong to the cluster, and other databases may use them. What a host would
-- give to everybody by default stays taken away: nobody asked for it to be given again.
alter default privileges grant execute on functions to public;
do $$
declare
  v_extension oid := (select oid from pg_extension where extname = 'btree_gist');
begin
  if obj_description(v_extension, 'pg_extension') like 'Needed by the platform%' then
    drop extension btree_gist;
  end if;
exception
  when dependent_objects_still_exist then null; -- others use it, too
end $$;
do $$
begin
  if obj_description(to_regnamespace('extensions'), 'pg_namespace') like '%the platform needs.' then
    drop schema extensions;
  end if;
exception
  when dependent_objects_still_exist then null; -- others keep their extensions there
end $$;

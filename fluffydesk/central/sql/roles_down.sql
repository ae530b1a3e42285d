-- The roles stay: they belong to the cluster, and other databases may use them.
alter default privileges grant execute on functions to public;
drop extension btree_gist;
do $$
begin
  drop schema extensions;
exception
  when dependent_objects_still_exist then null; -- others keep their extensions there
end $$;

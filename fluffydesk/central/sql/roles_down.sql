-- The roles stay: they belong to the cluster, and other databases may use them.
alter default privileges grant execute on functions to public;
drop extension btree_gist;
drop schema extensions;

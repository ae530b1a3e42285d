drop function public.update_updated_at_column(), public.audit_trigger_function();
-- The schema itself stays: it holds the number of the revision.
drop policy everybody on sync.alembic_version;
alter table sync.alembic_version no force row level security;
alter table sync.alembic_version disable row level security;
comment on table sync.alembic_version is null;
drop function sync.life();
drop table sync.epoch, sync.tables, sync.changes, sync.channels, sync.applied_units, sync.devices
  cascade;
drop function sync.nobody() cascade;
drop function sync.wake(uuid[]), sync.log_within(), sync.log_organizations(), sync.log_for_all(),
  sync.refuse_truncate(), sync.prune(interval);
revoke select (version_num) on sync.alembic_version from authenticated;
revoke usage on schema sync from authenticated, service_role;
drop schema auth cascade;
-- The roles stay: they belong to the cluster, and other databases may use them.
alter default privileges grant execute on functions to public;
drop extension btree_gist;
drop schema extensions;
drop type public.appointment_status;
drop type public.room_kind;
drop type public.service_category;
drop type public.stock_movement;
drop type public.stock_unit;
drop type public.inventory_category;
drop type public.weighing_method;
drop type public.egg_round;
drop type public.milking_session;
drop type public.flock_status;
drop type public.livestock_status;
drop type public.sex;
drop type public.purpose;
drop type public.role;
drop type public.user_role;
drop type public.status;
drop type public.org_type;

-- The schema itself stays: it holds the number of the revision.
drop policy everybody on sync.alembic_version;
alter table sync.alembic_version no force row level security;
alter table sync.alembic_version disable row level security;
comment on table sync.alembic_version is null;
drop function sync.life();
drop table sync.epoch, sync.tables, sync.changes, sync.channels, sync.applied_units, sync.devices
  cascade;
drop function sync.nobody() cascade;
drop function sync.wake(uuid[]), sync.log_within(), sync.log_organizations(), sync.log_mine(),
  sync.log_for_all(),
  sync.refuse_truncate(), sync.prune(interval);
revoke select (version_num) on sync.alembic_version from authenticated;
revoke usage on schema sync from authenticated, service_role;

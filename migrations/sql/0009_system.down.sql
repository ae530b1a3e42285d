drop table public.audit_logs cascade;
delete from sync.tables where name in ('audit_logs');

drop function
  public.refuse_change(),
  public.create_api_key(text, text[], uuid, timestamptz),
  public.revoke_api_key(uuid),
  public.use_api_key(text),
  public.claim_async_jobs(text, text[], integer, interval),
  public.finish_async_job(uuid, text, text, jsonb),
  public.keep_signed_document(),
  public.sign_document(uuid, text),
  public.revoke_document(uuid, text)
  cascade;
drop table public.moderation_logs cascade;
drop table public.signed_documents cascade;
drop table public.async_jobs cascade;
drop table public.api_keys cascade;
drop table public.data_requests cascade;
drop table public.reports cascade;
drop table public.security_events cascade;
drop table public.platform_settings cascade;
drop table public.audit_logs cascade;
drop table public.integrations cascade;
delete from sync.tables where name in ('integrations', 'audit_logs', 'platform_settings', 'security_events', 'reports', 'data_requests', 'api_keys', 'async_jobs', 'signed_documents', 'moderation_logs');

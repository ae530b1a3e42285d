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

-- Trails, keys, jobs and signed documents: what may never be changed, and the few ways in.

-- A trail is added to. Nobody rewrites it: no administrator of the platform, none of its
-- services, only the owner of the table, who archives it (and clears links to people erased).
create function public.refuse_change() returns trigger
language plpgsql set search_path = '' as $$
begin
  if current_user <> (
    select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c where c.oid = tg_relid
  ) then
    raise exception '% is a trail: what it holds is neither changed nor deleted', tg_table_name
      using errcode = '42501', table = tg_table_name, schema = tg_table_schema;
  end if;
  return null;
end $$;
comment on function public.refuse_change() is 'Refuse changes to all but the owner of the table.';
revoke all on function public.refuse_change() from public;

create trigger refuse_change before update or delete or truncate on public.audit_logs
  for each statement execute function public.refuse_change();
create trigger refuse_change before update or delete or truncate on public.security_events
  for each statement execute function public.refuse_change();
create trigger refuse_change before update or delete or truncate on public.moderation_logs
  for each statement execute function public.refuse_change();

-- Keys by which programs act for an organization or a person.
create function public.create_api_key(
  p_name text,
  p_scopes text[],
  p_organization_id uuid default null,
  p_expires_at timestamptz default null
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_person uuid := auth.uid();
  v_prefix text := 'fp_' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 8);
  v_key text; -- two random uuids: 244 bits, so that a plain hash is enough
begin
  if v_person is null or not coalesce(
    p_organization_id is null
      or p_organization_id = any(access.organizations_as('{owner,manager}')),
    false
  ) then
    raise exception 'only owners and managers make keys for an organization'
      using errcode = '42501';
  end if;
  if coalesce(btrim(p_name), '') = '' then
    raise exception 'the key needs a name' using errcode = '22023', column = 'name';
  end if;
  if coalesce(cardinality(p_scopes), 0) = 0 or exists (
    select from unnest(p_scopes) as s(scope)
    where s.scope is null or s.scope !~ '^[a-z_]+:(read|write)$'
  ) then
    raise exception 'say what the key may do, as in {bookings:read,pets:write}'
      using errcode = '22023', column = 'scopes';
  end if;
  if p_expires_at <= now() then
    raise exception 'the key would have ended already'
      using errcode = '22023', column = 'expires_at';
  end if;
  v_key := v_prefix || '_'
    || replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
  insert into public.api_keys
    (organization_id, user_id, name, prefix, key_hash, scopes, made_by, expires_at)
  values (
    p_organization_id, case when p_organization_id is null then v_person end, btrim(p_name),
    v_prefix, encode(sha256(convert_to(v_key, 'UTF8')), 'hex'), p_scopes, v_person, p_expires_at
  );
  return v_key;
end $$;
comment on function public.create_api_key(text, text[], uuid, timestamptz)
  is 'Make a key for an organization or oneself, and return it this once.';

create function public.revoke_api_key(p_key_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.api_keys k set revoked_at = coalesce(k.revoked_at, now())
  where k.id = p_key_id
    and (
      k.user_id = auth.uid()
      or k.organization_id = any(access.organizations_as('{owner,manager}'))
    );
  if not found then
    raise exception 'there is no such key of yours' using errcode = '42501';
  end if;
end $$;
comment on function public.revoke_api_key(uuid) is 'End a key for good.';

create function public.use_api_key(p_key text)
returns table (key_id uuid, organization_id uuid, user_id uuid, scopes text[])
language plpgsql security definer set search_path = '' as $$
declare
  v_hash text := encode(sha256(convert_to(p_key, 'UTF8')), 'hex');
begin
  -- Once a day: each change is entered in the audit trail.
  update public.api_keys k set last_used_at = now()
  where k.key_hash = v_hash
    and k.revoked_at is null
    and (k.expires_at is null or k.expires_at > now())
    and (k.last_used_at is null or k.last_used_at < now() - interval '1 day');
  return query
    select k.id, k.organization_id, k.user_id, k.scopes from public.api_keys k
    where k.key_hash = v_hash
      and k.revoked_at is null
      and (k.expires_at is null or k.expires_at > now());
end $$;
comment on function public.use_api_key(text) is 'Whose a key is and what it may do; none if ended.';

-- The queue of background jobs. A job belongs to whoever took it, until it has taken too long.
create function public.claim_async_jobs(
  p_worker text,
  p_kinds text[] default null,
  p_limit integer default 1,
  p_timeout interval default interval '15 minutes'
) returns setof public.async_jobs
language plpgsql security definer set search_path = '' as $$
begin
  update public.async_jobs j set
    status = 'failed', locked_by = null, locked_at = null, finished_at = now(),
    error = 'was taken ' || j.attempts || ' times and never finished'
  where j.status = 'running' and j.locked_at < now() - p_timeout and j.attempts >= j.max_attempts;
  return query
    update public.async_jobs j set
      status = 'running', attempts = j.attempts + 1, locked_by = p_worker, locked_at = now()
    where j.id in (
      select w.id from public.async_jobs w
      where (p_kinds is null or w.kind = any(p_kinds))
        and (
          (w.status = 'queued' and w.run_after <= now())
          or (w.status = 'running' and w.locked_at < now() - p_timeout)
        )
      order by w.priority desc, w.run_after, w.id
      limit p_limit
      for update skip locked
    )
    returning j.*;
end $$;
comment on function public.claim_async_jobs(text, text[], integer, interval)
  is 'Take the next jobs for a worker; two workers never take the same.';

create function public.finish_async_job(
  p_job_id uuid,
  p_worker text,
  p_error text default null,
  p_result jsonb default null
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.async_jobs j set
    status = (case
      when p_error is null then 'succeeded'
      when j.attempts < j.max_attempts then 'queued'
      else 'failed'
    end)::public.job_status,
    run_after = case
      when p_error is null then j.run_after
      else now() + least(power(2, j.attempts), 1440) * interval '1 minute'
    end,
    finished_at = case when p_error is null or j.attempts >= j.max_attempts then now() end,
    locked_by = null, locked_at = null, error = p_error, result = p_result
  where j.id = p_job_id and j.status = 'running' and j.locked_by = p_worker;
  if not found then
    raise exception 'the job is not this worker''s any more' using errcode = '55000';
  end if;
end $$;
comment on function public.finish_async_job(uuid, text, text, jsonb)
  is 'Say how a job went; one that failed is tried again later, less and less often.';

-- Documents. Signing and revoking go through functions, so that no one signs for another.
create function public.keep_signed_document() returns trigger
language plpgsql set search_path = '' as $$
begin
  if old.signed_at is not null and current_user <> (
    select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c where c.oid = tg_relid
  ) then
    raise exception 'a signed document is neither changed nor deleted'
      using errcode = '42501', table = tg_table_name, schema = tg_table_schema,
      hint = 'Revoke it, and have a new one signed.';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
comment on function public.keep_signed_document() is 'Refuse changes to what was signed.';
revoke all on function public.keep_signed_document() from public;

create trigger keep_signed_document before update or delete on public.signed_documents
  for each row execute function public.keep_signed_document();
create trigger refuse_truncate before truncate on public.signed_documents
  for each statement execute function public.refuse_change();

create function public.sign_document(p_document_id uuid, p_sha256 text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_headers jsonb := case when session_user = 'authenticator'
    then nullif(current_setting('request.headers', true), '')::jsonb end;
begin
  update public.signed_documents d set
    signed_at = now(),
    signer_name = (
      select coalesce(p.full_name, p.email) from public.profiles p where p.id = d.signed_by
    ),
    ip_address = coalesce(
      split_part(v_headers ->> 'x-forwarded-for', ',', 1), host(inet_client_addr())
    ),
    user_agent = v_headers ->> 'user-agent'
  where d.id = p_document_id
    and d.signed_by = auth.uid()
    and d.signed_at is null
    and d.revoked_at is null
    and d.sha256 = lower(p_sha256) -- what the person has read is what is signed
    and (d.valid_until is null or d.valid_until >= current_date);
  if not found then
    raise exception 'there is no such document for you to sign' using errcode = '42501',
      hint = 'It may be signed already, ended, or differ from the file you read.';
  end if;
end $$;
comment on function public.sign_document(uuid, text)
  is 'Sign a document one is asked to sign, naming the hash of the file one has read.';

create function public.revoke_document(p_document_id uuid, p_reason text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if coalesce(btrim(p_reason), '') = '' then
    raise exception 'say why the document is revoked'
      using errcode = '22023', column = 'revoke_reason';
  end if;
  update public.signed_documents d set
    revoked_at = now(), revoked_by = auth.uid(), revoke_reason = btrim(p_reason)
  where d.id = p_document_id
    and d.revoked_at is null
    and (
      d.signed_by = auth.uid()
      or d.organization_id = any(access.organizations_as('{owner,manager}'))
    );
  if not found then
    raise exception 'there is no such document for you to revoke' using errcode = '42501';
  end if;
end $$;
comment on function public.revoke_document(uuid, text) is 'Revoke a document, saying why.';

revoke all on function
  public.create_api_key(text, text[], uuid, timestamptz),
  public.revoke_api_key(uuid),
  public.use_api_key(text),
  public.claim_async_jobs(text, text[], integer, interval),
  public.finish_async_job(uuid, text, text, jsonb),
  public.sign_document(uuid, text),
  public.revoke_document(uuid, text)
  from public;
grant execute on function
  public.create_api_key(text, text[], uuid, timestamptz),
  public.revoke_api_key(uuid),
  public.sign_document(uuid, text),
  public.revoke_document(uuid, text)
  to authenticated;
grant execute on function
  public.use_api_key(text),
  public.claim_async_jobs(text, text[], integer, interval),
  public.finish_async_job(uuid, text, text, jsonb)
  to service_role;

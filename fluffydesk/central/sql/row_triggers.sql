-- What central keeps in every row: who changed it last, when, where, and how often. Rules that
-- count (places, coupons, stock) look at what others have done by now; a member who wrote from an
-- older snapshot would get round them.
create function public.update_updated_at_column() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_person uuid := auth.uid();
begin
  if v_person is not null and current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'members write in transactions that read what is committed'
      using errcode = '0A000', hint = 'Say: begin isolation level read committed.';
  end if;
  new.updated_at := now();
  new.updated_by := coalesce(v_person, new.updated_by);
  new.updated_device := nullif(current_setting('sync.device', true), '');
  new.row_version := case tg_op when 'INSERT' then 1 else old.row_version + 1 end;
  return new;
end $$;
comment on function public.update_updated_at_column()
  is 'Set what central keeps of a row: who, when, where, and its version.';

-- Who did what to a sensitive row, before and after. A row that several organizations see is
-- entered once for each. The first argument is the column that names the organization, `*` where
-- links do, empty where the row is a person's own; the others are columns left out of the trail.
create function public.audit_trigger_function() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - tg_argv[1:] end;
  v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - tg_argv[1:] end;
  v_row jsonb := coalesce(v_new, v_old);
  v_scopes uuid[];
begin
  if tg_argv[0] = '*' then
    execute format('select array(select sync.%I($1))', tg_table_name || '_scopes')
      into v_scopes using v_row;
  else
    v_scopes := array[(v_row ->> tg_argv[0])::uuid];
  end if;
  if tg_op = 'UPDATE' then -- only what changed
    select jsonb_object_agg(n.key, v_old -> n.key), jsonb_object_agg(n.key, n.value)
      into v_old, v_new
      from jsonb_each(v_new) n
      where n.value is distinct from v_old -> n.key;
  end if;
  insert into public.audit_logs
    (organization_id, actor_id, action, entity_type, entity_id, device, details)
  select s.organization_id, auth.uid(), tg_op, tg_table_name, (v_row ->> 'id')::uuid,
    nullif(current_setting('sync.device', true), ''),
    jsonb_build_object('before', v_old, 'after', v_new)
  from unnest(case when v_scopes = '{}' then array[null]::uuid[] else v_scopes end)
    as s(organization_id);
  return null;
end $$;
comment on function public.audit_trigger_function() is 'Enter a change into the audit trail.';

revoke all on function public.update_updated_at_column(), public.audit_trigger_function()
  from public;

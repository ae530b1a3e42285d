-- What a mirror sends: parcels of rows, each applied whole or not at all.

-- `{all columns}` of one row that the mirror holds, or null.
create function sync.image(p_organization_id uuid, p_table text, p_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select sync.images_by_id(
    p_organization_id, p_table, array(select c.name::text from sync.columns(p_table) c), array[p_id]
  ) -> p_id::text
$$;
comment on function sync.image(uuid, text, uuid) is 'One row as central has it.';

-- Those rows of a parcel that central has in another version, or no more, or already.
create function sync.stale_rows(p_organization_id uuid, p_rows jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_agg(jsonb_build_object('table', r.table, 'id', r.id, 'image', i.image))
  from jsonb_to_recordset(p_rows) as r("table" text, id uuid, op text, version bigint),
    lateral (select sync.image(p_organization_id, r.table, r.id) as image) i
  where case r.op
    when 'insert' then i.image is not null
    when 'delete' then (i.image ->> 'row_version')::bigint <> r.version
    else (i.image ->> 'row_version')::bigint is distinct from r.version
  end
$$;
comment on function sync.stale_rows(uuid, jsonb) is 'What has moved on since the sender saw it.';

-- Insert rows that name the same columns, in one statement. Answers `{"<table>/<id>": version}`.
create function sync.insert_rows(p_organization_id uuid, p_table text, p_rows jsonb) returns jsonb
language plpgsql set search_path = '' set datestyle = 'ISO' set timezone = 'UTC' as $$
declare
  v_names text;
  v_values text;
  v_versions jsonb;
begin
  if exists (
    select from jsonb_array_elements(p_rows) r
    where r.value -> 'values' ->> 'organization_id' <> p_organization_id::text
  ) then
    raise exception 'a row of another organization' using errcode = '42501';
  end if;
  select string_agg(format(', %I', w.name), '' order by w.name), string_agg(', ' || coalesce(
      sync.inward(format('r.value -> ''values'' ->> %L', w.name), c.type, c.modifier), 'null'
    ), '' order by w.name) into v_names, v_values
    from jsonb_object_keys(p_rows -> 0 -> 'values') as w(name)
    left join sync.columns(p_table) c on c.name = w.name
    where w.name <> 'id';
  execute format(
    'with added as (insert into public.%1$I (id%2$s)'
    ' select (r.value ->> ''id'')::uuid%3$s from jsonb_array_elements($1) r'
    ' returning id, row_version)'
    ' select jsonb_object_agg(%4$L || id, row_version) from added',
    p_table, v_names, v_values, p_table || '/'
  ) into v_versions using p_rows;
  return v_versions;
end $$;
comment on function sync.insert_rows(uuid, text, jsonb) is 'Insert rows of the same columns.';

-- Update or delete one row at the version its sender saw. Answers its new version (0 for a
-- delete), or null if no such row was there to be changed.
create function sync.change_row(p_organization_id uuid, p_row jsonb) returns bigint
language plpgsql set search_path = '' set datestyle = 'ISO' set timezone = 'UTC' as $$
declare
  v_table text := p_row ->> 'table';
  v_sets text;
  v_where text := format(
    ' where t.id = ($1 ->> ''id'')::uuid and t.row_version = ($1 ->> ''version'')::bigint and %s',
    sync.belongs(v_table, p_organization_id)
  );
  v_version bigint;
begin
  if p_row ->> 'op' = 'delete' then
    execute format('delete from public.%I t %s returning 0', v_table, v_where)
      into v_version using p_row;
  elsif p_row -> 'values' = '{}' then -- nothing to change, but the version must be right
    execute format('select t.row_version from public.%I t %s', v_table, v_where)
      into v_version using p_row;
  else
    select string_agg(format('%I = %s', w.name, coalesce(
        sync.inward(format('$1 -> ''values'' ->> %L', w.name), c.type, c.modifier), 'null'
      )), ', ') into v_sets
      from jsonb_object_keys(p_row -> 'values') as w(name)
      left join sync.columns(v_table) c on c.name = w.name;
    execute format(
      'update public.%I t set %s %s returning t.row_version', v_table, v_sets, v_where
    ) into v_version using p_row;
  end if;
  return v_version;
end $$;
comment on function sync.change_row(uuid, jsonb) is 'Update or delete one row at a known version.';

-- One parcel, in a subtransaction of its own. `v_row` follows the row at hand, so that a refusal
-- can name it.
create function sync.apply_parcel(p_organization_id uuid, p_parcel jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_run record;
  v_row jsonb;
  v_version bigint;
  v_versions jsonb := '{}'::jsonb;
  v_stale jsonb;
  v_code text; v_message text; v_detail text; v_column text; v_constraint text;
begin
  -- Neighbouring inserts into one table with the same columns are one run, the rest run singly.
  for v_run in
    select min(r.n) as n, r.value ->> 'op' as op, r.value ->> 'table' as table_name,
      jsonb_agg(r.value order by r.n) as rows
    from (
      select e.value, e.n, k.keys, e.n - row_number() over (
        partition by e.value ->> 'op', e.value ->> 'table', k.keys order by e.n) as island
      from jsonb_array_elements(p_parcel -> 'rows') with ordinality as e(value, n),
        lateral (
          select case e.value ->> 'op' when 'insert' then array(
            select jsonb_object_keys(e.value -> 'values') order by 1
          )::text else e.n::text end as keys
        ) k
    ) r
    group by r.value ->> 'op', r.value ->> 'table', r.keys, r.island
    order by 1
  loop
    v_row := v_run.rows -> 0;
    if v_run.op not in ('insert', 'update', 'delete') or v_run.op is null then
      raise exception 'there is no operation %', v_run.op using errcode = '22023';
    end if;
    if v_run.op = 'insert' then
      begin
        v_versions := v_versions
          || sync.insert_rows(p_organization_id, v_run.table_name, v_run.rows);
      exception when integrity_constraint_violation or data_exception
        or insufficient_privilege or program_limit_exceeded then
        -- Once more, one at a time, to learn which row it is.
        for v_row in select value from jsonb_array_elements(v_run.rows) loop
          v_versions := v_versions || sync.insert_rows(
            p_organization_id, v_run.table_name, jsonb_build_array(v_row));
        end loop;
      end;
    else
      v_version := sync.change_row(p_organization_id, v_row);
      if v_version is null and v_run.op = 'delete'
        and sync.image(p_organization_id, v_run.table_name, (v_row ->> 'id')::uuid) is null then
        continue; -- gone already
      elsif v_version is null then
        raise exception using errcode = 'FD001', message = 'the row has moved on';
      elsif v_run.op <> 'delete' then
        v_versions := v_versions
          || jsonb_build_object(v_run.table_name || '/' || (v_row ->> 'id'), v_version);
      end if;
    end if;
  end loop;
  return jsonb_build_object(
    'id', p_parcel -> 'id', 'result', 'applied', 'versions', v_versions);
exception when others then
  get stacked diagnostics v_code = returned_sqlstate, v_message = message_text,
    v_detail = pg_exception_detail, v_column = column_name, v_constraint = constraint_name;
  v_code := case v_code when '23001' then '23503' else v_code end; -- as it was before Postgres 18
  -- Not the sender's fault: another try may well succeed.
  if left(v_code, 2) in ('08', '25', '40', '53', '55', '57', '58', 'XX') then
    raise;
  end if;
  v_stale := case when v_code in ('FD001', '23505')
    then sync.stale_rows(p_organization_id, p_parcel -> 'rows') end;
  if v_stale is not null then
    return jsonb_build_object('id', p_parcel -> 'id', 'result', 'stale', 'rows', v_stale);
  end if;
  if v_code = 'FD001' then -- The row is there as the sender saw it: a policy hid it from change.
    v_code := '42501';
    v_message := format('row-level security does not let you change "%s"', v_row ->> 'table');
  end if;
  return jsonb_build_object(
    'id', p_parcel -> 'id', 'result', 'rejected', 'code', v_code, 'message', v_message,
    'detail', nullif(v_detail, ''), 'table', v_row -> 'table', 'row_id', v_row -> 'id',
    'column', nullif(v_column, ''), 'constraint', nullif(v_constraint, ''));
end $$;
comment on function sync.apply_parcel(uuid, jsonb) is 'Apply one parcel whole, or say why not.';

-- Parcels that only insert, all at once: the rows of each table in one statement. Answers their
-- results, or null where something will not go in: trying each tells which, and why.
create function sync.insert_together(p_organization_id uuid, p_device_id uuid, p_parcels jsonb)
returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_run record;
  v_versions jsonb := '{}'::jsonb;
  v_results jsonb;
begin
  if exists (
    select from jsonb_array_elements(p_parcels) p, jsonb_array_elements(p -> 'rows') r
    where r ->> 'op' is distinct from 'insert'
  ) then
    return null;
  end if;
  for v_run in
    select r.value ->> 'table' as table_name, jsonb_agg(r.value order by p.n, r.n) as rows
    from jsonb_array_elements(p_parcels) with ordinality as p(value, n)
    cross join jsonb_array_elements(p.value -> 'rows') with ordinality as r(value, n)
    cross join lateral (
      select array(select jsonb_object_keys(r.value -> 'values') order by 1) as names
    ) k
    left join sync.tables t on t.name = r.value ->> 'table'
    group by t.position, r.value ->> 'table', k.names
    order by t.position, min(p.n)
  loop
    v_versions := v_versions || sync.insert_rows(p_organization_id, v_run.table_name, v_run.rows);
  end loop;
  select jsonb_agg(jsonb_build_object(
      'id', p.value -> 'id', 'result', 'applied', 'versions', (
        select coalesce(jsonb_object_agg(v.key, v_versions -> v.key), '{}')
        from (
          select (r ->> 'table') || '/' || (r ->> 'id') as key
          from jsonb_array_elements(p.value -> 'rows') r
        ) v
      )) order by p.n) into v_results
    from jsonb_array_elements(p_parcels) with ordinality as p(value, n);
  insert into sync.applied_units (device_id, unit_id, result)
  select p_device_id, (r ->> 'id')::uuid, r from jsonb_array_elements(v_results) r;
  return v_results;
exception when others then
  return null;
end $$;
comment on function sync.insert_together(uuid, uuid, jsonb) is 'Apply parcels of inserts at once.';

create function sync.push(p_organization_id uuid, p_device jsonb, p_parcels jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_uuid constant text := '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
  v_device uuid := (p_device ->> 'id')::uuid;
  v_known jsonb;
  v_parcel jsonb;
  v_result jsonb;
  v_results jsonb := '[]'::jsonb;
begin
  perform sync.require_member(p_organization_id);
  if v_device is null then
    raise exception 'a device without an id' using errcode = '22023';
  end if;
  perform set_config('sync.device', coalesce(p_device ->> 'name', ''), true);
  -- A retry waits here for the first try, whose outcome nobody knew.
  perform pg_advisory_xact_lock(hashtextextended(v_device::text, 0));
  select coalesce(jsonb_object_agg(a.unit_id, a.result), '{}') into v_known
    from sync.applied_units a
    where a.user_id = auth.uid() and a.device_id = v_device and a.unit_id = any(array(
      select (p ->> 'id')::uuid from jsonb_array_elements(p_parcels) p where p ->> 'id' ~ v_uuid
    ));
  if v_known = '{}' and jsonb_array_length(p_parcels) > 1 then
    v_result := sync.insert_together(p_organization_id, v_device, p_parcels);
    if v_result is not null then
      return v_result;
    end if;
  end if;
  for v_parcel in select value from jsonb_array_elements(p_parcels) loop
    v_result := v_known -> (v_parcel ->> 'id');
    if coalesce(v_parcel ->> 'id', '') !~ v_uuid then
      v_result := jsonb_build_object(
        'id', v_parcel -> 'id', 'result', 'rejected', 'code', '22023',
        'message', 'a parcel without an id');
    elsif v_result is null then
      v_result := sync.apply_parcel(p_organization_id, v_parcel);
      if v_result ->> 'result' = 'applied' then
        insert into sync.applied_units (device_id, unit_id, result)
        values (v_device, (v_parcel ->> 'id')::uuid, v_result);
        v_known := v_known || jsonb_build_object(v_parcel ->> 'id', v_result);
      end if;
    end if;
    v_results := v_results || jsonb_build_array(v_result);
  end loop;
  return v_results;
end $$;
comment on function sync.push(uuid, jsonb, jsonb) is 'Apply parcels of edits; harmless if repeated.';

revoke all on all functions in schema sync from public;

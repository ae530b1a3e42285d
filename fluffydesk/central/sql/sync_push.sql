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
  if (select count(*) from jsonb_object_keys(v_versions)) is distinct from jsonb_array_length(p_rows)
  then -- a trigger of the organization's own took a row away
    raise exception 'a rule of this database let the row not in' using errcode = '23000';
  end if;
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
        or insufficient_privilege or program_limit_exceeded or raise_exception then
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

-- Write all rows of one kind that some parcels have, in one statement. Answers how many it was, and
-- for each parcel, by its number, `{"<table>/<id>": version}`. What is not as its sender saw it, or
-- not to be written, is left out.
create function sync.write_together(
  p_organization_id uuid, p_parcels jsonb, p_kind text, p_alone boolean,
  out written int, out versions jsonb
)
language plpgsql set search_path = '' set datestyle = 'ISO' set timezone = 'UTC' as $$
declare
  v_op text := split_part(p_kind, '/', 1);
  v_table text := split_part(p_kind, '/', 2);
  v_keys text[] := string_to_array(split_part(p_kind, '/', 3), ',');
  v_columns text; v_given text; v_names text; v_values text; v_sets text;
  v_where text := format(
    'from given g where t.id = g."its id" and t.row_version = g."its version" and %s',
    sync.belongs(v_table, p_organization_id)
  );
begin
  if v_op = 'insert' then
    select array(select jsonb_object_keys(r.value -> 'values')) into v_keys
      from jsonb_array_elements(p_parcels) p, jsonb_array_elements(p.value -> 'rows') r
      where p_alone or (r.value ->> 'op' = v_op and r.value ->> 'table' = v_table)
      limit 1;
  end if;
  select string_agg(format('%I text', w.name), ', '), string_agg(format(', v.%I', w.name), ''),
      string_agg(format(', %I', w.name), ''), string_agg(', ' || w.value, ''),
      string_agg(format('%I = %s', w.name, w.value), ', ')
    into v_columns, v_given, v_names, v_values, v_sets
    from (
      select k.name, coalesce(sync.inward(format('g.%I', k.name), c.type, c.modifier), 'null')
      from unnest(v_keys) as k(name)
      left join sync.columns(v_table) c on c.name = k.name
      where k.name <> 'id'
    ) as w(name, value);
  execute format(
    'with given as materialized ('
    ' select p.n, (r.value ->> ''id'')::uuid as "its id",'
    ' (r.value ->> ''version'')::bigint as "its version"%1$s'
    ' from jsonb_array_elements($1) with ordinality as p(value, n),'
    ' jsonb_array_elements(p.value -> ''rows'') as r(value)%2$s'
    ' where (r.value -> ''values'') ?& $2 and (r.value -> ''values'') - $2 = ''{}'' %3$s%4$s'
    '), done as (%5$s), versions as ('
    ' select g.n, jsonb_object_agg($4 || ''/'' || d.id, d.row_version)'
    ' filter (where d.row_version is not null) as versions'
    ' from given g join done d on d.id = g."its id" group by g.n'
    ') select (select count(*) from done)::int, coalesce(jsonb_object_agg(v.n, v.versions)'
    ' filter (where v.versions is not null), ''{}'') from versions v',
    v_given,
    ', jsonb_to_record(r.value -> ''values'') as v(' || v_columns || ')',
    case when not p_alone then 'and r.value ->> ''op'' = $3 and r.value ->> ''table'' = $4' end,
    case when 'organization_id' = any(v_keys) then
      ' and (v.organization_id = $5) is not false' end,
    case v_op
      when 'insert' then format(
        'insert into public.%I (id%s) select g."its id"%s from given g returning id, row_version',
        v_table, v_names, v_values)
      when 'update' then format(
        'update public.%I t set %s %s returning t.id, t.row_version', v_table, v_sets, v_where)
      else format(
        'delete from public.%I t using %s returning t.id, null::bigint as row_version',
        v_table, substr(v_where, 6))
    end
  ) into written, versions
    using p_parcels, coalesce(v_keys, '{}'), v_op, v_table, p_organization_id::text;
end $$;
comment on function sync.write_together(uuid, jsonb, text, boolean)
  is 'Write rows of one kind in one statement.';

-- Parcels all at once, the rows of each kind in one statement. Answers their results, or null where
-- anything of them will not go in: trying each tells what, and why.
create function sync.apply_together(
  p_organization_id uuid, p_device_id uuid, p_parcels jsonb, p_kinds text[]
) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_user constant uuid := auth.uid();
  v_kind text;
  v_step record;
  v_written int := 0;
  v_versions jsonb[] := '{}'::jsonb[];
  v_asked int;
  v_results jsonb;
begin
  foreach v_kind in array p_kinds loop
    select w.written, w.versions into v_step
      from sync.write_together(p_organization_id, p_parcels, v_kind, cardinality(p_kinds) = 1) w;
    v_written := v_written + v_step.written;
    v_versions := v_versions || v_step.versions;
  end loop;
  with told as materialized (
    select p.n, jsonb_array_length(p.value -> 'rows') as rows, jsonb_build_object(
        'id', p.value -> 'id', 'result', 'applied', 'versions', coalesce(
          case when cardinality(v_versions) = 1 then v_versions[1] -> p.n::text
          else (
            select jsonb_object_agg(e.key, e.value)
            from unnest(v_versions) as s(versions), jsonb_each(s.versions -> p.n::text) e
          ) end, '{}')) as result
    from jsonb_array_elements(p_parcels) with ordinality as p(value, n)
  ), kept as (
    insert into sync.applied_units (user_id, device_id, unit_id, result)
    select v_user, p_device_id, (t.result ->> 'id')::uuid, t.result from told t
  )
  select jsonb_agg(t.result order by t.n), sum(t.rows)::int into v_results, v_asked from told t;
  if v_written is distinct from v_asked then
    raise exception using errcode = 'FD001', message = 'some of them cannot be written';
  end if;
  return v_results;
exception when others then
  return null;
end $$;
comment on function sync.apply_together(uuid, uuid, jsonb, text[]) is 'Apply parcels all at once.';

-- Parcels of one shape: all at once, or in tenths, at last one by one. Answers their results.
create function sync.apply_run(
  p_organization_id uuid, p_device_id uuid, p_parcels jsonb, p_kinds text[]
) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_count constant int := jsonb_array_length(p_parcels);
  v_results jsonb;
  v_part jsonb;
begin
  -- One parcel of many rows, too: a statement for each of them takes minutes for a whole herd.
  if v_count > 1 or (p_kinds is not null and jsonb_array_length(p_parcels -> 0 -> 'rows') > 1) then
    v_results := sync.apply_together(p_organization_id, p_device_id, p_parcels, p_kinds);
    if v_results is not null then
      return v_results;
    end if;
  end if;
  if v_count > 1 then
    v_results := '[]'::jsonb;
    for v_part in
      select jsonb_agg(p.value order by p.n)
      from jsonb_array_elements(p_parcels) with ordinality as p(value, n)
      group by (p.n - 1) / ((v_count + 9) / 10)
      order by min(p.n)
    loop
      v_results := v_results
        || sync.apply_run(p_organization_id, p_device_id, v_part, p_kinds);
    end loop;
    return v_results;
  end if;
  v_part := sync.apply_parcel(p_organization_id, p_parcels -> 0);
  if v_part ->> 'result' = 'applied' then
    insert into sync.applied_units (user_id, device_id, unit_id, result)
    values (auth.uid(), p_device_id, (v_part ->> 'id')::uuid, v_part);
  end if;
  return jsonb_build_array(v_part);
end $$;
comment on function sync.apply_run(uuid, uuid, jsonb, text[]) is 'Apply parcels of one shape.';

-- The kinds of rows in parcels that only insert, parents first; null if they do more than that.
create function sync.added(p_parcels jsonb) returns text[]
language sql stable set search_path = '' as $$
  select case when bool_and(k.adds and t.name is not null) then
    array_agg('insert/' || k.name || '/' order by t.position) end
  from (
    select r.value ->> 'table' as name, bool_and(r.value ->> 'op' = 'insert') as adds
    from jsonb_array_elements(p_parcels) p, jsonb_array_elements(
      case jsonb_typeof(p.value -> 'rows') when 'array' then p.value -> 'rows' end) r
    group by 1
  ) k
  left join sync.tables t using (name)
$$;
comment on function sync.added(jsonb) is 'The kinds of rows in parcels that only insert.';

-- Which parcels may go together: neighbours of one shape, whose rows can be written kind by kind. A
-- kind is `<op>/<table>/<columns changed>`. Parcels that only insert are alike; what is not well
-- formed, was applied before (`p_known`) or comes twice has no shape and goes by itself.
create function sync.runs(p_parcels jsonb, p_known jsonb)
returns table (run bigint, parcels jsonb, kinds text[])
language sql stable set search_path = '' as $$
  with kinds as (
    select p.value, p.n, k.kinds, k.adds
    from jsonb_array_elements(p_parcels) with ordinality as p(value, n)
    left join lateral (
      select array_agg(r.kind order by r.n) as kinds, bool_and(r.kind like 'insert/%') as adds
      from (
        select min(e.n) as n, case
            when e.value ->> 'table' !~ '^[a-z_]+$' then null
            when e.value ->> 'op' = 'update' then 'update/' || (e.value ->> 'table') || '/' || (
              select string_agg(k.name, ',')
              from jsonb_object_keys(
                case jsonb_typeof(e.value -> 'values') when 'object' then e.value -> 'values' end
              ) as k(name)
            )
            when e.value ->> 'op' in ('insert', 'delete')
              then (e.value ->> 'op') || '/' || (e.value ->> 'table') || '/'
          end as kind
        from jsonb_array_elements(
          case jsonb_typeof(p.value -> 'rows') when 'array' then p.value -> 'rows' end
        ) with ordinality as e(value, n)
        group by 2
      ) r
      having bool_and(r.kind is not null)
    ) k on p.value ->> 'id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
      and not p_known ? (p.value ->> 'id')
  ), alike as (
    select k.*, case
        when k.kinds is null or row_number() over (partition by k.value ->> 'id' order by k.n) > 1
          then k.n::text
        when k.adds then 'insert'
        else k.kinds::text
      end as shape
    from kinds k
  ), begun as (
    select a.*, (a.shape is distinct from lag(a.shape) over (order by a.n))::int as first
    from alike a
  ), counted as (
    select b.*, sum(b.first) over (order by b.n) as run from begun b
  )
  select c.run, jsonb_agg(c.value order by c.n), case
      when min(c.shape) = 'insert' then ( -- parents first
        select array_agg(d.kind order by t.position)
        from (
          select distinct k.kind from counted o, unnest(o.kinds) as k(kind) where o.run = c.run
        ) d
        left join sync.tables t on t.name = split_part(d.kind, '/', 2)
      )
      when min(c.shape) !~ '^\d' then min(c.shape)::text[]
    end
  from counted c
  group by c.run
  order by c.run
$$;
comment on function sync.runs(jsonb, jsonb) is 'Neighbouring parcels that can go together.';

create function sync.push(p_organization_id uuid, p_device jsonb, p_parcels jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_uuid constant text := '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
  v_device uuid := (p_device ->> 'id')::uuid;
  v_known jsonb;
  v_parcel jsonb;
  v_result jsonb;
  v_results jsonb := '[]'::jsonb;
  v_run record;
  v_kinds text[];
begin
  perform sync.require_member(p_organization_id);
  if v_device is null then
    raise exception 'a device without an id' using errcode = '22023';
  end if;
  perform set_config('sync.device', coalesce(p_device ->> 'name', ''), true);
  -- The sender forgets what it is told was applied: that must be on the disk, however this server
  -- is set up.
  if current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'on', true);
  end if;
  -- A retry waits here for the first try, whose outcome nobody knew.
  perform pg_advisory_xact_lock(hashtextextended(v_device::text, 0));
  -- What was registered offline goes at once, without a look at each: what was applied before is in
  -- the way of itself then.
  v_kinds := sync.added(p_parcels);
  if v_kinds is not null and (
    jsonb_array_length(p_parcels) > 1 or jsonb_array_length(p_parcels -> 0 -> 'rows') > 1
  ) then
    v_result := sync.apply_together(p_organization_id, v_device, p_parcels, v_kinds);
    if v_result is not null then
      return v_result;
    end if;
  end if;
  select coalesce(jsonb_object_agg(a.unit_id, a.result), '{}') into v_known
    from sync.applied_units a
    where a.user_id = auth.uid() and a.device_id = v_device and a.unit_id = any(array(
      select (p ->> 'id')::uuid from jsonb_array_elements(p_parcels) p where p ->> 'id' ~ v_uuid
    ));
  for v_run in select r.parcels, r.kinds from sync.runs(p_parcels, v_known) r order by r.run loop
    if v_run.kinds is not null then
      v_results := v_results
        || sync.apply_run(p_organization_id, v_device, v_run.parcels, v_run.kinds);
      continue;
    end if;
    v_parcel := v_run.parcels -> 0;
    if coalesce(v_parcel ->> 'id', '') !~ v_uuid then
      v_result := jsonb_build_object(
        'id', v_parcel -> 'id', 'result', 'rejected', 'code', '22023',
        'message', 'a parcel without an id');
    else
      v_result := coalesce(v_known -> (v_parcel ->> 'id'), (
        select a.result from sync.applied_units a -- it came twice in this call
        where a.user_id = auth.uid() and a.device_id = v_device
          and a.unit_id = (v_parcel ->> 'id')::uuid
      ));
    end if;
    if v_result is null then
      v_result := sync.apply_run(
        p_organization_id, v_device, jsonb_build_array(v_parcel), null) -> 0;
    end if;
    v_results := v_results || jsonb_build_array(v_result);
  end loop;
  return v_results;
end $$;
comment on function sync.push(uuid, jsonb, jsonb) is 'Apply parcels of edits; harmless if repeated.';

revoke all on all functions in schema sync from public;

-- What a mirror reads: changes since a cursor, a table whole, rows by id, digests.

create function sync.select_for(
  p_organization_id uuid, p_table text, p_columns text[], p_after uuid default null
) returns text
language plpgsql stable set search_path = '' as $$
begin
  perform sync.require_member(p_organization_id);
  return format(
    'select %s from public.%I t where %s%s order by t.id',
    sync.select_list(p_table, p_columns), p_table, sync.belongs(p_table, p_organization_id),
    case when p_after is not null then format(' and t.id > %L::uuid', p_after) else '' end
  );
end $$;
comment on function sync.select_for(uuid, text, text[], uuid)
  is 'SQL that selects a table in storage form, in the order of its ids.';

-- `{id: image}` of those of the rows that the mirror holds.
create function sync.images_by_id(
  p_organization_id uuid, p_table text, p_columns text[], p_ids uuid[]
) returns jsonb
language plpgsql stable
set search_path = '' set datestyle = 'ISO' set timezone = 'UTC' as $$
declare
  v_images jsonb;
begin
  execute format(
    'select jsonb_object_agg(i.key, to_jsonb(i) - ''key'') from ('
    'select t.id as key, %s from public.%I t where t.id = any($1) and %s) i',
    sync.select_list(p_table, sync.known_columns(p_table, p_columns)), p_table,
    sync.belongs(p_table, p_organization_id, ' where b.id = any($1)')
  ) into v_images using p_ids;
  return coalesce(v_images, '{}');
end $$;
comment on function sync.images_by_id(uuid, text, text[], uuid[]) is 'Rows by their ids.';

create function sync.images(
  p_organization_id uuid, p_table text, p_columns text[], p_ids uuid[]
) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  perform sync.require_member(p_organization_id);
  return coalesce((
    select jsonb_agg(i.value order by i.key)
    from jsonb_each(sync.images_by_id(p_organization_id, p_table, p_columns, p_ids)) i
  ), '[]');
end $$;
comment on function sync.images(uuid, text, text[], uuid[]) is 'Those of the rows one may see.';

-- Rows joined as text, in 256 buckets by the last byte of the id, each bucket hashed.
create function sync.digest(p_organization_id uuid, p_table text, p_columns text[])
returns jsonb
language plpgsql stable set search_path = '' set datestyle = 'ISO' set timezone = 'UTC' as $$
declare
  v_row text;
  v_digest jsonb;
begin
  perform sync.require_member(p_organization_id);
  select string_agg(
      format('coalesce((%s)::text, ''\N'')', coalesce(c.expression, 'null')),
      ' || chr(31) || ' order by w.n
    ) into v_row
    from unnest(p_columns) with ordinality as w(name, n)
    left join sync.columns(p_table) c on c.name = w.name;
  execute format(
    'select jsonb_object_agg(bucket, digest) from ('
    'select right(t.id::text, 2) as bucket,'
    ' md5(string_agg(%s, chr(30) order by t.id)) as digest'
    ' from public.%I t where %s group by 1) b',
    v_row, p_table, sync.belongs(p_table, p_organization_id)
  ) into v_digest;
  return coalesce(v_digest, '{}');
end $$;
comment on function sync.digest(uuid, text, text[]) is 'What the rows of each bucket hash to.';

create function sync.keys(p_organization_id uuid, p_table text, p_buckets text[]) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_keys jsonb;
begin
  perform sync.require_member(p_organization_id);
  execute format(
    'select jsonb_object_agg(t.id, t.row_version) from public.%I t'
    ' where right(t.id::text, 2) = any($1) and %s',
    p_table, sync.belongs(p_table, p_organization_id)
  ) into v_keys using p_buckets;
  return coalesce(v_keys, '{}');
end $$;
comment on function sync.keys(uuid, text, text[]) is 'The ids and versions in some buckets.';

-- Whether a cursor can still be followed: of this life of the database, and not pruned past.
create function sync.can_follow(p_cursor jsonb) returns boolean
language sql stable set search_path = '' as $$
  select coalesce(
    (p_cursor ->> 'epoch')::uuid = sync.life()
      and pg_snapshot_xmin((p_cursor ->> 'snapshot')::pg_snapshot) >= e.pruned_before
      and pg_snapshot_xmax((p_cursor ->> 'snapshot')::pg_snapshot)
        <= pg_snapshot_xmax(pg_current_snapshot()),
    false
  )
  from sync.epoch e
$$;
comment on function sync.can_follow(jsonb) is 'Whether changes since a cursor are all known.';

-- A change is due when it is visible now and was not visible in the cursor's snapshot.
create function sync.due(p_scope_id uuid, p_since pg_snapshot, p_until pg_snapshot)
returns table (table_name name, row_id uuid, kind text)
language sql stable set search_path = '' as $$
  select c.table_name, c.row_id, c.kind
  from sync.changes c
  where c.scope_id = p_scope_id
    and c.xid >= pg_snapshot_xmin(p_since)
    and not pg_visible_in_snapshot(c.xid, p_since)
    and pg_visible_in_snapshot(c.xid, p_until)
$$;
comment on function sync.due(uuid, pg_snapshot, pg_snapshot) is 'Changes between two snapshots.';

create function sync.pull(
  p_organization_id uuid, p_cursor jsonb, p_tables jsonb,
  p_page jsonb default null, p_limit int default 2000
) returns jsonb
language plpgsql stable
set search_path = '' set datestyle = 'ISO' set timezone = 'UTC' as $$
declare
  v_epoch uuid := sync.life();
  v_since pg_snapshot := (p_cursor ->> 'snapshot')::pg_snapshot;
  v_until pg_snapshot := coalesce(
    (p_page ->> 'snapshot')::pg_snapshot, pg_current_snapshot());
  v_cursor jsonb := jsonb_build_object('epoch', v_epoch, 'snapshot', v_until::text);
  v_rows jsonb;
  v_images jsonb;
  v_last jsonb;
begin
  perform sync.require_member(p_organization_id);
  if not sync.can_follow(p_cursor) then
    return jsonb_build_object('epoch', v_epoch, 'cursor', v_cursor, 'baseline', true);
  end if;
  -- Each row once, with all that happened to it, a page at a time.
  select jsonb_agg(to_jsonb(r) order by r.position, r.id) into v_rows from (
    select t.position, d.table_name as "table", d.row_id as id,
      array_agg(distinct d.kind) as kinds
    from (
      select * from sync.due(p_organization_id, v_since, v_until)
      union all
      select * from sync.due(sync.nobody(), v_since, v_until)
      union all
      select * from sync.due(auth.uid(), v_since, v_until)
    ) d
    join sync.tables t on t.name = d.table_name
    where p_tables ? t.name
      and (p_page is null
        or (t.position, d.row_id) > ((p_page ->> 'position')::int, (p_page ->> 'id')::uuid))
    group by t.position, d.table_name, d.row_id
    order by t.position, d.row_id
    limit p_limit
  ) r;
  -- One statement for each table.
  select jsonb_object_agg(g.name, sync.images_by_id(
      p_organization_id, g.name, array(select jsonb_array_elements_text(p_tables -> g.name)), g.ids
    )) into v_images
    from (
      select r.value ->> 'table' as name, array_agg((r.value ->> 'id')::uuid) as ids
      from jsonb_array_elements(v_rows) r
      group by 1
    ) g;
  v_last := v_rows -> -1;
  return jsonb_build_object(
    'epoch', v_epoch, 'cursor', v_cursor, 'baseline', false,
    'changes', coalesce((
      select jsonb_agg(jsonb_build_object(
          'table', r.value -> 'table', 'id', r.value -> 'id', 'image', i.image,
          'kind', case
            when i.image is not null then
              case when r.value -> 'kinds' = '["upsert"]' then 'upsert' else 'enter' end
            when r.value -> 'kinds' ? 'delete' then 'delete'
            else 'leave'
          end
        ) order by r.n)
      from jsonb_array_elements(v_rows) with ordinality as r(value, n)
      -- Unfolded once and joined: to look each up in v_images would read all of it for each.
      left join (
        select t.key as table_name, i.key as id, i.value as image
        from jsonb_each(v_images) t, jsonb_each(t.value) i
      ) i on i.table_name = r.value ->> 'table' and i.id = r.value ->> 'id'
    ), '[]'),
    'page', case when jsonb_array_length(v_rows) >= p_limit then jsonb_build_object(
      'snapshot', v_until::text, 'position', v_last -> 'position', 'id', v_last -> 'id'
    ) end
  );
end $$;
comment on function sync.pull(uuid, jsonb, jsonb, jsonb, int)
  is 'What changed for an organization since a cursor, a page at a time.';

revoke all on all functions in schema sync from public;

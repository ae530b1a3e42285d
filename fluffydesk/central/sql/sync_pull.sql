-- What a mirror reads: changes since a cursor, a table whole, rows by id, digests.

-- Here and below `p_since` is the first day of which a PC keeps the logs; null: it keeps all.
create function sync.select_for(
  p_organization_id uuid, p_table text, p_columns text[], p_after uuid default null,
  p_since date default null
) returns text
language plpgsql stable set search_path = '' as $$
begin
  perform sync.require_member(p_organization_id);
  return format(
    'select %s from public.%I t where %s%s order by t.id',
    sync.select_list(p_table, p_columns), p_table,
    sync.belongs(p_table, p_organization_id, '', p_since),
    case when p_after is not null then format(' and t.id > %L::uuid', p_after) else '' end
  );
end $$;
comment on function sync.select_for(uuid, text, text[], uuid, date)
  is 'SQL that selects a table in storage form, in the order of its ids.';

-- How many rows of each table the mirror holds, in the order of the tables, by one statement.
create function sync.counts(
  p_organization_id uuid, p_tables text[], p_since date default null
) returns bigint[]
language plpgsql stable set search_path = '' as $$
declare
  v_counts bigint[];
begin
  perform sync.require_member(p_organization_id);
  execute (
    select format('select array[%s]::bigint[]', string_agg(
      format('(select count(*) from public.%I t where %s)', w.name,
        sync.belongs(w.name, p_organization_id, '', p_since)), ', ' order by w.n))
    from unnest(p_tables) with ordinality as w(name, n)
  ) into v_counts;
  return v_counts;
end $$;
comment on function sync.counts(uuid, text[], date) is 'How many rows of each table one may see.';

-- SQL that selects several tables whole, `{table: [column]}`: the name of the table, then each value
-- as text, with nulls up to the width of the widest, so that one COPY brings them all.
create function sync.select_together(
  p_organization_id uuid, p_tables jsonb, p_since date default null
) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_width int := (select max(jsonb_array_length(w.value)) from jsonb_each(p_tables) w);
begin
  perform sync.require_member(p_organization_id);
  return (
    select string_agg(format(
      '(select %L::text, %s%s from public.%I t where %s order by t.id)', w.key,
      (select string_agg(format('(%s)::text', coalesce(c.expression, 'null')), ', ' order by k.n)
        from jsonb_array_elements_text(w.value) with ordinality as k(name, n)
        left join sync.columns(w.key) c on c.name = k.name),
      repeat(', null::text', v_width - jsonb_array_length(w.value)), w.key,
      sync.belongs(w.key, p_organization_id, '', p_since)), ' union all ')
    from jsonb_each(p_tables) w
  );
end $$;
comment on function sync.select_together(uuid, jsonb, date)
  is 'SQL that selects several tables in storage form, one after the other.';

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

-- Rows in the order of their ids, so many at a time, each such chunk hashed; `last` is the id that
-- ends it, null where nothing comes after. Sixteen chunks a call: no call takes long.
create function sync.digest(
  p_organization_id uuid, p_table text, p_columns text[], p_after uuid default null,
  p_since date default null, p_rows int default 8192
) returns jsonb
language plpgsql stable set search_path = '' set datestyle = 'ISO' set timezone = 'UTC' as $$
declare
  v_where text := sync.belongs(p_table, p_organization_id, '', p_since);
  -- Where an index has an organization's rows in the order of their ids, a statement a chunk reads
  -- no row twice and sorts nothing. Elsewhere each would look for all rows anew.
  v_in_order boolean := v_where like 't.organization\_id = %';
  v_chunks jsonb := '[]'::jsonb;
  v_found jsonb;
  v_after uuid := p_after;
begin
  perform sync.require_member(p_organization_id);
  for n in 1 .. case when v_in_order then 16 else 1 end loop
    execute format(
      'select jsonb_agg(jsonb_build_object(''last'', case when c.rows = %s then c.last end,'
      ' ''rows'', c.rows, ''hash'', c.hash) order by c.chunk) from ('
      'select %s as chunk, count(*) as rows, max(r.id) as last,'
      -- The inner query gives its order to an aggregate that has no groups to lose it over.
      ' md5(string_agg(r.text, chr(30)%s)) as hash from ('
      'select t.id::text collate "C" as id, %s as text%s from public.%I t where %s%s'
      ' order by t.id limit %s) r group by %s) c',
      p_rows,
      case when v_in_order then '0' else format('r.n / %s', p_rows) end,
      case when v_in_order then '' else ' order by r.n' end,
      sync.row_text(p_table, p_columns),
      case when v_in_order then '' else ', row_number() over (order by t.id) - 1 as n' end,
      p_table, v_where,
      case when v_after is not null then format(' and t.id > %L::uuid', v_after) else '' end,
      case when v_in_order then p_rows else 16 * p_rows end,
      case when v_in_order then '()' else '1' end
    ) into v_found;
    v_chunks := v_chunks || coalesce(v_found, jsonb_build_array(
      jsonb_build_object('last', null, 'rows', 0, 'hash', null)));
    v_after := (v_chunks -> -1 ->> 'last')::uuid;
    exit when v_after is null;
  end loop;
  return v_chunks;
end $$;
comment on function sync.digest(uuid, text, text[], uuid, date, int)
  is 'What the rows of a table hash to, chunk by chunk.';

-- What each row of a chunk hashes to: `{id: md5}` of those after one id and up to another.
create function sync.keys(
  p_organization_id uuid, p_table text, p_columns text[], p_after uuid, p_last uuid,
  p_since date default null
) returns jsonb
language plpgsql stable set search_path = '' set datestyle = 'ISO' set timezone = 'UTC' as $$
declare
  v_keys jsonb;
begin
  perform sync.require_member(p_organization_id);
  execute format(
    'select jsonb_object_agg(t.id, md5(%s)) from public.%I t where %s%s%s',
    sync.row_text(p_table, p_columns), p_table,
    sync.belongs(p_table, p_organization_id, '', p_since),
    case when p_after is not null then format(' and t.id > %L::uuid', p_after) else '' end,
    case when p_last is not null then format(' and t.id <= %L::uuid', p_last) else '' end
  ) into v_keys;
  return coalesce(v_keys, '{}');
end $$;
comment on function sync.keys(uuid, text, text[], uuid, uuid, date)
  is 'What each row of a chunk hashes to.';

-- What a PC does not keep of a log, looked up while online: the rows before a day, the latest
-- first. Where `p_column` is given, those in which that column is `p_value`.
create function sync.beyond(
  p_organization_id uuid, p_table text, p_columns text[], p_since date,
  p_column text default null, p_value uuid default null, p_limit int default 200
) returns jsonb
language plpgsql stable set search_path = '' set datestyle = 'ISO' set timezone = 'UTC' as $$
declare
  v_dated text := (select s.dated::text from sync.tables s where s.name = p_table);
  v_rows jsonb;
begin
  perform sync.require_member(p_organization_id);
  if v_dated is null then
    return '[]'::jsonb;
  end if;
  execute format(
    'select jsonb_agg(to_jsonb(i)) from ('
    'select %s from public.%I t where %s and not (%s)%s order by t.%I desc, t.id desc limit %L) i',
    sync.select_list(p_table, sync.known_columns(p_table, p_columns)), p_table,
    sync.belongs(p_table, p_organization_id), sync.recent(p_table, p_since),
    case when p_column is not null then format(' and t.%I = %L::uuid', p_column, p_value) else '' end,
    v_dated, least(p_limit, 1000)
  ) into v_rows;
  return coalesce(v_rows, '[]');
end $$;
comment on function sync.beyond(uuid, text, text[], date, text, uuid, int)
  is 'Rows of a log that a PC does not keep.';

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

-- The changed rows of one table: `{table, id, kind, image}, ..` as text, in the order of `p_ids`.
-- Each row comes with whether all that happened to it were upserts, and whether it was ever deleted.
create function sync.changed_rows(
  p_organization_id uuid, p_table text, p_columns text[],
  p_ids uuid[], p_plain boolean[], p_deleted boolean[]
) returns text
language plpgsql stable
set search_path = '' set datestyle = 'ISO' set timezone = 'UTC' as $$
declare
  v_rows text;
begin
  execute format(
    'select string_agg(json_build_object(''table'', %L, ''id'', d.id, ''kind'', case'
    ' when i.key is not null then case when d.plain then ''upsert'' else ''enter'' end'
    ' when d.deleted then ''delete'' else ''leave'' end, ''image'', i.image)::text, '','''
    ' order by d.n)'
    ' from unnest($1, $2, $3) with ordinality as d(id, plain, deleted, n)'
    ' left join (select r.key, row_to_json(r.image) as image from ('
    'select t.id as key, (select i from (select %s) i) as image from public.%I t'
    ' where t.id = any($1) and %s) r) i on i.key = d.id',
    p_table, sync.select_list(p_table, sync.known_columns(p_table, p_columns)), p_table,
    sync.belongs(p_table, p_organization_id, ' where b.id = any($1)')
  ) into v_rows using p_ids, p_plain, p_deleted;
  return v_rows;
end $$;
comment on function sync.changed_rows(uuid, text, text[], uuid[], boolean[], boolean[])
  is 'What became of some rows of a table.';

-- How many of some rows of a table, in the order given, have texts of so many bytes in all; at least
-- one. Values that are stored apart are not read for that.
create function sync.room_for(p_table text, p_ids uuid[], p_bytes bigint) returns int
language plpgsql stable set search_path = '' as $$
declare
  v_rows int;
begin
  execute (
    select format(
      'select count(*) filter (where s.sum <= $2) from ('
      'select sum(coalesce(%s, 0)) over (order by d.n) as sum'
      ' from unnest($1) with ordinality as d(id, n) left join public.%I t on t.id = d.id) s',
      coalesce(string_agg(format('coalesce(octet_length(t.%I%s)::bigint, 0)', a.attname,
        case when a.atttypid = 'text'::regtype then '' else '::text' end), ' + '), '0'), p_table)
    from pg_catalog.pg_attribute a
    where a.attrelid = format('public.%I', p_table)::regclass and a.attnum > 0
      and not a.attisdropped and a.attstorage = 'x'
  ) into v_rows using p_ids, p_bytes;
  return greatest(v_rows, 1);
end $$;
comment on function sync.room_for(text, uuid[], bigint) is 'How many rows a page has room for.';

create function sync.pull(
  p_organization_id uuid, p_cursor jsonb, p_tables jsonb,
  p_page jsonb default null, p_limit int default 2000
) returns json
language plpgsql stable set search_path = '' as $$
declare
  v_epoch uuid := sync.life();
  v_since pg_snapshot := (p_cursor ->> 'snapshot')::pg_snapshot;
  v_until pg_snapshot := coalesce(
    (p_page ->> 'snapshot')::pg_snapshot, pg_current_snapshot());
  v_cursor jsonb := jsonb_build_object('epoch', v_epoch, 'snapshot', v_until::text);
  v_table record;
  v_changes text[] := array[]::text[];
  v_left int := p_limit;
  v_bytes bigint := bigint '4000000';
  v_columns text[];
  v_count int;
  v_rows text;
  v_page jsonb;
begin
  perform sync.require_member(p_organization_id);
  if not sync.can_follow(p_cursor) then
    return json_build_object('epoch', v_epoch, 'cursor', v_cursor, 'baseline', true);
  end if;
  -- Each row once, with all that happened to it, a page at a time; one statement for each table.
  for v_table in
    select r.position, r.name::text as name, r.heavy, array_agg(r.id order by r.id) as ids,
      array_agg(r.plain order by r.id) as plain, array_agg(r.deleted order by r.id) as deleted
    from (
      select t.position, t.name, t.heavy, d.row_id as id,
        bool_and(d.kind = 'upsert') as plain, bool_or(d.kind = 'delete') as deleted
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
      group by t.position, t.name, t.heavy, d.row_id
      order by t.position, d.row_id
      limit p_limit
    ) r
    group by r.position, r.name, r.heavy
    order by r.position
  loop
    v_columns := array(select jsonb_array_elements_text(p_tables -> v_table.name));
    v_count := cardinality(v_table.ids);
    -- Of files a page is measured before it is made: they are read once, not once for every page.
    if v_table.heavy then
      v_count := sync.room_for(v_table.name, v_table.ids, v_bytes);
    end if;
    begin
      v_rows := sync.changed_rows(p_organization_id, v_table.name, v_columns,
        v_table.ids[: v_count], v_table.plain[: v_count], v_table.deleted[: v_count]);
    exception when program_limit_exceeded or out_of_memory then -- more than a text can hold
      v_rows := null;
    end;
    -- Measured only where it is seen to be long: for most pages that would be work for nothing.
    if v_rows is null or (not v_table.heavy and octet_length(v_rows) > v_bytes) then
      v_count := sync.room_for(v_table.name, v_table.ids, v_bytes);
      v_rows := sync.changed_rows(p_organization_id, v_table.name, v_columns,
        v_table.ids[: v_count], v_table.plain[: v_count], v_table.deleted[: v_count]);
    end if;
    v_changes := array_append(v_changes, v_rows);
    v_left := v_left - v_count;
    v_bytes := v_bytes - octet_length(v_rows);
    if v_left = 0 or v_bytes <= 0 or v_count < cardinality(v_table.ids) then
      v_page := jsonb_build_object('snapshot', v_until::text, 'position', v_table.position,
        'id', v_table.ids[v_count]);
      exit;
    end if;
  end loop;
  return json_build_object(
    'epoch', v_epoch, 'cursor', v_cursor, 'baseline', false,
    'changes', ('[' || array_to_string(v_changes, ',') || ']')::json, 'page', v_page
  );
end $$;
comment on function sync.pull(uuid, jsonb, jsonb, jsonb, int)
  is 'What changed for an organization since a cursor, a page at a time.';

revoke all on all functions in schema sync from public;

-- The storage form: how a value is written in a mirror, on the wire and in digests.
-- Two functions, and no others, know it: outward and inward.

create function sync.places(p_modifier int) returns int
language sql immutable set search_path = '' as $$
  select (p_modifier - 4) & 2047
$$;
comment on function sync.places(int) is 'The decimal places of numeric(p, s).';

-- The SQL that turns a column's value into its storage form. A time that a PC cannot hold (for
-- ever, before the year 1, after 9999) reads as empty, so that no row freezes every PC.
create function sync.outward(p_value text, p_type oid, p_modifier int) returns text
language sql stable set search_path = '' as $$
  select case
    when p_type = 'numeric'::regtype then
      format('(%s * %s)::bigint', p_value, 10::numeric ^ sync.places(p_modifier))
    when p_type = 'timestamptz'::regtype then
      format(
        'case when %1$s >= ''0001-01-02 UTC'' and %1$s < ''9999-12-31 UTC'''
        ' then (extract(epoch from %1$s) * 1000000)::bigint end', p_value)
    when p_type = 'date'::regtype then
      format(
        'case when %1$s between ''0001-01-01'' and ''9999-12-31'''
        ' then to_char(%1$s, ''YYYY-MM-DD'') end', p_value)
    when p_type = 'boolean'::regtype then format('%s::int', p_value)
    when p_type in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) then p_value
    else format('%s::text', p_value)
  end
$$;
comment on function sync.outward(text, oid, int) is 'SQL that writes a value in storage form.';

-- The SQL that turns the text of a storage value into a value of a column's type.
create function sync.inward(p_text text, p_type oid, p_modifier int) returns text
language sql stable strict set search_path = '' as $$
  select case
    when p_type = 'numeric'::regtype then
      format('((%s)::bigint * %s::numeric)', p_text, 10::numeric ^ -sync.places(p_modifier))
    when p_type = 'timestamptz'::regtype then
      format('(''epoch''::timestamptz + (%s)::bigint * ''1 microsecond''::interval)', p_text)
    when p_type = 'boolean'::regtype then format('(%s)::int::boolean', p_text)
    else format('(%s)::%s', p_text, format_type(p_type, p_modifier))
  end
$$;
comment on function sync.inward(text, oid, int) is 'SQL that reads a value in storage form.';

-- The columns of a mirrored table, each with the SQL that writes it in storage form.
create function sync.columns(p_table text)
returns table (name name, type oid, modifier int, expression text)
language sql stable set search_path = '' as $$
  select a.attname, a.atttypid, a.atttypmod,
    sync.outward(format('t.%I', a.attname), a.atttypid, a.atttypmod)
  from sync.tables s
  join pg_catalog.pg_attribute a on a.attrelid = format('public.%I', s.name)::regclass
  where s.name = p_table and a.attnum > 0 and not a.attisdropped
$$;
comment on function sync.columns(text) is 'The columns of a mirrored table and their storage form.';

-- `id::text as id, null as novelty, ..`: what is asked for, in that order; null for the unknown.
create function sync.select_list(p_table text, p_columns text[]) returns text
language sql stable set search_path = '' as $$
  select string_agg(coalesce(c.expression, 'null') || format(' as %I', w.name), ', ' order by w.n)
  from unnest(p_columns) with ordinality as w(name, n)
  left join sync.columns(p_table) c on c.name = w.name
$$;
comment on function sync.select_list(text, text[]) is 'SQL that selects columns in storage form.';

create function sync.known_columns(p_table text, p_columns text[]) returns text[]
language sql stable set search_path = '' as $$
  select array(
    select w.name
    from unnest(p_columns) with ordinality as w(name, n)
    join sync.columns(p_table) c on c.name = w.name
    order by w.n
  )
$$;
comment on function sync.known_columns(text, text[]) is 'Those columns that there are.';

-- `coalesce((id)::text, '\N') || chr(31) || ..`: the values of a row as one text.
create function sync.row_text(p_table text, p_columns text[]) returns text
language sql stable set search_path = '' as $$
  select string_agg(
    format('coalesce((%s)::text, ''\N'')', coalesce(c.expression, 'null')),
    ' || chr(31) || ' order by w.n)
  from unnest(p_columns) with ordinality as w(name, n)
  left join sync.columns(p_table) c on c.name = w.name
$$;
comment on function sync.row_text(text, text[]) is 'SQL that writes a row as one text.';

-- Which rows `t` of a log a PC keeps that keeps it from a day on: those, and the open ones.
create function sync.recent(p_table text, p_since date) returns text
language sql stable strict set search_path = '' as $$
  select format(s.recent, p_since) from sync.tables s where s.name = p_table
$$;
comment on function sync.recent(text, date) is 'SQL: which rows of a log are recent or open.';

-- Which rows of a table `t` the mirror of an organization holds; of a log, with `p_since`, those
-- from that day on and the open ones. The policies decide besides. Where links say it, `p_some` is
-- a clause that keeps only some of what they name, as `b.id`.
create function sync.belongs(
  p_table text, p_organization_id uuid, p_some text default '', p_since date default null
) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_belongs text := (select s.belongs from sync.tables s where s.name = p_table);
begin
  if v_belongs is null then
    raise exception 'there is no mirrored table "%"', p_table using errcode = '42P01';
  end if;
  return format(v_belongs, p_organization_id, p_some)
    || coalesce(' and ' || sync.recent(p_table, p_since), '');
end $$;
comment on function sync.belongs(text, uuid, text, date)
  is 'SQL: which rows the mirror of this one holds.';

create function sync.require_member(p_organization_id uuid) returns void
language plpgsql stable set search_path = '' as $$
begin
  if p_organization_id is null or p_organization_id <> all (access.my_organizations()) then
    raise exception 'you are not a member of this organization' using errcode = '42501';
  end if;
end $$;
comment on function sync.require_member(uuid) is 'An error unless the caller is a member.';

revoke all on all functions in schema sync from public;

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

-- Numbers that follow one another and are given to one record only: of invoices, of new tags. A PC
-- reserves them in blocks while it is online, and hands them out offline.

-- What is numbered. A yearly series begins anew each year and is asked for as `invoices/2026`.
create table sync.number_kinds (
  name text not null constraint pk_number_kinds primary key,
  table_name name not null,
  column_name name not null,
  roles text[] not null,
  yearly boolean not null
);
comment on table sync.number_kinds is 'Which records are numbered, and who may add them.';
insert into sync.number_kinds (name, table_name, column_name, roles, yearly) values
  ('invoices', 'invoices', 'number', '{owner,manager,veterinarian,staff}', true),
  ('livestock', 'livestock', 'tag_number', '{owner,manager,veterinarian,staff}', false);

create table sync.number_series (
  organization_id uuid not null
    constraint fk_number_series_organization references public.organizations (id) on delete cascade,
  series text not null,
  next bigint not null constraint ck_number_series_next check (next > 0),
  constraint pk_number_series primary key (organization_id, series)
);
comment on table sync.number_series is 'The next number of each series; its row is the lock on it.';

-- The id is the PC's own: asked again for an answer that was lost, it gets the same block.
create table sync.number_blocks (
  id uuid not null constraint pk_number_blocks primary key,
  organization_id uuid not null,
  series text not null,
  first bigint not null,
  last bigint not null,
  next bigint not null,
  user_id uuid not null,
  device_id uuid not null,
  device_name text not null,
  reserved_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  ended_at timestamptz,
  ended_by uuid,
  returned boolean not null default false,
  constraint fk_number_blocks_series foreign key (organization_id, series)
    references sync.number_series (organization_id, series) on delete cascade,
  constraint ck_number_blocks_order check (first <= next and next <= last + 1)
);
comment on table sync.number_blocks is 'Which PC got which numbers, when, and how far it is.';
comment on column sync.number_blocks.next is 'The first number that the PC had not handed out.';
comment on column sync.number_blocks.ended_at is 'When the PC gave back the rest, or was given up.';
comment on column sync.number_blocks.returned
  is 'The PC itself gave the rest back, so nobody has it: it is handed to the next that asks.';
create index ix_number_blocks_series on sync.number_blocks (organization_id, series, first);

-- The record of a number, as it is written.
create function sync.number_text(p_series text, p_number bigint) returns text
language sql immutable set search_path = '' as $$
  select case when p_series ~ '/' then split_part(p_series, '/', 2) || '-'
    || lpad(p_number::text, greatest(5, length(p_number::text)), '0') else p_number::text end
$$;
comment on function sync.number_text(text, bigint) is 'A number as it is written on the record.';

-- The numbers that records of a series have, and which record it is.
create function sync.numbers_used(p_organization_id uuid, p_series text)
returns table (number bigint, row_id uuid)
language sql stable security definer set search_path = '' as $$
  select substr(i.number, 6)::bigint, i.id
  from public.invoices i
  where p_series like 'invoices/%' and i.organization_id = p_organization_id
    and i.number ~ ('^' || split_part(p_series, '/', 2) || '-[0-9]{1,9}$')
  union all
  select l.tag_number::bigint, l.id
  from public.livestock l
  where p_series = 'livestock' and l.organization_id = p_organization_id
    and l.tag_number ~ '^[0-9]{1,9}$'
$$;
comment on function sync.numbers_used(uuid, text) is 'Which record has which number.';

-- So many numbers in a row that nobody has; answers the first. Others wait for the row of the
-- series, and so get others. What was typed by hand is passed over.
create function sync.take_numbers(p_organization_id uuid, p_series text, p_count int)
returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  v_first bigint;
begin
  insert into sync.number_series (organization_id, series, next)
  values (p_organization_id, p_series, 1)
  on conflict do nothing;
  select s.next into v_first from sync.number_series s
  where s.organization_id = p_organization_id and s.series = p_series
  for update;
  select greatest(v_first, coalesce(max(u.number) + 1, 1)) into v_first
  from sync.numbers_used(p_organization_id, p_series) u;
  update sync.number_series s set next = v_first + p_count
  where s.organization_id = p_organization_id and s.series = p_series;
  return v_first;
end $$;
comment on function sync.take_numbers(uuid, text, int) is 'Take the next numbers of a series.';

create function sync.may_number(p_organization_id uuid, p_series text) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from sync.number_kinds k
    where k.name = split_part(p_series, '/', 1)
      and p_organization_id = any(access.organizations_as(k.roles))
  )
$$;
comment on function sync.may_number(uuid, text) is 'Whether the caller may add such records.';

create function sync.reserve_numbers(
  p_organization_id uuid, p_device jsonb, p_request_id uuid, p_series text, p_count int
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_kind sync.number_kinds%rowtype;
  v_device uuid := (p_device ->> 'id')::uuid;
  v_block sync.number_blocks%rowtype;
  v_left sync.number_blocks%rowtype;
begin
  perform sync.require_member(p_organization_id);
  select * into v_kind from sync.number_kinds k where k.name = split_part(p_series, '/', 1);
  if v_kind.name is null or v_device is null or p_request_id is null
    or p_count is null or p_count not between 1 and 1000
    or p_series !~ ('^' || v_kind.name || case when v_kind.yearly then '/20\d\d$' else '$' end)
  then
    raise exception 'there is no such series of numbers' using errcode = '22023';
  end if;
  if not sync.may_number(p_organization_id, p_series) then
    raise exception 'your role does not number %', v_kind.name using errcode = '42501';
  end if;
  -- One at a time, so that a request that overtakes its own first try finds what that got.
  perform pg_advisory_xact_lock(hashtextextended(p_series || p_organization_id::text, 0));
  select * into v_block from sync.number_blocks b where b.id = p_request_id;
  if v_block.id is null then
    -- What another PC gave back goes first, so that no gap is left.
    select * into v_left from sync.number_blocks b
    where b.organization_id = p_organization_id and b.series = p_series
      and b.returned and b.next <= b.last
      and not exists (
        select from sync.numbers_used(p_organization_id, p_series) u
        where u.number between b.next and b.last
      )
    order by b.first
    limit 1;
    if v_left.id is null then
      v_block.first := sync.take_numbers(p_organization_id, p_series, p_count);
      v_block.last := v_block.first + p_count - 1;
    else
      v_block.first := v_left.next;
      v_block.last := v_left.last;
      -- Left empty it stays: a first try of its request may come late, and must find it.
      update sync.number_blocks b set last = b.next - 1 where b.id = v_left.id;
    end if;
    insert into sync.number_blocks
      (id, organization_id, series, first, last, next, user_id, device_id, device_name)
    values (
      p_request_id, p_organization_id, p_series, v_block.first, v_block.last, v_block.first,
      auth.uid(), v_device, coalesce(p_device ->> 'name', '')
    ) returning * into v_block;
  elsif (v_block.organization_id, v_block.series, v_block.user_id, v_block.device_id)
    is distinct from (p_organization_id, p_series, auth.uid(), v_device)
  then
    raise exception 'this request was another''s' using errcode = '42501';
  end if;
  return jsonb_build_object(
    'id', v_block.id, 'series', v_block.series, 'first', v_block.first, 'last', v_block.last);
end $$;
comment on function sync.reserve_numbers(uuid, jsonb, uuid, text, int)
  is 'Reserve a block of numbers for a PC; asked again by the same id, the same block.';

-- How far a PC is with its blocks: `[{"id", "next", "ended"}]`. Only forwards; what has ended
-- stays so. Answers the ids that central knows and that have not ended.
create function sync.note_numbers(p_organization_id uuid, p_device jsonb, p_blocks jsonb)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_open jsonb;
begin
  perform sync.require_member(p_organization_id);
  update sync.number_blocks b
  set next = least(greatest(b.next, t.next), b.last + 1), seen_at = now(),
    ended_at = case when t.ended then now() end,
    ended_by = case when t.ended then auth.uid() end, returned = coalesce(t.ended, false)
  from jsonb_to_recordset(p_blocks) as t(id uuid, next bigint, ended boolean)
  where b.id = t.id and b.organization_id = p_organization_id and b.ended_at is null
    and b.user_id = auth.uid() and b.device_id = (p_device ->> 'id')::uuid;
  select coalesce(jsonb_agg(b.id), '[]') into v_open from sync.number_blocks b
  where b.organization_id = p_organization_id and b.ended_at is null
    and b.user_id = auth.uid() and b.device_id = (p_device ->> 'id')::uuid;
  return v_open;
end $$;
comment on function sync.note_numbers(uuid, jsonb, jsonb) is 'Note how far a PC is with its numbers.';

-- What a PC asks at the end of a sync: how far it is, and new blocks `[{"id", "series", "count"}]`.
-- What its user's role does not number is left out.
create function sync.numbers(
  p_organization_id uuid, p_device jsonb, p_blocks jsonb, p_wanted jsonb
) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_open jsonb := sync.note_numbers(p_organization_id, p_device, p_blocks);
  v_reserved jsonb;
begin
  select coalesce(jsonb_agg(
      sync.reserve_numbers(p_organization_id, p_device, w.id, w.series, w.count)
    ), '[]') into v_reserved
    from jsonb_to_recordset(p_wanted) as w(id uuid, series text, count int)
    where sync.may_number(p_organization_id, w.series);
  return jsonb_build_object('open', v_open, 'reserved', v_reserved);
end $$;
comment on function sync.numbers(uuid, jsonb, jsonb, jsonb)
  is 'Note how far a PC is with its numbers, and reserve more.';

-- The owner gives up what a PC that is gone had: what it has not used by now is a gap.
create function sync.give_up_numbers(p_organization_id uuid, p_device_id uuid) returns int
language plpgsql security definer set search_path = '' as $$
declare
  v_count int;
begin
  if p_organization_id is null
    or p_organization_id <> all (access.organizations_as('{owner,manager}'))
  then
    raise exception 'only an owner or manager gives up numbers' using errcode = '42501';
  end if;
  update sync.number_blocks b
  set ended_at = now(), ended_by = auth.uid()
  where b.organization_id = p_organization_id and b.device_id = p_device_id
    and b.ended_at is null;
  get diagnostics v_count = row_count;
  return v_count;
end $$;
comment on function sync.give_up_numbers(uuid, uuid) is 'Give up the numbers of a PC that is gone.';

-- Every number of every block: `used` by a row; `handed out` by the PC to a record that has not
-- come, was refused or was discarded; `reserved` and not handed out as far as is known; `given up`.
create function sync.number_gaps(p_organization_id uuid, p_series text)
returns table (
  number text, state text, row_id uuid, device_name text, user_id uuid,
  reserved_at timestamptz, seen_at timestamptz, ended_at timestamptz
)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform sync.require_member(p_organization_id);
  return query
    select sync.number_text(p_series, n.number), case
        when u.row_id is not null then 'used'
        when n.number < b.next then 'handed out'
        when b.ended_at is null then 'reserved'
        else 'given up'
      end,
      u.row_id, b.device_name, b.user_id, b.reserved_at, b.seen_at, b.ended_at
    from sync.number_blocks b
    cross join lateral generate_series(b.first, b.last) as n(number)
    left join lateral (
      select distinct on (f.number) f.number, f.row_id
      from sync.numbers_used(p_organization_id, p_series) f
      order by f.number, f.row_id
    ) u on u.number = n.number
    where b.organization_id = p_organization_id and b.series = p_series
    order by n.number;
end $$;
comment on function sync.number_gaps(uuid, text) is 'What became of every reserved number, and why.';

alter table sync.number_kinds enable row level security;
alter table sync.number_kinds force row level security;
create policy everybody on sync.number_kinds for select to authenticated using (true);
alter table sync.number_series enable row level security;
alter table sync.number_series force row level security;
create policy own_organization on sync.number_series for select to authenticated
  using (
    access.is_planned() and (select access.is_unexplained())
    and organization_id = any((select access.my_organizations())::uuid[])
  );
alter table sync.number_blocks enable row level security;
alter table sync.number_blocks force row level security;
create policy own_organization on sync.number_blocks for select to authenticated
  using (
    access.is_planned() and (select access.is_unexplained())
    and organization_id = any((select access.my_organizations())::uuid[])
  );

revoke all on all functions in schema sync from public;
grant execute on function
  sync.reserve_numbers(uuid, jsonb, uuid, text, int), sync.note_numbers(uuid, jsonb, jsonb),
  sync.numbers(uuid, jsonb, jsonb, jsonb), sync.may_number(uuid, text),
  sync.give_up_numbers(uuid, uuid), sync.number_gaps(uuid, text)
  to authenticated;

-- How a PC begins: who am I, where do I work, what may I see.

create function sync.my_organizations() returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
      'id', o.id, 'name', o.name, 'type', o.type, 'role', m.role
    ) order by o.name, o.id), '[]')
  from public.organization_users m
  join public.organizations o on o.id = m.organization_id
  where m.user_id = auth.uid() and m.status = 'active'
$$;
comment on function sync.my_organizations() is 'The organizations one works in, and as what.';

-- Remember that a PC was here; of one that asks every minute not each time.
create function sync.note_device(p_organization_id uuid, p_device jsonb, p_now bigint) returns void
language plpgsql set search_path = '' as $$
declare
  v_offset_ms bigint := ((p_device ->> 'clock')::bigint - p_now) / 1000;
begin
  if exists (
    select from sync.devices d
    where d.user_id = auth.uid() and d.organization_id = p_organization_id
      and d.id = (p_device ->> 'id')::uuid
      and d.name = p_device ->> 'name' and d.version is not distinct from p_device ->> 'version'
      and abs(d.clock_offset_ms - v_offset_ms) < 1000
      and d.last_seen > now() - interval '10 minutes'
  ) then
    return;
  end if;
  insert into sync.devices (organization_id, id, name, version, clock_offset_ms)
  values (
    p_organization_id, (p_device ->> 'id')::uuid, p_device ->> 'name', p_device ->> 'version',
    v_offset_ms
  )
  on conflict (user_id, organization_id, id) do update
    set name = excluded.name, version = excluded.version,
      clock_offset_ms = excluded.clock_offset_ms, last_seen = now();
end $$;
comment on function sync.note_device(uuid, jsonb, bigint) is 'Remember that a PC was here.';

create function sync.hello(p_organization_id uuid, p_device jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_now bigint := (extract(epoch from clock_timestamp()) * 1000000)::bigint;
  v_revision text := (select a.version_num::text from sync.alembic_version a);
  v_member public.organization_users%rowtype;
begin
  perform sync.require_member(p_organization_id);
  select m.id, m.role into v_member.id, v_member.role
    from public.organization_users m
    where m.organization_id = p_organization_id and m.user_id = auth.uid();
  perform sync.note_device(p_organization_id, p_device, v_now);
  return (
    select jsonb_build_object(
      'epoch', sync.life(),
      'schema', v_revision,
      'fingerprint', md5(concat_ws('/', v_member.id, v_member.role, o.type, v_revision)),
      'role', v_member.role,
      'user', (
        select jsonb_build_object('id', p.id, 'email', p.email, 'name', p.full_name)
        from public.profiles p where p.id = auth.uid()
      ),
      'organization', jsonb_build_object(
        'id', o.id, 'name', o.name, 'type', o.type,
        'time_zone', o.time_zone, 'currency', o.currency
      ),
      'channel', (select c.channel from sync.channels c where c.organization_id = o.id),
      'now', v_now
    )
    from public.organizations o
    where o.id = p_organization_id
  );
end $$;
comment on function sync.hello(uuid, jsonb) is 'Who the caller is here; registers the PC.';

-- Hello, and whether anything is new: the whole sync of a PC for which nothing is. The cursor up
-- to which nothing has changed comes back, or null where there is something to pull.
create function sync.poll(p_organization_id uuid, p_device jsonb, p_cursor jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  -- Before all else: what is committed while this runs is due next time.
  v_until pg_snapshot := pg_current_snapshot();
  v_since pg_snapshot := (p_cursor ->> 'snapshot')::pg_snapshot;
  v_hello jsonb := sync.hello(p_organization_id, p_device);
  v_quiet boolean;
begin
  v_quiet := sync.can_follow(p_cursor) and not exists (
    select from sync.changes c
    where c.scope_id = any(array[p_organization_id, sync.nobody(), auth.uid()])
      and c.xid >= pg_snapshot_xmin(v_since)
      and not pg_visible_in_snapshot(c.xid, v_since)
      and pg_visible_in_snapshot(c.xid, v_until)
  );
  return v_hello || jsonb_build_object('cursor', case when v_quiet then
    jsonb_build_object('epoch', v_hello -> 'epoch', 'snapshot', v_until::text) end);
end $$;
comment on function sync.poll(uuid, jsonb, jsonb) is 'Who the caller is, and whether anything is new.';

-- What members may call. The second list is what the first is made of: all run with the
-- caller's own rights.
revoke all on all functions in schema sync from public;
grant execute on function
  sync.my_organizations(), sync.hello(uuid, jsonb), sync.poll(uuid, jsonb, jsonb),
  sync.pull(uuid, jsonb, jsonb, jsonb, int), sync.push(uuid, jsonb, jsonb),
  sync.counts(uuid, text[], date), sync.select_together(uuid, jsonb, date),
  sync.select_for(uuid, text, text[], uuid, date), sync.images(uuid, text, text[], uuid[]),
  sync.digest(uuid, text, text[], uuid, date, int),
  sync.keys(uuid, text, text[], uuid, uuid, date),
  sync.beyond(uuid, text, text[], date, text, uuid, int)
  to authenticated;
grant execute on function
  sync.require_member(uuid), sync.note_device(uuid, jsonb, bigint),
  sync.belongs(text, uuid, text, date), sync.recent(text, date), sync.row_text(text, text[]),
  sync.changed_rows(uuid, text, text[], uuid[], boolean[], boolean[]), sync.columns(text),
  sync.select_list(text, text[]), sync.known_columns(text, text[]), sync.places(int),
  sync.outward(text, oid, int), sync.inward(text, oid, int),
  sync.images_by_id(uuid, text, text[], uuid[]), sync.can_follow(jsonb),
  sync.due(uuid, pg_snapshot, pg_snapshot), sync.image(uuid, text, uuid),
  sync.stale_rows(uuid, jsonb), sync.insert_rows(uuid, text, jsonb),
  sync.change_row(uuid, jsonb), sync.apply_parcel(uuid, jsonb),
  sync.write_together(uuid, jsonb, text, boolean),
  sync.apply_together(uuid, uuid, jsonb, text[]), sync.apply_run(uuid, uuid, jsonb, text[]),
  sync.added(jsonb), sync.runs(jsonb, jsonb), sync.room_for(text, uuid[], bigint)
  to authenticated;

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

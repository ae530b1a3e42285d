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

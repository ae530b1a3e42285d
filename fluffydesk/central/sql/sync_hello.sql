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

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
  insert into sync.devices (organization_id, id, name, version, clock_offset_ms)
  values (
    p_organization_id, (p_device ->> 'id')::uuid, p_device ->> 'name', p_device ->> 'version',
    ((p_device ->> 'clock')::bigint - v_now) / 1000
  )
  on conflict (user_id, organization_id, id) do update
    set name = excluded.name, version = excluded.version,
      clock_offset_ms = excluded.clock_offset_ms, last_seen = now();
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

-- What members may call. The second list is what the first is made of: all run with the
-- caller's own rights.
revoke all on all functions in schema sync from public;
grant execute on function
  sync.my_organizations(), sync.hello(uuid, jsonb),
  sync.pull(uuid, jsonb, jsonb, jsonb, int), sync.push(uuid, jsonb, jsonb),
  sync.select_for(uuid, text, text[], uuid), sync.images(uuid, text, text[], uuid[]),
  sync.digest(uuid, text, text[]), sync.keys(uuid, text, text[])
  to authenticated;
grant execute on function
  sync.require_member(uuid), sync.belongs(text, uuid, text), sync.columns(text),
  sync.select_list(text, text[]), sync.known_columns(text, text[]), sync.places(int),
  sync.outward(text, oid, int), sync.inward(text, oid, int),
  sync.images_by_id(uuid, text, text[], uuid[]), sync.can_follow(jsonb),
  sync.due(uuid, pg_snapshot, pg_snapshot), sync.image(uuid, text, uuid),
  sync.stale_rows(uuid, jsonb), sync.insert_rows(uuid, text, jsonb),
  sync.change_row(uuid, jsonb), sync.apply_parcel(uuid, jsonb),
  sync.insert_together(uuid, uuid, jsonb)
  to authenticated;

-- Visits: who may ask for one, that a pet becomes a patient by it, and that a room has a place.

-- Rule 22: no visits after a pet's death, by the organization's own days. And whoever does not work
-- there may ask only for what the organization offers to everybody, and lets them ask for.
create function public.check_visit() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_row jsonb := to_jsonb(new);
  v_zone text;
  v_begins date;
begin
  select o.time_zone into v_zone from public.organizations o where o.id = new.organization_id;
  v_begins := coalesce(
    (v_row ->> 'start_date')::date,
    ((v_row ->> 'scheduled_at')::timestamptz at time zone coalesce(v_zone, 'UTC'))::date);
  if new.status not in ('cancelled', 'no_show') and exists (
    select from public.pets p where p.id = new.pet_id and p.deceased_on < v_begins
  ) then
    raise exception 'the pet has died' using errcode = 'P0001',
      table = tg_table_name, schema = tg_table_schema, column = 'pet_id',
      hint = 'Correct the pet''s card if it has not.';
  end if;
  if tg_op = 'INSERT'
    and auth.uid() is not null
    and new.organization_id <> all (
      access.organizations_as('{owner,manager,veterinarian,staff}')
    )
    and not exists (
      select from public.organization_services s
      where s.organization_id = new.organization_id
        and s.service_id = new.service_id
        and s.is_public
        and s.books_online
        and s.status = 'active'
    )
  then
    raise exception 'this cannot be booked here' using errcode = '42501', table = tg_table_name,
      schema = tg_table_schema, hint = 'Ask the organization itself.';
  end if;
  return new;
end $$;
comment on function public.check_visit()
  is 'Refuse visits of pets that have died, and what is not offered to whoever asks for it.';
revoke all on function public.check_visit() from public;

create trigger check_visit before insert or update of pet_id, scheduled_at on public.appointments
  for each row execute function public.check_visit();
create trigger check_visit before insert or update of pet_id, start_date on public.bookings
  for each row execute function public.check_visit();

-- A pet whose owner books a visit becomes a patient by it, until the last such visit is gone.
create trigger link_by_visit before insert on public.appointments
  for each row execute function access.link_by_visit();
create trigger link_by_visit before insert on public.bookings
  for each row execute function access.link_by_visit();
create trigger unlink_by_visit after update or delete on public.appointments
  for each row execute function access.unlink_by_visit();
create trigger unlink_by_visit after update or delete on public.bookings
  for each row execute function access.unlink_by_visit();

-- Rule 19: a room never holds more bookings at once than it has places, and none while it is
-- blocked. A booking without times takes its room for the nights between its days.
create function public.check_room_has_place() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_zone text;
  v_starts timestamptz;
  v_ends timestamptz;
  v_places bigint;
  v_most bigint;
begin
  if new.room_id is null or new.status in ('completed', 'cancelled', 'no_show') then
    return new;
  end if;
  -- One at a time, so that the last place is given once.
  perform pg_advisory_xact_lock(hashtextextended('room ' || new.room_id, 0));
  select o.time_zone into v_zone from public.organizations o where o.id = new.organization_id;
  v_starts := coalesce(new.drop_off_at, new.start_date::timestamp at time zone v_zone);
  v_ends := coalesce(
    new.pick_up_at, greatest(new.end_date, new.start_date + 1)::timestamp at time zone v_zone);
  select coalesce((
      select min(a.capacity) from public.room_availability a
      where a.room_id = r.id and a.organization_id = r.organization_id
        and a.starts_at < v_ends and a.ends_at > v_starts
        and a.kind = 'available'
    ), r.capacity) into v_places
    from public.rooms r
    where r.id = new.room_id and r.organization_id = new.organization_id;
  if exists (
    select from public.room_availability a
    where a.room_id = new.room_id and a.organization_id = new.organization_id
      and a.starts_at < v_ends and a.ends_at > v_starts
      and a.kind <> 'available'
  ) then
    v_places := 0;
  end if;
  with others as (
    select
      coalesce(b.drop_off_at, b.start_date::timestamp at time zone v_zone) as starts,
      coalesce(
        b.pick_up_at, greatest(b.end_date, b.start_date + 1)::timestamp at time zone v_zone
      ) as ends
    from public.bookings b
    where b.organization_id = new.organization_id
      and b.room_id = new.room_id
      and b.id <> new.id
      and b.status not in ('completed', 'cancelled', 'no_show')
  ), taken as (
    select t.starts, t.ends from others t where t.starts < v_ends and t.ends > v_starts
  ), moments as ( -- at which the number can be at its highest: when a stay begins
    select v_starts as at
    union
    select t.starts from taken t where t.starts > v_starts
  )
  select coalesce(max(c.number), 0) into v_most
    from (
      select count(*) as number
      from moments m join taken t on t.starts <= m.at and t.ends > m.at
      group by m.at
    ) c;
  if v_most >= v_places then
    raise exception 'the room has no place left at that time' using errcode = '23P01',
      constraint = 'ex_bookings_room_id', table = tg_table_name, schema = tg_table_schema,
      column = 'room_id', hint = 'Choose another room or other days.';
  end if;
  return new;
end $$;
comment on function public.check_room_has_place() is 'Refuse a booking of a room that is full.';
revoke all on function public.check_room_has_place() from public;

create trigger check_room_has_place
  before insert or update of room_id, start_date, end_date, drop_off_at, pick_up_at, status
  on public.bookings
  for each row execute function public.check_room_has_place();

-- The owner of a pet calls a visit off before it has begun; nothing else of it is theirs to change.
create function public.cancel_visit(p_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.appointments v
  set status = 'cancelled'
  where v.id = p_id
    and v.status in ('scheduled', 'confirmed')
    and v.arrived_at is null
    and v.scheduled_at > now()
    and exists (select from public.pets p where p.id = v.pet_id and p.owner_id = auth.uid());
  if found then
    return;
  end if;
  update public.bookings v
  set status = 'cancelled', cancellation_reason = coalesce(v.cancellation_reason, 'By the owner')
  where v.id = p_id
    and v.status in ('requested', 'confirmed')
    and v.checked_in_at is null
    and coalesce(v.drop_off_at > now(), v.start_date >= current_date)
    and exists (select from public.pets p where p.id = v.pet_id and p.owner_id = auth.uid());
  if not found then
    raise exception 'there is no such visit for you to cancel' using errcode = '42501',
      hint = 'One that has begun is ended by the organization.';
  end if;
end $$;
comment on function public.cancel_visit(uuid)
  is 'Cancel an appointment or booking of one''s own pet that has not begun.';
revoke all on function public.cancel_visit(uuid) from public;
grant execute on function public.cancel_visit(uuid) to authenticated;

-- Rule 19 holds unless the vet, room or table allows it: what their policies come to for a visit is
-- kept with it, where the constraints can see it. What was booked under an earlier policy stays as
-- it was until it is moved, and no other visit is put over it.
create function public.claim_times() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_until timestamptz := coalesce(new.free_at, new.ends_at);
  v_policy public.double_booking;
begin
  if tg_op = 'UPDATE'
    and old.status not in ('cancelled', 'no_show')
    and (old.veterinarian_id, old.room_id, old.scheduled_at, old.ends_at, old.free_at,
      old.may_overlap) is not distinct from
      (new.veterinarian_id, new.room_id, new.scheduled_at, new.ends_at, new.free_at,
      new.may_overlap)
  then
    return new;
  end if;
  -- A policy that changes meanwhile waits until this visit can be seen.
  select m.double_booking into v_policy from public.organization_users m
    where m.organization_id = new.organization_id and m.user_id = new.veterinarian_id
    for share;
  new.vet_alone := case v_policy
    when 'allow' then false when 'ask' then not new.may_overlap else true end;
  v_policy := null;
  select r.double_booking into v_policy from public.rooms r
    where r.organization_id = new.organization_id and r.id = new.room_id
    for share;
  new.room_alone := case v_policy
    when 'allow' then false when 'ask' then not new.may_overlap else true end;
  if new.status in ('cancelled', 'no_show') then
    return new;
  end if;
  -- Of two that have a vet to themselves the constraint takes one; this is about the others.
  if new.vet_alone and exists (
    select from public.appointments v
    where v.organization_id = new.organization_id
      and v.veterinarian_id = new.veterinarian_id
      and not v.vet_alone
      and v.id <> new.id
      and v.status not in ('cancelled', 'no_show')
      and v.scheduled_at > new.scheduled_at - interval '8 days'
      and v.scheduled_at < v_until
      and coalesce(v.free_at, v.ends_at) > new.scheduled_at
  ) then
    raise exception 'the vet has another visit at that time' using errcode = '23P01',
      constraint = 'ex_appointments_veterinarian_id', table = tg_table_name,
      schema = tg_table_schema, hint = 'Choose another time, or book it on purpose.';
  end if;
  if new.room_alone and exists (
    select from public.appointments v
    where v.organization_id = new.organization_id
      and v.room_id = new.room_id
      and not v.room_alone
      and v.id <> new.id
      and v.status not in ('cancelled', 'no_show')
      and v.scheduled_at > new.scheduled_at - interval '8 days'
      and v.scheduled_at < v_until
      and coalesce(v.free_at, v.ends_at) > new.scheduled_at
  ) then
    raise exception 'the room has another visit at that time' using errcode = '23P01',
      constraint = 'ex_appointments_room_id', table = tg_table_name,
      schema = tg_table_schema, hint = 'Choose another time, or book it on purpose.';
  end if;
  return new;
end $$;
comment on function public.claim_times()
  is 'Note whether a visit has its vet and its room to itself (rule 19).';
revoke all on function public.claim_times() from public;

create trigger claim_times
  before insert or update of
    veterinarian_id, room_id, scheduled_at, ends_at, free_at, may_overlap, status
  on public.appointments
  for each row execute function public.claim_times();

-- Who gets a place: registrations for events, and shifts that volunteers take.

-- A place is given to those who came first, the others wait. Whoever works for the organization
-- may let in more. What is owed is the price of the day of registering.
create function public.place_event_attendee() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_event record;
  v_taken bigint;
  v_is_new boolean := tg_op = 'INSERT' or old.status not in ('registered', 'waitlisted');
  v_may_decide boolean := auth.uid() is null or pg_trigger_depth() > 1 or coalesce(
    new.organization_id = any(access.organizations_as('{owner,manager,veterinarian,staff}')), false
  );
begin
  if new.status not in ('registered', 'waitlisted') then
    return new;
  end if;
  if not v_is_new and (new.status, new.tickets) = (old.status, old.tickets) then
    return new;
  end if;
  select e.capacity, e.price into v_event from public.events e
    where e.id = new.event_id and e.organization_id = new.organization_id
    for no key update; -- one at a time, so that the last place is given once
  if not found then
    return new; -- the foreign key says so
  end if;
  new.registered_at := case when v_is_new then now() else old.registered_at end;
  new.amount_due := case
    when v_is_new then v_event.price * new.tickets
    else old.amount_due / old.tickets * new.tickets
  end;
  if v_may_decide or v_event.capacity is null then
    new.status := case when v_may_decide then new.status else 'registered' end;
    return new;
  end if;
  select coalesce(sum(a.tickets), 0)::bigint into v_taken from public.event_attendees a
    where a.event_id = new.event_id and a.status = 'registered' and a.id <> new.id;
  if v_taken + new.tickets <= v_event.capacity then
    new.status := 'registered';
  elsif not v_is_new and old.status = 'registered' then
    raise exception 'there are not as many places left' using errcode = '23514',
      table = tg_table_name, schema = tg_table_schema, column = 'tickets';
  else
    new.status := 'waitlisted';
  end if;
  return new;
end $$;
comment on function public.place_event_attendee() is 'Give a place, or one on the waiting list.';
revoke all on function public.place_event_attendee() from public;

create trigger place_event_attendee before insert or update on public.event_attendees
  for each row execute function public.place_event_attendee();

-- Asked after the policies, so that nobody learns of events they may not see.
create function public.refuse_late_registration() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if auth.uid() is null
    or pg_trigger_depth() > 1
    or new.status not in ('registered', 'waitlisted')
    or (tg_op = 'UPDATE' and (new.status, new.tickets) = (old.status, old.tickets))
    or new.organization_id = any(access.organizations_as('{owner,manager,veterinarian,staff}'))
  then
    return null;
  end if;
  if not exists (
    select from public.events e
    where e.id = new.event_id
      and e.status = 'published'
      and now() <= coalesce(e.registration_deadline, e.starts_at)
  ) then
    raise exception 'registration for this event is closed' using errcode = '23514',
      table = tg_table_name, schema = tg_table_schema;
  end if;
  return null;
end $$;
comment on function public.refuse_late_registration() is 'Refuse who comes after the deadline.';
revoke all on function public.refuse_late_registration() from public;

create trigger refuse_late_registration after insert or update on public.event_attendees
  for each row execute function public.refuse_late_registration();

-- Places that become free go to those who wait, in the order in which they came.
create function public.promote_event_attendees() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_free bigint;
  v_next record;
begin
  if old.status <> 'registered'
    or (tg_op = 'UPDATE' and new.status = 'registered' and new.tickets >= old.tickets)
  then
    return null;
  end if;
  select e.capacity into v_free from public.events e
    where e.id = old.event_id and e.status = 'published' and e.starts_at > now()
    for no key update;
  if v_free is null then
    return null;
  end if;
  v_free := v_free - (
    select coalesce(sum(a.tickets), 0)::bigint from public.event_attendees a
    where a.event_id = old.event_id and a.status = 'registered'
  );
  for v_next in
    select a.id, a.tickets from public.event_attendees a
    where a.event_id = old.event_id and a.status = 'waitlisted' and a.id <> old.id
    order by a.registered_at, a.id
  loop
    if v_next.tickets <= v_free then
      update public.event_attendees set status = 'registered' where id = v_next.id;
      v_free := v_free - v_next.tickets;
    end if;
  end loop;
  return null;
end $$;
comment on function public.promote_event_attendees() is 'Give free places to those who wait.';
revoke all on function public.promote_event_attendees() from public;

create trigger promote_event_attendees after update or delete on public.event_attendees
  for each row execute function public.promote_event_attendees();

create function public.leave_answer_to_invited() returns trigger
language plpgsql set search_path = '' as $$
begin
  if auth.uid() <> old.user_id
    and old.status in ('invited', 'declined')
    and new.status not in ('invited', 'declined')
  then
    raise exception 'who was invited answers' using errcode = '42501', table = tg_table_name,
      schema = tg_table_schema;
  end if;
  return new;
end $$;
comment on function public.leave_answer_to_invited() is 'Let nobody accept for who was invited.';
revoke all on function public.leave_answer_to_invited() from public;

create trigger leave_answer before update of status on public.event_participants
  for each row execute function public.leave_answer_to_invited();

create function public.answer_event_invitation(p_participant_id uuid, p_comes boolean)
returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.event_participants p
  set status = (case when p_comes then 'confirmed' else 'declined' end)::public.participation_status
  where p.id = p_participant_id
    and p.user_id = auth.uid()
    and (p.status = 'invited' or (p.status = 'confirmed' and not p_comes));
  if not found then
    raise exception 'there is no such invitation for you' using errcode = '42501';
  end if;
end $$;
comment on function public.answer_event_invitation(uuid, boolean)
  is 'Accept or decline to take part in an event one was invited to.';
revoke all on function public.answer_event_invitation(uuid, boolean) from public;
grant execute on function public.answer_event_invitation(uuid, boolean) to authenticated;

-- Who agreed to hours, and when, is set here and nowhere else.
create function public.stamp_volunteer_hours() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.status not in ('approved', 'refused') then
    new.approved_by := null;
    new.approved_at := null;
  elsif tg_op = 'INSERT' or new.status <> old.status then
    new.approved_by := auth.uid();
    new.approved_at := now();
  end if;
  return new;
end $$;
comment on function public.stamp_volunteer_hours() is 'Set who agreed to a volunteer''s hours.';
revoke all on function public.stamp_volunteer_hours() from public;

create trigger stamp_volunteer_hours before insert or update on public.volunteer_hours
  for each row execute function public.stamp_volunteer_hours();

-- Asked after the policies, as above.
create function public.refuse_full_shift() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_needed bigint;
begin
  if new.shift_id is null
    or auth.uid() is null
    or new.organization_id = any(access.organizations_as('{owner,manager}'))
  then
    return null;
  end if;
  select s.people_needed into v_needed from public.shifts s where s.id = new.shift_id
    for no key update; -- one at a time
  if v_needed < (
    select count(*) from public.volunteer_hours h
    where h.shift_id = new.shift_id and h.status <> 'refused'
  ) then
    raise exception 'the shift has all the people it needs' using errcode = '23514',
      table = tg_table_name, schema = tg_table_schema, column = 'shift_id';
  end if;
  return null;
end $$;
comment on function public.refuse_full_shift() is 'Refuse more people than a shift needs.';
revoke all on function public.refuse_full_shift() from public;

create trigger refuse_full_shift after insert on public.volunteer_hours
  for each row execute function public.refuse_full_shift();

-- Who takes part in a private event sees it, and no longer than that: the event itself does not
-- change then, and the PC of that person would not hear of it.
create function sync.log_event_people() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_scopes uuid[];
begin
  with logged as (
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct e.organization_id, 'events', e.id, 'upsert'
    from people p join public.events e on e.id = p.event_id
    where e.visibility = 'private'
    returning scope_id
  )
  select array_agg(distinct scope_id) into v_scopes from logged;
  perform sync.wake(v_scopes);
  return null;
end $$;
comment on function sync.log_event_people() is 'Log that a private event comes into sight or leaves.';
revoke all on function sync.log_event_people() from public;

create trigger log_event_insert after insert on public.event_participants
  referencing new table as people for each statement execute function sync.log_event_people();
create trigger log_event_update after update on public.event_participants
  referencing new table as people for each statement execute function sync.log_event_people();
create trigger log_event_delete after delete on public.event_participants
  referencing old table as people for each statement execute function sync.log_event_people();
create trigger log_event_insert after insert on public.event_attendees
  referencing new table as people for each statement execute function sync.log_event_people();
create trigger log_event_update after update on public.event_attendees
  referencing new table as people for each statement execute function sync.log_event_people();
create trigger log_event_delete after delete on public.event_attendees
  referencing old table as people for each statement execute function sync.log_event_people();

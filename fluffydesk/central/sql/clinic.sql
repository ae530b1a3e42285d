-- A vet on a farm. The farm names its clinic by a code that the clinic gave it; from then on central
-- enters what the clinic's people write of their visits in the farm's medicine book, under the same
-- id, so that the withdrawal clock starts there too. Neither side reads more of the other's.

-- Which of all clinics' clients a code means.
create function public.client_of_code(p_code text) returns uuid
language sql immutable set search_path = '' as $$
  select case when trim(lower(p_code)) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    then trim(p_code)::uuid end
$$;
comment on function public.client_of_code(text) is 'The id of the client that a code means.';

create function public.name_farm_vet() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  select o.id, o.name into new.clinic_id, new.clinic_name
  from public.clinic_clients c join public.organizations o on o.id = c.organization_id
  where c.id = public.client_of_code(new.client_code) and o.id <> new.organization_id;
  return new;
end $$;
comment on function public.name_farm_vet()
  is 'Name the clinic that gave out a code; nobody, where none did.';

create trigger name_farm_vet before insert or update of client_code on public.farm_vets
  for each row execute function public.name_farm_vet();

-- Whose card stands for a client's: its own, or where two were one client, the one kept. Cards that
-- two desks merged into each other are all the one entered first, as on every PC.
create function public.kept_client(p_id uuid) returns uuid
language plpgsql stable security definer set search_path = '' as $$
declare
  v_path uuid[] := array[]::uuid[];
  v_here uuid := p_id;
  v_into uuid;
begin
  loop
    select c.merged_into_id into v_into from public.clinic_clients c where c.id = v_here;
    exit when v_into is null or v_here = any(v_path);
    v_path := v_path || v_here;
    v_here := v_into;
  end loop;
  if v_into is null then
    return v_here;
  end if;
  return (
    select u.id from unnest(v_path[array_position(v_path, v_here):]) as u(id)
    order by u.id limit 1
  );
end $$;
comment on function public.kept_client(uuid) is 'The card that is kept of a client.';

-- Which farm a client of a clinic is: the one that named the clinic by this card's code, or by that
-- of a card which was merged with it.
create function public.farm_of_client(p_clinic_id uuid, p_client_id uuid) returns uuid
language sql stable security definer set search_path = '' as $$
  select v.organization_id from public.farm_vets v
  where v.clinic_id = p_clinic_id and v.ended_on is null
    and public.kept_client(public.client_of_code(v.client_code)) = public.kept_client(p_client_id)
  order by public.client_of_code(v.client_code) = p_client_id desc, v.created_at, v.id
  limit 1
$$;
comment on function public.farm_of_client(uuid, uuid)
  is 'The farm that a client of a clinic is, where it has named the clinic as its vet.';

create function public.tie_clients(p_ids uuid[]) returns void
language sql security definer set search_path = '' as $$
  update public.clinic_clients c
  set farm_id = f.farm_id
  from (
    select t.id, public.farm_of_client(t.organization_id, t.id) as farm_id
    from public.clinic_clients t
    where t.id = any(p_ids || array(select public.kept_client(u.id) from unnest(p_ids) as u(id)))
  ) f
  where c.id = f.id and c.farm_id is distinct from f.farm_id
$$;
comment on function public.tie_clients(uuid[])
  is 'Tell a clinic which of some clients is which farm.';

create function public.tie_farm_client() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform public.tie_clients(array_remove(array[
    case when tg_op <> 'INSERT' then public.client_of_code(old.client_code) end,
    case when tg_op <> 'DELETE' then public.client_of_code(new.client_code) end
  ], null));
  return null;
end $$;
comment on function public.tie_farm_client() is 'Tell a clinic which of its clients is which farm.';

create trigger tie_farm_client after insert or update or delete on public.farm_vets
  for each row execute function public.tie_farm_client();

-- Which animal, flock or group of a farm is meant; all are null where none, or more than one, is.
create function public.find_at_farm(
  p_farm_id uuid, p_tag text, p_group text,
  out animal_id uuid, out flock_id uuid, out batch_id uuid
)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_tag constant text := upper(regexp_replace(p_tag, '\s', '', 'g'));
  v_found uuid[];
begin
  if p_tag is not null then
    v_found := array(
      select l.id from public.livestock l
      where l.organization_id = p_farm_id and l.status = 'active'
        and v_tag in (
          upper(regexp_replace(l.official_id, '\s', '', 'g')), upper(l.eid), upper(l.tag_number)
        )
      limit 2
    );
    animal_id := case when cardinality(v_found) = 1 then v_found[1] end;
    return;
  end if;
  flock_id := (
    select f.id from public.flocks f
    where f.organization_id = p_farm_id and lower(f.name) = lower(trim(p_group))
    order by f.status <> 'active', f.id limit 1
  );
  if flock_id is null then
    batch_id := (
      select b.id from public.livestock_batches b
      where b.organization_id = p_farm_id and lower(b.name) = lower(trim(p_group))
      order by b.status <> 'active', b.id limit 1
    );
  end if;
end $$;
comment on function public.find_at_farm(uuid, text, text)
  is 'Find the animal or group of a farm that a vet means.';

-- An organic farm waits twice as long as the label says, and two days at least (Regulation (EU)
-- 2018/848, annex II, part II, 1.5.2.5).
create function public.hours_at_farm(p_farm_id uuid, p_hours bigint) returns bigint
language sql stable security definer set search_path = '' as $$
  select case when o.is_organic then greatest(2 * p_hours, 48) else p_hours end
  from public.organizations o where o.id = p_farm_id
$$;
comment on function public.hours_at_farm(uuid, bigint)
  is 'For how long a farm withholds what the label withholds so many hours.';

create function public.enter_at_farm() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_farm_id uuid;
  v_who text;
  v_at record;
begin
  select public.farm_of_client(s.organization_id, s.client_id),
    concat_ws(', ', p.full_name, o.name)
  into v_farm_id, v_who
  from public.farm_visits s
  join public.organizations o on o.id = s.organization_id
  left join public.profiles p on p.id = s.veterinarian_id
  where s.id = new.visit_id and s.organization_id = new.organization_id;
  if new.is_in_farm_book then
    -- The farm would go on withholding the one it read of, and sell the milk of the other.
    if tg_op = 'UPDATE'
      and (new.animal_tag, new.group_name) is distinct from (old.animal_tag, old.group_name)
    then
      raise exception 'the farm''s medicine book has it for %: void it, and write it down anew',
        coalesce(old.animal_tag, old.group_name)
        using errcode = 'P0001', table = tg_table_name, schema = tg_table_schema,
          column = case when new.animal_tag is distinct from old.animal_tag
            then 'animal_tag' else 'group_name' end;
    end if;
    update public.health_treatments t
    set head_count = new.head_count, reason = new.reason, product = new.product,
      substance = new.substance,
      is_antimicrobial = new.is_antimicrobial, lot = new.lot, lot_expires_on = new.lot_expires_on,
      dose = new.dose, dose_unit = new.dose_unit, route = new.route, given_at = new.given_at,
      doses = new.doses, hours_between = new.hours_between,
      milk_hours = public.hours_at_farm(t.organization_id, new.milk_hours),
      meat_hours = public.hours_at_farm(t.organization_id, new.meat_hours),
      egg_hours = public.hours_at_farm(t.organization_id, new.egg_hours),
      void_reason = coalesce(t.void_reason, new.void_reason)
    where t.id = new.id;
    return new;
  elsif v_farm_id is null then
    new.farm_answer := 'The farm has not named the clinic as its vet.';
    return new;
  end if;
  select * into v_at
  from public.find_at_farm(v_farm_id, new.animal_tag, new.group_name);
  if coalesce(v_at.animal_id, v_at.flock_id, v_at.batch_id) is null then
    new.farm_answer := 'The farm has no one animal or group of this name.';
    return new;
  end if;
  insert into public.health_treatments (
    id, organization_id, animal_id, flock_id, batch_id, head_count, reason, product, substance,
    is_antimicrobial, lot, lot_expires_on, dose, dose_unit, route, given_at, doses, hours_between,
    veterinarian, milk_hours, meat_hours, egg_hours, void_reason
  ) values (
    new.id, v_farm_id, v_at.animal_id, v_at.flock_id, v_at.batch_id, new.head_count, new.reason,
    new.product, new.substance, new.is_antimicrobial, new.lot, new.lot_expires_on, new.dose,
    new.dose_unit, new.route, new.given_at, new.doses, new.hours_between, v_who,
    public.hours_at_farm(v_farm_id, new.milk_hours),
    public.hours_at_farm(v_farm_id, new.meat_hours),
    public.hours_at_farm(v_farm_id, new.egg_hours), new.void_reason
  );
  new.is_in_farm_book := true;
  new.farm_answer := 'Entered in the farm''s medicine book.';
  return new;
end $$;
comment on function public.enter_at_farm()
  is 'Enter a vet''s treatment in the medicine book of the farm it was given at (rule 16).';

create trigger enter_at_farm before insert or update on public.farm_visit_treatments
  for each row execute function public.enter_at_farm();

-- A visit of a client who turns out to be a farm's is asked about again: what the farm's book has
-- not got is entered, if it can be.
create function public.enter_again() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.farm_visit_treatments t
  set farm_answer = t.farm_answer
  where t.visit_id = new.id and t.organization_id = new.organization_id
    and not t.is_in_farm_book and t.void_reason is null;
  return null;
end $$;
comment on function public.enter_again() is 'Ask the farm about a visit''s treatments again.';

create trigger enter_again after update of client_id on public.farm_visits
  for each row when (old.client_id is distinct from new.client_id)
  execute function public.enter_again();

create function public.follow_merged_client() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform public.tie_clients(
    array_remove(array[new.id, old.merged_into_id, new.merged_into_id], null));
  update public.farm_visit_treatments t
  set farm_answer = t.farm_answer
  from public.farm_visits s
  where s.client_id in (new.id, new.merged_into_id) and s.organization_id = new.organization_id
    and t.visit_id = s.id and t.organization_id = s.organization_id
    and not t.is_in_farm_book and t.void_reason is null
    and public.farm_of_client(s.organization_id, s.client_id) is not null;
  return null;
end $$;
comment on function public.follow_merged_client()
  is 'Let the farm of a card that was merged be that of the one kept.';

create trigger follow_merged_client after update of merged_into_id on public.clinic_clients
  for each row when (old.merged_into_id is distinct from new.merged_into_id)
  execute function public.follow_merged_client();

-- What is in a farm's medicine book is voided, never taken out.
create function public.keep_farm_treatment() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if old.is_in_farm_book and exists (
    select from public.organizations o where o.id = old.organization_id
  ) then
    raise exception 'it is in the farm''s medicine book: void it with a reason'
      using errcode = 'P0001', table = tg_table_name, schema = tg_table_schema,
        column = 'void_reason';
  end if;
  return old;
end $$;
comment on function public.keep_farm_treatment() is 'Keep what a farm''s medicine book holds.';

create trigger keep_farm_treatment before delete on public.farm_visit_treatments
  for each row execute function public.keep_farm_treatment();

-- A reminder that the platform has sent is not taken back, whatever a PC that was offline believed.
-- It goes with its reminder, and with the organization.
create function public.keep_sent_reminder() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if old.sent_at is not null and exists (
    select from public.reminders r where r.id = old.reminder_id
  ) then
    raise exception 'it has been sent'
      using errcode = 'P0001', table = tg_table_name, schema = tg_table_schema,
        column = 'sent_at', hint = 'Write to the client that it is settled.';
  end if;
  return old;
end $$;
comment on function public.keep_sent_reminder() is 'Keep what clients were told.';

create trigger keep_sent_reminder before delete on public.reminder_messages
  for each row execute function public.keep_sent_reminder();

revoke all on function
  public.hours_at_farm(uuid, bigint),
  public.keep_sent_reminder(),
  public.client_of_code(text),
  public.kept_client(uuid),
  public.farm_of_client(uuid, uuid),
  public.tie_clients(uuid[]),
  public.enter_again(),
  public.follow_merged_client(),
  public.name_farm_vet(),
  public.tie_farm_client(),
  public.find_at_farm(uuid, text, text),
  public.enter_at_farm(),
  public.keep_farm_treatment()
from public;

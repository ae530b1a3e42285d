-- Signed records, reminders, insights, and until when milk, meat and eggs are withheld.

-- Rule 22: a signed record is amended by a new one, never edited. Whether it is shared is not part
-- of what was signed. With its organization it goes (that delete comes from within a trigger).
create function public.guard_signed_record() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_free constant text[] := '{shared,updated_at,updated_by,updated_device,row_version}'::text[];
begin
  if tg_op = 'DELETE' then
    if old.signed_at is not null and pg_trigger_depth() = 1 then
      raise exception 'a signed medical record is not deleted' using errcode = 'P0001',
        table = tg_table_name, schema = tg_table_schema,
        hint = 'Write another record that amends it.';
    end if;
    return old;
  end if;
  if tg_op = 'UPDATE' and old.signed_at is not null then
    if to_jsonb(new) - v_free is distinct from to_jsonb(old) - v_free then
      raise exception 'a signed medical record is not changed' using errcode = 'P0001',
        table = tg_table_name, schema = tg_table_schema,
        hint = 'Write another record that amends it.';
    end if;
    return new;
  end if;
  new.signed_by := case when new.signed_at is not null then coalesce(auth.uid(), new.signed_by) end;
  if new.amends_id is not null and not exists (
    select from public.medical_records r
    where r.id = new.amends_id
      and r.organization_id = new.organization_id
      and r.pet_id = new.pet_id
      and r.signed_at is not null
  ) then
    raise exception 'only a signed record of the same pet is amended' using errcode = 'P0001',
      table = tg_table_name, schema = tg_table_schema, column = 'amends_id',
      hint = 'What is not signed yet can be edited.';
  end if;
  return new;
end $$;
comment on function public.guard_signed_record()
  is 'Note who signs a medical record, and refuse to change or delete it afterwards.';
revoke all on function public.guard_signed_record() from public;

create trigger guard_signed_record before insert or update or delete on public.medical_records
  for each row execute function public.guard_signed_record();

-- Rule 22 again: nobody is reminded of a pet that has died.
create function public.check_reminder() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.organization_id is not null then
    new.user_id := null; -- it is the organization's, whoever of its people writes it down
  end if;
  if exists (
    select from public.pets p where p.id = new.pet_id and p.deceased_on is not null
  ) then
    raise exception 'the pet has died' using errcode = 'P0001',
      table = tg_table_name, schema = tg_table_schema, column = 'pet_id',
      hint = 'Correct the pet''s card if it has not.';
  end if;
  return new;
end $$;
comment on function public.check_reminder()
  is 'Say whose a reminder is, and refuse one for a pet that has died.';
revoke all on function public.check_reminder() from public;

create trigger check_reminder before insert on public.reminders
  for each row execute function public.check_reminder();

-- Rule 16: withheld until the last dose and the period of each product. A course that is not
-- finished has no end yet: hours above zero and no time mean that it is still withheld.
create function public.reckon_withdrawal() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_last timestamptz;
begin
  if tg_table_name = 'vaccine_logs' then
    v_last := new.given_at;
  else
    v_last := coalesce(new.last_dose_at, case when new.doses = 1 then new.given_at end);
    if new.void_reason is not null then
      v_last := null;
    end if;
  end if;
  new.milk_until := case when new.milk_hours > 0 then v_last + new.milk_hours * interval '1 h' end;
  new.meat_until := case when new.meat_hours > 0 then v_last + new.meat_hours * interval '1 h' end;
  new.eggs_until := case when new.egg_hours > 0 then v_last + new.egg_hours * interval '1 h' end;
  return new;
end $$;
comment on function public.reckon_withdrawal()
  is 'Reckon until when milk, meat and eggs are withheld.';
revoke all on function public.reckon_withdrawal() from public;

create trigger reckon_withdrawal before insert or update on public.vaccine_logs
  for each row execute function public.reckon_withdrawal();
create trigger reckon_withdrawal before insert or update on public.health_treatments
  for each row execute function public.reckon_withdrawal();

-- People say what they think of an insight, and change nothing in it.
create function public.review_insight(
  p_insight_id uuid, p_verdict public.insight_verdict, p_is_dismissed boolean default false
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.ai_insights i
  set verdict = coalesce(p_verdict, i.verdict),
    is_dismissed = coalesce(p_is_dismissed, i.is_dismissed),
    reviewed_by = auth.uid(),
    reviewed_at = now()
  where i.id = p_insight_id
    and (
      i.organization_id = any(
        (select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]
      )
      or i.organization_id is null and exists (
        select from public.pets p where p.id = i.pet_id and p.owner_id = auth.uid()
      )
    );
  if not found then
    raise exception 'there is no such insight for you to review' using errcode = '42501';
  end if;
end $$;
comment on function public.review_insight(uuid, public.insight_verdict, boolean)
  is 'Confirm, reject or dismiss an insight of one''s organization, or of one''s own pet.';
revoke all on function public.review_insight(uuid, public.insight_verdict, boolean) from public;
grant execute on function public.review_insight(uuid, public.insight_verdict, boolean)
  to authenticated;

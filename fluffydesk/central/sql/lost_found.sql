-- Those whom a match concerns are the reporters of its two reports, whatever is given.
create function public.name_lf_reporters() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  select r.reporter_id into new.lost_reporter_id
  from public.lf_reports r where r.id = new.lost_report_id;
  select r.reporter_id into new.found_reporter_id
  from public.lf_reports r where r.id = new.found_report_id;
  return new;
end $$;
comment on function public.name_lf_reporters() is 'Name the reporters of the reports of a match.';
revoke all on function public.name_lf_reporters() from public;

create trigger name_reporters
  before insert or update of lost_report_id, found_report_id on public.lf_matches
  for each row execute function public.name_lf_reporters();

-- The number itself is not kept. Whoever looks it up must have the animal, or its papers.
create function public.set_lf_microchip(p_report_id uuid, p_microchip text) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_number text := upper(regexp_replace(coalesce(p_microchip, ''), '[^0-9A-Za-z]', '', 'g'));
  v_hash text;
  v_report public.lf_reports;
  v_found integer;
begin
  select r.* into v_report
  from public.lf_reports r
  where r.id = p_report_id
    and r.moderation = 'visible'
    and case when r.organization_id is null then r.reporter_id = auth.uid()
      else r.organization_id = any(access.organizations_as('{owner,manager,veterinarian,staff}'))
    end;
  if not found then
    raise exception 'this is not a report of yours' using errcode = '42501';
  end if;
  if v_number <> '' and v_number !~ '^[0-9A-Z]{9,15}$' then
    raise exception 'a microchip has 9 to 15 digits' using errcode = '23514',
      hint = 'Type it as the reader prints it.';
  end if;
  v_hash := case when v_number <> '' then encode(sha256(convert_to(v_number, 'UTF8')), 'hex') end;
  update public.lf_reports r
  set microchip_hash = v_hash,
    is_chipped = case when v_hash is not null then true else r.is_chipped end
  where r.id = p_report_id;
  insert into public.lf_matches (lost_report_id, found_report_id, score, reasons)
  select case when v_report.kind = 'lost' then p_report_id else r.id end,
    case when v_report.kind = 'lost' then r.id else p_report_id end,
    1,
    '{microchip}'
  from public.lf_reports r
  where r.microchip_hash = v_hash
    and r.kind <> v_report.kind
    and r.status in ('open', 'matched')
    and r.moderation = 'visible'
  on conflict (lost_report_id, found_report_id) do update set score = 1, reasons = '{microchip}';
  get diagnostics v_found = row_count;
  return v_found;
end $$;
comment on function public.set_lf_microchip(uuid, text)
  is 'Keep the hash of an animal''s microchip with a report; returns how many reports match it.';
revoke all on function public.set_lf_microchip(uuid, text) from public;
grant execute on function public.set_lf_microchip(uuid, text) to authenticated;

-- Both reporters say whether a match is the animal; two that agree confirm it.
create function public.answer_lf_match(p_match_id uuid, p_answer public.lf_answer)
returns public.lf_match_status
language plpgsql security definer set search_path = '' as $$
declare
  v_match public.lf_matches;
begin
  update public.lf_matches m
  set lost_answer = case when m.lost_reporter_id = auth.uid() then p_answer else m.lost_answer end,
    found_answer = case when m.found_reporter_id = auth.uid() then p_answer else m.found_answer end
  where m.id = p_match_id and auth.uid() in (m.lost_reporter_id, m.found_reporter_id)
  returning m.* into v_match;
  if not found then
    raise exception 'this match is not about a report of yours' using errcode = '42501';
  end if;
  v_match.status := (case
    when 'no' in (v_match.lost_answer, v_match.found_answer) then 'rejected'
    when v_match.lost_answer = 'yes' and v_match.found_answer = 'yes' then 'confirmed'
    else 'proposed'
  end)::public.lf_match_status;
  update public.lf_matches m
  set status = v_match.status,
    decided_at = case when v_match.status <> 'proposed' then now() end
  where m.id = p_match_id;
  if v_match.status = 'confirmed' then
    update public.lf_reports r
    set status = 'matched'
    where r.id in (v_match.lost_report_id, v_match.found_report_id) and r.status = 'open';
  end if;
  return v_match.status;
end $$;
comment on function public.answer_lf_match(uuid, public.lf_answer)
  is 'Say whether a match is the animal of one''s report.';
revoke all on function public.answer_lf_match(uuid, public.lf_answer) from public;
grant execute on function public.answer_lf_match(uuid, public.lf_answer) to authenticated;

-- Nobody writes to whomever they like: to the reporter, to who wrote to the reporter, or to the
-- reporter of a matching report. What the sender may not see, the policy that comes next refuses.
create function public.check_lf_recipient() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_reporter uuid;
begin
  select r.reporter_id into v_reporter from public.lf_reports r where r.id = new.report_id;
  if auth.uid() is null or new.recipient_id = v_reporter then
    return new;
  end if;
  if new.sender_id = v_reporter and (
    exists (
      select from public.lf_messages m
      where m.report_id = new.report_id
        and m.sender_id = new.recipient_id
        and m.recipient_id = new.sender_id
    )
    or exists (
      select from public.lf_actions a
      where a.report_id = new.report_id and a.actor_id = new.recipient_id
    )
    or exists (
      select from public.lf_matches m
      where new.report_id in (m.lost_report_id, m.found_report_id)
        and new.recipient_id in (m.lost_reporter_id, m.found_reporter_id)
    )
  ) then
    return new;
  end if;
  raise exception 'messages about a report go to its reporter, who may answer'
    using errcode = '23514', hint = 'Write to the reporter.';
end $$;
comment on function public.check_lf_recipient()
  is 'Refuse messages to people who have nothing to do with the report.';
revoke all on function public.check_lf_recipient() from public;

create trigger check_recipient before insert on public.lf_messages
  for each row execute function public.check_lf_recipient();

create function public.read_lf_messages(p_report_id uuid, p_sender_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.lf_messages m
  set read_at = now()
  where m.report_id = p_report_id
    and m.sender_id = p_sender_id
    and m.recipient_id = auth.uid()
    and m.read_at is null;
end $$;
comment on function public.read_lf_messages(uuid, uuid)
  is 'Note that one has read what somebody wrote about a report.';
revoke all on function public.read_lf_messages(uuid, uuid) from public;
grant execute on function public.read_lf_messages(uuid, uuid) to authenticated;

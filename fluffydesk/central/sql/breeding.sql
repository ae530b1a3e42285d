-- What was verified is verified no more once the owner says something else.
create function public.unverify_breeding_profile() returns trigger
language plpgsql set search_path = '' as $$
begin
  if (new.name, new.species, new.breed, new.sex, new.born_on, new.registered_with,
      new.registration_number, new.pedigree, new.health_tests)
    is distinct from
    (old.name, old.species, old.breed, old.sex, old.born_on, old.registered_with,
      old.registration_number, old.pedigree, old.health_tests) then
    new.is_verified := false;
  end if;
  return new;
end $$;
comment on function public.unverify_breeding_profile()
  is 'Take the mark of verification from a profile whose facts are changed.';
revoke all on function public.unverify_breeding_profile() from public;

create trigger unverify before update on public.breeding_profiles
  for each row execute function public.unverify_breeding_profile();

-- A pet that has changed hands or died is not offered by whoever had it.
create function public.retire_breeding_profiles() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.breeding_profiles b
  set status = 'retired'
  where b.pet_id = new.id
    and b.status <> 'retired'
    and (new.deceased_on is not null or b.owner_id is distinct from new.owner_id);
  return null;
end $$;
comment on function public.retire_breeding_profiles()
  is 'Retire the breeding profile of a pet that died or has another owner.';
revoke all on function public.retire_breeding_profiles() from public;

create trigger retire_breeding_profiles after update of owner_id, deceased_on on public.pets
  for each row execute function public.retire_breeding_profiles();

create function public.name_breeding_owners() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  select b.owner_id into new.female_owner_id
  from public.breeding_profiles b where b.id = new.female_profile_id;
  select b.owner_id into new.male_owner_id
  from public.breeding_profiles b where b.id = new.male_profile_id;
  return new;
end $$;
comment on function public.name_breeding_owners() is 'Name the owners of the profiles of a match.';
revoke all on function public.name_breeding_owners() from public;

create trigger name_owners
  before insert or update of female_profile_id, male_profile_id on public.breeding_matches
  for each row execute function public.name_breeding_owners();

create function public.name_breeding_recipient() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  select b.owner_id into new.recipient_id
  from public.breeding_profiles b where b.id = new.to_profile_id;
  return new;
end $$;
comment on function public.name_breeding_recipient()
  is 'Address a breeding request to the owner of the profile it is about.';
revoke all on function public.name_breeding_recipient() from public;

create trigger name_recipient before insert on public.breeding_requests
  for each row execute function public.name_breeding_recipient();

-- Two owners who both like the other's animal are told of each other; one who does not is alone
-- to know.
create function public.match_breeding_swipes() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_mine public.breeding_profiles;
  v_theirs public.breeding_profiles;
begin
  if new.choice = 'pass' or not exists (
    select from public.breeding_swipes s
    where s.swiper_profile_id = new.target_profile_id
      and s.target_profile_id = new.swiper_profile_id
      and s.choice <> 'pass'
  ) then
    return null;
  end if;
  select b.* into v_mine from public.breeding_profiles b where b.id = new.swiper_profile_id;
  select b.* into v_theirs from public.breeding_profiles b where b.id = new.target_profile_id;
  if v_mine.owner_id = v_theirs.owner_id
    or (v_mine.status, v_theirs.status) is distinct from ('active', 'active')
    or (v_mine.moderation, v_theirs.moderation) is distinct from ('visible', 'visible')
    or v_mine.species <> v_theirs.species
    or not (
      (v_mine.sex = 'female' and v_theirs.sex = 'male')
      or (v_mine.sex = 'male' and v_theirs.sex = 'female')
    )
    or exists (
      select from public.breeding_blocklist b
      where (b.user_id, b.blocked_id) in (
        (v_mine.owner_id, v_theirs.owner_id), (v_theirs.owner_id, v_mine.owner_id)
      )
    ) then
    return null;
  end if;
  insert into public.breeding_matches as m
    (female_profile_id, male_profile_id, status, matched_at)
  values (
    case when v_mine.sex = 'female' then v_mine.id else v_theirs.id end,
    case when v_mine.sex = 'female' then v_theirs.id else v_mine.id end,
    'matched',
    now()
  )
  on conflict (female_profile_id, male_profile_id) do update
  set status = 'matched', matched_at = now()
  where m.status = 'suggested';
  return null;
end $$;
comment on function public.match_breeding_swipes()
  is 'Match a female and a male whose owners like each other''s animal.';
revoke all on function public.match_breeding_swipes() from public;

create trigger match_swipes after insert or update of choice on public.breeding_swipes
  for each row execute function public.match_breeding_swipes();

create function public.end_breeding_match(p_match_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.breeding_matches m
  set status = 'ended', ended_at = coalesce(m.ended_at, now())
  where m.id = p_match_id and auth.uid() in (m.female_owner_id, m.male_owner_id);
  if not found then
    raise exception 'this match is not of an animal of yours' using errcode = '42501';
  end if;
end $$;
comment on function public.end_breeding_match(uuid) is 'End a match of one''s own animal.';
revoke all on function public.end_breeding_match(uuid) from public;
grant execute on function public.end_breeding_match(uuid) to authenticated;

-- Who blocks somebody has done with them: matches end, what is asked is answered.
create function public.part_blocked_breeders() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.breeding_matches m
  set status = 'ended', ended_at = now()
  where m.status <> 'ended'
    and (
      (m.female_owner_id = new.user_id and m.male_owner_id = new.blocked_id)
      or (m.female_owner_id = new.blocked_id and m.male_owner_id = new.user_id)
    );
  update public.breeding_requests r
  set status = case when r.requester_id = new.user_id then 'withdrawn'
      else 'declined' end::public.breeding_request_status,
    answered_at = now()
  where r.status = 'pending'
    and (
      (r.requester_id = new.user_id and r.recipient_id = new.blocked_id)
      or (r.requester_id = new.blocked_id and r.recipient_id = new.user_id)
    );
  return null;
end $$;
comment on function public.part_blocked_breeders()
  is 'End the matches and answer the requests between a person and whom they block.';
revoke all on function public.part_blocked_breeders() from public;

create trigger part_blocked after insert on public.breeding_blocklist
  for each row execute function public.part_blocked_breeders();

-- The recipient accepts or declines; the requester withdraws; what was accepted either ends.
create function public.answer_breeding_request(
  p_request_id uuid, p_status public.breeding_request_status, p_reply text
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_request public.breeding_requests;
begin
  select r.* into v_request
  from public.breeding_requests r
  where r.id = p_request_id and auth.uid() in (r.requester_id, r.recipient_id)
  for update;
  if not found then
    raise exception 'this request is not yours' using errcode = '42501';
  end if;
  if not (
    (v_request.status = 'pending' and v_request.recipient_id = auth.uid()
      and p_status in ('accepted', 'declined'))
    or (v_request.status = 'pending' and v_request.requester_id = auth.uid()
      and p_status = 'withdrawn')
    or (v_request.status = 'accepted' and p_status in ('completed', 'cancelled'))
  ) then
    raise exception 'a request that is % is not % by you', v_request.status, p_status
      using errcode = '42501', hint = 'The recipient answers; the requester may withdraw.';
  end if;
  if exists (
    select from public.breeding_blocklist b
    where b.user_id in (v_request.requester_id, v_request.recipient_id)
      and b.user_id <> auth.uid()
      and b.blocked_id = auth.uid()
  ) then
    raise exception 'this request is not yours' using errcode = '42501';
  end if;
  update public.breeding_requests r
  set status = p_status,
    reply = case when r.recipient_id = auth.uid()
      then coalesce(nullif(btrim(p_reply), ''), r.reply) else r.reply end,
    answered_at = now()
  where r.id = p_request_id;
end $$;
comment on function public.answer_breeding_request(
  uuid, public.breeding_request_status, text
) is 'Answer a breeding request, withdraw one''s own, or end one that was accepted.';
revoke all on function public.answer_breeding_request(
  uuid, public.breeding_request_status, text
) from public;
grant execute on function public.answer_breeding_request(
  uuid, public.breeding_request_status, text
) to authenticated;

-- The platform alone says that a document holds, and whether the profile is verified by it.
create function public.decide_breeding_verification(
  p_verification_id uuid,
  p_status public.breeding_verification_status,
  p_note text,
  p_profile_is_verified boolean
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_profile uuid;
begin
  if not access.is_platform_admin() then
    raise exception 'only the platform verifies' using errcode = '42501';
  end if;
  update public.breeding_verifications v
  set status = p_status,
    verified_by = auth.uid(),
    verified_at = now(),
    decision_note = nullif(btrim(p_note), '')
  where v.id = p_verification_id
  returning v.profile_id into v_profile;
  if not found then
    raise exception 'there is no such document' using errcode = 'P0002';
  end if;
  update public.breeding_profiles b
  set is_verified = p_profile_is_verified
  where b.id = v_profile and b.is_verified <> p_profile_is_verified;
end $$;
comment on function public.decide_breeding_verification(
  uuid, public.breeding_verification_status, text, boolean
) is 'Say what the platform found of a breeder''s document; for its administrators.';
revoke all on function public.decide_breeding_verification(
  uuid, public.breeding_verification_status, text, boolean
) from public;
grant execute on function public.decide_breeding_verification(
  uuid, public.breeding_verification_status, text, boolean
) to authenticated;

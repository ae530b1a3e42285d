-- Who may share a pet: its owner, and whoever manages it.
create function access.may_share(p_user_id uuid, p_pet_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from public.pets p where p.id = p_pet_id and p.owner_id = p_user_id
    union all
    select from public.pet_collaborators c
    where c.pet_id = p_pet_id
      and c.user_id = p_user_id
      and c.permission = 'manage'
      and c.accepted_at is not null
      and c.revoked_at is null
      and (c.expires_at is null or c.expires_at > now())
  );
end $$;
comment on function access.may_share(uuid, uuid) is 'Whether a person may share a pet.';
revoke all on function access.may_share(uuid, uuid) from public;

-- Collaborators: invited by e-mail, named once they accept.
create function access.name_inviter() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.email := lower(trim(new.email));
  if tg_op = 'INSERT' then
    new.invited_by := coalesce(auth.uid(), new.invited_by);
  elsif old.user_id is not null and new.email <> old.email then
    raise exception 'an invitation that was accepted keeps its e-mail address'
      using errcode = '22023', hint = 'Invite the other person too.';
  end if;
  return new;
end $$;
comment on function access.name_inviter() is 'Keep who shared a pet, and with which address.';
revoke all on function access.name_inviter() from public;

create trigger name_inviter before insert or update on public.pet_collaborators
  for each row execute function access.name_inviter();

create function public.answer_pet_invitation(p_collaborator_id uuid, p_accept boolean)
returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_asked public.pet_collaborators;
begin
  select c.* into v_asked from public.pet_collaborators c
    where c.id = p_collaborator_id for update;
  if not found or v_asked.accepted_at is not null or v_asked.revoked_at is not null
    or v_asked.expires_at <= now()
    or v_asked.email is distinct from access.my_email()
    or not access.may_share(v_asked.invited_by, v_asked.pet_id)
  then
    raise exception 'there is no such invitation for you' using errcode = 'P0002';
  end if;
  if p_accept then
    update public.pet_collaborators set user_id = auth.uid(), accepted_at = now()
    where id = p_collaborator_id;
  else
    delete from public.pet_collaborators where id = p_collaborator_id;
  end if;
end $$;
comment on function public.answer_pet_invitation(uuid, boolean)
  is 'Accept or decline to share a pet that somebody shares with one''s e-mail address.';
revoke all on function public.answer_pet_invitation(uuid, boolean) from public;
grant execute on function public.answer_pet_invitation(uuid, boolean) to authenticated;

-- Shares for a time, by a token.
create function public.share_pet(
  p_pet_id uuid,
  p_expires_at timestamptz,
  p_permission public.pet_permission default 'view',
  p_max_uses bigint default 1,
  p_label text default null
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_token text := access.new_token();
begin
  if not access.may_share(auth.uid(), p_pet_id) then
    raise exception 'only the owner of a pet, or who manages it, shares it'
      using errcode = '42501';
  end if;
  if p_expires_at is null or p_expires_at not between now() and now() + interval '1 year' then
    raise exception 'a share ends within a year' using errcode = '22023';
  end if;
  insert into public.pet_shares
    (pet_id, label, permission, token_hash, created_by, max_uses, expires_at)
  values (
    p_pet_id, p_label, p_permission, access.hash_of(v_token), auth.uid(), p_max_uses, p_expires_at
  );
  return v_token;
end $$;
comment on function public.share_pet(uuid, timestamptz, public.pet_permission, bigint, text)
  is 'Share a pet for a time; returns the token, which is told only now.';
revoke all on function
  public.share_pet(uuid, timestamptz, public.pet_permission, bigint, text) from public;
grant execute on function
  public.share_pet(uuid, timestamptz, public.pet_permission, bigint, text) to authenticated;

create function public.claim_pet_share(p_token text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_share public.pet_shares;
begin
  if auth.uid() is null then
    raise exception 'nobody is signed in' using errcode = '42501';
  end if;
  select s.* into v_share from public.pet_shares s
    where s.token_hash = access.hash_of(p_token) for update;
  if not found or v_share.revoked_at is not null or v_share.expires_at <= now()
    or not access.may_share(v_share.created_by, v_share.pet_id)
  then
    raise exception 'the share does not hold, or not any more' using errcode = 'P0002',
      hint = 'Ask for another.';
  end if;
  if exists (
    select from public.pet_shares s
    where s.share_id = v_share.id and s.claimed_by = auth.uid()
    union all
    select from public.pets p where p.id = v_share.pet_id and p.owner_id = auth.uid()
  ) then
    return v_share.pet_id; -- it is there already
  end if;
  if v_share.uses >= v_share.max_uses then
    raise exception 'the share was claimed already' using errcode = 'P0002',
      hint = 'Ask for another.';
  end if;
  insert into public.pet_shares (
    pet_id, label, permission, created_by, share_id, claimed_by, claimed_at, expires_at
  )
  values (
    v_share.pet_id, v_share.label, v_share.permission, v_share.created_by, v_share.id,
    auth.uid(), now(), v_share.expires_at
  );
  update public.pet_shares set uses = uses + 1 where id = v_share.id;
  return v_share.pet_id;
end $$;
comment on function public.claim_pet_share(text)
  is 'Take a share of a pet by its token; returns the pet.';
revoke all on function public.claim_pet_share(text) from public;
grant execute on function public.claim_pet_share(text) to authenticated;

-- What is changed of a token holds for those who claimed it.
create function access.pass_on_share() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.pet_shares s
  set permission = new.permission, expires_at = new.expires_at,
    revoked_at = coalesce(new.revoked_at, s.revoked_at)
  where s.share_id = new.id;
  return null;
end $$;
comment on function access.pass_on_share() is 'Change what was claimed with a share as the share.';
revoke all on function access.pass_on_share() from public;

create trigger pass_on_share
  after update of permission, expires_at, revoked_at on public.pet_shares
  for each row when (new.share_id is null) execute function access.pass_on_share();

-- What waits for an answer of the person who asks.
create function public.my_pet_invitations() returns table (
  kind text,
  id uuid,
  pet_name text,
  species text,
  from_name text,
  permission public.pet_permission,
  reason public.pet_transfer_reason,
  message text,
  expires_at timestamptz
)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
begin
  return query
    select 'share', c.id, p.name, p.species, f.full_name, c.permission,
      null::public.pet_transfer_reason, c.message, c.expires_at
    from public.pet_collaborators c
    join public.pets p on p.id = c.pet_id
    left join public.profiles f on f.id = c.invited_by
    where c.email = access.my_email()
      and c.accepted_at is null
      and c.revoked_at is null
      and (c.expires_at is null or c.expires_at > now())
      and access.may_share(c.invited_by, c.pet_id)
    union all
    select 'transfer', t.id, p.name, p.species, coalesce(o.name, f.full_name), null, t.reason,
      t.note, t.expires_at
    from public.pet_transfer_logs t
    join public.pets p on p.id = t.pet_id
    left join public.profiles f on f.id = t.from_id
    left join public.organizations o on o.id = t.from_organization_id
    where t.to_email = access.my_email()
      and t.status = 'offered'
      and t.expires_at > now();
end $$;
comment on function public.my_pet_invitations() is 'The pets that others offer or share with me.';
revoke all on function public.my_pet_invitations() from public;
grant execute on function public.my_pet_invitations() to authenticated;

-- A pet gets another owner when that one accepts. A clinic offers a pet it registered for somebody
-- who had no account yet.
create function access.may_hand_over(p_pet public.pets) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return p_pet.owner_id = auth.uid()
    or p_pet.owner_id is null
    and p_pet.registered_by = any(access.organizations_as('{owner,manager,veterinarian,staff}'));
end $$;
comment on function access.may_hand_over(public.pets) is 'Whether who asks may give a pet away.';
revoke all on function access.may_hand_over(public.pets) from public;

create function public.transfer_pet(
  p_pet_id uuid,
  p_to_email text,
  p_reason public.pet_transfer_reason default 'gift',
  p_note text default null
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_pet public.pets;
  v_email text := lower(trim(p_to_email));
  v_id uuid;
begin
  select p.* into v_pet from public.pets p where p.id = p_pet_id for update;
  if not coalesce(access.may_hand_over(v_pet), false) then
    raise exception 'only its owner gives a pet away' using errcode = '42501';
  end if;
  if v_email is null or v_email !~ '^[^@[:space:]]+@[^@[:space:]]+$' then
    raise exception 'that is no e-mail address' using errcode = '22023';
  end if;
  if v_pet.owner_id is not null and v_email = access.my_email() then
    raise exception 'the pet is yours already' using errcode = '22023';
  end if;
  update public.pet_transfer_logs t set status = 'cancelled', settled_at = now()
  where t.pet_id = p_pet_id and t.status = 'offered';
  insert into public.pet_transfer_logs (
    pet_id, from_id, from_organization_id, offered_by, to_email, reason, note, expires_at
  )
  values (
    p_pet_id, v_pet.owner_id, case when v_pet.owner_id is null then v_pet.registered_by end,
    auth.uid(), v_email, p_reason, p_note, now() + interval '30 days'
  )
  returning id into v_id;
  return v_id;
end $$;
comment on function public.transfer_pet(uuid, text, public.pet_transfer_reason, text)
  is 'Offer a pet to another owner, who has 30 days to accept.';
revoke all on function
  public.transfer_pet(uuid, text, public.pet_transfer_reason, text) from public;
grant execute on function
  public.transfer_pet(uuid, text, public.pet_transfer_reason, text) to authenticated;

create function public.answer_pet_transfer(p_transfer_id uuid, p_accept boolean) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_offer public.pet_transfer_logs;
  v_owner uuid;
begin
  -- The pet first, as in offering, so that the two never wait for one another.
  select p.owner_id into v_owner
    from public.pets p join public.pet_transfer_logs t on t.pet_id = p.id
    where t.id = p_transfer_id for update of p;
  select t.* into v_offer from public.pet_transfer_logs t where t.id = p_transfer_id for update;
  if not found or v_offer.to_email is distinct from access.my_email()
    or v_offer.status <> 'offered' or v_offer.expires_at <= now()
    or v_owner is distinct from v_offer.from_id
    -- A clinic's offer, and not one of an owner who is gone.
    or (v_offer.from_id is null and v_offer.from_organization_id is null)
  then
    raise exception 'there is no such offer for you' using errcode = 'P0002';
  end if;
  if p_accept then
    update public.pet_transfer_logs
    set status = 'accepted', to_id = auth.uid(), settled_at = now()
    where id = p_transfer_id;
    update public.pets set owner_id = auth.uid() where id = v_offer.pet_id;
  else
    update public.pet_transfer_logs set status = 'declined', settled_at = now()
    where id = p_transfer_id;
  end if;
end $$;
comment on function public.answer_pet_transfer(uuid, boolean)
  is 'Accept or decline a pet that is offered to one''s e-mail address.';
revoke all on function public.answer_pet_transfer(uuid, boolean) from public;
grant execute on function public.answer_pet_transfer(uuid, boolean) to authenticated;

create function public.cancel_pet_transfer(p_transfer_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.pet_transfer_logs t set status = 'cancelled', settled_at = now()
  from public.pets p
  where t.id = p_transfer_id and p.id = t.pet_id and t.status = 'offered'
    and access.may_hand_over(p);
  if not found then
    raise exception 'there is no such offer of yours' using errcode = 'P0002';
  end if;
end $$;
comment on function public.cancel_pet_transfer(uuid) is 'Take back the offer of a pet.';
revoke all on function public.cancel_pet_transfer(uuid) from public;
grant execute on function public.cancel_pet_transfer(uuid) to authenticated;

-- What was settled stays; only the names of those who are gone are taken out of it.
create function access.keep_transfer() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    if exists (select from public.pets p where p.id = old.pet_id) then
      raise exception 'the history of a pet is never deleted' using errcode = '42501';
    end if;
    return old;
  end if;
  if old.status <> 'offered' and (
    new.from_id is not null and new.from_id is distinct from old.from_id
    or new.to_id is not null and new.to_id is distinct from old.to_id
    or new.offered_by is not null and new.offered_by is distinct from old.offered_by
    or new.from_organization_id is not null
    and new.from_organization_id is distinct from old.from_organization_id
    or (new.pet_id, new.to_email, new.reason, new.note, new.status, new.offered_at,
      new.expires_at, new.settled_at)
    is distinct from (old.pet_id, old.to_email, old.reason, old.note, old.status, old.offered_at,
      old.expires_at, old.settled_at)
  ) then
    raise exception 'the history of a pet never changes' using errcode = '42501';
  end if;
  return new;
end $$;
comment on function access.keep_transfer() is 'Refuse to change what was settled.';
revoke all on function access.keep_transfer() from public;

create trigger keep_transfer before update or delete on public.pet_transfer_logs
  for each row execute function access.keep_transfer();

-- With another owner, those with whom the former one shared the pet see it no more, and whom to
-- call is asked anew. Clinics keep it, and see its new owner; who registered it gets a link, which
-- the owner may end.
create function access.hand_over() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.pet_transfer_logs t set status = 'cancelled', settled_at = now()
  where t.pet_id = new.id and t.status = 'offered';
  if new.owner_id is not null then
    delete from public.pet_collaborators where pet_id = new.id;
    delete from public.pet_shares where pet_id = new.id;
    delete from public.emergency_contacts where pet_id = new.id;
  end if;
  update public.clinic_patients l
  set owner_id = new.owner_id,
    client_id = case
      when new.owner_id is not null and c.user_id = old.owner_id then (
        select o.id from public.clinic_clients o
        where o.organization_id = l.organization_id and o.user_id = new.owner_id
      )
      else l.client_id
    end
  from public.clinic_patients was
    left join public.clinic_clients c on c.id = was.client_id
  where l.pet_id = new.id and was.id = l.id;
  if new.owner_id is not null and new.registered_by is not null then
    insert into public.clinic_patients (organization_id, pet_id)
    values (new.registered_by, new.id)
    on conflict (organization_id, pet_id) do nothing;
  end if;
  return null;
end $$;
comment on function access.hand_over() is 'What follows when a pet gets another owner.';
revoke all on function access.hand_over() from public;

create trigger hand_over after update of owner_id on public.pets
  for each row when (old.owner_id is distinct from new.owner_id)
  execute function access.hand_over();

-- The links by which clinics see pets.
create function access.copy_owner() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.owner_id := (select p.owner_id from public.pets p where p.id = new.pet_id);
  return new;
end $$;
comment on function access.copy_owner() is 'Keep in a patient who owns the pet.';
revoke all on function access.copy_owner() from public;

create trigger copy_owner before insert on public.clinic_patients
  for each row execute function access.copy_owner();

-- A link that the owner ended is the owner's to begin again.
create function access.stay_ended() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.ended_on is null and old.ended_by_owner then
    if auth.uid() is not null and auth.uid() is distinct from old.owner_id then
      raise exception 'the owner of the pet has ended this' using errcode = '42501',
        table = 'clinic_patients';
    end if;
    new.ended_by_owner := false;
  end if;
  return new;
end $$;
comment on function access.stay_ended() is 'Refuse to begin again what the owner of a pet ended.';
revoke all on function access.stay_ended() from public;

create trigger stay_ended before update on public.clinic_patients
  for each row execute function access.stay_ended();

-- Make the pet of the person who asks a clinic's patient, with its owner as client. A link that
-- is there stays what it is.
create function access.link_patient(
  p_organization_id uuid, p_pet_id uuid, p_source public.patient_source
) returns public.clinic_patients
language plpgsql security definer set search_path = '' as $$
declare
  v_owner public.profiles;
  v_client uuid;
  v_link public.clinic_patients;
begin
  select o.* into v_owner from public.pets p join public.profiles o on o.id = p.owner_id
    where p.id = p_pet_id and o.id = auth.uid();
  if not found then
    raise exception 'the pet is not yours' using errcode = '42501';
  end if;
  -- Somebody the clinic knew before by this e-mail address is not entered twice.
  update public.clinic_clients c set user_id = v_owner.id
  where c.id = (
      select k.id from public.clinic_clients k
      where k.organization_id = p_organization_id
        and k.user_id is null
        and lower(k.email) = v_owner.email
      order by k.created_at limit 1
    )
    and not exists (
      select from public.clinic_clients k
      where k.organization_id = p_organization_id and k.user_id = v_owner.id
    );
  insert into public.clinic_clients (organization_id, full_name, phone, email, user_id)
  values (
    p_organization_id, coalesce(v_owner.full_name, v_owner.email, 'Pet owner'), v_owner.phone,
    v_owner.email, v_owner.id
  )
  on conflict (organization_id, user_id) do nothing;
  select c.id into v_client from public.clinic_clients c
    where c.organization_id = p_organization_id and c.user_id = v_owner.id;
  insert into public.clinic_patients (organization_id, pet_id, client_id, source)
  values (p_organization_id, p_pet_id, v_client, p_source)
  on conflict (organization_id, pet_id) do nothing;
  update public.clinic_patients l
  set source = p_source, ended_on = null, client_id = v_client
  where l.organization_id = p_organization_id and l.pet_id = p_pet_id and l.ended_on is not null;
  update public.clinic_patients l set client_id = v_client
  where l.organization_id = p_organization_id and l.pet_id = p_pet_id and l.client_id is null;
  select l.* into v_link from public.clinic_patients l
    where l.organization_id = p_organization_id and l.pet_id = p_pet_id;
  return v_link;
end $$;
comment on function access.link_patient(uuid, uuid, public.patient_source)
  is 'Make one''s own pet a patient of a clinic.';
revoke all on function access.link_patient(uuid, uuid, public.patient_source) from public;

create function public.share_pet_with_clinic(p_pet_id uuid, p_organization_id uuid) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_link public.clinic_patients;
begin
  v_link := access.link_patient(p_organization_id, p_pet_id, 'owner');
  -- It lasts beyond the visits now.
  update public.clinic_patients l set source = 'owner'
  where l.id = v_link.id and l.source in ('appointment', 'booking');
  return v_link.id;
end $$;
comment on function public.share_pet_with_clinic(uuid, uuid)
  is 'Let a clinic see one''s pet until it is ended; returns the link.';
revoke all on function public.share_pet_with_clinic(uuid, uuid) from public;
grant execute on function public.share_pet_with_clinic(uuid, uuid) to authenticated;

create function public.end_clinic_link(p_link_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_link public.clinic_patients;
begin
  select l.* into v_link from public.clinic_patients l
    where l.id = p_link_id and l.owner_id = auth.uid() for update;
  if not found then
    raise exception 'there is no such link of a pet of yours' using errcode = 'P0002';
  end if;
  -- The clinic could not tell any more whose visits these are.
  update public.appointments v set status = 'cancelled'
  where v.organization_id = v_link.organization_id and v.pet_id = v_link.pet_id
    and v.status in ('scheduled', 'confirmed') and v.scheduled_at > now();
  update public.bookings v set status = 'cancelled'
  where v.organization_id = v_link.organization_id and v.pet_id = v_link.pet_id
    and v.status in ('requested', 'confirmed') and v.start_date > current_date;
  update public.clinic_patients l
  set ended_on = coalesce(l.ended_on, current_date), ended_by_owner = true
  where l.id = v_link.id;
end $$;
comment on function public.end_clinic_link(uuid)
  is 'Let a clinic see one''s pet no more; only its owner begins it again.';
revoke all on function public.end_clinic_link(uuid) from public;
grant execute on function public.end_clinic_link(uuid) to authenticated;

-- An owner who books lets the clinic see the pet. Before the row is there, since its key asks for
-- the patient; the row's own policy is asked afterwards and takes all of it back.
create function access.link_by_visit() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from public.pets p where p.id = new.pet_id and p.owner_id = auth.uid()) then
    perform access.link_patient(
      new.organization_id, new.pet_id,
      case tg_table_name when 'bookings' then 'booking' else 'appointment' end
        ::public.patient_source
    );
  end if;
  return new;
end $$;
comment on function access.link_by_visit() is 'Let a clinic see the pet whose owner books.';
revoke all on function access.link_by_visit() from public;

-- When no visit is left that takes place, what began with a visit ends.
create function access.unlink_by_visit() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_off constant text[] := array['cancelled', 'no_show'];
begin
  if old.pet_id is null or old.status::text = any(v_off)
    or tg_op = 'UPDATE' and new.status::text <> all(v_off)
    and (new.organization_id, new.pet_id)
    is not distinct from (old.organization_id, old.pet_id)
  then
    return null;
  end if;
  update public.clinic_patients l set ended_on = current_date
  where l.organization_id = old.organization_id
    and l.pet_id = old.pet_id
    and l.ended_on is null
    and l.source in ('appointment', 'booking')
    and not exists (
      select from public.appointments a
      where a.organization_id = l.organization_id and a.pet_id = l.pet_id
        and a.status::text <> all(v_off)
      union all
      select from public.bookings b
      where b.organization_id = l.organization_id and b.pet_id = l.pet_id
        and b.status::text <> all(v_off)
    );
  return null;
end $$;
comment on function access.unlink_by_visit() is 'End what began with a visit, after the last.';
revoke all on function access.unlink_by_visit() from public;

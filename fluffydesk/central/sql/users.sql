-- A profile is a person who may sign in, and goes with that person.
alter table public.profiles add constraint fk_profiles_id_users
  foreign key (id) references auth.users (id) on delete cascade;

-- What a person says of themselves on signing up gives a name and a picture, never a role.
create function public.handle_new_user() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id, email, full_name, avatar_url, role)
  values (
    new.id,
    lower(new.email),
    coalesce(new.raw_user_meta_data ->> 'full_name', new.raw_user_meta_data ->> 'name'),
    new.raw_user_meta_data ->> 'avatar_url',
    'pet_owner'
  )
  on conflict (id) do nothing;
  return null;
end $$;
comment on function public.handle_new_user() is 'Give a new user a profile.';
revoke all on function public.handle_new_user() from public;

create trigger on_auth_user_created after insert on auth.users
  for each row execute function public.handle_new_user();

create function public.handle_new_email() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if old.email is distinct from new.email then
    update public.profiles p set email = lower(new.email) where p.id = new.id;
  end if;
  return null;
end $$;
comment on function public.handle_new_email() is 'Keep the e-mail address of a profile right.';
revoke all on function public.handle_new_email() from public;

create trigger on_auth_user_email_changed after update of email on auth.users
  for each row execute function public.handle_new_email();

-- Who leaves an organization knows the name of its channel, so it gets another.
create function sync.rename_channels() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update sync.channels c set channel = gen_random_uuid()
  from old_rows o
  where c.organization_id = o.organization_id
    and o.status = 'active'
    and not exists (
      select from public.organization_users m where m.id = o.id and m.status = 'active'
    );
  return null;
end $$;
comment on function sync.rename_channels() is 'Change the channel of an organization someone left.';
revoke all on function sync.rename_channels() from public;

create trigger rename_channels_on_update after update on public.organization_users
  referencing old table as old_rows
  for each statement execute function sync.rename_channels();
create trigger rename_channels_on_delete after delete on public.organization_users
  referencing old table as old_rows
  for each statement execute function sync.rename_channels();

-- Members leave an organization an owner. The platform's administration may do as it must. Two
-- owners who remove each other at once wait for one another here.
create function access.keep_an_owner() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_organization uuid;
begin
  if auth.uid() is null then
    return null;
  end if;
  for v_organization in
    select distinct o.organization_id from old_rows o
    where o.role = 'owner' and o.status = 'active' order by 1
  loop
    perform pg_advisory_xact_lock(hashtextextended('owners of ' || v_organization, 0));
    if exists (select from public.organizations o where o.id = v_organization)
      and not exists (
        select from public.organization_users m
        where m.organization_id = v_organization and m.role = 'owner' and m.status = 'active'
      )
    then
      raise exception 'an organization needs an active owner' using errcode = '23514',
        table = 'organization_users', constraint = 'ck_organization_users_last_owner',
        hint = 'Make somebody else an owner first.';
    end if;
  end loop;
  return null;
end $$;
comment on function access.keep_an_owner() is 'Refuse that the last owner of an organization goes.';
revoke all on function access.keep_an_owner() from public;

create trigger keep_an_owner_on_update after update on public.organization_users
  referencing old table as old_rows
  for each statement execute function access.keep_an_owner();
create trigger keep_an_owner_on_delete after delete on public.organization_users
  referencing old table as old_rows
  for each statement execute function access.keep_an_owner();

-- Tokens: 244 random bits, of which only the hash is kept.
create function access.new_token() returns text
language plpgsql volatile set search_path = '' as $$
begin
  return replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
end $$;
comment on function access.new_token() is 'A token that nobody can guess.';

create function access.hash_of(p_token text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return encode(sha256(convert_to(p_token, 'UTF8')), 'hex');
end $$;
comment on function access.hash_of(text) is 'What is kept of a token.';

create function access.my_email() returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select p.email from public.profiles p where p.id = auth.uid());
end $$;
comment on function access.my_email() is 'The e-mail address of the person who asks.';

-- Inside a function with its owner's rights, `current_user` says nothing of who called it.
create function access.is_service() returns boolean
language plpgsql stable set search_path = '' as $$
declare
  v_role text := current_setting('role', true);
begin
  return exists (
    select from pg_catalog.pg_roles r
    where r.rolname = case when coalesce(v_role, 'none') = 'none' then session_user else v_role end
      and (r.rolsuper or r.rolbypassrls)
  );
end $$;
comment on function access.is_service() is 'Whether the platform''s own services or its host ask.';

revoke all on function access.new_token(), access.hash_of(text), access.my_email(),
  access.is_service() from public;

-- Roles on the platform.
create function public.update_user_role(p_user_id uuid, p_new_role public.user_role) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_before public.user_role;
begin
  if not (access.is_platform_admin() or access.is_service()) then
    raise exception 'only an administrator of the platform changes roles'
      using errcode = '42501';
  end if;
  select p.role into v_before from public.profiles p where p.id = p_user_id for update;
  if not found then
    raise exception 'there is no such person' using errcode = 'P0002';
  end if;
  if p_new_role is null then
    raise exception 'no role was given' using errcode = '22004';
  end if;
  update public.profiles set role = p_new_role where id = p_user_id;
  insert into public.audit_logs (actor_id, action, entity_type, entity_id, details)
  values (
    auth.uid(), 'role_update', 'profile', p_user_id,
    jsonb_build_object(
      'new_role', p_new_role,
      'before', jsonb_build_object('role', v_before),
      'after', jsonb_build_object('role', p_new_role)
    )
  );
end $$;
comment on function public.update_user_role(uuid, public.user_role)
  is 'Change what a person is on the platform; for its administrators.';
revoke all on function public.update_user_role(uuid, public.user_role) from public;
grant execute on function public.update_user_role(uuid, public.user_role)
  to authenticated, service_role;

-- Invitations. Only who owns an organization invites, and only while they own it.
create function access.owns(p_user_id uuid, p_organization_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from public.organization_users m
    where m.organization_id = p_organization_id
      and m.user_id = p_user_id
      and m.role = 'owner'
      and m.status = 'active'
  );
end $$;
comment on function access.owns(uuid, uuid) is 'Whether a person is an owner of an organization.';
revoke all on function access.owns(uuid, uuid) from public;

create function public.invite_member(
  p_organization_id uuid,
  p_email text,
  p_role public.role,
  p_title text default null,
  p_message text default null,
  p_expires_at timestamptz default now() + interval '7 days'
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_email text := lower(trim(p_email));
  v_token text := access.new_token();
begin
  if not access.owns(auth.uid(), p_organization_id) then
    raise exception 'only an owner of the organization invites to it' using errcode = '42501';
  end if;
  if v_email is null or v_email !~ '^[^@[:space:]]+@[^@[:space:]]+$' then
    raise exception 'that is no e-mail address' using errcode = '22023';
  end if;
  if p_expires_at is null or p_expires_at not between now() and now() + interval '90 days' then
    raise exception 'an invitation holds for at most 90 days' using errcode = '22023';
  end if;
  update public.invites i set revoked_at = now()
  where i.organization_id = p_organization_id and i.email = v_email
    and i.accepted_at is null and i.revoked_at is null;
  insert into public.invites
    (organization_id, email, role, title, message, token_hash, invited_by, expires_at)
  values (
    p_organization_id, v_email, p_role, p_title, p_message, access.hash_of(v_token), auth.uid(),
    p_expires_at
  );
  return v_token;
end $$;
comment on function public.invite_member(uuid, text, public.role, text, text, timestamptz)
  is 'Invite a person by e-mail; returns the token, which is told only now.';
revoke all on function public.invite_member(uuid, text, public.role, text, text, timestamptz)
  from public;
grant execute on function public.invite_member(uuid, text, public.role, text, text, timestamptz)
  to authenticated;

-- Why an invitation does not hold is said only to the person whom it names.
create function public.accept_invite(p_token text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_invite public.invites;
  v_member public.organization_users;
begin
  select i.* into v_invite from public.invites i
    where i.token_hash = access.hash_of(p_token) for update;
  if not found or v_invite.email is distinct from access.my_email() then
    raise exception 'there is no such invitation for you' using errcode = 'P0002',
      hint = 'Sign in with the e-mail address to which it was sent.';
  end if;
  if v_invite.accepted_at is not null then
    raise exception 'the invitation was used already' using errcode = 'P0002';
  end if;
  if v_invite.revoked_at is not null or v_invite.expires_at <= now()
    or not access.owns(v_invite.invited_by, v_invite.organization_id)
  then
    raise exception 'the invitation does not hold any more' using errcode = 'P0002',
      hint = 'Ask for another.';
  end if;
  select m.* into v_member from public.organization_users m
    where m.organization_id = v_invite.organization_id and m.user_id = auth.uid() for update;
  if v_member.status = 'active' then
    raise exception 'you are a member already' using errcode = '23505';
  end if;
  -- Who was suspended after the invitation does not come back by it.
  if v_member.status <> 'pending' and v_member.updated_at > v_invite.created_at then
    raise exception 'the invitation does not hold any more' using errcode = 'P0002',
      hint = 'Ask for another.';
  end if;
  insert into public.organization_users as m
    (organization_id, user_id, role, status, title, invited_by)
  values (
    v_invite.organization_id, auth.uid(), v_invite.role, 'active', v_invite.title,
    v_invite.invited_by
  )
  on conflict (organization_id, user_id) do update
    set role = excluded.role, status = 'active', title = coalesce(excluded.title, m.title),
      invited_by = excluded.invited_by, joined_on = current_date, left_on = null,
      left_by_choice = false;
  update public.invites set accepted_by = auth.uid(), accepted_at = now() where id = v_invite.id;
  return v_invite.organization_id;
end $$;
comment on function public.accept_invite(text)
  is 'Become a member by an invitation sent to one''s e-mail address; returns the organization.';
revoke all on function public.accept_invite(text) from public;
grant execute on function public.accept_invite(text) to authenticated;

-- Twelve signs of an alphabet without look-alikes: 60 bits.
create function access.think_of_code() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_signs constant text := '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
  v_random bytea := decode(access.new_token(), 'hex');
begin
  if new.code is null then
    -- The bytes that say a uuid's version are not random and are left out.
    select string_agg(substr(v_signs, get_byte(v_random, n) % 32 + 1, 1), '' order by n)
      into new.code
      from unnest(array[0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14]) as n;
  end if;
  return new;
end $$;
comment on function access.think_of_code() is 'Give an invitation code a code nobody can guess.';
revoke all on function access.think_of_code() from public;

create trigger think_of_code before insert on public.invite_codes
  for each row execute function access.think_of_code();

create function public.redeem_invite_code(p_code text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_code public.invite_codes;
begin
  if auth.uid() is null then
    raise exception 'nobody is signed in' using errcode = '42501';
  end if;
  select c.* into v_code from public.invite_codes c
    where c.code = upper(regexp_replace(p_code, '[^[:alnum:]]', '', 'g'))
    order by c.created_at limit 1 for update;
  if not found or v_code.revoked_at is not null or v_code.expires_at <= now()
    or v_code.uses >= v_code.max_uses
  then
    raise exception 'the code does not hold, or not any more' using errcode = 'P0002',
      hint = 'Ask for another.';
  end if;
  if exists (
    select from public.organization_users m
    where m.organization_id = v_code.organization_id and m.user_id = auth.uid()
  ) then
    raise exception 'you are, or were, a member already' using errcode = '23505',
      hint = 'An owner of the organization can take you back.';
  end if;
  insert into public.organization_users (organization_id, user_id, role, status)
  values (
    v_code.organization_id, auth.uid(), v_code.role,
    case when v_code.needs_approval then 'pending' else 'active' end::public.status
  );
  update public.invite_codes set uses = uses + 1 where id = v_code.id;
  return v_code.organization_id;
end $$;
comment on function public.redeem_invite_code(text)
  is 'Join an organization by a code, or ask to; returns the organization.';
revoke all on function public.redeem_invite_code(text) from public;
grant execute on function public.redeem_invite_code(text) to authenticated;

create function public.leave_organization(p_organization_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.organization_users m
  set status = 'inactive', left_on = current_date, left_by_choice = true
  where m.organization_id = p_organization_id and m.user_id = auth.uid()
    and m.status in ('active', 'pending');
  if not found then
    raise exception 'you are no member' using errcode = 'P0002';
  end if;
end $$;
comment on function public.leave_organization(uuid) is 'End one''s own membership.';
revoke all on function public.leave_organization(uuid) from public;
grant execute on function public.leave_organization(uuid) to authenticated;

create function public.withdraw_consent(p_consent_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.user_consents c set withdrawn_at = now()
  where c.id = p_consent_id and c.user_id = auth.uid() and c.withdrawn_at is null;
  if not found then
    raise exception 'there is no such consent in force' using errcode = 'P0002';
  end if;
end $$;
comment on function public.withdraw_consent(uuid) is 'Take back what one agreed to.';
revoke all on function public.withdraw_consent(uuid) from public;
grant execute on function public.withdraw_consent(uuid) to authenticated;

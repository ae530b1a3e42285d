CREATE TABLE public.profiles (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    email TEXT,
    full_name TEXT,
    phone TEXT,
    role public.user_role DEFAULT 'pet_owner' NOT NULL,
    avatar_url TEXT,
    locale TEXT,
    time_zone TEXT,
    deactivated_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_profiles PRIMARY KEY (id)
);
CREATE INDEX idx_profiles_email ON public.profiles (email);
comment on table public.profiles is 'A person with an account; the key is that of `auth.users`.';
comment on column public.profiles.id is 'Id';
comment on column public.profiles.email is 'E-mail';
comment on column public.profiles.full_name is 'Name';
comment on column public.profiles.phone is 'Phone';
comment on column public.profiles.role is 'Role on the platform';
comment on column public.profiles.avatar_url is 'Picture';
comment on column public.profiles.locale is 'Language';
comment on column public.profiles.time_zone is 'Time zone';
comment on column public.profiles.deactivated_at is 'Deactivated';
comment on column public.profiles.created_at is 'Created';
comment on column public.profiles.updated_at is 'Changed';
comment on column public.profiles.updated_by is 'Changed by';
comment on column public.profiles.updated_device is 'Changed on';
comment on column public.profiles.row_version is 'Version';

CREATE TABLE public.user_consents (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID DEFAULT auth.uid() NOT NULL,
    purpose public.consent_purpose NOT NULL,
    policy_version TEXT NOT NULL,
    policy_url TEXT,
    locale TEXT,
    source public.consent_source DEFAULT 'settings' NOT NULL,
    program TEXT,
    ip_address TEXT,
    granted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_user_consents PRIMARY KEY (id),
    CONSTRAINT ck_user_consents_withdrawn_after_granted CHECK (withdrawn_at >= granted_at),
    CONSTRAINT fk_user_consents_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);
CREATE INDEX ix_user_consents_user_id_purpose ON public.user_consents (user_id, purpose, granted_at);
CREATE UNIQUE INDEX uq_user_consents_in_force ON public.user_consents (user_id, purpose, policy_version) WHERE withdrawn_at is null;
comment on table public.user_consents is 'What a person agreed to, in which version and when; withdrawn, never changed or deleted.';
comment on column public.user_consents.id is 'Id';
comment on column public.user_consents.user_id is 'Person';
comment on column public.user_consents.purpose is 'Agreed to';
comment on column public.user_consents.policy_version is 'Version';
comment on column public.user_consents.policy_url is 'Where the text is';
comment on column public.user_consents.locale is 'Language of the text';
comment on column public.user_consents.source is 'Where';
comment on column public.user_consents.program is 'Program or browser';
comment on column public.user_consents.ip_address is 'IP address';
comment on column public.user_consents.granted_at is 'Given';
comment on column public.user_consents.withdrawn_at is 'Withdrawn';
comment on column public.user_consents.created_at is 'Created';
comment on column public.user_consents.updated_at is 'Changed';
comment on column public.user_consents.updated_by is 'Changed by';
comment on column public.user_consents.updated_device is 'Changed on';
comment on column public.user_consents.row_version is 'Version';

CREATE TABLE public.organization_users (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    user_id UUID NOT NULL,
    role public.role NOT NULL,
    status public.status DEFAULT 'active' NOT NULL,
    title TEXT,
    double_booking public.double_booking DEFAULT 'never' NOT NULL,
    joined_on DATE DEFAULT current_date,
    left_on DATE,
    left_by_choice BOOLEAN DEFAULT false NOT NULL,
    invited_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_organization_users PRIMARY KEY (id),
    CONSTRAINT uq_organization_users_organization_id_user_id UNIQUE (organization_id, user_id),
    CONSTRAINT ck_organization_users_left_by_choice CHECK (not left_by_choice or status <> 'active'),
    CONSTRAINT uq_organization_users_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_organization_users_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_organization_users_invited_by FOREIGN KEY(invited_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX idx_organization_users_org_id ON public.organization_users (organization_id);
CREATE INDEX idx_organization_users_user_id ON public.organization_users (user_id);
CREATE INDEX ix_organization_users_invited_by ON public.organization_users (invited_by);
comment on table public.organization_users is 'A person''s membership of an organization, and the role in it.';
comment on column public.organization_users.id is 'Id';
comment on column public.organization_users.organization_id is 'Organization';
comment on column public.organization_users.user_id is 'Person';
comment on column public.organization_users.role is 'Role';
comment on column public.organization_users.status is 'Status';
comment on column public.organization_users.title is 'Job title';
comment on column public.organization_users.double_booking is 'Double booking';
comment on column public.organization_users.joined_on is 'Joined';
comment on column public.organization_users.left_on is 'Left';
comment on column public.organization_users.left_by_choice is 'Left of their own accord';
comment on column public.organization_users.invited_by is 'Invited by';
comment on column public.organization_users.created_at is 'Created';
comment on column public.organization_users.updated_at is 'Changed';
comment on column public.organization_users.updated_by is 'Changed by';
comment on column public.organization_users.updated_device is 'Changed on';
comment on column public.organization_users.row_version is 'Version';

CREATE TABLE public.invites (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    email TEXT NOT NULL,
    role public.role NOT NULL,
    title TEXT,
    message TEXT,
    token_hash TEXT NOT NULL,
    invited_by UUID,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    accepted_by UUID,
    accepted_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_invites PRIMARY KEY (id),
    CONSTRAINT ck_invites_email_is_lower CHECK (email = lower(email)),
    CONSTRAINT uq_invites_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_invites_invited_by FOREIGN KEY(invited_by) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT fk_invites_accepted_by FOREIGN KEY(accepted_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_invites_accepted_by ON public.invites (accepted_by);
CREATE INDEX ix_invites_invited_by ON public.invites (invited_by);
CREATE INDEX ix_invites_token_hash ON public.invites (token_hash);
CREATE UNIQUE INDEX uq_invites_open ON public.invites (organization_id, email) WHERE accepted_at is null and revoked_at is null;
comment on table public.invites is 'An e-mailed invitation to one person to join an organization in a role.';
comment on column public.invites.id is 'Id';
comment on column public.invites.organization_id is 'Organization';
comment on column public.invites.email is 'E-mail';
comment on column public.invites.role is 'Role';
comment on column public.invites.title is 'Job title';
comment on column public.invites.message is 'Message';
comment on column public.invites.token_hash is 'Token';
comment on column public.invites.invited_by is 'Invited by';
comment on column public.invites.expires_at is 'Expires';
comment on column public.invites.accepted_by is 'Accepted by';
comment on column public.invites.accepted_at is 'Accepted';
comment on column public.invites.revoked_at is 'Revoked';
comment on column public.invites.created_at is 'Created';
comment on column public.invites.updated_at is 'Changed';
comment on column public.invites.updated_by is 'Changed by';
comment on column public.invites.updated_device is 'Changed on';
comment on column public.invites.row_version is 'Version';

CREATE TABLE public.invite_codes (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    label TEXT NOT NULL,
    code TEXT,
    role public.role DEFAULT 'viewer' NOT NULL,
    needs_approval BOOLEAN DEFAULT true NOT NULL,
    max_uses BIGINT,
    uses BIGINT DEFAULT 0 NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_invite_codes PRIMARY KEY (id),
    CONSTRAINT ck_invite_codes_role_is_modest CHECK (role not in ('owner', 'manager')),
    CONSTRAINT ck_invite_codes_max_uses_minimum CHECK (max_uses >= 1),
    CONSTRAINT ck_invite_codes_max_uses_maximum CHECK (max_uses <= 10000),
    CONSTRAINT ck_invite_codes_uses_minimum CHECK (uses >= 0),
    CONSTRAINT uq_invite_codes_organization_id_id UNIQUE (organization_id, id)
);
CREATE INDEX ix_invite_codes_code ON public.invite_codes (code);
comment on table public.invite_codes is 'A code that several people may use to join an organization, such as on a notice board.';
comment on column public.invite_codes.id is 'Id';
comment on column public.invite_codes.organization_id is 'Organization';
comment on column public.invite_codes.label is 'What it is for';
comment on column public.invite_codes.code is 'Code';
comment on column public.invite_codes.role is 'Role';
comment on column public.invite_codes.needs_approval is 'An owner must approve';
comment on column public.invite_codes.max_uses is 'May be used, times';
comment on column public.invite_codes.uses is 'Used, times';
comment on column public.invite_codes.expires_at is 'Expires';
comment on column public.invite_codes.revoked_at is 'Revoked';
comment on column public.invite_codes.created_at is 'Created';
comment on column public.invite_codes.updated_at is 'Changed';
comment on column public.invite_codes.updated_by is 'Changed by';
comment on column public.invite_codes.updated_device is 'Changed on';
comment on column public.invite_codes.row_version is 'Version';

insert into sync.tables (name, position, kinds, belongs)
values ('profiles', 1, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  't.id in (select b.id from (select link.user_id from public.organization_users link where (status = ''active'') and link.organization_id = %1$L::uuid union all select link.owner_id from public.clinic_patients link where (ended_on is null) and link.organization_id = %1$L::uuid) b (id)%2$s)');

insert into sync.tables (name, position, kinds, belongs)
values ('organization_users', 9, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

alter table public.profiles enable row level security;
alter table public.profiles force row level security;
revoke all on public.profiles from public, anon, authenticated;
grant select, insert, update, delete on public.profiles to service_role;
grant select (id, email, full_name, phone, role, avatar_url, locale, time_zone, deactivated_at, created_at, updated_at, updated_by, updated_device, row_version) on public.profiles to authenticated;
grant update (full_name, phone, avatar_url, locale, time_zone) on public.profiles to authenticated;

alter table public.user_consents enable row level security;
alter table public.user_consents force row level security;
revoke all on public.user_consents from public, anon, authenticated;
grant select, insert, update, delete on public.user_consents to service_role;
grant select (id, user_id, purpose, policy_version, policy_url, locale, source, program, ip_address, granted_at, withdrawn_at, created_at, updated_at, updated_by, updated_device, row_version) on public.user_consents to authenticated;
grant insert (id, user_id, purpose, policy_version, policy_url, locale, source, program) on public.user_consents to authenticated;

alter table public.organization_users enable row level security;
alter table public.organization_users force row level security;
revoke all on public.organization_users from public, anon, authenticated;
grant select, insert, update, delete on public.organization_users to service_role;
grant select (id, organization_id, user_id, role, status, title, double_booking, joined_on, left_on, left_by_choice, invited_by, created_at, updated_at, updated_by, updated_device, row_version) on public.organization_users to authenticated;
grant update (role, status, title, double_booking, joined_on, left_on) on public.organization_users to authenticated;
grant delete on public.organization_users to authenticated;

alter table public.invites enable row level security;
alter table public.invites force row level security;
revoke all on public.invites from public, anon, authenticated;
grant select, insert, update, delete on public.invites to service_role;
grant select (id, organization_id, email, role, title, message, invited_by, expires_at, accepted_by, accepted_at, revoked_at, created_at, updated_at, updated_by, updated_device, row_version) on public.invites to authenticated;
grant update (email, role, title, message, expires_at, revoked_at) on public.invites to authenticated;
grant delete on public.invites to authenticated;

alter table public.invite_codes enable row level security;
alter table public.invite_codes force row level security;
revoke all on public.invite_codes from public, anon, authenticated;
grant select, insert, update, delete on public.invite_codes to service_role;
grant select (id, organization_id, label, code, role, needs_approval, max_uses, uses, expires_at, revoked_at, created_at, updated_at, updated_by, updated_device, row_version) on public.invite_codes to authenticated;
grant insert (id, organization_id, label, role, needs_approval, max_uses, expires_at, revoked_at) on public.invite_codes to authenticated;
grant update (label, role, needs_approval, max_uses, expires_at, revoked_at) on public.invite_codes to authenticated;
grant delete on public.invite_codes to authenticated;

-- A link that begins or ends brings rows into sight or takes them away.
create function sync.log_organization_users_links() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct n.organization_id, 'profiles', n.user_id, case when exists (select from (select n.*) link where status = 'active') then 'enter' else 'leave' end
    from new_rows n
    where n.user_id is not null;
  elsif tg_op = 'UPDATE' then
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct o.organization_id, 'profiles', o.user_id, 'leave'
    from old_rows o
      join new_rows n on n.id = o.id and (o.organization_id, o.user_id, exists (select from (select o.*) link where status = 'active')) is distinct from
        (n.organization_id, n.user_id, exists (select from (select n.*) link where status = 'active'))
    where o.user_id is not null;
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct n.organization_id, 'profiles', n.user_id, case when exists (select from (select n.*) link where status = 'active') then 'enter' else 'leave' end
    from new_rows n
      join old_rows o on o.id = n.id and (o.organization_id, o.user_id, exists (select from (select o.*) link where status = 'active')) is distinct from
        (n.organization_id, n.user_id, exists (select from (select n.*) link where status = 'active'))
    where n.user_id is not null;
  else
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct o.organization_id, 'profiles', o.user_id, 'leave'
    from old_rows o
    where o.user_id is not null;
  end if;
  return null;
end $$;
comment on function sync.log_organization_users_links() is 'Log what links bring into sight.';
revoke all on function sync.log_organization_users_links() from public;

-- Anybody could link to a row that is not theirs and so see it. The refusal is that of a policy,
-- alike for a row that is another's and one that is not there.
create function sync.guard_organization_users_link() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and (
    exists (select from (select old.*) was where status = 'active')
    or not exists (select from (select new.*) is_now where status = 'active')
  ) then
    return new; -- it is not begun again
  end if;
  if auth.uid() is not null and not exists (
    select from public.profiles r
    where r.id = new.user_id
      and (r.id = auth.uid())
  ) then
    raise exception 'new row violates row-level security policy for table "%"', tg_table_name
      using errcode = '42501', table = tg_table_name;
  end if;
  return new;
end $$;
comment on function sync.guard_organization_users_link() is 'Refuse links to rows one may not see.';
revoke all on function sync.guard_organization_users_link() from public;

create trigger update_user_consents_updated_at before insert or update on public.user_consents
  for each row execute function public.update_updated_at_column();
create trigger audit_user_consents_trigger after insert or update or delete on public.user_consents
  for each row execute function public.audit_trigger_function('');

create trigger update_organization_users_updated_at before insert or update on public.organization_users
  for each row execute function public.update_updated_at_column();
create trigger audit_organization_users_trigger after insert or update or delete on public.organization_users
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.organization_users
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.organization_users
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.organization_users
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.organization_users
  for each statement execute function sync.refuse_truncate();
create trigger log_link_insert after insert on public.organization_users
  referencing new table as new_rows
  for each statement execute function sync.log_organization_users_links();
create trigger log_link_update after update on public.organization_users
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_organization_users_links();
create trigger log_link_delete after delete on public.organization_users
  referencing old table as old_rows
  for each statement execute function sync.log_organization_users_links();
create trigger guard_link before insert on public.organization_users
  for each row execute function sync.guard_organization_users_link();

create trigger update_invites_updated_at before insert or update on public.invites
  for each row execute function public.update_updated_at_column();
create trigger audit_invites_trigger after insert or update or delete on public.invites
  for each row execute function public.audit_trigger_function('organization_id', 'token_hash');

create trigger update_invite_codes_updated_at before insert or update on public.invite_codes
  for each row execute function public.update_updated_at_column();
create trigger audit_invite_codes_trigger after insert or update or delete on public.invite_codes
  for each row execute function public.audit_trigger_function('organization_id');

create policy may_read on public.user_consents for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    user_consents.user_id = (select auth.uid())
  ));
create policy may_add on public.user_consents for insert to authenticated
  with check (user_consents.user_id = (select auth.uid()));

create policy may_read on public.organization_users for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    organization_users.user_id = (select auth.uid())
    or organization_users.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_change on public.organization_users for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    organization_users.organization_id = any((select access.organizations_as('{owner}'))::uuid[])
  ))
  with check (organization_users.organization_id = any((select access.organizations_as('{owner}'))::uuid[]));
create policy may_delete on public.organization_users for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    organization_users.organization_id = any((select access.organizations_as('{owner}'))::uuid[])
  ));

create policy may_read on public.invites for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    invites.organization_id = any((select access.organizations_as('{owner}'))::uuid[])
  ));
create policy may_change on public.invites for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    invites.organization_id = any((select access.organizations_as('{owner}'))::uuid[])
  ))
  with check (invites.organization_id = any((select access.organizations_as('{owner}'))::uuid[]));
create policy may_delete on public.invites for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    invites.organization_id = any((select access.organizations_as('{owner}'))::uuid[])
  ));

create policy may_read on public.invite_codes for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    invite_codes.organization_id = any((select access.organizations_as('{owner}'))::uuid[])
  ));
create policy may_add on public.invite_codes for insert to authenticated
  with check (invite_codes.organization_id = any((select access.organizations_as('{owner}'))::uuid[]));
create policy may_change on public.invite_codes for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    invite_codes.organization_id = any((select access.organizations_as('{owner}'))::uuid[])
  ))
  with check (invite_codes.organization_id = any((select access.organizations_as('{owner}'))::uuid[]));
create policy may_delete on public.invite_codes for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    invite_codes.organization_id = any((select access.organizations_as('{owner}'))::uuid[])
  ));

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

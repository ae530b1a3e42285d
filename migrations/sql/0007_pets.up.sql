CREATE TABLE public.clinic_clients (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    full_name TEXT NOT NULL,
    phone TEXT,
    email TEXT,
    address TEXT,
    status public.status NOT NULL,
    alerts TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_clinic_clients PRIMARY KEY (id),
    CONSTRAINT uq_clinic_clients_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_clinic_clients_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
CREATE INDEX ix_clinic_clients_name ON public.clinic_clients (organization_id, full_name);
comment on table public.clinic_clients is 'A person who brings pets to the clinic, with or without an account on the platform.';
comment on column public.clinic_clients.id is 'Id';
comment on column public.clinic_clients.organization_id is 'Organization';
comment on column public.clinic_clients.full_name is 'Name';
comment on column public.clinic_clients.phone is 'Phone';
comment on column public.clinic_clients.email is 'E-mail';
comment on column public.clinic_clients.address is 'Address';
comment on column public.clinic_clients.status is 'Status';
comment on column public.clinic_clients.alerts is 'Alerts';
comment on column public.clinic_clients.notes is 'Notes';
comment on column public.clinic_clients.created_at is 'Created';
comment on column public.clinic_clients.updated_at is 'Changed';
comment on column public.clinic_clients.updated_by is 'Changed by';
comment on column public.clinic_clients.updated_device is 'Changed on';
comment on column public.clinic_clients.row_version is 'Version';

CREATE TABLE public.pets (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    species TEXT NOT NULL,
    breed TEXT,
    sex public.sex NOT NULL,
    birth_date DATE,
    microchip TEXT,
    colour TEXT,
    weight_kg NUMERIC(14, 2),
    deceased_on DATE,
    alerts TEXT,
    notes TEXT,
    owner_id UUID,
    registered_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_pets PRIMARY KEY (id),
    CONSTRAINT ck_pets_weight_kg_minimum CHECK (weight_kg >= 0),
    CONSTRAINT ck_pets_weight_kg_maximum CHECK (weight_kg <= 500),
    CONSTRAINT fk_pets_owner_id FOREIGN KEY(owner_id) REFERENCES public.profiles (id) ON DELETE RESTRICT,
    CONSTRAINT fk_pets_registered_by FOREIGN KEY(registered_by) REFERENCES public.organizations (id) ON DELETE RESTRICT
);
CREATE INDEX idx_pets_species ON public.pets (species);
CREATE INDEX ix_pets_microchip ON public.pets (microchip);
CREATE INDEX ix_pets_owner_id ON public.pets (owner_id);
CREATE INDEX ix_pets_registered_by ON public.pets (registered_by);
comment on table public.pets is 'A companion animal; seen by its owner, and by a clinic while it is a patient there.';
comment on column public.pets.id is 'Id';
comment on column public.pets.name is 'Name';
comment on column public.pets.species is 'Species';
comment on column public.pets.breed is 'Breed';
comment on column public.pets.sex is 'Sex';
comment on column public.pets.birth_date is 'Born';
comment on column public.pets.microchip is 'Microchip';
comment on column public.pets.colour is 'Colour';
comment on column public.pets.weight_kg is 'Weight, kg';
comment on column public.pets.deceased_on is 'Died';
comment on column public.pets.alerts is 'Alerts';
comment on column public.pets.notes is 'Notes';
comment on column public.pets.owner_id is 'Owner''s account';
comment on column public.pets.registered_by is 'Registered by';
comment on column public.pets.created_at is 'Created';
comment on column public.pets.updated_at is 'Changed';
comment on column public.pets.updated_by is 'Changed by';
comment on column public.pets.updated_device is 'Changed on';
comment on column public.pets.row_version is 'Version';

CREATE TABLE public.clinic_patients (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    pet_id UUID NOT NULL,
    client_id UUID,
    file_number TEXT,
    ended_on DATE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_clinic_patients PRIMARY KEY (id),
    CONSTRAINT uq_clinic_patients_organization_id_pet_id UNIQUE (organization_id, pet_id),
    CONSTRAINT uq_clinic_patients_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_clinic_patients_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_clinic_patients_pet_id FOREIGN KEY(pet_id) REFERENCES public.pets (id) ON DELETE CASCADE,
    CONSTRAINT fk_clinic_patients_organization_id_client_id FOREIGN KEY(organization_id, client_id) REFERENCES public.clinic_clients (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_clinic_patients_client_id ON public.clinic_patients (client_id);
CREATE INDEX ix_clinic_patients_pet_id ON public.clinic_patients (pet_id);
comment on table public.clinic_patients is 'The link by which a clinic sees a pet; it lasts until it is ended.';
comment on column public.clinic_patients.id is 'Id';
comment on column public.clinic_patients.organization_id is 'Organization';
comment on column public.clinic_patients.pet_id is 'Pet';
comment on column public.clinic_patients.client_id is 'Client';
comment on column public.clinic_patients.file_number is 'File number';
comment on column public.clinic_patients.ended_on is 'Left the clinic';
comment on column public.clinic_patients.created_at is 'Created';
comment on column public.clinic_patients.updated_at is 'Changed';
comment on column public.clinic_patients.updated_by is 'Changed by';
comment on column public.clinic_patients.updated_device is 'Changed on';
comment on column public.clinic_patients.row_version is 'Version';

insert into sync.tables (name, position, scope, scope_column)
values ('clinic_clients', 20, 'within', 'organization_id');

insert into sync.tables (name, position, scope, link_table, link_column, link_active, person, registrar)
values ('pets', 21, 'through', 'clinic_patients', 'pet_id', 'ended_on is null', 'owner_id', 'registered_by');

insert into sync.tables (name, position, scope, scope_column)
values ('clinic_patients', 22, 'within', 'organization_id');

create trigger update_clinic_clients_updated_at before insert or update on public.clinic_clients
  for each row execute function public.update_updated_at_column();
create trigger audit_clinic_clients_trigger after insert or update or delete on public.clinic_clients
  for each row execute function public.audit_trigger_function();
create trigger log_insert after insert on public.clinic_clients
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.clinic_clients
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.clinic_clients
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.clinic_clients
  for each statement execute function sync.refuse_truncate();

create trigger update_pets_updated_at before insert or update on public.pets
  for each row execute function public.update_updated_at_column();
create trigger audit_pets_trigger after insert or update or delete on public.pets
  for each row execute function public.audit_trigger_function();
-- The organizations that see a row of pets.
create function sync.pets_scopes(p_row jsonb) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select link.organization_id from public.clinic_patients link where link.pet_id = (p_row ->> 'id')::uuid and (ended_on is null)
  union
  select (p_row ->> 'registered_by')::uuid
  where (p_row ->> 'registered_by')::uuid is not null
    and not exists (
      select from public.clinic_patients link where link.pet_id = (p_row ->> 'id')::uuid
        and link.organization_id = (p_row ->> 'registered_by')::uuid
    )
$$;
comment on function sync.pets_scopes(jsonb) is 'The organizations that see this row.';
revoke all on function sync.pets_scopes(jsonb) from public;

create function sync.log_pets() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_scopes uuid[];
begin
  if tg_op = 'DELETE' then
    with logged as (
      insert into sync.changes (scope_id, table_name, row_id, kind)
      select s.id, tg_table_name, o.id, 'delete'
      from old_rows o, sync.pets_scopes(to_jsonb(o)) as s(id)
      returning scope_id
    )
    select array_agg(distinct scope_id) into v_scopes from logged;
  end if;
  if tg_op = 'UPDATE' then
    with logged as (
      insert into sync.changes (scope_id, table_name, row_id, kind)
      select s.id, tg_table_name, o.id, 'leave'
      from old_rows o join new_rows n using (id), sync.pets_scopes(to_jsonb(o)) as s(id)
      where o.registered_by is distinct from n.registered_by
      returning scope_id
    )
    select array_agg(distinct scope_id) into v_scopes from logged;
  end if;
  if tg_op in ('INSERT', 'UPDATE') then
    with logged as (
      insert into sync.changes (scope_id, table_name, row_id, kind)
      select s.id, tg_table_name, n.id, 'upsert'
      from new_rows n, sync.pets_scopes(to_jsonb(n)) as s(id)
      returning scope_id
    )
    select v_scopes || array_agg(distinct scope_id) into v_scopes from logged;
  end if;
  perform sync.wake(v_scopes);
  return null;
end $$;
comment on function sync.log_pets() is 'Log changes to pets, for each who sees them.';
revoke all on function sync.log_pets() from public;
create trigger log_insert after insert on public.pets
  referencing new table as new_rows
  for each statement execute function sync.log_pets();
create trigger log_update after update on public.pets
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_pets();
create trigger log_delete after delete on public.pets
  referencing old table as old_rows
  for each statement execute function sync.log_pets();
create trigger refuse_truncate before truncate on public.pets
  for each statement execute function sync.refuse_truncate();

create trigger update_clinic_patients_updated_at before insert or update on public.clinic_patients
  for each row execute function public.update_updated_at_column();
create trigger audit_clinic_patients_trigger after insert or update or delete on public.clinic_patients
  for each row execute function public.audit_trigger_function();
create trigger log_insert after insert on public.clinic_patients
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.clinic_patients
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.clinic_patients
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.clinic_patients
  for each statement execute function sync.refuse_truncate();
-- A link that begins or ends brings a row of pets into sight or takes it away.
create function sync.log_clinic_patients_links() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op in ('UPDATE', 'DELETE') then
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct organization_id, 'pets', pet_id, 'leave' from old_rows;
  end if;
  if tg_op in ('INSERT', 'UPDATE') then
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct organization_id, 'pets', pet_id,
      case when ended_on is null then 'enter' else 'leave' end
    from new_rows;
  end if;
  return null;
end $$;
comment on function sync.log_clinic_patients_links() is 'Log what links bring into sight.';
revoke all on function sync.log_clinic_patients_links() from public;

-- Anybody could link to a row that is not theirs and so see it. The refusal is that of a policy,
-- alike for a row that is another's and one that is not there.
create function sync.guard_clinic_patients_link() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and (
    exists (select from (select old.*) was where ended_on is null)
    or not exists (select from (select new.*) is_now where ended_on is null)
  ) then
    return new; -- it is not begun again
  end if;
  if auth.uid() is not null and not exists (
    select from public.pets r
    where r.id = new.pet_id
      and (r.registered_by = new.organization_id or r.owner_id = auth.uid())
  ) then
    raise exception 'new row violates row-level security policy for table "%"', tg_table_name
      using errcode = '42501', table = tg_table_name;
  end if;
  return new;
end $$;
comment on function sync.guard_clinic_patients_link() is 'Refuse links to rows one may not see.';
revoke all on function sync.guard_clinic_patients_link() from public;
create trigger log_link_insert after insert on public.clinic_patients
  referencing new table as new_rows
  for each statement execute function sync.log_clinic_patients_links();
create trigger log_link_update after update on public.clinic_patients
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_clinic_patients_links();
create trigger log_link_delete after delete on public.clinic_patients
  referencing old table as old_rows
  for each statement execute function sync.log_clinic_patients_links();
create trigger guard_link before insert or update on public.clinic_patients
  for each row execute function sync.guard_clinic_patients_link();

alter table public.clinic_clients enable row level security;
alter table public.clinic_clients force row level security;
revoke all on public.clinic_clients from public, anon, authenticated;
grant select, insert, update, delete on public.clinic_clients to service_role;
create policy members_read on public.clinic_clients for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.clinic_clients for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_change on public.clinic_clients for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_remove on public.clinic_clients for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
grant select (id, organization_id, full_name, phone, email, address, status, alerts, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.clinic_clients to authenticated;
grant insert (id, organization_id, full_name, phone, email, address, status, alerts, notes) on public.clinic_clients to authenticated;
grant update (full_name, phone, email, address, status, alerts, notes) on public.clinic_clients to authenticated;
grant delete on public.clinic_clients to authenticated;

alter table public.pets enable row level security;
alter table public.pets force row level security;
revoke all on public.pets from public, anon, authenticated;
grant select, insert, update, delete on public.pets to service_role;
create policy members_read on public.pets for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    exists (select from public.clinic_patients link where link.pet_id = pets.id
      and (ended_on is null) and link.organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[]))
    or owner_id = (select auth.uid())
    or (registered_by = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
      and not exists (select from public.clinic_patients link where link.pet_id = pets.id and link.organization_id = pets.registered_by))
  ));
create policy members_add on public.pets for insert to authenticated
  with check ((registered_by = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) and (owner_id is null or owner_id = (select auth.uid())))
    or (registered_by is null and owner_id = (select auth.uid())));
create policy members_change on public.pets for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    exists (select from public.clinic_patients link where link.pet_id = pets.id
      and (ended_on is null) and link.organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    or owner_id = (select auth.uid())
    or (registered_by = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
      and not exists (select from public.clinic_patients link where link.pet_id = pets.id and link.organization_id = pets.registered_by))
  ))
  with check (exists (select from public.clinic_patients link where link.pet_id = pets.id
      and (ended_on is null) and link.organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    or owner_id = (select auth.uid())
    or (registered_by = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
      and not exists (select from public.clinic_patients link where link.pet_id = pets.id and link.organization_id = pets.registered_by)));
grant select (id, name, species, breed, sex, birth_date, microchip, colour, weight_kg, deceased_on, alerts, notes, owner_id, registered_by, created_at, updated_at, updated_by, updated_device, row_version) on public.pets to authenticated;
grant insert (id, name, species, breed, sex, birth_date, microchip, colour, weight_kg, deceased_on, alerts, notes, owner_id, registered_by) on public.pets to authenticated;
grant update (name, species, breed, sex, birth_date, microchip, colour, weight_kg, deceased_on, alerts, notes) on public.pets to authenticated;

alter table public.clinic_patients enable row level security;
alter table public.clinic_patients force row level security;
revoke all on public.clinic_patients from public, anon, authenticated;
grant select, insert, update, delete on public.clinic_patients to service_role;
create policy members_read on public.clinic_patients for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.clinic_patients for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_change on public.clinic_patients for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_remove on public.clinic_patients for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
grant select (id, organization_id, pet_id, client_id, file_number, ended_on, created_at, updated_at, updated_by, updated_device, row_version) on public.clinic_patients to authenticated;
grant insert (id, organization_id, pet_id, client_id, file_number, ended_on) on public.clinic_patients to authenticated;
grant update (client_id, file_number, ended_on) on public.clinic_patients to authenticated;
grant delete on public.clinic_patients to authenticated;

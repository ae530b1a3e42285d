CREATE TABLE public.livestock_batches (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    species_id UUID,
    purpose public.purpose NOT NULL,
    location TEXT,
    status public.status NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_livestock_batches PRIMARY KEY (id),
    CONSTRAINT uq_livestock_batches_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_livestock_batches_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_livestock_batches_species_id FOREIGN KEY(species_id) REFERENCES public.livestock_species (id) ON DELETE RESTRICT
);
CREATE INDEX ix_livestock_batches_species_id ON public.livestock_batches (species_id);
comment on table public.livestock_batches is 'A group of animals that are housed, fed or milked together.';
comment on column public.livestock_batches.id is 'Id';
comment on column public.livestock_batches.organization_id is 'Organization';
comment on column public.livestock_batches.name is 'Name';
comment on column public.livestock_batches.species_id is 'Species';
comment on column public.livestock_batches.purpose is 'Kept for';
comment on column public.livestock_batches.location is 'Barn or pasture';
comment on column public.livestock_batches.status is 'Status';
comment on column public.livestock_batches.notes is 'Notes';
comment on column public.livestock_batches.created_at is 'Created';
comment on column public.livestock_batches.updated_at is 'Changed';
comment on column public.livestock_batches.updated_by is 'Changed by';
comment on column public.livestock_batches.updated_device is 'Changed on';
comment on column public.livestock_batches.row_version is 'Version';

CREATE TABLE public.livestock (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    tag_number TEXT NOT NULL,
    name TEXT,
    official_id TEXT,
    eid TEXT,
    species_id UUID NOT NULL,
    breed_id UUID,
    sex public.sex NOT NULL,
    birth_date DATE,
    batch_id UUID,
    status public.livestock_status NOT NULL,
    weight_kg NUMERIC(14, 1),
    parity BIGINT,
    calved_on DATE,
    dried_off_on DATE,
    dam_id UUID,
    sire_id UUID,
    arrived_on DATE,
    left_on DATE,
    colour TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_livestock PRIMARY KEY (id),
    CONSTRAINT ck_livestock_weight_kg_minimum CHECK (weight_kg >= 0),
    CONSTRAINT ck_livestock_weight_kg_maximum CHECK (weight_kg <= 2000),
    CONSTRAINT ck_livestock_parity_minimum CHECK (parity >= 0),
    CONSTRAINT ck_livestock_parity_maximum CHECK (parity <= 30),
    CONSTRAINT uq_livestock_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_livestock_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_livestock_species_id FOREIGN KEY(species_id) REFERENCES public.livestock_species (id) ON DELETE RESTRICT,
    CONSTRAINT fk_livestock_breed_id FOREIGN KEY(breed_id) REFERENCES public.livestock_breeds (id) ON DELETE RESTRICT,
    CONSTRAINT fk_livestock_organization_id_batch_id FOREIGN KEY(organization_id, batch_id) REFERENCES public.livestock_batches (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_livestock_organization_id_dam_id FOREIGN KEY(organization_id, dam_id) REFERENCES public.livestock (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_livestock_organization_id_sire_id FOREIGN KEY(organization_id, sire_id) REFERENCES public.livestock (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_livestock_batch_id ON public.livestock (batch_id);
CREATE INDEX ix_livestock_breed_id ON public.livestock (breed_id);
CREATE INDEX ix_livestock_dam_id ON public.livestock (dam_id);
CREATE INDEX ix_livestock_sire_id ON public.livestock (sire_id);
CREATE INDEX ix_livestock_species_id ON public.livestock (species_id);
CREATE UNIQUE INDEX uq_livestock_living_eid ON public.livestock (organization_id, eid) WHERE status = 'active';
CREATE UNIQUE INDEX uq_livestock_living_official_id ON public.livestock (organization_id, official_id) WHERE status = 'active';
comment on table public.livestock is 'One animal of the farm.';
comment on column public.livestock.id is 'Id';
comment on column public.livestock.organization_id is 'Organization';
comment on column public.livestock.tag_number is 'Tag';
comment on column public.livestock.name is 'Name';
comment on column public.livestock.official_id is 'Official id';
comment on column public.livestock.eid is 'EID';
comment on column public.livestock.species_id is 'Species';
comment on column public.livestock.breed_id is 'Breed';
comment on column public.livestock.sex is 'Sex';
comment on column public.livestock.birth_date is 'Born';
comment on column public.livestock.batch_id is 'Group';
comment on column public.livestock.status is 'Status';
comment on column public.livestock.weight_kg is 'Weight, kg';
comment on column public.livestock.parity is 'Parity';
comment on column public.livestock.calved_on is 'Last calved';
comment on column public.livestock.dried_off_on is 'Dried off';
comment on column public.livestock.dam_id is 'Dam';
comment on column public.livestock.sire_id is 'Sire';
comment on column public.livestock.arrived_on is 'Arrived';
comment on column public.livestock.left_on is 'Left';
comment on column public.livestock.colour is 'Colour';
comment on column public.livestock.notes is 'Notes';
comment on column public.livestock.created_at is 'Created';
comment on column public.livestock.updated_at is 'Changed';
comment on column public.livestock.updated_by is 'Changed by';
comment on column public.livestock.updated_device is 'Changed on';
comment on column public.livestock.row_version is 'Version';

CREATE TABLE public.flocks (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    house TEXT,
    species_id UUID NOT NULL,
    breed_id UUID,
    purpose public.purpose NOT NULL,
    hatched_on DATE,
    status public.flock_status NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_flocks PRIMARY KEY (id),
    CONSTRAINT uq_flocks_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_flocks_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_flocks_species_id FOREIGN KEY(species_id) REFERENCES public.livestock_species (id) ON DELETE RESTRICT,
    CONSTRAINT fk_flocks_breed_id FOREIGN KEY(breed_id) REFERENCES public.livestock_breeds (id) ON DELETE RESTRICT
);
CREATE INDEX ix_flocks_breed_id ON public.flocks (breed_id);
CREATE INDEX ix_flocks_species_id ON public.flocks (species_id);
comment on table public.flocks is 'Birds kept as one; how many is the sum of what was placed less what left or died.';
comment on column public.flocks.id is 'Id';
comment on column public.flocks.organization_id is 'Organization';
comment on column public.flocks.name is 'Name';
comment on column public.flocks.house is 'House';
comment on column public.flocks.species_id is 'Species';
comment on column public.flocks.breed_id is 'Breed';
comment on column public.flocks.purpose is 'Kept for';
comment on column public.flocks.hatched_on is 'Hatched';
comment on column public.flocks.status is 'Status';
comment on column public.flocks.notes is 'Notes';
comment on column public.flocks.created_at is 'Created';
comment on column public.flocks.updated_at is 'Changed';
comment on column public.flocks.updated_by is 'Changed by';
comment on column public.flocks.updated_device is 'Changed on';
comment on column public.flocks.row_version is 'Version';

CREATE TABLE public.poultry_batches (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    flock_id UUID NOT NULL,
    placed_on DATE NOT NULL,
    head_count BIGINT NOT NULL,
    supplier TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_poultry_batches PRIMARY KEY (id),
    CONSTRAINT ck_poultry_batches_head_count_minimum CHECK (head_count >= 1),
    CONSTRAINT ck_poultry_batches_head_count_maximum CHECK (head_count <= 1000000),
    CONSTRAINT uq_poultry_batches_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_poultry_batches_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_poultry_batches_organization_id_flock_id FOREIGN KEY(organization_id, flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_poultry_batches_flock_id ON public.poultry_batches (flock_id);
comment on table public.poultry_batches is 'Birds that came into a flock on one day.';
comment on column public.poultry_batches.id is 'Id';
comment on column public.poultry_batches.organization_id is 'Organization';
comment on column public.poultry_batches.flock_id is 'Flock';
comment on column public.poultry_batches.placed_on is 'Placed';
comment on column public.poultry_batches.head_count is 'Birds';
comment on column public.poultry_batches.supplier is 'Supplier';
comment on column public.poultry_batches.notes is 'Notes';
comment on column public.poultry_batches.created_at is 'Created';
comment on column public.poultry_batches.updated_at is 'Changed';
comment on column public.poultry_batches.updated_by is 'Changed by';
comment on column public.poultry_batches.updated_device is 'Changed on';
comment on column public.poultry_batches.row_version is 'Version';

insert into sync.tables (name, position, scope, scope_column)
values ('livestock_batches', 8, 'within', 'organization_id');

insert into sync.tables (name, position, scope, scope_column)
values ('livestock', 9, 'within', 'organization_id');

insert into sync.tables (name, position, scope, scope_column)
values ('flocks', 10, 'within', 'organization_id');

insert into sync.tables (name, position, scope, scope_column)
values ('poultry_batches', 11, 'within', 'organization_id');

create trigger update_livestock_batches_updated_at before insert or update on public.livestock_batches
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.livestock_batches
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.livestock_batches
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.livestock_batches
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.livestock_batches
  for each statement execute function sync.refuse_truncate();

create trigger update_livestock_updated_at before insert or update on public.livestock
  for each row execute function public.update_updated_at_column();
create trigger audit_livestock_trigger after insert or update or delete on public.livestock
  for each row execute function public.audit_trigger_function();
create trigger log_insert after insert on public.livestock
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.livestock
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.livestock
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.livestock
  for each statement execute function sync.refuse_truncate();

create trigger update_flocks_updated_at before insert or update on public.flocks
  for each row execute function public.update_updated_at_column();
create trigger audit_flocks_trigger after insert or update or delete on public.flocks
  for each row execute function public.audit_trigger_function();
create trigger log_insert after insert on public.flocks
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.flocks
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.flocks
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.flocks
  for each statement execute function sync.refuse_truncate();

create trigger update_poultry_batches_updated_at before insert or update on public.poultry_batches
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.poultry_batches
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.poultry_batches
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.poultry_batches
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.poultry_batches
  for each statement execute function sync.refuse_truncate();

alter table public.livestock_batches enable row level security;
alter table public.livestock_batches force row level security;
revoke all on public.livestock_batches from public, anon, authenticated;
grant select, insert, update, delete on public.livestock_batches to service_role;
create policy members_read on public.livestock_batches for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.livestock_batches for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_change on public.livestock_batches for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_remove on public.livestock_batches for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
grant select (id, organization_id, name, species_id, purpose, location, status, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.livestock_batches to authenticated;
grant insert (id, organization_id, name, species_id, purpose, location, status, notes) on public.livestock_batches to authenticated;
grant update (name, species_id, purpose, location, status, notes) on public.livestock_batches to authenticated;
grant delete on public.livestock_batches to authenticated;

alter table public.livestock enable row level security;
alter table public.livestock force row level security;
revoke all on public.livestock from public, anon, authenticated;
grant select, insert, update, delete on public.livestock to service_role;
create policy members_read on public.livestock for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.livestock for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_change on public.livestock for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_remove on public.livestock for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
grant select (id, organization_id, tag_number, name, official_id, eid, species_id, breed_id, sex, birth_date, batch_id, status, weight_kg, parity, calved_on, dried_off_on, dam_id, sire_id, arrived_on, left_on, colour, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.livestock to authenticated;
grant insert (id, organization_id, tag_number, name, official_id, eid, species_id, breed_id, sex, birth_date, batch_id, status, weight_kg, parity, calved_on, dried_off_on, dam_id, sire_id, arrived_on, left_on, colour, notes) on public.livestock to authenticated;
grant update (tag_number, name, official_id, eid, species_id, breed_id, sex, birth_date, batch_id, status, weight_kg, parity, calved_on, dried_off_on, dam_id, sire_id, arrived_on, left_on, colour, notes) on public.livestock to authenticated;
grant delete on public.livestock to authenticated;

alter table public.flocks enable row level security;
alter table public.flocks force row level security;
revoke all on public.flocks from public, anon, authenticated;
grant select, insert, update, delete on public.flocks to service_role;
create policy members_read on public.flocks for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.flocks for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_change on public.flocks for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_remove on public.flocks for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
grant select (id, organization_id, name, house, species_id, breed_id, purpose, hatched_on, status, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.flocks to authenticated;
grant insert (id, organization_id, name, house, species_id, breed_id, purpose, hatched_on, status, notes) on public.flocks to authenticated;
grant update (name, house, species_id, breed_id, purpose, hatched_on, status, notes) on public.flocks to authenticated;
grant delete on public.flocks to authenticated;

alter table public.poultry_batches enable row level security;
alter table public.poultry_batches force row level security;
revoke all on public.poultry_batches from public, anon, authenticated;
grant select, insert, update, delete on public.poultry_batches to service_role;
create policy members_read on public.poultry_batches for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.poultry_batches for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_change on public.poultry_batches for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_remove on public.poultry_batches for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
grant select (id, organization_id, flock_id, placed_on, head_count, supplier, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.poultry_batches to authenticated;
grant insert (id, organization_id, flock_id, placed_on, head_count, supplier, notes) on public.poultry_batches to authenticated;
grant update (flock_id, placed_on, head_count, supplier, notes) on public.poultry_batches to authenticated;
grant delete on public.poultry_batches to authenticated;

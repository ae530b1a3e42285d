CREATE TABLE public.companion_species (
    id UUID NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    scientific_name TEXT,
    gestation_days BIGINT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_companion_species PRIMARY KEY (id),
    CONSTRAINT ck_companion_species_gestation_days_minimum CHECK (gestation_days >= 1),
    CONSTRAINT ck_companion_species_gestation_days_maximum CHECK (gestation_days <= 700)
);
comment on table public.companion_species is 'A species kept as a companion.';
comment on column public.companion_species.id is 'Id';
comment on column public.companion_species.code is 'Code';
comment on column public.companion_species.name is 'Name';
comment on column public.companion_species.scientific_name is 'Scientific name';
comment on column public.companion_species.gestation_days is 'Gestation, d';
comment on column public.companion_species.created_at is 'Created';
comment on column public.companion_species.updated_at is 'Changed';
comment on column public.companion_species.updated_by is 'Changed by';
comment on column public.companion_species.updated_device is 'Changed on';
comment on column public.companion_species.row_version is 'Version';

CREATE TABLE public.companion_breeds (
    id UUID NOT NULL,
    species_id UUID NOT NULL,
    name TEXT NOT NULL,
    adult_weight_kg NUMERIC(14, 1),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_companion_breeds PRIMARY KEY (id),
    CONSTRAINT ck_companion_breeds_adult_weight_kg_minimum CHECK (adult_weight_kg >= 0),
    CONSTRAINT ck_companion_breeds_adult_weight_kg_maximum CHECK (adult_weight_kg <= 120),
    CONSTRAINT fk_companion_breeds_species_id FOREIGN KEY(species_id) REFERENCES public.companion_species (id) ON DELETE RESTRICT
);
CREATE INDEX ix_companion_breeds_species_id ON public.companion_breeds (species_id);
comment on table public.companion_breeds is 'A breed of a companion species.';
comment on column public.companion_breeds.id is 'Id';
comment on column public.companion_breeds.species_id is 'Species';
comment on column public.companion_breeds.name is 'Name';
comment on column public.companion_breeds.adult_weight_kg is 'Adult weight, kg';
comment on column public.companion_breeds.created_at is 'Created';
comment on column public.companion_breeds.updated_at is 'Changed';
comment on column public.companion_breeds.updated_by is 'Changed by';
comment on column public.companion_breeds.updated_device is 'Changed on';
comment on column public.companion_breeds.row_version is 'Version';

CREATE TABLE public.livestock_species (
    id UUID NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    scientific_name TEXT,
    gestation_days BIGINT,
    incubation_days BIGINT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_livestock_species PRIMARY KEY (id),
    CONSTRAINT ck_livestock_species_gestation_days_minimum CHECK (gestation_days >= 1),
    CONSTRAINT ck_livestock_species_gestation_days_maximum CHECK (gestation_days <= 700),
    CONSTRAINT ck_livestock_species_incubation_days_minimum CHECK (incubation_days >= 1),
    CONSTRAINT ck_livestock_species_incubation_days_maximum CHECK (incubation_days <= 100)
);
comment on table public.livestock_species is 'A species kept on farms.';
comment on column public.livestock_species.id is 'Id';
comment on column public.livestock_species.code is 'Code';
comment on column public.livestock_species.name is 'Name';
comment on column public.livestock_species.scientific_name is 'Scientific name';
comment on column public.livestock_species.gestation_days is 'Gestation, d';
comment on column public.livestock_species.incubation_days is 'Incubation, d';
comment on column public.livestock_species.created_at is 'Created';
comment on column public.livestock_species.updated_at is 'Changed';
comment on column public.livestock_species.updated_by is 'Changed by';
comment on column public.livestock_species.updated_device is 'Changed on';
comment on column public.livestock_species.row_version is 'Version';

CREATE TABLE public.livestock_breeds (
    id UUID NOT NULL,
    species_id UUID NOT NULL,
    name TEXT NOT NULL,
    purpose public.purpose,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_livestock_breeds PRIMARY KEY (id),
    CONSTRAINT fk_livestock_breeds_species_id FOREIGN KEY(species_id) REFERENCES public.livestock_species (id) ON DELETE RESTRICT
);
CREATE INDEX ix_livestock_breeds_species_id ON public.livestock_breeds (species_id);
comment on table public.livestock_breeds is 'A breed of a farm species.';
comment on column public.livestock_breeds.id is 'Id';
comment on column public.livestock_breeds.species_id is 'Species';
comment on column public.livestock_breeds.name is 'Name';
comment on column public.livestock_breeds.purpose is 'Kept for';
comment on column public.livestock_breeds.created_at is 'Created';
comment on column public.livestock_breeds.updated_at is 'Changed';
comment on column public.livestock_breeds.updated_by is 'Changed by';
comment on column public.livestock_breeds.updated_device is 'Changed on';
comment on column public.livestock_breeds.row_version is 'Version';

insert into sync.tables (name, position, scope)
values ('companion_species', 4, 'all');

insert into sync.tables (name, position, scope)
values ('companion_breeds', 5, 'all');

insert into sync.tables (name, position, scope)
values ('livestock_species', 6, 'all');

insert into sync.tables (name, position, scope)
values ('livestock_breeds', 7, 'all');

create trigger update_companion_species_updated_at before insert or update on public.companion_species
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.companion_species
  referencing new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_update after update on public.companion_species
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_delete after delete on public.companion_species
  referencing old table as old_rows
  for each statement execute function sync.log_for_all();
create trigger refuse_truncate before truncate on public.companion_species
  for each statement execute function sync.refuse_truncate();

create trigger update_companion_breeds_updated_at before insert or update on public.companion_breeds
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.companion_breeds
  referencing new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_update after update on public.companion_breeds
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_delete after delete on public.companion_breeds
  referencing old table as old_rows
  for each statement execute function sync.log_for_all();
create trigger refuse_truncate before truncate on public.companion_breeds
  for each statement execute function sync.refuse_truncate();

create trigger update_livestock_species_updated_at before insert or update on public.livestock_species
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.livestock_species
  referencing new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_update after update on public.livestock_species
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_delete after delete on public.livestock_species
  referencing old table as old_rows
  for each statement execute function sync.log_for_all();
create trigger refuse_truncate before truncate on public.livestock_species
  for each statement execute function sync.refuse_truncate();

create trigger update_livestock_breeds_updated_at before insert or update on public.livestock_breeds
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.livestock_breeds
  referencing new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_update after update on public.livestock_breeds
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_delete after delete on public.livestock_breeds
  referencing old table as old_rows
  for each statement execute function sync.log_for_all();
create trigger refuse_truncate before truncate on public.livestock_breeds
  for each statement execute function sync.refuse_truncate();

alter table public.companion_species enable row level security;
alter table public.companion_species force row level security;
revoke all on public.companion_species from public, anon, authenticated;
grant select, insert, update, delete on public.companion_species to service_role;
create policy members_read on public.companion_species for select to authenticated
  using (true);
grant select (id, code, name, scientific_name, gestation_days, created_at, updated_at, updated_by, updated_device, row_version) on public.companion_species to authenticated;

alter table public.companion_breeds enable row level security;
alter table public.companion_breeds force row level security;
revoke all on public.companion_breeds from public, anon, authenticated;
grant select, insert, update, delete on public.companion_breeds to service_role;
create policy members_read on public.companion_breeds for select to authenticated
  using (true);
grant select (id, species_id, name, adult_weight_kg, created_at, updated_at, updated_by, updated_device, row_version) on public.companion_breeds to authenticated;

alter table public.livestock_species enable row level security;
alter table public.livestock_species force row level security;
revoke all on public.livestock_species from public, anon, authenticated;
grant select, insert, update, delete on public.livestock_species to service_role;
create policy members_read on public.livestock_species for select to authenticated
  using (true);
grant select (id, code, name, scientific_name, gestation_days, incubation_days, created_at, updated_at, updated_by, updated_device, row_version) on public.livestock_species to authenticated;

alter table public.livestock_breeds enable row level security;
alter table public.livestock_breeds force row level security;
revoke all on public.livestock_breeds from public, anon, authenticated;
grant select, insert, update, delete on public.livestock_breeds to service_role;
create policy members_read on public.livestock_breeds for select to authenticated
  using (true);
grant select (id, species_id, name, purpose, created_at, updated_at, updated_by, updated_device, row_version) on public.livestock_breeds to authenticated;

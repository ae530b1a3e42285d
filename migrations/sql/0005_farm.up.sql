CREATE TABLE public.milk_production_logs (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    animal_id UUID NOT NULL,
    milked_on DATE NOT NULL,
    session public.milking_session NOT NULL,
    yield_kg NUMERIC(14, 2) NOT NULL,
    fat_percent NUMERIC(14, 2),
    protein_percent NUMERIC(14, 2),
    somatic_cells BIGINT,
    days_in_milk BIGINT,
    parity BIGINT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_milk_production_logs PRIMARY KEY (id),
    CONSTRAINT uq_milk_production_logs_organization_id_animal_id_milke_8c78 UNIQUE (organization_id, animal_id, milked_on, session),
    CONSTRAINT ck_milk_production_logs_yield_kg_minimum CHECK (yield_kg >= 0),
    CONSTRAINT ck_milk_production_logs_yield_kg_maximum CHECK (yield_kg <= 120),
    CONSTRAINT ck_milk_production_logs_fat_percent_minimum CHECK (fat_percent >= 0),
    CONSTRAINT ck_milk_production_logs_fat_percent_maximum CHECK (fat_percent <= 15),
    CONSTRAINT ck_milk_production_logs_protein_percent_minimum CHECK (protein_percent >= 0),
    CONSTRAINT ck_milk_production_logs_protein_percent_maximum CHECK (protein_percent <= 15),
    CONSTRAINT ck_milk_production_logs_somatic_cells_minimum CHECK (somatic_cells >= 0),
    CONSTRAINT ck_milk_production_logs_somatic_cells_maximum CHECK (somatic_cells <= 100000000),
    CONSTRAINT ck_milk_production_logs_days_in_milk_minimum CHECK (days_in_milk >= 0),
    CONSTRAINT ck_milk_production_logs_days_in_milk_maximum CHECK (days_in_milk <= 2000),
    CONSTRAINT ck_milk_production_logs_parity_minimum CHECK (parity >= 0),
    CONSTRAINT ck_milk_production_logs_parity_maximum CHECK (parity <= 30),
    CONSTRAINT uq_milk_production_logs_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_milk_production_logs_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_milk_production_logs_organization_id_animal_id FOREIGN KEY(organization_id, animal_id) REFERENCES public.livestock (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_milk_production_logs_animal_id ON public.milk_production_logs (animal_id);
CREATE INDEX ix_milk_production_logs_day ON public.milk_production_logs (organization_id, milked_on);
comment on table public.milk_production_logs is 'What one animal gave at one milking.';
comment on column public.milk_production_logs.id is 'Id';
comment on column public.milk_production_logs.organization_id is 'Organization';
comment on column public.milk_production_logs.animal_id is 'Animal';
comment on column public.milk_production_logs.milked_on is 'Date';
comment on column public.milk_production_logs.session is 'Milking';
comment on column public.milk_production_logs.yield_kg is 'Yield, kg';
comment on column public.milk_production_logs.fat_percent is 'Fat, %';
comment on column public.milk_production_logs.protein_percent is 'Protein, %';
comment on column public.milk_production_logs.somatic_cells is 'Cell count, cells/mL';
comment on column public.milk_production_logs.days_in_milk is 'Days in milk, d';
comment on column public.milk_production_logs.parity is 'Parity';
comment on column public.milk_production_logs.notes is 'Notes';
comment on column public.milk_production_logs.created_at is 'Created';
comment on column public.milk_production_logs.updated_at is 'Changed';
comment on column public.milk_production_logs.updated_by is 'Changed by';
comment on column public.milk_production_logs.updated_device is 'Changed on';
comment on column public.milk_production_logs.row_version is 'Version';

CREATE TABLE public.egg_production_logs (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    flock_id UUID NOT NULL,
    collected_on DATE NOT NULL,
    round public.egg_round NOT NULL,
    total BIGINT NOT NULL,
    cracked BIGINT NOT NULL,
    dirty BIGINT NOT NULL,
    discarded BIGINT NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_egg_production_logs PRIMARY KEY (id),
    CONSTRAINT uq_egg_production_logs_organization_id_flock_id_collect_5b73 UNIQUE (organization_id, flock_id, collected_on, round),
    CONSTRAINT ck_egg_production_logs_parts_within_total CHECK (cracked + dirty + discarded <= total),
    CONSTRAINT ck_egg_production_logs_total_minimum CHECK (total >= 0),
    CONSTRAINT ck_egg_production_logs_total_maximum CHECK (total <= 1000000),
    CONSTRAINT ck_egg_production_logs_cracked_minimum CHECK (cracked >= 0),
    CONSTRAINT ck_egg_production_logs_dirty_minimum CHECK (dirty >= 0),
    CONSTRAINT ck_egg_production_logs_discarded_minimum CHECK (discarded >= 0),
    CONSTRAINT uq_egg_production_logs_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_egg_production_logs_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_egg_production_logs_organization_id_flock_id FOREIGN KEY(organization_id, flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_egg_production_logs_day ON public.egg_production_logs (organization_id, collected_on);
CREATE INDEX ix_egg_production_logs_flock_id ON public.egg_production_logs (flock_id);
comment on table public.egg_production_logs is 'What one flock laid, as collected on one round.';
comment on column public.egg_production_logs.id is 'Id';
comment on column public.egg_production_logs.organization_id is 'Organization';
comment on column public.egg_production_logs.flock_id is 'Flock';
comment on column public.egg_production_logs.collected_on is 'Date';
comment on column public.egg_production_logs.round is 'Round';
comment on column public.egg_production_logs.total is 'Eggs, eggs';
comment on column public.egg_production_logs.cracked is 'Cracked, eggs';
comment on column public.egg_production_logs.dirty is 'Dirty, eggs';
comment on column public.egg_production_logs.discarded is 'Discarded, eggs';
comment on column public.egg_production_logs.notes is 'Notes';
comment on column public.egg_production_logs.created_at is 'Created';
comment on column public.egg_production_logs.updated_at is 'Changed';
comment on column public.egg_production_logs.updated_by is 'Changed by';
comment on column public.egg_production_logs.updated_device is 'Changed on';
comment on column public.egg_production_logs.row_version is 'Version';

CREATE TABLE public.feed_logs (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    batch_id UUID NOT NULL,
    fed_on DATE NOT NULL,
    feed TEXT NOT NULL,
    quantity_kg NUMERIC(14, 1) NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_feed_logs PRIMARY KEY (id),
    CONSTRAINT ck_feed_logs_quantity_kg_minimum CHECK (quantity_kg >= 0),
    CONSTRAINT ck_feed_logs_quantity_kg_maximum CHECK (quantity_kg <= 100000),
    CONSTRAINT uq_feed_logs_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_feed_logs_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_feed_logs_organization_id_batch_id FOREIGN KEY(organization_id, batch_id) REFERENCES public.livestock_batches (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_feed_logs_batch_id ON public.feed_logs (batch_id);
CREATE INDEX ix_feed_logs_day ON public.feed_logs (organization_id, fed_on);
comment on table public.feed_logs is 'Feed given to a group of animals.';
comment on column public.feed_logs.id is 'Id';
comment on column public.feed_logs.organization_id is 'Organization';
comment on column public.feed_logs.batch_id is 'Group';
comment on column public.feed_logs.fed_on is 'Date';
comment on column public.feed_logs.feed is 'Feed';
comment on column public.feed_logs.quantity_kg is 'Quantity, kg';
comment on column public.feed_logs.notes is 'Notes';
comment on column public.feed_logs.created_at is 'Created';
comment on column public.feed_logs.updated_at is 'Changed';
comment on column public.feed_logs.updated_by is 'Changed by';
comment on column public.feed_logs.updated_device is 'Changed on';
comment on column public.feed_logs.row_version is 'Version';

CREATE TABLE public.poultry_feed_logs (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    flock_id UUID NOT NULL,
    fed_on DATE NOT NULL,
    feed TEXT NOT NULL,
    quantity_kg NUMERIC(14, 1) NOT NULL,
    water_l NUMERIC(14, 1),
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_poultry_feed_logs PRIMARY KEY (id),
    CONSTRAINT ck_poultry_feed_logs_quantity_kg_minimum CHECK (quantity_kg >= 0),
    CONSTRAINT ck_poultry_feed_logs_quantity_kg_maximum CHECK (quantity_kg <= 100000),
    CONSTRAINT ck_poultry_feed_logs_water_l_minimum CHECK (water_l >= 0),
    CONSTRAINT ck_poultry_feed_logs_water_l_maximum CHECK (water_l <= 1000000),
    CONSTRAINT uq_poultry_feed_logs_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_poultry_feed_logs_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_poultry_feed_logs_organization_id_flock_id FOREIGN KEY(organization_id, flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_poultry_feed_logs_day ON public.poultry_feed_logs (organization_id, fed_on);
CREATE INDEX ix_poultry_feed_logs_flock_id ON public.poultry_feed_logs (flock_id);
comment on table public.poultry_feed_logs is 'Feed and water given to a flock.';
comment on column public.poultry_feed_logs.id is 'Id';
comment on column public.poultry_feed_logs.organization_id is 'Organization';
comment on column public.poultry_feed_logs.flock_id is 'Flock';
comment on column public.poultry_feed_logs.fed_on is 'Date';
comment on column public.poultry_feed_logs.feed is 'Feed';
comment on column public.poultry_feed_logs.quantity_kg is 'Quantity, kg';
comment on column public.poultry_feed_logs.water_l is 'Water, L';
comment on column public.poultry_feed_logs.notes is 'Notes';
comment on column public.poultry_feed_logs.created_at is 'Created';
comment on column public.poultry_feed_logs.updated_at is 'Changed';
comment on column public.poultry_feed_logs.updated_by is 'Changed by';
comment on column public.poultry_feed_logs.updated_device is 'Changed on';
comment on column public.poultry_feed_logs.row_version is 'Version';

CREATE TABLE public.weight_logs (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    animal_id UUID NOT NULL,
    weighed_on DATE NOT NULL,
    weight_kg NUMERIC(14, 1) NOT NULL,
    method public.weighing_method NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_weight_logs PRIMARY KEY (id),
    CONSTRAINT ck_weight_logs_weight_kg_minimum CHECK (weight_kg >= 0),
    CONSTRAINT ck_weight_logs_weight_kg_maximum CHECK (weight_kg <= 2000),
    CONSTRAINT uq_weight_logs_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_weight_logs_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_weight_logs_organization_id_animal_id FOREIGN KEY(organization_id, animal_id) REFERENCES public.livestock (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_weight_logs_animal_id ON public.weight_logs (animal_id);
CREATE INDEX ix_weight_logs_day ON public.weight_logs (organization_id, weighed_on);
comment on table public.weight_logs is 'What one animal weighed on one day.';
comment on column public.weight_logs.id is 'Id';
comment on column public.weight_logs.organization_id is 'Organization';
comment on column public.weight_logs.animal_id is 'Animal';
comment on column public.weight_logs.weighed_on is 'Date';
comment on column public.weight_logs.weight_kg is 'Weight, kg';
comment on column public.weight_logs.method is 'How';
comment on column public.weight_logs.notes is 'Notes';
comment on column public.weight_logs.created_at is 'Created';
comment on column public.weight_logs.updated_at is 'Changed';
comment on column public.weight_logs.updated_by is 'Changed by';
comment on column public.weight_logs.updated_device is 'Changed on';
comment on column public.weight_logs.row_version is 'Version';

CREATE TABLE public.mortality_logs (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    flock_id UUID NOT NULL,
    died_on DATE NOT NULL,
    head_count BIGINT NOT NULL,
    cause TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_mortality_logs PRIMARY KEY (id),
    CONSTRAINT ck_mortality_logs_head_count_minimum CHECK (head_count >= 1),
    CONSTRAINT ck_mortality_logs_head_count_maximum CHECK (head_count <= 1000000),
    CONSTRAINT uq_mortality_logs_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_mortality_logs_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_mortality_logs_organization_id_flock_id FOREIGN KEY(organization_id, flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_mortality_logs_day ON public.mortality_logs (organization_id, died_on);
CREATE INDEX ix_mortality_logs_flock_id ON public.mortality_logs (flock_id);
comment on table public.mortality_logs is 'Birds of a flock that died or were culled on one day.';
comment on column public.mortality_logs.id is 'Id';
comment on column public.mortality_logs.organization_id is 'Organization';
comment on column public.mortality_logs.flock_id is 'Flock';
comment on column public.mortality_logs.died_on is 'Date';
comment on column public.mortality_logs.head_count is 'Birds';
comment on column public.mortality_logs.cause is 'Cause';
comment on column public.mortality_logs.notes is 'Notes';
comment on column public.mortality_logs.created_at is 'Created';
comment on column public.mortality_logs.updated_at is 'Changed';
comment on column public.mortality_logs.updated_by is 'Changed by';
comment on column public.mortality_logs.updated_device is 'Changed on';
comment on column public.mortality_logs.row_version is 'Version';

insert into sync.tables (name, position, scope, scope_column)
values ('milk_production_logs', 12, 'within', 'organization_id');

insert into sync.tables (name, position, scope, scope_column)
values ('egg_production_logs', 13, 'within', 'organization_id');

insert into sync.tables (name, position, scope, scope_column)
values ('feed_logs', 14, 'within', 'organization_id');

insert into sync.tables (name, position, scope, scope_column)
values ('poultry_feed_logs', 15, 'within', 'organization_id');

insert into sync.tables (name, position, scope, scope_column)
values ('weight_logs', 16, 'within', 'organization_id');

insert into sync.tables (name, position, scope, scope_column)
values ('mortality_logs', 17, 'within', 'organization_id');

create trigger update_milk_production_logs_updated_at before insert or update on public.milk_production_logs
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.milk_production_logs
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.milk_production_logs
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.milk_production_logs
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.milk_production_logs
  for each statement execute function sync.refuse_truncate();

create trigger update_egg_production_logs_updated_at before insert or update on public.egg_production_logs
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.egg_production_logs
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.egg_production_logs
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.egg_production_logs
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.egg_production_logs
  for each statement execute function sync.refuse_truncate();

create trigger update_feed_logs_updated_at before insert or update on public.feed_logs
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.feed_logs
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.feed_logs
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.feed_logs
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.feed_logs
  for each statement execute function sync.refuse_truncate();

create trigger update_poultry_feed_logs_updated_at before insert or update on public.poultry_feed_logs
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.poultry_feed_logs
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.poultry_feed_logs
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.poultry_feed_logs
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.poultry_feed_logs
  for each statement execute function sync.refuse_truncate();

create trigger update_weight_logs_updated_at before insert or update on public.weight_logs
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.weight_logs
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.weight_logs
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.weight_logs
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.weight_logs
  for each statement execute function sync.refuse_truncate();

create trigger update_mortality_logs_updated_at before insert or update on public.mortality_logs
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.mortality_logs
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.mortality_logs
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.mortality_logs
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.mortality_logs
  for each statement execute function sync.refuse_truncate();

alter table public.milk_production_logs enable row level security;
alter table public.milk_production_logs force row level security;
revoke all on public.milk_production_logs from public, anon, authenticated;
grant select, insert, update, delete on public.milk_production_logs to service_role;
create policy members_read on public.milk_production_logs for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.milk_production_logs for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_change on public.milk_production_logs for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_remove on public.milk_production_logs for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
grant select (id, organization_id, animal_id, milked_on, session, yield_kg, fat_percent, protein_percent, somatic_cells, days_in_milk, parity, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.milk_production_logs to authenticated;
grant insert (id, organization_id, animal_id, milked_on, session, yield_kg, fat_percent, protein_percent, somatic_cells, days_in_milk, parity, notes) on public.milk_production_logs to authenticated;
grant update (animal_id, milked_on, session, yield_kg, fat_percent, protein_percent, somatic_cells, days_in_milk, parity, notes) on public.milk_production_logs to authenticated;
grant delete on public.milk_production_logs to authenticated;

alter table public.egg_production_logs enable row level security;
alter table public.egg_production_logs force row level security;
revoke all on public.egg_production_logs from public, anon, authenticated;
grant select, insert, update, delete on public.egg_production_logs to service_role;
create policy members_read on public.egg_production_logs for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.egg_production_logs for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_change on public.egg_production_logs for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_remove on public.egg_production_logs for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
grant select (id, organization_id, flock_id, collected_on, round, total, cracked, dirty, discarded, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.egg_production_logs to authenticated;
grant insert (id, organization_id, flock_id, collected_on, round, total, cracked, dirty, discarded, notes) on public.egg_production_logs to authenticated;
grant update (flock_id, collected_on, round, total, cracked, dirty, discarded, notes) on public.egg_production_logs to authenticated;
grant delete on public.egg_production_logs to authenticated;

alter table public.feed_logs enable row level security;
alter table public.feed_logs force row level security;
revoke all on public.feed_logs from public, anon, authenticated;
grant select, insert, update, delete on public.feed_logs to service_role;
create policy members_read on public.feed_logs for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.feed_logs for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_change on public.feed_logs for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_remove on public.feed_logs for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
grant select (id, organization_id, batch_id, fed_on, feed, quantity_kg, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.feed_logs to authenticated;
grant insert (id, organization_id, batch_id, fed_on, feed, quantity_kg, notes) on public.feed_logs to authenticated;
grant update (batch_id, fed_on, feed, quantity_kg, notes) on public.feed_logs to authenticated;
grant delete on public.feed_logs to authenticated;

alter table public.poultry_feed_logs enable row level security;
alter table public.poultry_feed_logs force row level security;
revoke all on public.poultry_feed_logs from public, anon, authenticated;
grant select, insert, update, delete on public.poultry_feed_logs to service_role;
create policy members_read on public.poultry_feed_logs for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.poultry_feed_logs for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_change on public.poultry_feed_logs for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_remove on public.poultry_feed_logs for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
grant select (id, organization_id, flock_id, fed_on, feed, quantity_kg, water_l, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.poultry_feed_logs to authenticated;
grant insert (id, organization_id, flock_id, fed_on, feed, quantity_kg, water_l, notes) on public.poultry_feed_logs to authenticated;
grant update (flock_id, fed_on, feed, quantity_kg, water_l, notes) on public.poultry_feed_logs to authenticated;
grant delete on public.poultry_feed_logs to authenticated;

alter table public.weight_logs enable row level security;
alter table public.weight_logs force row level security;
revoke all on public.weight_logs from public, anon, authenticated;
grant select, insert, update, delete on public.weight_logs to service_role;
create policy members_read on public.weight_logs for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.weight_logs for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_change on public.weight_logs for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_remove on public.weight_logs for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
grant select (id, organization_id, animal_id, weighed_on, weight_kg, method, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.weight_logs to authenticated;
grant insert (id, organization_id, animal_id, weighed_on, weight_kg, method, notes) on public.weight_logs to authenticated;
grant update (animal_id, weighed_on, weight_kg, method, notes) on public.weight_logs to authenticated;
grant delete on public.weight_logs to authenticated;

alter table public.mortality_logs enable row level security;
alter table public.mortality_logs force row level security;
revoke all on public.mortality_logs from public, anon, authenticated;
grant select, insert, update, delete on public.mortality_logs to service_role;
create policy members_read on public.mortality_logs for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.mortality_logs for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_change on public.mortality_logs for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_remove on public.mortality_logs for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
grant select (id, organization_id, flock_id, died_on, head_count, cause, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.mortality_logs to authenticated;
grant insert (id, organization_id, flock_id, died_on, head_count, cause, notes) on public.mortality_logs to authenticated;
grant update (flock_id, died_on, head_count, cause, notes) on public.mortality_logs to authenticated;
grant delete on public.mortality_logs to authenticated;

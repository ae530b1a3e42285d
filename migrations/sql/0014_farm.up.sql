CREATE TABLE public.milk_storage (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    kind public.tank_kind DEFAULT 'bulk_tank' NOT NULL,
    capacity_l NUMERIC(14, 1) NOT NULL,
    target_temperature_c NUMERIC(14, 1),
    location TEXT,
    serial_number TEXT,
    calibrated_on DATE,
    status public.status DEFAULT 'active' NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_milk_storage PRIMARY KEY (id),
    CONSTRAINT ck_milk_storage_capacity_l_minimum CHECK (capacity_l >= 0),
    CONSTRAINT ck_milk_storage_capacity_l_maximum CHECK (capacity_l <= 1000000),
    CONSTRAINT ck_milk_storage_target_temperature_c_minimum CHECK (target_temperature_c >= -5),
    CONSTRAINT ck_milk_storage_target_temperature_c_maximum CHECK (target_temperature_c <= 100),
    CONSTRAINT uq_milk_storage_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_milk_storage_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
comment on table public.milk_storage is 'A tank, silo or can that milk is kept in.';
comment on column public.milk_storage.id is 'Id';
comment on column public.milk_storage.organization_id is 'Organization';
comment on column public.milk_storage.name is 'Name';
comment on column public.milk_storage.kind is 'Kind';
comment on column public.milk_storage.capacity_l is 'Holds, L';
comment on column public.milk_storage.target_temperature_c is 'Kept at, °C';
comment on column public.milk_storage.location is 'Stands in';
comment on column public.milk_storage.serial_number is 'Serial number';
comment on column public.milk_storage.calibrated_on is 'Calibrated';
comment on column public.milk_storage.status is 'Status';
comment on column public.milk_storage.notes is 'Notes';
comment on column public.milk_storage.created_at is 'Created';
comment on column public.milk_storage.updated_at is 'Changed';
comment on column public.milk_storage.updated_by is 'Changed by';
comment on column public.milk_storage.updated_device is 'Changed on';
comment on column public.milk_storage.row_version is 'Version';

CREATE TABLE public.feed_logs (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    batch_id UUID NOT NULL,
    fed_on DATE DEFAULT current_date NOT NULL,
    feed TEXT NOT NULL,
    quantity_kg NUMERIC(14, 1) NOT NULL,
    entered_unit public.mass_unit DEFAULT 'kg' NOT NULL,
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
CREATE INDEX ix_feed_logs_day ON public.feed_logs (organization_id, fed_on);
CREATE INDEX ix_feed_logs_organization_id_batch_id ON public.feed_logs (organization_id, batch_id);
comment on table public.feed_logs is 'Feed given to a group of animals.';
comment on column public.feed_logs.id is 'Id';
comment on column public.feed_logs.organization_id is 'Organization';
comment on column public.feed_logs.batch_id is 'Group';
comment on column public.feed_logs.fed_on is 'Date';
comment on column public.feed_logs.feed is 'Feed';
comment on column public.feed_logs.quantity_kg is 'Quantity, kg';
comment on column public.feed_logs.entered_unit is 'Entered in';
comment on column public.feed_logs.notes is 'Notes';
comment on column public.feed_logs.created_at is 'Created';
comment on column public.feed_logs.updated_at is 'Changed';
comment on column public.feed_logs.updated_by is 'Changed by';
comment on column public.feed_logs.updated_device is 'Changed on';
comment on column public.feed_logs.row_version is 'Version';

CREATE TABLE public.egg_production_logs (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    flock_id UUID NOT NULL,
    collected_on DATE DEFAULT current_date NOT NULL,
    round public.egg_round DEFAULT 'whole_day' NOT NULL,
    total BIGINT NOT NULL,
    entered_unit public.egg_unit DEFAULT 'egg' NOT NULL,
    cracked BIGINT DEFAULT 0 NOT NULL,
    dirty BIGINT DEFAULT 0 NOT NULL,
    discarded BIGINT DEFAULT 0 NOT NULL,
    weight_kg NUMERIC(14, 2),
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
    CONSTRAINT ck_egg_production_logs_weight_kg_minimum CHECK (weight_kg >= 0),
    CONSTRAINT ck_egg_production_logs_weight_kg_maximum CHECK (weight_kg <= 100000),
    CONSTRAINT uq_egg_production_logs_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_egg_production_logs_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_egg_production_logs_organization_id_flock_id FOREIGN KEY(organization_id, flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_egg_production_logs_day ON public.egg_production_logs (organization_id, collected_on);
comment on table public.egg_production_logs is 'What one flock laid, as collected on one round.';
comment on column public.egg_production_logs.id is 'Id';
comment on column public.egg_production_logs.organization_id is 'Organization';
comment on column public.egg_production_logs.flock_id is 'Flock';
comment on column public.egg_production_logs.collected_on is 'Date';
comment on column public.egg_production_logs.round is 'Round';
comment on column public.egg_production_logs.total is 'Eggs, eggs';
comment on column public.egg_production_logs.entered_unit is 'Entered in';
comment on column public.egg_production_logs.cracked is 'Cracked, eggs';
comment on column public.egg_production_logs.dirty is 'Dirty, eggs';
comment on column public.egg_production_logs.discarded is 'Discarded, eggs';
comment on column public.egg_production_logs.weight_kg is 'Weight of them all, kg';
comment on column public.egg_production_logs.notes is 'Notes';
comment on column public.egg_production_logs.created_at is 'Created';
comment on column public.egg_production_logs.updated_at is 'Changed';
comment on column public.egg_production_logs.updated_by is 'Changed by';
comment on column public.egg_production_logs.updated_device is 'Changed on';
comment on column public.egg_production_logs.row_version is 'Version';

CREATE TABLE public.poultry_feed_logs (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    flock_id UUID NOT NULL,
    fed_on DATE DEFAULT current_date NOT NULL,
    feed TEXT NOT NULL,
    quantity_kg NUMERIC(14, 1) NOT NULL,
    entered_unit public.mass_unit DEFAULT 'kg' NOT NULL,
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
CREATE INDEX ix_poultry_feed_logs_organization_id_flock_id ON public.poultry_feed_logs (organization_id, flock_id);
comment on table public.poultry_feed_logs is 'Feed and water given to a flock.';
comment on column public.poultry_feed_logs.id is 'Id';
comment on column public.poultry_feed_logs.organization_id is 'Organization';
comment on column public.poultry_feed_logs.flock_id is 'Flock';
comment on column public.poultry_feed_logs.fed_on is 'Date';
comment on column public.poultry_feed_logs.feed is 'Feed';
comment on column public.poultry_feed_logs.quantity_kg is 'Quantity, kg';
comment on column public.poultry_feed_logs.entered_unit is 'Entered in';
comment on column public.poultry_feed_logs.water_l is 'Water, L';
comment on column public.poultry_feed_logs.notes is 'Notes';
comment on column public.poultry_feed_logs.created_at is 'Created';
comment on column public.poultry_feed_logs.updated_at is 'Changed';
comment on column public.poultry_feed_logs.updated_by is 'Changed by';
comment on column public.poultry_feed_logs.updated_device is 'Changed on';
comment on column public.poultry_feed_logs.row_version is 'Version';

CREATE TABLE public.mortality_logs (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    flock_id UUID NOT NULL,
    died_on DATE DEFAULT current_date NOT NULL,
    head_count BIGINT NOT NULL,
    weight_kg NUMERIC(14, 1),
    cause TEXT,
    kind public.loss_kind DEFAULT 'died' NOT NULL,
    disposal TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_mortality_logs PRIMARY KEY (id),
    CONSTRAINT ck_mortality_logs_head_count_minimum CHECK (head_count >= 1),
    CONSTRAINT ck_mortality_logs_head_count_maximum CHECK (head_count <= 1000000),
    CONSTRAINT ck_mortality_logs_weight_kg_minimum CHECK (weight_kg >= 0),
    CONSTRAINT ck_mortality_logs_weight_kg_maximum CHECK (weight_kg <= 10000000),
    CONSTRAINT uq_mortality_logs_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_mortality_logs_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_mortality_logs_organization_id_flock_id FOREIGN KEY(organization_id, flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_mortality_logs_day ON public.mortality_logs (organization_id, died_on);
CREATE INDEX ix_mortality_logs_organization_id_flock_id ON public.mortality_logs (organization_id, flock_id);
comment on table public.mortality_logs is 'Birds of a flock that died or were culled on one day.';
comment on column public.mortality_logs.id is 'Id';
comment on column public.mortality_logs.organization_id is 'Organization';
comment on column public.mortality_logs.flock_id is 'Flock';
comment on column public.mortality_logs.died_on is 'Date';
comment on column public.mortality_logs.head_count is 'Birds';
comment on column public.mortality_logs.weight_kg is 'Weight of them all, kg';
comment on column public.mortality_logs.cause is 'Cause';
comment on column public.mortality_logs.kind is 'How';
comment on column public.mortality_logs.disposal is 'Disposed of by';
comment on column public.mortality_logs.notes is 'Notes';
comment on column public.mortality_logs.created_at is 'Created';
comment on column public.mortality_logs.updated_at is 'Changed';
comment on column public.mortality_logs.updated_by is 'Changed by';
comment on column public.mortality_logs.updated_device is 'Changed on';
comment on column public.mortality_logs.row_version is 'Version';

CREATE TABLE public.milk_production_logs (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    animal_id UUID NOT NULL,
    milked_on DATE DEFAULT current_date NOT NULL,
    session public.milking_session DEFAULT 'morning' NOT NULL,
    yield_kg NUMERIC(14, 2) NOT NULL,
    entered_unit public.mass_unit DEFAULT 'kg' NOT NULL,
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
CREATE INDEX ix_milk_production_logs_day ON public.milk_production_logs (organization_id, milked_on);
comment on table public.milk_production_logs is 'What one animal gave at one milking.';
comment on column public.milk_production_logs.id is 'Id';
comment on column public.milk_production_logs.organization_id is 'Organization';
comment on column public.milk_production_logs.animal_id is 'Animal';
comment on column public.milk_production_logs.milked_on is 'Date';
comment on column public.milk_production_logs.session is 'Milking';
comment on column public.milk_production_logs.yield_kg is 'Yield, kg';
comment on column public.milk_production_logs.entered_unit is 'Entered in';
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

CREATE TABLE public.weight_logs (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    animal_id UUID NOT NULL,
    weighed_on DATE DEFAULT current_date NOT NULL,
    weight_kg NUMERIC(14, 1) NOT NULL,
    method public.weighing_method DEFAULT 'scale' NOT NULL,
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
CREATE INDEX ix_weight_logs_day ON public.weight_logs (organization_id, weighed_on);
CREATE INDEX ix_weight_logs_organization_id_animal_id ON public.weight_logs (organization_id, animal_id);
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

CREATE TABLE public.wool_milk_production_logs (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    animal_id UUID,
    batch_id UUID,
    herd_id UUID,
    produced_on DATE DEFAULT current_date NOT NULL,
    session public.milking_session DEFAULT 'whole_day' NOT NULL,
    product public.fibre_or_milk DEFAULT 'wool' NOT NULL,
    quantity_kg NUMERIC(14, 2) NOT NULL,
    entered_unit public.mass_unit DEFAULT 'kg' NOT NULL,
    head BIGINT,
    clip_part public.clip_part,
    fibre_micron NUMERIC(14, 1),
    staple_mm BIGINT,
    fat_percent NUMERIC(14, 2),
    protein_percent NUMERIC(14, 2),
    somatic_cells BIGINT,
    under_withdrawal BOOLEAN DEFAULT false NOT NULL,
    done_by TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_wool_milk_production_logs PRIMARY KEY (id),
    CONSTRAINT ck_wool_milk_production_logs_one_source CHECK (num_nonnulls(animal_id, batch_id, herd_id) = 1),
    CONSTRAINT uq_wool_milk_production_logs_once UNIQUE (organization_id, animal_id, produced_on, product, session),
    CONSTRAINT ck_wool_milk_production_logs_quantity_kg_minimum CHECK (quantity_kg >= 0),
    CONSTRAINT ck_wool_milk_production_logs_quantity_kg_maximum CHECK (quantity_kg <= 1000000),
    CONSTRAINT ck_wool_milk_production_logs_head_minimum CHECK (head >= 1),
    CONSTRAINT ck_wool_milk_production_logs_head_maximum CHECK (head <= 1000000),
    CONSTRAINT ck_wool_milk_production_logs_fibre_micron_minimum CHECK (fibre_micron >= 5),
    CONSTRAINT ck_wool_milk_production_logs_fibre_micron_maximum CHECK (fibre_micron <= 60),
    CONSTRAINT ck_wool_milk_production_logs_staple_mm_minimum CHECK (staple_mm >= 0),
    CONSTRAINT ck_wool_milk_production_logs_staple_mm_maximum CHECK (staple_mm <= 500),
    CONSTRAINT ck_wool_milk_production_logs_fat_percent_minimum CHECK (fat_percent >= 0),
    CONSTRAINT ck_wool_milk_production_logs_fat_percent_maximum CHECK (fat_percent <= 15),
    CONSTRAINT ck_wool_milk_production_logs_protein_percent_minimum CHECK (protein_percent >= 0),
    CONSTRAINT ck_wool_milk_production_logs_protein_percent_maximum CHECK (protein_percent <= 15),
    CONSTRAINT ck_wool_milk_production_logs_somatic_cells_minimum CHECK (somatic_cells >= 0),
    CONSTRAINT ck_wool_milk_production_logs_somatic_cells_maximum CHECK (somatic_cells <= 100000000),
    CONSTRAINT uq_wool_milk_production_logs_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_wool_milk_production_logs_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_wool_milk_production_logs_organization_id_animal_id FOREIGN KEY(organization_id, animal_id) REFERENCES public.livestock (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_wool_milk_production_logs_organization_id_batch_id FOREIGN KEY(organization_id, batch_id) REFERENCES public.livestock_batches (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_wool_milk_production_logs_organization_id_herd_id FOREIGN KEY(organization_id, herd_id) REFERENCES public.herd_batches (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_wool_milk_production_logs_day ON public.wool_milk_production_logs (organization_id, produced_on);
CREATE INDEX ix_wool_milk_production_logs_organization_id_batch_id ON public.wool_milk_production_logs (organization_id, batch_id);
CREATE INDEX ix_wool_milk_production_logs_organization_id_herd_id ON public.wool_milk_production_logs (organization_id, herd_id);
comment on table public.wool_milk_production_logs is 'Wool or milk that one sheep or goat, a group or a herd of them gave on one day.';
comment on column public.wool_milk_production_logs.id is 'Id';
comment on column public.wool_milk_production_logs.organization_id is 'Organization';
comment on column public.wool_milk_production_logs.animal_id is 'Animal';
comment on column public.wool_milk_production_logs.batch_id is 'Group';
comment on column public.wool_milk_production_logs.herd_id is 'Herd';
comment on column public.wool_milk_production_logs.produced_on is 'Date';
comment on column public.wool_milk_production_logs.session is 'Milking';
comment on column public.wool_milk_production_logs.product is 'What';
comment on column public.wool_milk_production_logs.quantity_kg is 'Quantity, kg';
comment on column public.wool_milk_production_logs.entered_unit is 'Entered in';
comment on column public.wool_milk_production_logs.head is 'Animals shorn or milked';
comment on column public.wool_milk_production_logs.clip_part is 'Part of the clip';
comment on column public.wool_milk_production_logs.fibre_micron is 'Fibre, µm';
comment on column public.wool_milk_production_logs.staple_mm is 'Staple, mm';
comment on column public.wool_milk_production_logs.fat_percent is 'Fat, %';
comment on column public.wool_milk_production_logs.protein_percent is 'Protein, %';
comment on column public.wool_milk_production_logs.somatic_cells is 'Cell count, cells/mL';
comment on column public.wool_milk_production_logs.under_withdrawal is 'Under withdrawal';
comment on column public.wool_milk_production_logs.done_by is 'Shorn or milked by';
comment on column public.wool_milk_production_logs.notes is 'Notes';
comment on column public.wool_milk_production_logs.created_at is 'Created';
comment on column public.wool_milk_production_logs.updated_at is 'Changed';
comment on column public.wool_milk_production_logs.updated_by is 'Changed by';
comment on column public.wool_milk_production_logs.updated_device is 'Changed on';
comment on column public.wool_milk_production_logs.row_version is 'Version';

CREATE TABLE public.lambing_records (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    assisted_by TEXT,
    dam_id UUID NOT NULL,
    sire_id UUID,
    served_on DATE,
    lambed_on DATE DEFAULT current_date NOT NULL,
    previous_on DATE,
    parity BIGINT,
    scanned BIGINT,
    born_alive BIGINT NOT NULL,
    stillborn BIGINT DEFAULT 0 NOT NULL,
    ewes BIGINT,
    rams BIGINT,
    died_early BIGINT DEFAULT 0 NOT NULL,
    fostered_off BIGINT DEFAULT 0 NOT NULL,
    fostered_on BIGINT DEFAULT 0 NOT NULL,
    hand_reared BIGINT DEFAULT 0 NOT NULL,
    litter_weight_kg NUMERIC(14, 1),
    ease BIGINT,
    mothering public.mothering,
    body_condition NUMERIC(14, 1),
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_lambing_records PRIMARY KEY (id),
    CONSTRAINT uq_lambing_records_organization_id_dam_id_lambed_on UNIQUE (organization_id, dam_id, lambed_on),
    CONSTRAINT ck_lambing_records_somebody_was_born CHECK (born_alive + stillborn >= 1),
    CONSTRAINT ck_lambing_records_sexes_fit CHECK (coalesce(ewes, 0) + coalesce(rams, 0) <= born_alive),
    CONSTRAINT ck_lambing_records_fates_fit CHECK (died_early + fostered_off + hand_reared <= born_alive),
    CONSTRAINT ck_lambing_records_lambed_after_service CHECK (served_on <= lambed_on),
    CONSTRAINT ck_lambing_records_previous_birth_before CHECK (previous_on < lambed_on),
    CONSTRAINT ck_lambing_records_parity_minimum CHECK (parity >= 0),
    CONSTRAINT ck_lambing_records_parity_maximum CHECK (parity <= 30),
    CONSTRAINT ck_lambing_records_scanned_minimum CHECK (scanned >= 0),
    CONSTRAINT ck_lambing_records_scanned_maximum CHECK (scanned <= 40),
    CONSTRAINT ck_lambing_records_born_alive_minimum CHECK (born_alive >= 0),
    CONSTRAINT ck_lambing_records_born_alive_maximum CHECK (born_alive <= 40),
    CONSTRAINT ck_lambing_records_stillborn_minimum CHECK (stillborn >= 0),
    CONSTRAINT ck_lambing_records_stillborn_maximum CHECK (stillborn <= 40),
    CONSTRAINT ck_lambing_records_ewes_minimum CHECK (ewes >= 0),
    CONSTRAINT ck_lambing_records_ewes_maximum CHECK (ewes <= 40),
    CONSTRAINT ck_lambing_records_rams_minimum CHECK (rams >= 0),
    CONSTRAINT ck_lambing_records_rams_maximum CHECK (rams <= 40),
    CONSTRAINT ck_lambing_records_died_early_minimum CHECK (died_early >= 0),
    CONSTRAINT ck_lambing_records_died_early_maximum CHECK (died_early <= 9),
    CONSTRAINT ck_lambing_records_fostered_off_minimum CHECK (fostered_off >= 0),
    CONSTRAINT ck_lambing_records_fostered_off_maximum CHECK (fostered_off <= 40),
    CONSTRAINT ck_lambing_records_fostered_on_minimum CHECK (fostered_on >= 0),
    CONSTRAINT ck_lambing_records_fostered_on_maximum CHECK (fostered_on <= 40),
    CONSTRAINT ck_lambing_records_hand_reared_minimum CHECK (hand_reared >= 0),
    CONSTRAINT ck_lambing_records_hand_reared_maximum CHECK (hand_reared <= 40),
    CONSTRAINT ck_lambing_records_litter_weight_kg_minimum CHECK (litter_weight_kg >= 0),
    CONSTRAINT ck_lambing_records_litter_weight_kg_maximum CHECK (litter_weight_kg <= 250),
    CONSTRAINT ck_lambing_records_ease_minimum CHECK (ease >= 1),
    CONSTRAINT ck_lambing_records_ease_maximum CHECK (ease <= 5),
    CONSTRAINT ck_lambing_records_body_condition_minimum CHECK (body_condition >= 1),
    CONSTRAINT ck_lambing_records_body_condition_maximum CHECK (body_condition <= 5),
    CONSTRAINT uq_lambing_records_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_lambing_records_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_lambing_records_organization_id_dam_id FOREIGN KEY(organization_id, dam_id) REFERENCES public.livestock (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_lambing_records_organization_id_sire_id FOREIGN KEY(organization_id, sire_id) REFERENCES public.livestock (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_lambing_records_day ON public.lambing_records (organization_id, lambed_on);
CREATE INDEX ix_lambing_records_organization_id_sire_id ON public.lambing_records (organization_id, sire_id);
comment on table public.lambing_records is 'A birth of any mammal: all that a dam bore on one day, and what became of them.';
comment on column public.lambing_records.id is 'Id';
comment on column public.lambing_records.organization_id is 'Organization';
comment on column public.lambing_records.assisted_by is 'Helped by';
comment on column public.lambing_records.dam_id is 'Dam';
comment on column public.lambing_records.sire_id is 'Sire';
comment on column public.lambing_records.served_on is 'Served';
comment on column public.lambing_records.lambed_on is 'Born on';
comment on column public.lambing_records.previous_on is 'Gave birth before';
comment on column public.lambing_records.parity is 'Parity';
comment on column public.lambing_records.scanned is 'Scanned, young';
comment on column public.lambing_records.born_alive is 'Born alive, young';
comment on column public.lambing_records.stillborn is 'Stillborn, young';
comment on column public.lambing_records.ewes is 'Females of them, young';
comment on column public.lambing_records.rams is 'Males of them, young';
comment on column public.lambing_records.died_early is 'Died within 2 days, young';
comment on column public.lambing_records.fostered_off is 'Given away, young';
comment on column public.lambing_records.fostered_on is 'Taken on, young';
comment on column public.lambing_records.hand_reared is 'Hand-reared, young';
comment on column public.lambing_records.litter_weight_kg is 'Weight together, kg';
comment on column public.lambing_records.ease is 'Ease';
comment on column public.lambing_records.mothering is 'Mothering';
comment on column public.lambing_records.body_condition is 'Condition of the dam';
comment on column public.lambing_records.notes is 'Notes';
comment on column public.lambing_records.created_at is 'Created';
comment on column public.lambing_records.updated_at is 'Changed';
comment on column public.lambing_records.updated_by is 'Changed by';
comment on column public.lambing_records.updated_device is 'Changed on';
comment on column public.lambing_records.row_version is 'Version';

CREATE TABLE public.hatchery_records (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    incubator TEXT,
    species_id UUID NOT NULL,
    flock_id UUID,
    supplier TEXT,
    laid_from DATE,
    set_on DATE DEFAULT current_date NOT NULL,
    eggs_set BIGINT NOT NULL,
    candled_on DATE,
    infertile BIGINT,
    dead_in_shell BIGINT,
    hatched_on DATE,
    hatched BIGINT,
    culled BIGINT,
    expected_on DATE,
    placement_id UUID,
    temperature_c NUMERIC(14, 1),
    humidity_percent NUMERIC(14, 1),
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_hatchery_records PRIMARY KEY (id),
    CONSTRAINT ck_hatchery_records_hatched_within_fertile CHECK (coalesce(infertile, 0) + coalesce(dead_in_shell, 0) + coalesce(hatched, 0) <= eggs_set),
    CONSTRAINT ck_hatchery_records_culled_within_hatched CHECK (coalesce(culled, 0) <= coalesce(hatched, 0)),
    CONSTRAINT ck_hatchery_records_set_after_laid CHECK (laid_from <= set_on),
    CONSTRAINT ck_hatchery_records_candled_after_set CHECK (candled_on >= set_on),
    CONSTRAINT ck_hatchery_records_hatched_after_set CHECK (hatched_on >= set_on),
    CONSTRAINT ck_hatchery_records_expected_after_set CHECK (expected_on >= set_on),
    CONSTRAINT ck_hatchery_records_eggs_set_minimum CHECK (eggs_set >= 1),
    CONSTRAINT ck_hatchery_records_eggs_set_maximum CHECK (eggs_set <= 1000000),
    CONSTRAINT ck_hatchery_records_infertile_minimum CHECK (infertile >= 0),
    CONSTRAINT ck_hatchery_records_infertile_maximum CHECK (infertile <= 1000000),
    CONSTRAINT ck_hatchery_records_dead_in_shell_minimum CHECK (dead_in_shell >= 0),
    CONSTRAINT ck_hatchery_records_dead_in_shell_maximum CHECK (dead_in_shell <= 1000000),
    CONSTRAINT ck_hatchery_records_hatched_minimum CHECK (hatched >= 0),
    CONSTRAINT ck_hatchery_records_hatched_maximum CHECK (hatched <= 1000000),
    CONSTRAINT ck_hatchery_records_culled_minimum CHECK (culled >= 0),
    CONSTRAINT ck_hatchery_records_culled_maximum CHECK (culled <= 1000000),
    CONSTRAINT ck_hatchery_records_temperature_c_minimum CHECK (temperature_c >= 30),
    CONSTRAINT ck_hatchery_records_temperature_c_maximum CHECK (temperature_c <= 45),
    CONSTRAINT ck_hatchery_records_humidity_percent_minimum CHECK (humidity_percent >= 0),
    CONSTRAINT ck_hatchery_records_humidity_percent_maximum CHECK (humidity_percent <= 100),
    CONSTRAINT uq_hatchery_records_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_hatchery_records_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_hatchery_records_species_id FOREIGN KEY(species_id) REFERENCES public.livestock_species (id) ON DELETE RESTRICT,
    CONSTRAINT fk_hatchery_records_organization_id_flock_id FOREIGN KEY(organization_id, flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_hatchery_records_organization_id_placement_id FOREIGN KEY(organization_id, placement_id) REFERENCES public.poultry_batches (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_hatchery_records_day ON public.hatchery_records (organization_id, set_on);
CREATE INDEX ix_hatchery_records_organization_id_flock_id ON public.hatchery_records (organization_id, flock_id);
CREATE INDEX ix_hatchery_records_organization_id_placement_id ON public.hatchery_records (organization_id, placement_id);
CREATE INDEX ix_hatchery_records_species_id ON public.hatchery_records (species_id);
comment on table public.hatchery_records is 'Eggs set in an incubator on one day, and what hatched of them.';
comment on column public.hatchery_records.id is 'Id';
comment on column public.hatchery_records.organization_id is 'Organization';
comment on column public.hatchery_records.incubator is 'Incubator';
comment on column public.hatchery_records.species_id is 'Species';
comment on column public.hatchery_records.flock_id is 'Eggs of flock';
comment on column public.hatchery_records.supplier is 'Eggs bought from';
comment on column public.hatchery_records.laid_from is 'Laid from';
comment on column public.hatchery_records.set_on is 'Set';
comment on column public.hatchery_records.eggs_set is 'Eggs set, eggs';
comment on column public.hatchery_records.candled_on is 'Candled';
comment on column public.hatchery_records.infertile is 'Infertile, eggs';
comment on column public.hatchery_records.dead_in_shell is 'Dead in shell, eggs';
comment on column public.hatchery_records.hatched_on is 'Hatched';
comment on column public.hatchery_records.hatched is 'Chicks, chicks';
comment on column public.hatchery_records.culled is 'Culled, chicks';
comment on column public.hatchery_records.expected_on is 'Expected';
comment on column public.hatchery_records.placement_id is 'Placed as';
comment on column public.hatchery_records.temperature_c is 'Temperature, °C';
comment on column public.hatchery_records.humidity_percent is 'Humidity, %';
comment on column public.hatchery_records.notes is 'Notes';
comment on column public.hatchery_records.created_at is 'Created';
comment on column public.hatchery_records.updated_at is 'Changed';
comment on column public.hatchery_records.updated_by is 'Changed by';
comment on column public.hatchery_records.updated_device is 'Changed on';
comment on column public.hatchery_records.row_version is 'Version';

CREATE TABLE public.milk_storage_logs (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    tank_id UUID NOT NULL,
    moved_on DATE DEFAULT current_date NOT NULL,
    session public.milking_session,
    movement public.stock_movement DEFAULT 'receipt' NOT NULL,
    litres NUMERIC(14, 1) NOT NULL,
    entered_unit public.milk_unit DEFAULT 'L' NOT NULL,
    temperature_c NUMERIC(14, 1),
    under_withdrawal BOOLEAN DEFAULT false NOT NULL,
    override_reason TEXT,
    lot_id UUID,
    sale_id UUID,
    collected_by TEXT,
    ticket_number TEXT,
    reason TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_milk_storage_logs PRIMARY KEY (id),
    CONSTRAINT ck_milk_storage_logs_sign_fits_movement CHECK (movement = 'stocktake' or litres <> 0 and (movement = 'receipt') = (litres > 0)),
    CONSTRAINT ck_milk_storage_logs_withdrawal_is_overridden CHECK (not under_withdrawal or movement in ('disposal', 'stocktake') or override_reason is not null),
    CONSTRAINT ck_milk_storage_logs_litres_minimum CHECK (litres >= -1000000),
    CONSTRAINT ck_milk_storage_logs_litres_maximum CHECK (litres <= 1000000),
    CONSTRAINT ck_milk_storage_logs_temperature_c_minimum CHECK (temperature_c >= -5),
    CONSTRAINT ck_milk_storage_logs_temperature_c_maximum CHECK (temperature_c <= 100),
    CONSTRAINT uq_milk_storage_logs_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_milk_storage_logs_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_milk_storage_logs_organization_id_tank_id FOREIGN KEY(organization_id, tank_id) REFERENCES public.milk_storage (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_milk_storage_logs_organization_id_lot_id FOREIGN KEY(organization_id, lot_id) REFERENCES public.dairy_batches (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_milk_storage_logs_organization_id_lot_id ON public.milk_storage_logs (organization_id, lot_id);
CREATE INDEX ix_milk_storage_logs_organization_id_sale_id ON public.milk_storage_logs (organization_id, sale_id);
CREATE INDEX ix_milk_storage_logs_tank ON public.milk_storage_logs (organization_id, tank_id, moved_on);
comment on table public.milk_storage_logs is 'One movement of milk into or out of a tank; litres are signed, receipts are positive.';
comment on column public.milk_storage_logs.id is 'Id';
comment on column public.milk_storage_logs.organization_id is 'Organization';
comment on column public.milk_storage_logs.tank_id is 'Tank';
comment on column public.milk_storage_logs.moved_on is 'Date';
comment on column public.milk_storage_logs.session is 'Milking';
comment on column public.milk_storage_logs.movement is 'Movement';
comment on column public.milk_storage_logs.litres is 'Quantity, L';
comment on column public.milk_storage_logs.entered_unit is 'Entered in';
comment on column public.milk_storage_logs.temperature_c is 'Temperature, °C';
comment on column public.milk_storage_logs.under_withdrawal is 'Under withdrawal';
comment on column public.milk_storage_logs.override_reason is 'Why in spite of the withdrawal';
comment on column public.milk_storage_logs.lot_id is 'Milk lot';
comment on column public.milk_storage_logs.sale_id is 'Sale';
comment on column public.milk_storage_logs.collected_by is 'Collected by';
comment on column public.milk_storage_logs.ticket_number is 'Ticket';
comment on column public.milk_storage_logs.reason is 'Reason';
comment on column public.milk_storage_logs.notes is 'Notes';
comment on column public.milk_storage_logs.created_at is 'Created';
comment on column public.milk_storage_logs.updated_at is 'Changed';
comment on column public.milk_storage_logs.updated_by is 'Changed by';
comment on column public.milk_storage_logs.updated_device is 'Changed on';
comment on column public.milk_storage_logs.row_version is 'Version';

CREATE TABLE public.egg_storage (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    store TEXT NOT NULL,
    grade public.egg_grade DEFAULT 'ungraded' NOT NULL,
    size public.egg_size DEFAULT 'mixed' NOT NULL,
    flock_id UUID,
    collected_on DATE DEFAULT current_date NOT NULL,
    moved_on DATE DEFAULT current_date NOT NULL,
    movement public.stock_movement DEFAULT 'receipt' NOT NULL,
    eggs BIGINT NOT NULL,
    entered_unit public.egg_unit DEFAULT 'egg' NOT NULL,
    best_before DATE,
    under_withdrawal BOOLEAN DEFAULT false NOT NULL,
    override_reason TEXT,
    sale_id UUID,
    lot TEXT,
    reason TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_egg_storage PRIMARY KEY (id),
    CONSTRAINT ck_egg_storage_sign_fits_movement CHECK (movement = 'stocktake' or eggs <> 0 and (movement = 'receipt') = (eggs > 0)),
    CONSTRAINT ck_egg_storage_withdrawal_is_overridden CHECK (not under_withdrawal or movement in ('disposal', 'stocktake') or override_reason is not null),
    CONSTRAINT ck_egg_storage_moved_after_collected CHECK (collected_on <= moved_on),
    CONSTRAINT ck_egg_storage_best_before_after_collected CHECK (best_before >= collected_on),
    CONSTRAINT ck_egg_storage_sold_before_best CHECK (sale_id is null or moved_on <= best_before),
    CONSTRAINT ck_egg_storage_eggs_minimum CHECK (eggs >= -1000000),
    CONSTRAINT ck_egg_storage_eggs_maximum CHECK (eggs <= 1000000),
    CONSTRAINT uq_egg_storage_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_egg_storage_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_egg_storage_organization_id_flock_id FOREIGN KEY(organization_id, flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_egg_storage_organization_id_flock_id ON public.egg_storage (organization_id, flock_id);
CREATE INDEX ix_egg_storage_organization_id_sale_id ON public.egg_storage (organization_id, sale_id);
CREATE INDEX ix_egg_storage_store ON public.egg_storage (organization_id, store, moved_on);
comment on table public.egg_storage is 'One movement of eggs of one kind and day into or out of a store; receipts are positive.';
comment on column public.egg_storage.id is 'Id';
comment on column public.egg_storage.organization_id is 'Organization';
comment on column public.egg_storage.store is 'Store';
comment on column public.egg_storage.grade is 'Grade';
comment on column public.egg_storage.size is 'Size';
comment on column public.egg_storage.flock_id is 'Flock';
comment on column public.egg_storage.collected_on is 'Collected';
comment on column public.egg_storage.moved_on is 'Date';
comment on column public.egg_storage.movement is 'Movement';
comment on column public.egg_storage.eggs is 'Eggs, eggs';
comment on column public.egg_storage.entered_unit is 'Entered in';
comment on column public.egg_storage.best_before is 'Best before';
comment on column public.egg_storage.under_withdrawal is 'Under withdrawal';
comment on column public.egg_storage.override_reason is 'Why in spite of the withdrawal';
comment on column public.egg_storage.sale_id is 'Sale';
comment on column public.egg_storage.lot is 'Lot or stamp';
comment on column public.egg_storage.reason is 'Reason';
comment on column public.egg_storage.notes is 'Notes';
comment on column public.egg_storage.created_at is 'Created';
comment on column public.egg_storage.updated_at is 'Changed';
comment on column public.egg_storage.updated_by is 'Changed by';
comment on column public.egg_storage.updated_device is 'Changed on';
comment on column public.egg_storage.row_version is 'Version';

CREATE TABLE public.wool_storage (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    lot TEXT NOT NULL,
    store TEXT,
    fibre public.fibre_or_milk DEFAULT 'wool' NOT NULL,
    clip_part public.clip_part DEFAULT 'fleece' NOT NULL,
    shorn_on DATE,
    moved_on DATE DEFAULT current_date NOT NULL,
    movement public.stock_movement DEFAULT 'receipt' NOT NULL,
    quantity_kg NUMERIC(14, 2) NOT NULL,
    entered_unit public.mass_unit DEFAULT 'kg' NOT NULL,
    bales BIGINT,
    fibre_micron NUMERIC(14, 1),
    clean_percent NUMERIC(14, 1),
    certificate TEXT,
    sale_id UUID,
    reason TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_wool_storage PRIMARY KEY (id),
    CONSTRAINT ck_wool_storage_sign_fits_movement CHECK (movement = 'stocktake' or quantity_kg <> 0 and (movement = 'receipt') = (quantity_kg > 0)),
    CONSTRAINT ck_wool_storage_moved_after_shorn CHECK (shorn_on <= moved_on),
    CONSTRAINT ck_wool_storage_quantity_kg_minimum CHECK (quantity_kg >= -1000000),
    CONSTRAINT ck_wool_storage_quantity_kg_maximum CHECK (quantity_kg <= 1000000),
    CONSTRAINT ck_wool_storage_bales_minimum CHECK (bales >= 0),
    CONSTRAINT ck_wool_storage_bales_maximum CHECK (bales <= 100000),
    CONSTRAINT ck_wool_storage_fibre_micron_minimum CHECK (fibre_micron >= 5),
    CONSTRAINT ck_wool_storage_fibre_micron_maximum CHECK (fibre_micron <= 60),
    CONSTRAINT ck_wool_storage_clean_percent_minimum CHECK (clean_percent >= 0),
    CONSTRAINT ck_wool_storage_clean_percent_maximum CHECK (clean_percent <= 100),
    CONSTRAINT uq_wool_storage_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_wool_storage_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
CREATE INDEX ix_wool_storage_lot ON public.wool_storage (organization_id, lot, moved_on);
CREATE INDEX ix_wool_storage_organization_id_sale_id ON public.wool_storage (organization_id, sale_id);
comment on table public.wool_storage is 'One movement of wool of one lot into or out of a store; kg are signed.';
comment on column public.wool_storage.id is 'Id';
comment on column public.wool_storage.organization_id is 'Organization';
comment on column public.wool_storage.lot is 'Lot or bale';
comment on column public.wool_storage.store is 'Kept in';
comment on column public.wool_storage.fibre is 'Fibre';
comment on column public.wool_storage.clip_part is 'Part of the clip';
comment on column public.wool_storage.shorn_on is 'Shorn';
comment on column public.wool_storage.moved_on is 'Date';
comment on column public.wool_storage.movement is 'Movement';
comment on column public.wool_storage.quantity_kg is 'Quantity, kg';
comment on column public.wool_storage.entered_unit is 'Entered in';
comment on column public.wool_storage.bales is 'Bales';
comment on column public.wool_storage.fibre_micron is 'Fibre, µm';
comment on column public.wool_storage.clean_percent is 'Clean yield, %';
comment on column public.wool_storage.certificate is 'Test certificate';
comment on column public.wool_storage.sale_id is 'Sale';
comment on column public.wool_storage.reason is 'Reason';
comment on column public.wool_storage.notes is 'Notes';
comment on column public.wool_storage.created_at is 'Created';
comment on column public.wool_storage.updated_at is 'Changed';
comment on column public.wool_storage.updated_by is 'Changed by';
comment on column public.wool_storage.updated_device is 'Changed on';
comment on column public.wool_storage.row_version is 'Version';

insert into sync.tables (name, position, kinds, belongs)
values ('milk_storage', 16, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs, dated, recent)
values ('feed_logs', 46, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid', 'fed_on',
  '(t.fed_on >= ''0001-01-01'' and t.fed_on < %1$L::date) is not true');

insert into sync.tables (name, position, kinds, belongs, dated, recent)
values ('egg_production_logs', 51, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid', 'collected_on',
  '(t.collected_on >= ''0001-01-01'' and t.collected_on < %1$L::date) is not true');

insert into sync.tables (name, position, kinds, belongs, dated, recent)
values ('poultry_feed_logs', 52, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid', 'fed_on',
  '(t.fed_on >= ''0001-01-01'' and t.fed_on < %1$L::date) is not true');

insert into sync.tables (name, position, kinds, belongs)
values ('mortality_logs', 53, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs, dated, recent)
values ('milk_production_logs', 61, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid', 'milked_on',
  '(t.milked_on >= ''0001-01-01'' and t.milked_on < %1$L::date) is not true');

insert into sync.tables (name, position, kinds, belongs, dated, recent)
values ('weight_logs', 62, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid', 'weighed_on',
  '(t.weighed_on >= ''0001-01-01'' and t.weighed_on < %1$L::date) is not true');

insert into sync.tables (name, position, kinds, belongs, dated, recent)
values ('wool_milk_production_logs', 63, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid', 'produced_on',
  '(t.produced_on >= ''0001-01-01'' and t.produced_on < %1$L::date) is not true');

insert into sync.tables (name, position, kinds, belongs)
values ('lambing_records', 64, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('hatchery_records', 71, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('milk_storage_logs', 73, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('egg_storage', 74, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('wool_storage', 75, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

alter table public.milk_storage enable row level security;
alter table public.milk_storage force row level security;
revoke all on public.milk_storage from public, anon, authenticated;
grant select, insert, update, delete on public.milk_storage to service_role;
grant select (id, organization_id, name, kind, capacity_l, target_temperature_c, location, serial_number, calibrated_on, status, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.milk_storage to authenticated;
grant insert (id, organization_id, name, kind, capacity_l, target_temperature_c, location, serial_number, calibrated_on, status, notes) on public.milk_storage to authenticated;
grant update (name, kind, capacity_l, target_temperature_c, location, serial_number, calibrated_on, status, notes) on public.milk_storage to authenticated;
grant delete on public.milk_storage to authenticated;

alter table public.feed_logs enable row level security;
alter table public.feed_logs force row level security;
revoke all on public.feed_logs from public, anon, authenticated;
grant select, insert, update, delete on public.feed_logs to service_role;
grant select (id, organization_id, batch_id, fed_on, feed, quantity_kg, entered_unit, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.feed_logs to authenticated;
grant insert (id, organization_id, batch_id, fed_on, feed, quantity_kg, entered_unit, notes) on public.feed_logs to authenticated;
grant update (batch_id, fed_on, feed, quantity_kg, entered_unit, notes) on public.feed_logs to authenticated;
grant delete on public.feed_logs to authenticated;

alter table public.egg_production_logs enable row level security;
alter table public.egg_production_logs force row level security;
revoke all on public.egg_production_logs from public, anon, authenticated;
grant select, insert, update, delete on public.egg_production_logs to service_role;
grant select (id, organization_id, flock_id, collected_on, round, total, entered_unit, cracked, dirty, discarded, weight_kg, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.egg_production_logs to authenticated;
grant insert (id, organization_id, flock_id, collected_on, round, total, entered_unit, cracked, dirty, discarded, weight_kg, notes) on public.egg_production_logs to authenticated;
grant update (flock_id, collected_on, round, total, entered_unit, cracked, dirty, discarded, weight_kg, notes) on public.egg_production_logs to authenticated;
grant delete on public.egg_production_logs to authenticated;

alter table public.poultry_feed_logs enable row level security;
alter table public.poultry_feed_logs force row level security;
revoke all on public.poultry_feed_logs from public, anon, authenticated;
grant select, insert, update, delete on public.poultry_feed_logs to service_role;
grant select (id, organization_id, flock_id, fed_on, feed, quantity_kg, entered_unit, water_l, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.poultry_feed_logs to authenticated;
grant insert (id, organization_id, flock_id, fed_on, feed, quantity_kg, entered_unit, water_l, notes) on public.poultry_feed_logs to authenticated;
grant update (flock_id, fed_on, feed, quantity_kg, entered_unit, water_l, notes) on public.poultry_feed_logs to authenticated;
grant delete on public.poultry_feed_logs to authenticated;

alter table public.mortality_logs enable row level security;
alter table public.mortality_logs force row level security;
revoke all on public.mortality_logs from public, anon, authenticated;
grant select, insert, update, delete on public.mortality_logs to service_role;
grant select (id, organization_id, flock_id, died_on, head_count, weight_kg, cause, kind, disposal, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.mortality_logs to authenticated;
grant insert (id, organization_id, flock_id, died_on, head_count, weight_kg, cause, kind, disposal, notes) on public.mortality_logs to authenticated;
grant update (flock_id, died_on, head_count, weight_kg, cause, kind, disposal, notes) on public.mortality_logs to authenticated;
grant delete on public.mortality_logs to authenticated;

alter table public.milk_production_logs enable row level security;
alter table public.milk_production_logs force row level security;
revoke all on public.milk_production_logs from public, anon, authenticated;
grant select, insert, update, delete on public.milk_production_logs to service_role;
grant select (id, organization_id, animal_id, milked_on, session, yield_kg, entered_unit, fat_percent, protein_percent, somatic_cells, days_in_milk, parity, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.milk_production_logs to authenticated;
grant insert (id, organization_id, animal_id, milked_on, session, yield_kg, entered_unit, fat_percent, protein_percent, somatic_cells, days_in_milk, parity, notes) on public.milk_production_logs to authenticated;
grant update (animal_id, milked_on, session, yield_kg, entered_unit, fat_percent, protein_percent, somatic_cells, days_in_milk, parity, notes) on public.milk_production_logs to authenticated;
grant delete on public.milk_production_logs to authenticated;

alter table public.weight_logs enable row level security;
alter table public.weight_logs force row level security;
revoke all on public.weight_logs from public, anon, authenticated;
grant select, insert, update, delete on public.weight_logs to service_role;
grant select (id, organization_id, animal_id, weighed_on, weight_kg, method, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.weight_logs to authenticated;
grant insert (id, organization_id, animal_id, weighed_on, weight_kg, method, notes) on public.weight_logs to authenticated;
grant update (animal_id, weighed_on, weight_kg, method, notes) on public.weight_logs to authenticated;
grant delete on public.weight_logs to authenticated;

alter table public.wool_milk_production_logs enable row level security;
alter table public.wool_milk_production_logs force row level security;
revoke all on public.wool_milk_production_logs from public, anon, authenticated;
grant select, insert, update, delete on public.wool_milk_production_logs to service_role;
grant select (id, organization_id, animal_id, batch_id, herd_id, produced_on, session, product, quantity_kg, entered_unit, head, clip_part, fibre_micron, staple_mm, fat_percent, protein_percent, somatic_cells, under_withdrawal, done_by, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.wool_milk_production_logs to authenticated;
grant insert (id, organization_id, animal_id, batch_id, herd_id, produced_on, session, product, quantity_kg, entered_unit, head, clip_part, fibre_micron, staple_mm, fat_percent, protein_percent, somatic_cells, under_withdrawal, done_by, notes) on public.wool_milk_production_logs to authenticated;
grant update (animal_id, batch_id, herd_id, produced_on, session, product, quantity_kg, entered_unit, head, clip_part, fibre_micron, staple_mm, fat_percent, protein_percent, somatic_cells, under_withdrawal, done_by, notes) on public.wool_milk_production_logs to authenticated;
grant delete on public.wool_milk_production_logs to authenticated;

alter table public.lambing_records enable row level security;
alter table public.lambing_records force row level security;
revoke all on public.lambing_records from public, anon, authenticated;
grant select, insert, update, delete on public.lambing_records to service_role;
grant select (id, organization_id, assisted_by, dam_id, sire_id, served_on, lambed_on, previous_on, parity, scanned, born_alive, stillborn, ewes, rams, died_early, fostered_off, fostered_on, hand_reared, litter_weight_kg, ease, mothering, body_condition, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.lambing_records to authenticated;
grant insert (id, organization_id, assisted_by, dam_id, sire_id, served_on, lambed_on, previous_on, parity, scanned, born_alive, stillborn, ewes, rams, died_early, fostered_off, fostered_on, hand_reared, litter_weight_kg, ease, mothering, body_condition, notes) on public.lambing_records to authenticated;
grant update (assisted_by, dam_id, sire_id, served_on, lambed_on, previous_on, parity, scanned, born_alive, stillborn, ewes, rams, died_early, fostered_off, fostered_on, hand_reared, litter_weight_kg, ease, mothering, body_condition, notes) on public.lambing_records to authenticated;
grant delete on public.lambing_records to authenticated;

alter table public.hatchery_records enable row level security;
alter table public.hatchery_records force row level security;
revoke all on public.hatchery_records from public, anon, authenticated;
grant select, insert, update, delete on public.hatchery_records to service_role;
grant select (id, organization_id, incubator, species_id, flock_id, supplier, laid_from, set_on, eggs_set, candled_on, infertile, dead_in_shell, hatched_on, hatched, culled, expected_on, placement_id, temperature_c, humidity_percent, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.hatchery_records to authenticated;
grant insert (id, organization_id, incubator, species_id, flock_id, supplier, laid_from, set_on, eggs_set, candled_on, infertile, dead_in_shell, hatched_on, hatched, culled, expected_on, placement_id, temperature_c, humidity_percent, notes) on public.hatchery_records to authenticated;
grant update (incubator, species_id, flock_id, supplier, laid_from, set_on, eggs_set, candled_on, infertile, dead_in_shell, hatched_on, hatched, culled, expected_on, placement_id, temperature_c, humidity_percent, notes) on public.hatchery_records to authenticated;
grant delete on public.hatchery_records to authenticated;

alter table public.milk_storage_logs enable row level security;
alter table public.milk_storage_logs force row level security;
revoke all on public.milk_storage_logs from public, anon, authenticated;
grant select, insert, update, delete on public.milk_storage_logs to service_role;
grant select (id, organization_id, tank_id, moved_on, session, movement, litres, entered_unit, temperature_c, under_withdrawal, override_reason, lot_id, sale_id, collected_by, ticket_number, reason, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.milk_storage_logs to authenticated;
grant insert (id, organization_id, tank_id, moved_on, session, movement, litres, entered_unit, temperature_c, under_withdrawal, override_reason, lot_id, sale_id, collected_by, ticket_number, reason, notes) on public.milk_storage_logs to authenticated;
grant update (tank_id, moved_on, session, movement, litres, entered_unit, temperature_c, under_withdrawal, override_reason, lot_id, sale_id, collected_by, ticket_number, reason, notes) on public.milk_storage_logs to authenticated;
grant delete on public.milk_storage_logs to authenticated;

alter table public.egg_storage enable row level security;
alter table public.egg_storage force row level security;
revoke all on public.egg_storage from public, anon, authenticated;
grant select, insert, update, delete on public.egg_storage to service_role;
grant select (id, organization_id, store, grade, size, flock_id, collected_on, moved_on, movement, eggs, entered_unit, best_before, under_withdrawal, override_reason, sale_id, lot, reason, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.egg_storage to authenticated;
grant insert (id, organization_id, store, grade, size, flock_id, collected_on, moved_on, movement, eggs, entered_unit, best_before, under_withdrawal, override_reason, sale_id, lot, reason, notes) on public.egg_storage to authenticated;
grant update (store, grade, size, flock_id, collected_on, moved_on, movement, eggs, entered_unit, best_before, under_withdrawal, override_reason, sale_id, lot, reason, notes) on public.egg_storage to authenticated;
grant delete on public.egg_storage to authenticated;

alter table public.wool_storage enable row level security;
alter table public.wool_storage force row level security;
revoke all on public.wool_storage from public, anon, authenticated;
grant select, insert, update, delete on public.wool_storage to service_role;
grant select (id, organization_id, lot, store, fibre, clip_part, shorn_on, moved_on, movement, quantity_kg, entered_unit, bales, fibre_micron, clean_percent, certificate, sale_id, reason, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.wool_storage to authenticated;
grant insert (id, organization_id, lot, store, fibre, clip_part, shorn_on, moved_on, movement, quantity_kg, entered_unit, bales, fibre_micron, clean_percent, certificate, sale_id, reason, notes) on public.wool_storage to authenticated;
grant update (lot, store, fibre, clip_part, shorn_on, moved_on, movement, quantity_kg, entered_unit, bales, fibre_micron, clean_percent, certificate, sale_id, reason, notes) on public.wool_storage to authenticated;
grant delete on public.wool_storage to authenticated;

ALTER TABLE public.dairy_batches ADD CONSTRAINT fk_dairy_batches_organization_id_tank_id FOREIGN KEY(organization_id, tank_id) REFERENCES public.milk_storage (organization_id, id) ON DELETE RESTRICT;

create trigger update_milk_storage_updated_at before insert or update on public.milk_storage
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.milk_storage
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.milk_storage
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.milk_storage
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.milk_storage
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

create trigger update_wool_milk_production_logs_updated_at before insert or update on public.wool_milk_production_logs
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.wool_milk_production_logs
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.wool_milk_production_logs
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.wool_milk_production_logs
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.wool_milk_production_logs
  for each statement execute function sync.refuse_truncate();

create trigger update_lambing_records_updated_at before insert or update on public.lambing_records
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.lambing_records
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.lambing_records
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.lambing_records
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.lambing_records
  for each statement execute function sync.refuse_truncate();

create trigger update_hatchery_records_updated_at before insert or update on public.hatchery_records
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.hatchery_records
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.hatchery_records
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.hatchery_records
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.hatchery_records
  for each statement execute function sync.refuse_truncate();

create trigger update_milk_storage_logs_updated_at before insert or update on public.milk_storage_logs
  for each row execute function public.update_updated_at_column();
create trigger audit_milk_storage_logs_trigger after insert or update or delete on public.milk_storage_logs
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.milk_storage_logs
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.milk_storage_logs
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.milk_storage_logs
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.milk_storage_logs
  for each statement execute function sync.refuse_truncate();

create trigger update_egg_storage_updated_at before insert or update on public.egg_storage
  for each row execute function public.update_updated_at_column();
create trigger audit_egg_storage_trigger after insert or update or delete on public.egg_storage
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.egg_storage
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.egg_storage
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.egg_storage
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.egg_storage
  for each statement execute function sync.refuse_truncate();

create trigger update_wool_storage_updated_at before insert or update on public.wool_storage
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.wool_storage
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.wool_storage
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.wool_storage
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.wool_storage
  for each statement execute function sync.refuse_truncate();

create policy may_read on public.milk_storage for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    milk_storage.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.milk_storage for insert to authenticated
  with check (milk_storage.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.milk_storage for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    milk_storage.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (milk_storage.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.milk_storage for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    milk_storage.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.feed_logs for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    feed_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.feed_logs for insert to authenticated
  with check (feed_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.feed_logs for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    feed_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (feed_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.feed_logs for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    feed_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.egg_production_logs for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    egg_production_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.egg_production_logs for insert to authenticated
  with check (egg_production_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.egg_production_logs for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    egg_production_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (egg_production_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.egg_production_logs for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    egg_production_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.poultry_feed_logs for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    poultry_feed_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.poultry_feed_logs for insert to authenticated
  with check (poultry_feed_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.poultry_feed_logs for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    poultry_feed_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (poultry_feed_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.poultry_feed_logs for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    poultry_feed_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.mortality_logs for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    mortality_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.mortality_logs for insert to authenticated
  with check (mortality_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.mortality_logs for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    mortality_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (mortality_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.mortality_logs for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    mortality_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.milk_production_logs for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    milk_production_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.milk_production_logs for insert to authenticated
  with check (milk_production_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.milk_production_logs for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    milk_production_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (milk_production_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.milk_production_logs for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    milk_production_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.weight_logs for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    weight_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.weight_logs for insert to authenticated
  with check (weight_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.weight_logs for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    weight_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (weight_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.weight_logs for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    weight_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.wool_milk_production_logs for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    wool_milk_production_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.wool_milk_production_logs for insert to authenticated
  with check (wool_milk_production_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.wool_milk_production_logs for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    wool_milk_production_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (wool_milk_production_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.wool_milk_production_logs for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    wool_milk_production_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.lambing_records for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    lambing_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.lambing_records for insert to authenticated
  with check (lambing_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.lambing_records for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    lambing_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (lambing_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.lambing_records for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    lambing_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.hatchery_records for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    hatchery_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.hatchery_records for insert to authenticated
  with check (hatchery_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.hatchery_records for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    hatchery_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (hatchery_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.hatchery_records for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    hatchery_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.milk_storage_logs for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    milk_storage_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.milk_storage_logs for insert to authenticated
  with check (milk_storage_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.milk_storage_logs for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    milk_storage_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (milk_storage_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.milk_storage_logs for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    milk_storage_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.egg_storage for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    egg_storage.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.egg_storage for insert to authenticated
  with check (egg_storage.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.egg_storage for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    egg_storage.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (egg_storage.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.egg_storage for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    egg_storage.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.wool_storage for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    wool_storage.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.wool_storage for insert to authenticated
  with check (wool_storage.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.wool_storage for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    wool_storage.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (wool_storage.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.wool_storage for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    wool_storage.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

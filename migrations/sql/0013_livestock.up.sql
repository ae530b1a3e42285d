CREATE TABLE public.livestock_species (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
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
    id UUID DEFAULT gen_random_uuid() NOT NULL,
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

CREATE TABLE public.livestock_batches (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    species_id UUID,
    purpose public.purpose DEFAULT 'other' NOT NULL,
    location TEXT,
    status public.status DEFAULT 'active' NOT NULL,
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

CREATE TABLE public.dairy_batches (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    lot_number TEXT NOT NULL,
    tank_id UUID,
    milked_from DATE,
    milked_to DATE,
    produced_on DATE DEFAULT current_date NOT NULL,
    quantity_l NUMERIC(14, 1) NOT NULL,
    fat_percent NUMERIC(14, 2),
    protein_percent NUMERIC(14, 2),
    somatic_cells BIGINT,
    bacteria BIGINT,
    residue_test public.residue_test DEFAULT 'not_tested' NOT NULL,
    destination public.milk_destination DEFAULT 'dairy' NOT NULL,
    buyer TEXT,
    ticket_number TEXT,
    product TEXT,
    product_kg NUMERIC(14, 1),
    best_before DATE,
    status public.milk_lot_status DEFAULT 'open' NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_dairy_batches PRIMARY KEY (id),
    CONSTRAINT uq_dairy_batches_organization_id_lot_number UNIQUE (organization_id, lot_number),
    CONSTRAINT ck_dairy_batches_milked_in_order CHECK (milked_from <= milked_to),
    CONSTRAINT ck_dairy_batches_milked_before_produced CHECK (milked_to <= produced_on),
    CONSTRAINT ck_dairy_batches_best_before_after_produced CHECK (best_before >= produced_on),
    CONSTRAINT ck_dairy_batches_quantity_l_minimum CHECK (quantity_l >= 0),
    CONSTRAINT ck_dairy_batches_quantity_l_maximum CHECK (quantity_l <= 1000000),
    CONSTRAINT ck_dairy_batches_fat_percent_minimum CHECK (fat_percent >= 0),
    CONSTRAINT ck_dairy_batches_fat_percent_maximum CHECK (fat_percent <= 15),
    CONSTRAINT ck_dairy_batches_protein_percent_minimum CHECK (protein_percent >= 0),
    CONSTRAINT ck_dairy_batches_protein_percent_maximum CHECK (protein_percent <= 15),
    CONSTRAINT ck_dairy_batches_somatic_cells_minimum CHECK (somatic_cells >= 0),
    CONSTRAINT ck_dairy_batches_somatic_cells_maximum CHECK (somatic_cells <= 100000000),
    CONSTRAINT ck_dairy_batches_bacteria_minimum CHECK (bacteria >= 0),
    CONSTRAINT ck_dairy_batches_bacteria_maximum CHECK (bacteria <= 1000000000),
    CONSTRAINT ck_dairy_batches_product_kg_minimum CHECK (product_kg >= 0),
    CONSTRAINT ck_dairy_batches_product_kg_maximum CHECK (product_kg <= 1000000),
    CONSTRAINT uq_dairy_batches_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_dairy_batches_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
CREATE INDEX ix_dairy_batches_day ON public.dairy_batches (organization_id, produced_on);
CREATE INDEX ix_dairy_batches_organization_id_tank_id ON public.dairy_batches (organization_id, tank_id);
comment on table public.dairy_batches is 'A lot of milk of one tank that is sold, processed or thrown away as one, and so traced.';
comment on column public.dairy_batches.id is 'Id';
comment on column public.dairy_batches.organization_id is 'Organization';
comment on column public.dairy_batches.lot_number is 'Lot';
comment on column public.dairy_batches.tank_id is 'Tank';
comment on column public.dairy_batches.milked_from is 'Milked from';
comment on column public.dairy_batches.milked_to is 'Milked to';
comment on column public.dairy_batches.produced_on is 'Date';
comment on column public.dairy_batches.quantity_l is 'Quantity, L';
comment on column public.dairy_batches.fat_percent is 'Fat, %';
comment on column public.dairy_batches.protein_percent is 'Protein, %';
comment on column public.dairy_batches.somatic_cells is 'Cell count, cells/mL';
comment on column public.dairy_batches.bacteria is 'Plate count, cfu/mL';
comment on column public.dairy_batches.residue_test is 'Residue test';
comment on column public.dairy_batches.destination is 'Goes to';
comment on column public.dairy_batches.buyer is 'Dairy or buyer';
comment on column public.dairy_batches.ticket_number is 'Collection ticket';
comment on column public.dairy_batches.product is 'Made into';
comment on column public.dairy_batches.product_kg is 'Product, kg';
comment on column public.dairy_batches.best_before is 'Best before';
comment on column public.dairy_batches.status is 'Status';
comment on column public.dairy_batches.notes is 'Notes';
comment on column public.dairy_batches.created_at is 'Created';
comment on column public.dairy_batches.updated_at is 'Changed';
comment on column public.dairy_batches.updated_by is 'Changed by';
comment on column public.dairy_batches.updated_device is 'Changed on';
comment on column public.dairy_batches.row_version is 'Version';

CREATE TABLE public.flocks (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    house TEXT,
    species_id UUID NOT NULL,
    breed_id UUID,
    purpose public.purpose DEFAULT 'layers' NOT NULL,
    hatched_on DATE,
    status public.flock_status DEFAULT 'active' NOT NULL,
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

CREATE TABLE public.herd_batches (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    species_id UUID NOT NULL,
    breed_id UUID,
    purpose public.purpose DEFAULT 'fattening' NOT NULL,
    sex public.sex,
    batch_mark TEXT,
    origin TEXT,
    location TEXT,
    born_on DATE,
    started_on DATE DEFAULT current_date NOT NULL,
    head_count BIGINT NOT NULL,
    start_weight_kg NUMERIC(14, 1),
    target_weight_kg NUMERIC(14, 1),
    closed_on DATE,
    planned_end_on DATE,
    status public.herd_status DEFAULT 'active' NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_herd_batches PRIMARY KEY (id),
    CONSTRAINT ck_herd_batches_planned_end_after_start CHECK (planned_end_on >= started_on),
    CONSTRAINT ck_herd_batches_closed_after_start CHECK (closed_on >= started_on),
    CONSTRAINT ck_herd_batches_head_count_minimum CHECK (head_count >= 0),
    CONSTRAINT ck_herd_batches_head_count_maximum CHECK (head_count <= 1000000),
    CONSTRAINT ck_herd_batches_start_weight_kg_minimum CHECK (start_weight_kg >= 0),
    CONSTRAINT ck_herd_batches_start_weight_kg_maximum CHECK (start_weight_kg <= 2000),
    CONSTRAINT ck_herd_batches_target_weight_kg_minimum CHECK (target_weight_kg >= 0),
    CONSTRAINT ck_herd_batches_target_weight_kg_maximum CHECK (target_weight_kg <= 2000),
    CONSTRAINT uq_herd_batches_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_herd_batches_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_herd_batches_species_id FOREIGN KEY(species_id) REFERENCES public.livestock_species (id) ON DELETE RESTRICT,
    CONSTRAINT fk_herd_batches_breed_id FOREIGN KEY(breed_id) REFERENCES public.livestock_breeds (id) ON DELETE RESTRICT
);
CREATE INDEX ix_herd_batches_breed_id ON public.herd_batches (breed_id);
CREATE INDEX ix_herd_batches_species_id ON public.herd_batches (species_id);
comment on table public.herd_batches is 'A herd counted by head, not animal by animal; its number is the start and its moves.';
comment on column public.herd_batches.id is 'Id';
comment on column public.herd_batches.organization_id is 'Organization';
comment on column public.herd_batches.name is 'Name';
comment on column public.herd_batches.species_id is 'Species';
comment on column public.herd_batches.breed_id is 'Breed';
comment on column public.herd_batches.purpose is 'Kept for';
comment on column public.herd_batches.sex is 'Sex';
comment on column public.herd_batches.batch_mark is 'Official mark';
comment on column public.herd_batches.origin is 'Came from';
comment on column public.herd_batches.location is 'Barn or pasture';
comment on column public.herd_batches.born_on is 'Born about';
comment on column public.herd_batches.started_on is 'Started';
comment on column public.herd_batches.head_count is 'Head at the start';
comment on column public.herd_batches.start_weight_kg is 'Mean weight at the start, kg';
comment on column public.herd_batches.target_weight_kg is 'Weight aimed at, kg';
comment on column public.herd_batches.closed_on is 'Closed';
comment on column public.herd_batches.planned_end_on is 'Planned to leave';
comment on column public.herd_batches.status is 'Status';
comment on column public.herd_batches.notes is 'Notes';
comment on column public.herd_batches.created_at is 'Created';
comment on column public.herd_batches.updated_at is 'Changed';
comment on column public.herd_batches.updated_by is 'Changed by';
comment on column public.herd_batches.updated_device is 'Changed on';
comment on column public.herd_batches.row_version is 'Version';

CREATE TABLE public.livestock (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    tag_number TEXT NOT NULL,
    name TEXT,
    official_id TEXT,
    eid TEXT,
    species_id UUID NOT NULL,
    breed_id UUID,
    sex public.sex DEFAULT 'unknown' NOT NULL,
    birth_date DATE,
    batch_id UUID,
    status public.livestock_status DEFAULT 'active' NOT NULL,
    weight_kg NUMERIC(14, 1),
    parity BIGINT,
    calved_on DATE,
    dried_off_on DATE,
    dam_id UUID,
    sire_id UUID,
    arrived_on DATE,
    left_on DATE,
    came_from TEXT,
    went_to TEXT,
    left_reason TEXT,
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
CREATE INDEX ix_livestock_breed_id ON public.livestock (breed_id);
CREATE INDEX ix_livestock_left_on ON public.livestock (organization_id, left_on);
CREATE INDEX ix_livestock_organization_id_batch_id ON public.livestock (organization_id, batch_id);
CREATE INDEX ix_livestock_organization_id_dam_id ON public.livestock (organization_id, dam_id);
CREATE INDEX ix_livestock_organization_id_sire_id ON public.livestock (organization_id, sire_id);
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
comment on column public.livestock.came_from is 'Came from';
comment on column public.livestock.went_to is 'Went to';
comment on column public.livestock.left_reason is 'Why it left';
comment on column public.livestock.colour is 'Colour';
comment on column public.livestock.notes is 'Notes';
comment on column public.livestock.created_at is 'Created';
comment on column public.livestock.updated_at is 'Changed';
comment on column public.livestock.updated_by is 'Changed by';
comment on column public.livestock.updated_device is 'Changed on';
comment on column public.livestock.row_version is 'Version';

CREATE TABLE public.poultry_batches (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    flock_id UUID NOT NULL,
    placed_on DATE DEFAULT current_date NOT NULL,
    head_count BIGINT NOT NULL,
    weight_kg NUMERIC(14, 1),
    supplier TEXT,
    from_flock_id UUID,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_poultry_batches PRIMARY KEY (id),
    CONSTRAINT ck_poultry_batches_head_count_minimum CHECK (head_count >= 1),
    CONSTRAINT ck_poultry_batches_head_count_maximum CHECK (head_count <= 1000000),
    CONSTRAINT ck_poultry_batches_weight_kg_minimum CHECK (weight_kg >= 0),
    CONSTRAINT ck_poultry_batches_weight_kg_maximum CHECK (weight_kg <= 10000000),
    CONSTRAINT uq_poultry_batches_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_poultry_batches_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_poultry_batches_organization_id_flock_id FOREIGN KEY(organization_id, flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_poultry_batches_organization_id_from_flock_id FOREIGN KEY(organization_id, from_flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_poultry_batches_organization_id_flock_id ON public.poultry_batches (organization_id, flock_id);
CREATE INDEX ix_poultry_batches_organization_id_from_flock_id ON public.poultry_batches (organization_id, from_flock_id);
comment on table public.poultry_batches is 'Birds that came into a flock on one day.';
comment on column public.poultry_batches.id is 'Id';
comment on column public.poultry_batches.organization_id is 'Organization';
comment on column public.poultry_batches.flock_id is 'Flock';
comment on column public.poultry_batches.placed_on is 'Placed';
comment on column public.poultry_batches.head_count is 'Birds';
comment on column public.poultry_batches.weight_kg is 'Weight of them all, kg';
comment on column public.poultry_batches.supplier is 'Supplier';
comment on column public.poultry_batches.from_flock_id is 'Moved from';
comment on column public.poultry_batches.notes is 'Notes';
comment on column public.poultry_batches.created_at is 'Created';
comment on column public.poultry_batches.updated_at is 'Changed';
comment on column public.poultry_batches.updated_by is 'Changed by';
comment on column public.poultry_batches.updated_device is 'Changed on';
comment on column public.poultry_batches.row_version is 'Version';

CREATE TABLE public.herd_movements (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    herd_id UUID NOT NULL,
    moved_on DATE DEFAULT current_date NOT NULL,
    kind public.herd_move NOT NULL,
    head BIGINT NOT NULL,
    weight_kg NUMERIC(14, 1),
    other_herd_id UUID,
    other_holding TEXT,
    movement_document TEXT,
    cause TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_herd_movements PRIMARY KEY (id),
    CONSTRAINT ck_herd_movements_sign_fits_kind CHECK (kind = 'counted' or head <> 0 and (kind in ('born', 'bought', 'moved_in')) = (head > 0)),
    CONSTRAINT ck_herd_movements_head_minimum CHECK (head >= -1000000),
    CONSTRAINT ck_herd_movements_head_maximum CHECK (head <= 1000000),
    CONSTRAINT ck_herd_movements_weight_kg_minimum CHECK (weight_kg >= 0),
    CONSTRAINT ck_herd_movements_weight_kg_maximum CHECK (weight_kg <= 10000000),
    CONSTRAINT uq_herd_movements_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_herd_movements_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_herd_movements_organization_id_herd_id FOREIGN KEY(organization_id, herd_id) REFERENCES public.herd_batches (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_herd_movements_organization_id_other_herd_id FOREIGN KEY(organization_id, other_herd_id) REFERENCES public.herd_batches (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_herd_movements_day ON public.herd_movements (organization_id, moved_on);
CREATE INDEX ix_herd_movements_organization_id_herd_id ON public.herd_movements (organization_id, herd_id);
CREATE INDEX ix_herd_movements_organization_id_other_herd_id ON public.herd_movements (organization_id, other_herd_id);
comment on table public.herd_movements is 'Animals that joined or left a herd on one day; the number is signed, joining is positive.';
comment on column public.herd_movements.id is 'Id';
comment on column public.herd_movements.organization_id is 'Organization';
comment on column public.herd_movements.herd_id is 'Herd';
comment on column public.herd_movements.moved_on is 'Date';
comment on column public.herd_movements.kind is 'What happened';
comment on column public.herd_movements.head is 'Head';
comment on column public.herd_movements.weight_kg is 'Weight together, kg';
comment on column public.herd_movements.other_herd_id is 'From or to herd';
comment on column public.herd_movements.other_holding is 'From or to holding';
comment on column public.herd_movements.movement_document is 'Movement document';
comment on column public.herd_movements.cause is 'Cause';
comment on column public.herd_movements.notes is 'Notes';
comment on column public.herd_movements.created_at is 'Created';
comment on column public.herd_movements.updated_at is 'Changed';
comment on column public.herd_movements.updated_by is 'Changed by';
comment on column public.herd_movements.updated_device is 'Changed on';
comment on column public.herd_movements.row_version is 'Version';

CREATE TABLE public.livestock_batch_members (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    animal_id UUID NOT NULL,
    batch_id UUID,
    joined_on DATE DEFAULT current_date NOT NULL,
    reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_livestock_batch_members PRIMARY KEY (id),
    CONSTRAINT uq_livestock_batch_members_organization_id_animal_id_joined_on UNIQUE (organization_id, animal_id, joined_on),
    CONSTRAINT uq_livestock_batch_members_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_livestock_batch_members_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_livestock_batch_members_organization_id_animal_id FOREIGN KEY(organization_id, animal_id) REFERENCES public.livestock (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_livestock_batch_members_organization_id_batch_id FOREIGN KEY(organization_id, batch_id) REFERENCES public.livestock_batches (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_livestock_batch_members_batch ON public.livestock_batch_members (organization_id, batch_id, joined_on);
comment on table public.livestock_batch_members is 'An animal''s move into a group or out of all; it lasts until the animal''s next move.';
comment on column public.livestock_batch_members.id is 'Id';
comment on column public.livestock_batch_members.organization_id is 'Organization';
comment on column public.livestock_batch_members.animal_id is 'Animal';
comment on column public.livestock_batch_members.batch_id is 'Group';
comment on column public.livestock_batch_members.joined_on is 'From';
comment on column public.livestock_batch_members.reason is 'Reason';
comment on column public.livestock_batch_members.created_at is 'Created';
comment on column public.livestock_batch_members.updated_at is 'Changed';
comment on column public.livestock_batch_members.updated_by is 'Changed by';
comment on column public.livestock_batch_members.updated_device is 'Changed on';
comment on column public.livestock_batch_members.row_version is 'Version';

CREATE TABLE public.livestock_identifiers (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    animal_id UUID NOT NULL,
    kind public.identifier_kind DEFAULT 'official' NOT NULL,
    value TEXT NOT NULL,
    given_on DATE,
    ended_on DATE,
    carrier TEXT,
    reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_livestock_identifiers PRIMARY KEY (id),
    CONSTRAINT ck_livestock_identifiers_ended_after_given CHECK (ended_on >= given_on),
    CONSTRAINT ck_livestock_identifiers_eid_has_15_digits CHECK (kind <> 'eid' or value ~ '^[0-9]{15}$'),
    CONSTRAINT uq_livestock_identifiers_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_livestock_identifiers_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_livestock_identifiers_organization_id_animal_id FOREIGN KEY(organization_id, animal_id) REFERENCES public.livestock (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_livestock_identifiers_organization_id_animal_id ON public.livestock_identifiers (organization_id, animal_id);
CREATE INDEX ix_livestock_identifiers_value ON public.livestock_identifiers (organization_id, value);
CREATE UNIQUE INDEX uq_livestock_identifiers_carried ON public.livestock_identifiers (organization_id, kind, value) WHERE ended_on is null and kind in ('official', 'eid');
comment on table public.livestock_identifiers is 'A number an animal carries or carried: what a retag replaced stays (rule 5).';
comment on column public.livestock_identifiers.id is 'Id';
comment on column public.livestock_identifiers.organization_id is 'Organization';
comment on column public.livestock_identifiers.animal_id is 'Animal';
comment on column public.livestock_identifiers.kind is 'Kind';
comment on column public.livestock_identifiers.value is 'Number';
comment on column public.livestock_identifiers.given_on is 'From';
comment on column public.livestock_identifiers.ended_on is 'To';
comment on column public.livestock_identifiers.carrier is 'Carried in';
comment on column public.livestock_identifiers.reason is 'Why it ended';
comment on column public.livestock_identifiers.created_at is 'Created';
comment on column public.livestock_identifiers.updated_at is 'Changed';
comment on column public.livestock_identifiers.updated_by is 'Changed by';
comment on column public.livestock_identifiers.updated_device is 'Changed on';
comment on column public.livestock_identifiers.row_version is 'Version';

insert into sync.tables (name, position, kinds, belongs)
values ('livestock_species', 4, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  'true');

insert into sync.tables (name, position, kinds, belongs)
values ('livestock_breeds', 26, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  'true');

insert into sync.tables (name, position, kinds, belongs)
values ('livestock_batches', 27, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('dairy_batches', 39, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('flocks', 43, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('herd_batches', 44, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('livestock', 45, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('poultry_batches', 50, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('herd_movements', 54, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('livestock_batch_members', 59, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('livestock_identifiers', 60, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

alter table public.livestock_species enable row level security;
alter table public.livestock_species force row level security;
revoke all on public.livestock_species from public, anon, authenticated;
grant select, insert, update, delete on public.livestock_species to service_role;
grant select (id, code, name, scientific_name, gestation_days, incubation_days, created_at, updated_at, updated_by, updated_device, row_version) on public.livestock_species to authenticated;
grant select (id, code, name, scientific_name, gestation_days, incubation_days, created_at, updated_at, updated_by, updated_device, row_version) on public.livestock_species to anon;

alter table public.livestock_breeds enable row level security;
alter table public.livestock_breeds force row level security;
revoke all on public.livestock_breeds from public, anon, authenticated;
grant select, insert, update, delete on public.livestock_breeds to service_role;
grant select (id, species_id, name, purpose, created_at, updated_at, updated_by, updated_device, row_version) on public.livestock_breeds to authenticated;
grant select (id, species_id, name, purpose, created_at, updated_at, updated_by, updated_device, row_version) on public.livestock_breeds to anon;

alter table public.livestock_batches enable row level security;
alter table public.livestock_batches force row level security;
revoke all on public.livestock_batches from public, anon, authenticated;
grant select, insert, update, delete on public.livestock_batches to service_role;
grant select (id, organization_id, name, species_id, purpose, location, status, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.livestock_batches to authenticated;
grant insert (id, organization_id, name, species_id, purpose, location, status, notes) on public.livestock_batches to authenticated;
grant update (name, species_id, purpose, location, status, notes) on public.livestock_batches to authenticated;
grant delete on public.livestock_batches to authenticated;

alter table public.dairy_batches enable row level security;
alter table public.dairy_batches force row level security;
revoke all on public.dairy_batches from public, anon, authenticated;
grant select, insert, update, delete on public.dairy_batches to service_role;
grant select (id, organization_id, lot_number, tank_id, milked_from, milked_to, produced_on, quantity_l, fat_percent, protein_percent, somatic_cells, bacteria, residue_test, destination, buyer, ticket_number, product, product_kg, best_before, status, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.dairy_batches to authenticated;
grant insert (id, organization_id, lot_number, tank_id, milked_from, milked_to, produced_on, quantity_l, fat_percent, protein_percent, somatic_cells, bacteria, residue_test, destination, buyer, ticket_number, product, product_kg, best_before, status, notes) on public.dairy_batches to authenticated;
grant update (lot_number, tank_id, milked_from, milked_to, produced_on, quantity_l, fat_percent, protein_percent, somatic_cells, bacteria, residue_test, destination, buyer, ticket_number, product, product_kg, best_before, status, notes) on public.dairy_batches to authenticated;
grant delete on public.dairy_batches to authenticated;

alter table public.flocks enable row level security;
alter table public.flocks force row level security;
revoke all on public.flocks from public, anon, authenticated;
grant select, insert, update, delete on public.flocks to service_role;
grant select (id, organization_id, name, house, species_id, breed_id, purpose, hatched_on, status, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.flocks to authenticated;
grant insert (id, organization_id, name, house, species_id, breed_id, purpose, hatched_on, status, notes) on public.flocks to authenticated;
grant update (name, house, species_id, breed_id, purpose, hatched_on, status, notes) on public.flocks to authenticated;
grant delete on public.flocks to authenticated;

alter table public.herd_batches enable row level security;
alter table public.herd_batches force row level security;
revoke all on public.herd_batches from public, anon, authenticated;
grant select, insert, update, delete on public.herd_batches to service_role;
grant select (id, organization_id, name, species_id, breed_id, purpose, sex, batch_mark, origin, location, born_on, started_on, head_count, start_weight_kg, target_weight_kg, closed_on, planned_end_on, status, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.herd_batches to authenticated;
grant insert (id, organization_id, name, species_id, breed_id, purpose, sex, batch_mark, origin, location, born_on, started_on, head_count, start_weight_kg, target_weight_kg, closed_on, planned_end_on, status, notes) on public.herd_batches to authenticated;
grant update (name, species_id, breed_id, purpose, sex, batch_mark, origin, location, born_on, started_on, head_count, start_weight_kg, target_weight_kg, closed_on, planned_end_on, status, notes) on public.herd_batches to authenticated;
grant delete on public.herd_batches to authenticated;

alter table public.livestock enable row level security;
alter table public.livestock force row level security;
revoke all on public.livestock from public, anon, authenticated;
grant select, insert, update, delete on public.livestock to service_role;
grant select (id, organization_id, tag_number, name, official_id, eid, species_id, breed_id, sex, birth_date, batch_id, status, weight_kg, parity, calved_on, dried_off_on, dam_id, sire_id, arrived_on, left_on, came_from, went_to, left_reason, colour, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.livestock to authenticated;
grant insert (id, organization_id, tag_number, name, official_id, eid, species_id, breed_id, sex, birth_date, batch_id, status, weight_kg, parity, calved_on, dried_off_on, dam_id, sire_id, arrived_on, left_on, came_from, went_to, left_reason, colour, notes) on public.livestock to authenticated;
grant update (tag_number, name, official_id, eid, species_id, breed_id, sex, birth_date, batch_id, status, weight_kg, parity, calved_on, dried_off_on, dam_id, sire_id, arrived_on, left_on, came_from, went_to, left_reason, colour, notes) on public.livestock to authenticated;
grant delete on public.livestock to authenticated;

alter table public.poultry_batches enable row level security;
alter table public.poultry_batches force row level security;
revoke all on public.poultry_batches from public, anon, authenticated;
grant select, insert, update, delete on public.poultry_batches to service_role;
grant select (id, organization_id, flock_id, placed_on, head_count, weight_kg, supplier, from_flock_id, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.poultry_batches to authenticated;
grant insert (id, organization_id, flock_id, placed_on, head_count, weight_kg, supplier, from_flock_id, notes) on public.poultry_batches to authenticated;
grant update (flock_id, placed_on, head_count, weight_kg, supplier, from_flock_id, notes) on public.poultry_batches to authenticated;
grant delete on public.poultry_batches to authenticated;

alter table public.herd_movements enable row level security;
alter table public.herd_movements force row level security;
revoke all on public.herd_movements from public, anon, authenticated;
grant select, insert, update, delete on public.herd_movements to service_role;
grant select (id, organization_id, herd_id, moved_on, kind, head, weight_kg, other_herd_id, other_holding, movement_document, cause, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.herd_movements to authenticated;
grant insert (id, organization_id, herd_id, moved_on, kind, head, weight_kg, other_herd_id, other_holding, movement_document, cause, notes) on public.herd_movements to authenticated;
grant update (herd_id, moved_on, kind, head, weight_kg, other_herd_id, other_holding, movement_document, cause, notes) on public.herd_movements to authenticated;
grant delete on public.herd_movements to authenticated;

alter table public.livestock_batch_members enable row level security;
alter table public.livestock_batch_members force row level security;
revoke all on public.livestock_batch_members from public, anon, authenticated;
grant select, insert, update, delete on public.livestock_batch_members to service_role;
grant select (id, organization_id, animal_id, batch_id, joined_on, reason, created_at, updated_at, updated_by, updated_device, row_version) on public.livestock_batch_members to authenticated;
grant insert (id, organization_id, animal_id, batch_id, joined_on, reason) on public.livestock_batch_members to authenticated;
grant update (animal_id, batch_id, joined_on, reason) on public.livestock_batch_members to authenticated;
grant delete on public.livestock_batch_members to authenticated;

alter table public.livestock_identifiers enable row level security;
alter table public.livestock_identifiers force row level security;
revoke all on public.livestock_identifiers from public, anon, authenticated;
grant select, insert, update, delete on public.livestock_identifiers to service_role;
grant select (id, organization_id, animal_id, kind, value, given_on, ended_on, carrier, reason, created_at, updated_at, updated_by, updated_device, row_version) on public.livestock_identifiers to authenticated;
grant insert (id, organization_id, animal_id, kind, value, given_on, ended_on, carrier, reason) on public.livestock_identifiers to authenticated;
grant update (animal_id, kind, value, given_on, ended_on, carrier, reason) on public.livestock_identifiers to authenticated;
grant delete on public.livestock_identifiers to authenticated;

ALTER TABLE public.reminders ADD CONSTRAINT fk_reminders_animal_id FOREIGN KEY(animal_id) REFERENCES public.livestock (id) ON DELETE CASCADE;

ALTER TABLE public.ai_insights ADD CONSTRAINT fk_ai_insights_animal_id FOREIGN KEY(animal_id) REFERENCES public.livestock (id) ON DELETE CASCADE;

ALTER TABLE public.vaccine_logs ADD CONSTRAINT fk_vaccine_logs_organization_id_animal_id FOREIGN KEY(organization_id, animal_id) REFERENCES public.livestock (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.vaccine_logs ADD CONSTRAINT fk_vaccine_logs_organization_id_batch_id FOREIGN KEY(organization_id, batch_id) REFERENCES public.livestock_batches (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.vaccine_logs ADD CONSTRAINT fk_vaccine_logs_organization_id_flock_id FOREIGN KEY(organization_id, flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.health_diagnoses ADD CONSTRAINT fk_health_diagnoses_organization_id_animal_id FOREIGN KEY(organization_id, animal_id) REFERENCES public.livestock (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.health_diagnoses ADD CONSTRAINT fk_health_diagnoses_organization_id_batch_id FOREIGN KEY(organization_id, batch_id) REFERENCES public.livestock_batches (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.health_diagnoses ADD CONSTRAINT fk_health_diagnoses_organization_id_flock_id FOREIGN KEY(organization_id, flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.breeding_records ADD CONSTRAINT fk_breeding_records_organization_id_donor_id FOREIGN KEY(organization_id, donor_id) REFERENCES public.livestock (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.breeding_records ADD CONSTRAINT fk_breeding_records_organization_id_female_id FOREIGN KEY(organization_id, female_id) REFERENCES public.livestock (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.breeding_records ADD CONSTRAINT fk_breeding_records_organization_id_male_id FOREIGN KEY(organization_id, male_id) REFERENCES public.livestock (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.health_treatments ADD CONSTRAINT fk_health_treatments_organization_id_animal_id FOREIGN KEY(organization_id, animal_id) REFERENCES public.livestock (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.health_treatments ADD CONSTRAINT fk_health_treatments_organization_id_batch_id FOREIGN KEY(organization_id, batch_id) REFERENCES public.livestock_batches (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.health_treatments ADD CONSTRAINT fk_health_treatments_organization_id_flock_id FOREIGN KEY(organization_id, flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE RESTRICT;

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

create trigger update_dairy_batches_updated_at before insert or update on public.dairy_batches
  for each row execute function public.update_updated_at_column();
create trigger audit_dairy_batches_trigger after insert or update or delete on public.dairy_batches
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.dairy_batches
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.dairy_batches
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.dairy_batches
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.dairy_batches
  for each statement execute function sync.refuse_truncate();

create trigger update_flocks_updated_at before insert or update on public.flocks
  for each row execute function public.update_updated_at_column();
create trigger audit_flocks_trigger after insert or update or delete on public.flocks
  for each row execute function public.audit_trigger_function('organization_id');
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

create trigger update_herd_batches_updated_at before insert or update on public.herd_batches
  for each row execute function public.update_updated_at_column();
create trigger audit_herd_batches_trigger after insert or update or delete on public.herd_batches
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.herd_batches
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.herd_batches
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.herd_batches
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.herd_batches
  for each statement execute function sync.refuse_truncate();

create trigger update_livestock_updated_at before insert or update on public.livestock
  for each row execute function public.update_updated_at_column();
create trigger audit_livestock_trigger after insert or update or delete on public.livestock
  for each row execute function public.audit_trigger_function('organization_id');
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

create trigger update_herd_movements_updated_at before insert or update on public.herd_movements
  for each row execute function public.update_updated_at_column();
create trigger audit_herd_movements_trigger after insert or update or delete on public.herd_movements
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.herd_movements
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.herd_movements
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.herd_movements
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.herd_movements
  for each statement execute function sync.refuse_truncate();

create trigger update_livestock_batch_members_updated_at before insert or update on public.livestock_batch_members
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.livestock_batch_members
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.livestock_batch_members
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.livestock_batch_members
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.livestock_batch_members
  for each statement execute function sync.refuse_truncate();

create trigger update_livestock_identifiers_updated_at before insert or update on public.livestock_identifiers
  for each row execute function public.update_updated_at_column();
create trigger audit_livestock_identifiers_trigger after insert or update or delete on public.livestock_identifiers
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.livestock_identifiers
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.livestock_identifiers
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.livestock_identifiers
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.livestock_identifiers
  for each statement execute function sync.refuse_truncate();

create policy may_read on public.livestock_species for select to authenticated
  using (true);
create policy anyone_may_read on public.livestock_species for select to anon
  using (true);

create policy may_read on public.livestock_breeds for select to authenticated
  using (true);
create policy anyone_may_read on public.livestock_breeds for select to anon
  using (true);

create policy may_read on public.livestock_batches for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    livestock_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.livestock_batches for insert to authenticated
  with check (livestock_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.livestock_batches for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    livestock_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (livestock_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.livestock_batches for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    livestock_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.dairy_batches for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    dairy_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.dairy_batches for insert to authenticated
  with check (dairy_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.dairy_batches for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    dairy_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (dairy_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.dairy_batches for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    dairy_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.flocks for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    flocks.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.flocks for insert to authenticated
  with check (flocks.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.flocks for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    flocks.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (flocks.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.flocks for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    flocks.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.herd_batches for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    herd_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.herd_batches for insert to authenticated
  with check (herd_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.herd_batches for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    herd_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (herd_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.herd_batches for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    herd_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.livestock for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    livestock.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.livestock for insert to authenticated
  with check (livestock.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.livestock for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    livestock.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (livestock.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.livestock for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    livestock.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.poultry_batches for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    poultry_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.poultry_batches for insert to authenticated
  with check (poultry_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.poultry_batches for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    poultry_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (poultry_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.poultry_batches for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    poultry_batches.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.herd_movements for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    herd_movements.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.herd_movements for insert to authenticated
  with check (herd_movements.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.herd_movements for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    herd_movements.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (herd_movements.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.herd_movements for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    herd_movements.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.reminders for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    reminders.user_id = (select auth.uid())
    or reminders.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or (reminders.pet_id = any((select access.pets_i_own())::uuid[]) and (organization_id is not null and tells_owner))
  ));
create policy may_add on public.reminders for insert to authenticated
  with check (((reminders.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) or reminders.user_id = (select auth.uid()))
      and exists (select from public.pets where pets.id = reminders.pet_id))
    or (reminders.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
      and exists (select from public.livestock where livestock.id = reminders.animal_id)));
create policy may_change on public.reminders for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    reminders.user_id = (select auth.uid())
    or reminders.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (reminders.user_id = (select auth.uid())
    or reminders.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.reminders for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    reminders.user_id = (select auth.uid())
    or reminders.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.livestock_batch_members for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    livestock_batch_members.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.livestock_batch_members for insert to authenticated
  with check (livestock_batch_members.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.livestock_batch_members for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    livestock_batch_members.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (livestock_batch_members.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.livestock_batch_members for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    livestock_batch_members.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.livestock_identifiers for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    livestock_identifiers.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.livestock_identifiers for insert to authenticated
  with check (livestock_identifiers.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.livestock_identifiers for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    livestock_identifiers.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (livestock_identifiers.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.livestock_identifiers for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    livestock_identifiers.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

-- Rule 6: nobody is their own ancestor. Two PCs may each add one half of a circle, so whatever
-- changes parents is followed once more here. One at a time in an organization: of a half that is
-- not committed yet nobody else knows. An animal that is new has no young but in its own statement.
create function public.refuse_own_ancestor() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_given uuid[];
  v_circle uuid;
begin
  if tg_op = 'INSERT' then
    v_given := array(
      select n.id from new_rows n join new_rows y on y.dam_id = n.id
      union
      select n.id from new_rows n join new_rows y on y.sire_id = n.id
    );
  else
    v_given := array(
      select n.id from new_rows n join old_rows f on f.id = n.id
      where (n.dam_id is distinct from f.dam_id and n.dam_id is not null)
        or (n.sire_id is distinct from f.sire_id and n.sire_id is not null)
    );
  end if;
  if v_given = '{}' then
    return null;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('pedigree/' || o.organization_id, 0))
  from (
    select distinct a.organization_id from public.livestock a where a.id = any(v_given) order by 1
  ) o;
  with recursive line(animal_id, ancestor_id) as (
    select a.id, p.id
    from public.livestock a, lateral (values (a.dam_id), (a.sire_id)) as p(id)
    where a.id = any(v_given) and p.id is not null
    union
    select l.animal_id, p.id
    from line l
    join public.livestock a on a.id = l.ancestor_id,
      lateral (values (a.dam_id), (a.sire_id)) as p(id)
    where p.id is not null and l.ancestor_id <> l.animal_id
  )
  select l.animal_id into v_circle from line l where l.animal_id = l.ancestor_id limit 1;
  if found then
    raise exception 'an animal would be its own ancestor'
      using errcode = '23514', detail = v_circle::text, schema = 'public', table = 'livestock',
        column = 'dam_id', constraint = 'ck_livestock_own_ancestor';
  end if;
  return null;
end $$;
comment on function public.refuse_own_ancestor() is 'Refuse parents that make a circle (rule 6).';
revoke all on function public.refuse_own_ancestor() from public;

create trigger no_own_ancestor_insert after insert on public.livestock
  referencing new table as new_rows
  for each statement execute function public.refuse_own_ancestor();
create trigger no_own_ancestor_update after update on public.livestock
  referencing old table as old_rows new table as new_rows
  for each statement execute function public.refuse_own_ancestor();

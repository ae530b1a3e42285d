CREATE TABLE public.species_reference (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    scientific_name TEXT,
    animal_class public.animal_class DEFAULT 'mammal' NOT NULL,
    keeping public.animal_keeping DEFAULT 'companion' NOT NULL,
    gestation_days BIGINT,
    incubation_days BIGINT,
    cycle_days BIGINT,
    lifespan_min_years BIGINT,
    lifespan_max_years BIGINT,
    temperature_low_c NUMERIC(14, 1),
    temperature_high_c NUMERIC(14, 1),
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_species_reference PRIMARY KEY (id),
    CONSTRAINT uq_species_reference_code UNIQUE (code),
    CONSTRAINT ck_species_reference_ranges CHECK (lifespan_min_years <= lifespan_max_years and temperature_low_c <= temperature_high_c),
    CONSTRAINT ck_species_reference_gestation_days_minimum CHECK (gestation_days >= 1),
    CONSTRAINT ck_species_reference_gestation_days_maximum CHECK (gestation_days <= 700),
    CONSTRAINT ck_species_reference_incubation_days_minimum CHECK (incubation_days >= 1),
    CONSTRAINT ck_species_reference_incubation_days_maximum CHECK (incubation_days <= 100),
    CONSTRAINT ck_species_reference_cycle_days_minimum CHECK (cycle_days >= 1),
    CONSTRAINT ck_species_reference_cycle_days_maximum CHECK (cycle_days <= 400),
    CONSTRAINT ck_species_reference_lifespan_min_years_minimum CHECK (lifespan_min_years >= 1),
    CONSTRAINT ck_species_reference_lifespan_min_years_maximum CHECK (lifespan_min_years <= 200),
    CONSTRAINT ck_species_reference_lifespan_max_years_minimum CHECK (lifespan_max_years >= 1),
    CONSTRAINT ck_species_reference_lifespan_max_years_maximum CHECK (lifespan_max_years <= 200),
    CONSTRAINT ck_species_reference_temperature_low_c_minimum CHECK (temperature_low_c >= 10),
    CONSTRAINT ck_species_reference_temperature_low_c_maximum CHECK (temperature_low_c <= 50),
    CONSTRAINT ck_species_reference_temperature_high_c_minimum CHECK (temperature_high_c >= 10),
    CONSTRAINT ck_species_reference_temperature_high_c_maximum CHECK (temperature_high_c <= 50)
);
comment on table public.species_reference is 'A species of animal that people keep.';
comment on column public.species_reference.id is 'Id';
comment on column public.species_reference.code is 'Code';
comment on column public.species_reference.name is 'Name';
comment on column public.species_reference.scientific_name is 'Scientific name';
comment on column public.species_reference.animal_class is 'Class';
comment on column public.species_reference.keeping is 'Kept as';
comment on column public.species_reference.gestation_days is 'Gestation, d';
comment on column public.species_reference.incubation_days is 'Incubation, d';
comment on column public.species_reference.cycle_days is 'Oestrous cycle, d';
comment on column public.species_reference.lifespan_min_years is 'Lives from, y';
comment on column public.species_reference.lifespan_max_years is 'Lives up to, y';
comment on column public.species_reference.temperature_low_c is 'Normal temperature from, °C';
comment on column public.species_reference.temperature_high_c is 'Normal temperature up to, °C';
comment on column public.species_reference.notes is 'Notes';
comment on column public.species_reference.created_at is 'Created';
comment on column public.species_reference.updated_at is 'Changed';
comment on column public.species_reference.updated_by is 'Changed by';
comment on column public.species_reference.updated_device is 'Changed on';
comment on column public.species_reference.row_version is 'Version';

CREATE TABLE public.companion_species (
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
    CONSTRAINT pk_companion_species PRIMARY KEY (id),
    CONSTRAINT ck_companion_species_gestation_days_minimum CHECK (gestation_days >= 1),
    CONSTRAINT ck_companion_species_gestation_days_maximum CHECK (gestation_days <= 700),
    CONSTRAINT ck_companion_species_incubation_days_minimum CHECK (incubation_days >= 1),
    CONSTRAINT ck_companion_species_incubation_days_maximum CHECK (incubation_days <= 100)
);
comment on table public.companion_species is 'A species kept as a companion.';
comment on column public.companion_species.id is 'Id';
comment on column public.companion_species.code is 'Code';
comment on column public.companion_species.name is 'Name';
comment on column public.companion_species.scientific_name is 'Scientific name';
comment on column public.companion_species.gestation_days is 'Gestation, d';
comment on column public.companion_species.incubation_days is 'Incubation, d';
comment on column public.companion_species.created_at is 'Created';
comment on column public.companion_species.updated_at is 'Changed';
comment on column public.companion_species.updated_by is 'Changed by';
comment on column public.companion_species.updated_device is 'Changed on';
comment on column public.companion_species.row_version is 'Version';

CREATE TABLE public.measurement_units (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    symbol TEXT NOT NULL,
    quantity public.unit_quantity DEFAULT 'count' NOT NULL,
    base_unit_id UUID,
    factor NUMERIC(14, 9) DEFAULT 1 NOT NULL,
    divisor BIGINT DEFAULT 1 NOT NULL,
    shift NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_measurement_units PRIMARY KEY (id),
    CONSTRAINT uq_measurement_units_code UNIQUE (code),
    CONSTRAINT ck_measurement_units_factor_positive CHECK (factor > 0),
    CONSTRAINT ck_measurement_units_factor_minimum CHECK (factor >= 0),
    CONSTRAINT ck_measurement_units_factor_maximum CHECK (factor <= 99999),
    CONSTRAINT ck_measurement_units_divisor_minimum CHECK (divisor >= 1),
    CONSTRAINT ck_measurement_units_divisor_maximum CHECK (divisor <= 1000000),
    CONSTRAINT ck_measurement_units_shift_minimum CHECK (shift >= -1000),
    CONSTRAINT ck_measurement_units_shift_maximum CHECK (shift <= 1000),
    CONSTRAINT fk_measurement_units_base_unit_id FOREIGN KEY(base_unit_id) REFERENCES public.measurement_units (id) ON DELETE RESTRICT
);
CREATE INDEX ix_measurement_units_base_unit_id ON public.measurement_units (base_unit_id);
comment on table public.measurement_units is 'A unit; a value in it is (value + shift) * factor / divisor in its base unit.';
comment on column public.measurement_units.id is 'Id';
comment on column public.measurement_units.code is 'Code';
comment on column public.measurement_units.name is 'Name';
comment on column public.measurement_units.symbol is 'Symbol';
comment on column public.measurement_units.quantity is 'Measures';
comment on column public.measurement_units.base_unit_id is 'Base unit';
comment on column public.measurement_units.factor is 'Factor';
comment on column public.measurement_units.divisor is 'Divisor';
comment on column public.measurement_units.shift is 'Shift';
comment on column public.measurement_units.created_at is 'Created';
comment on column public.measurement_units.updated_at is 'Changed';
comment on column public.measurement_units.updated_by is 'Changed by';
comment on column public.measurement_units.updated_device is 'Changed on';
comment on column public.measurement_units.row_version is 'Version';

CREATE TABLE public.automation_rules (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    trigger_event public.automation_trigger DEFAULT 'record_added' NOT NULL,
    entity_table TEXT,
    schedule TEXT,
    conditions JSONB DEFAULT '{}' NOT NULL,
    actions JSONB DEFAULT '{}' NOT NULL,
    delay_minutes BIGINT DEFAULT 0 NOT NULL,
    position BIGINT DEFAULT 0 NOT NULL,
    is_enabled BOOLEAN DEFAULT true NOT NULL,
    last_run_at TIMESTAMP WITH TIME ZONE,
    last_error TEXT,
    run_count BIGINT DEFAULT 0 NOT NULL,
    failure_count BIGINT DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_automation_rules PRIMARY KEY (id),
    CONSTRAINT ck_automation_rules_conditions_and_actions_are_objects CHECK (jsonb_typeof(conditions) = 'object' and jsonb_typeof(actions) = 'object'),
    CONSTRAINT ck_automation_rules_when_it_runs CHECK (trigger_event <> 'schedule' or schedule is not null),
    CONSTRAINT ck_automation_rules_delay_minutes_minimum CHECK (delay_minutes >= 0),
    CONSTRAINT ck_automation_rules_delay_minutes_maximum CHECK (delay_minutes <= 527040),
    CONSTRAINT ck_automation_rules_position_minimum CHECK (position >= 0),
    CONSTRAINT ck_automation_rules_position_maximum CHECK (position <= 1000),
    CONSTRAINT ck_automation_rules_run_count_minimum CHECK (run_count >= 0),
    CONSTRAINT ck_automation_rules_failure_count_minimum CHECK (failure_count >= 0),
    CONSTRAINT uq_automation_rules_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_automation_rules_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
CREATE INDEX ix_automation_rules_organization_id_trigger_event ON public.automation_rules (organization_id, trigger_event, position);
comment on table public.automation_rules is 'What an organization wants done by itself when something happens.';
comment on column public.automation_rules.id is 'Id';
comment on column public.automation_rules.organization_id is 'Organization';
comment on column public.automation_rules.name is 'Name';
comment on column public.automation_rules.description is 'What it is for';
comment on column public.automation_rules.trigger_event is 'When';
comment on column public.automation_rules.entity_table is 'In which table';
comment on column public.automation_rules.schedule is 'Times';
comment on column public.automation_rules.conditions is 'Only if';
comment on column public.automation_rules.actions is 'What to do';
comment on column public.automation_rules.delay_minutes is 'After, min';
comment on column public.automation_rules.position is 'Place in the order';
comment on column public.automation_rules.is_enabled is 'On';
comment on column public.automation_rules.last_run_at is 'Last ran';
comment on column public.automation_rules.last_error is 'Last error';
comment on column public.automation_rules.run_count is 'Times it ran';
comment on column public.automation_rules.failure_count is 'Times it failed';
comment on column public.automation_rules.created_at is 'Created';
comment on column public.automation_rules.updated_at is 'Changed';
comment on column public.automation_rules.updated_by is 'Changed by';
comment on column public.automation_rules.updated_device is 'Changed on';
comment on column public.automation_rules.row_version is 'Version';

CREATE TABLE public.breed_reference (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    species_id UUID NOT NULL,
    name TEXT NOT NULL,
    origin TEXT,
    bred_for public.breed_use,
    adult_weight_kg NUMERIC(14, 2),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_breed_reference PRIMARY KEY (id),
    CONSTRAINT uq_breed_reference_species_id_name UNIQUE (species_id, name),
    CONSTRAINT ck_breed_reference_adult_weight_kg_minimum CHECK (adult_weight_kg >= 0),
    CONSTRAINT ck_breed_reference_adult_weight_kg_maximum CHECK (adult_weight_kg <= 2000),
    CONSTRAINT fk_breed_reference_species_id FOREIGN KEY(species_id) REFERENCES public.species_reference (id) ON DELETE RESTRICT
);
comment on table public.breed_reference is 'A breed of an animal species.';
comment on column public.breed_reference.id is 'Id';
comment on column public.breed_reference.species_id is 'Species';
comment on column public.breed_reference.name is 'Name';
comment on column public.breed_reference.origin is 'Comes from';
comment on column public.breed_reference.bred_for is 'Bred for';
comment on column public.breed_reference.adult_weight_kg is 'Adult weight, kg';
comment on column public.breed_reference.created_at is 'Created';
comment on column public.breed_reference.updated_at is 'Changed';
comment on column public.breed_reference.updated_by is 'Changed by';
comment on column public.breed_reference.updated_device is 'Changed on';
comment on column public.breed_reference.row_version is 'Version';

CREATE TABLE public.vaccine_schedules (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    species_id UUID NOT NULL,
    vaccine TEXT NOT NULL,
    protects_against TEXT,
    need public.vaccine_need DEFAULT 'optional' NOT NULL,
    dose_number BIGINT NOT NULL,
    minimum_age_days BIGINT,
    days_before_birth BIGINT,
    interval_to_next_days BIGINT,
    booster_interval_days BIGINT,
    route public.vaccine_route DEFAULT 'as_labelled' NOT NULL,
    advice TEXT DEFAULT 'Confirm with your vet' NOT NULL,
    notes TEXT,
    source TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_vaccine_schedules PRIMARY KEY (id),
    CONSTRAINT uq_vaccine_schedules_species_id_vaccine_dose_number UNIQUE (species_id, vaccine, dose_number),
    CONSTRAINT ck_vaccine_schedules_dose_number_minimum CHECK (dose_number >= 1),
    CONSTRAINT ck_vaccine_schedules_dose_number_maximum CHECK (dose_number <= 20),
    CONSTRAINT ck_vaccine_schedules_minimum_age_days_minimum CHECK (minimum_age_days >= 0),
    CONSTRAINT ck_vaccine_schedules_minimum_age_days_maximum CHECK (minimum_age_days <= 36500),
    CONSTRAINT ck_vaccine_schedules_days_before_birth_minimum CHECK (days_before_birth >= 1),
    CONSTRAINT ck_vaccine_schedules_days_before_birth_maximum CHECK (days_before_birth <= 700),
    CONSTRAINT ck_vaccine_schedules_interval_to_next_days_minimum CHECK (interval_to_next_days >= 1),
    CONSTRAINT ck_vaccine_schedules_interval_to_next_days_maximum CHECK (interval_to_next_days <= 36500),
    CONSTRAINT ck_vaccine_schedules_booster_interval_days_minimum CHECK (booster_interval_days >= 1),
    CONSTRAINT ck_vaccine_schedules_booster_interval_days_maximum CHECK (booster_interval_days <= 36500),
    CONSTRAINT fk_vaccine_schedules_species_id FOREIGN KEY(species_id) REFERENCES public.species_reference (id) ON DELETE RESTRICT
);
comment on table public.vaccine_schedules is 'One dose of a vaccine as commonly published for a species; confirm with your vet.';
comment on column public.vaccine_schedules.id is 'Id';
comment on column public.vaccine_schedules.species_id is 'Species';
comment on column public.vaccine_schedules.vaccine is 'Vaccine';
comment on column public.vaccine_schedules.protects_against is 'Protects against';
comment on column public.vaccine_schedules.need is 'Need';
comment on column public.vaccine_schedules.dose_number is 'Dose';
comment on column public.vaccine_schedules.minimum_age_days is 'Not before age, d';
comment on column public.vaccine_schedules.days_before_birth is 'Before giving birth, d';
comment on column public.vaccine_schedules.interval_to_next_days is 'Next dose after, d';
comment on column public.vaccine_schedules.booster_interval_days is 'Booster every, d';
comment on column public.vaccine_schedules.route is 'Given';
comment on column public.vaccine_schedules.advice is 'Advice';
comment on column public.vaccine_schedules.notes is 'Notes';
comment on column public.vaccine_schedules.source is 'Source';
comment on column public.vaccine_schedules.created_at is 'Created';
comment on column public.vaccine_schedules.updated_at is 'Changed';
comment on column public.vaccine_schedules.updated_by is 'Changed by';
comment on column public.vaccine_schedules.updated_device is 'Changed on';
comment on column public.vaccine_schedules.row_version is 'Version';

CREATE TABLE public.companion_breeds (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
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

CREATE TABLE public.compliance_records (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    regulation TEXT NOT NULL,
    kind public.compliance_kind DEFAULT 'licence' NOT NULL,
    subject TEXT,
    authority TEXT,
    reference_number TEXT,
    issued_on DATE,
    valid_until DATE,
    status public.compliance_status DEFAULT 'valid' NOT NULL,
    responsible_id UUID,
    inspected_on DATE,
    inspector TEXT,
    inspection_result public.inspection_result,
    findings TEXT,
    correct_by DATE,
    corrected_on DATE,
    document TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_compliance_records PRIMARY KEY (id),
    CONSTRAINT ck_compliance_records_valid_after_issue CHECK (valid_until >= issued_on),
    CONSTRAINT uq_compliance_records_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_compliance_records_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_compliance_records_organization_id_responsible_id FOREIGN KEY(organization_id, responsible_id) REFERENCES public.organization_users (organization_id, user_id) ON DELETE SET NULL (responsible_id)
);
CREATE INDEX ix_compliance_records_organization_id_responsible_id ON public.compliance_records (organization_id, responsible_id);
CREATE INDEX ix_compliance_records_organization_id_valid_until ON public.compliance_records (organization_id, valid_until);
comment on table public.compliance_records is 'One duty an authority lays on an organization, and the paper that shows it was met.';
comment on column public.compliance_records.id is 'Id';
comment on column public.compliance_records.organization_id is 'Organization';
comment on column public.compliance_records.regulation is 'Regulation';
comment on column public.compliance_records.kind is 'Kind';
comment on column public.compliance_records.subject is 'What it covers';
comment on column public.compliance_records.authority is 'Authority';
comment on column public.compliance_records.reference_number is 'Reference number';
comment on column public.compliance_records.issued_on is 'Issued';
comment on column public.compliance_records.valid_until is 'Valid until';
comment on column public.compliance_records.status is 'Status';
comment on column public.compliance_records.responsible_id is 'Responsible';
comment on column public.compliance_records.inspected_on is 'Inspected';
comment on column public.compliance_records.inspector is 'Inspector';
comment on column public.compliance_records.inspection_result is 'Result';
comment on column public.compliance_records.findings is 'Findings';
comment on column public.compliance_records.correct_by is 'To be put right by';
comment on column public.compliance_records.corrected_on is 'Put right';
comment on column public.compliance_records.document is 'Document';
comment on column public.compliance_records.notes is 'Notes';
comment on column public.compliance_records.created_at is 'Created';
comment on column public.compliance_records.updated_at is 'Changed';
comment on column public.compliance_records.updated_by is 'Changed by';
comment on column public.compliance_records.updated_device is 'Changed on';
comment on column public.compliance_records.row_version is 'Version';

insert into sync.tables (name, position, kinds, belongs)
values ('species_reference', 5, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  'true');

insert into sync.tables (name, position, kinds, belongs)
values ('companion_species', 6, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  'true');

insert into sync.tables (name, position, kinds, belongs)
values ('measurement_units', 7, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  'true');

insert into sync.tables (name, position, kinds, belongs)
values ('breed_reference', 28, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  'true');

insert into sync.tables (name, position, kinds, belongs)
values ('vaccine_schedules', 29, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  'true');

insert into sync.tables (name, position, kinds, belongs)
values ('companion_breeds', 30, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  'true');

insert into sync.tables (name, position, kinds, belongs)
values ('compliance_records', 32, '{breeding_facility,farm,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

alter table public.species_reference enable row level security;
alter table public.species_reference force row level security;
revoke all on public.species_reference from public, anon, authenticated;
grant select, insert, update, delete on public.species_reference to service_role;
grant select (id, code, name, scientific_name, animal_class, keeping, gestation_days, incubation_days, cycle_days, lifespan_min_years, lifespan_max_years, temperature_low_c, temperature_high_c, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.species_reference to authenticated;
grant select (id, code, name, scientific_name, animal_class, keeping, gestation_days, incubation_days, cycle_days, lifespan_min_years, lifespan_max_years, temperature_low_c, temperature_high_c, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.species_reference to anon;

alter table public.companion_species enable row level security;
alter table public.companion_species force row level security;
revoke all on public.companion_species from public, anon, authenticated;
grant select, insert, update, delete on public.companion_species to service_role;
grant select (id, code, name, scientific_name, gestation_days, incubation_days, created_at, updated_at, updated_by, updated_device, row_version) on public.companion_species to authenticated;
grant select (id, code, name, scientific_name, gestation_days, incubation_days, created_at, updated_at, updated_by, updated_device, row_version) on public.companion_species to anon;

alter table public.measurement_units enable row level security;
alter table public.measurement_units force row level security;
revoke all on public.measurement_units from public, anon, authenticated;
grant select, insert, update, delete on public.measurement_units to service_role;
grant select (id, code, name, symbol, quantity, base_unit_id, factor, divisor, shift, created_at, updated_at, updated_by, updated_device, row_version) on public.measurement_units to authenticated;
grant select (id, code, name, symbol, quantity, base_unit_id, factor, divisor, shift, created_at, updated_at, updated_by, updated_device, row_version) on public.measurement_units to anon;

alter table public.automation_rules enable row level security;
alter table public.automation_rules force row level security;
revoke all on public.automation_rules from public, anon, authenticated;
grant select, insert, update, delete on public.automation_rules to service_role;
grant select (id, organization_id, name, description, trigger_event, entity_table, schedule, conditions, actions, delay_minutes, position, is_enabled, last_run_at, last_error, run_count, failure_count, created_at, updated_at, updated_by, updated_device, row_version) on public.automation_rules to authenticated;
grant insert (id, organization_id, name, description, trigger_event, entity_table, schedule, conditions, actions, delay_minutes, position, is_enabled) on public.automation_rules to authenticated;
grant update (name, description, trigger_event, entity_table, schedule, conditions, actions, delay_minutes, position, is_enabled) on public.automation_rules to authenticated;
grant delete on public.automation_rules to authenticated;

alter table public.breed_reference enable row level security;
alter table public.breed_reference force row level security;
revoke all on public.breed_reference from public, anon, authenticated;
grant select, insert, update, delete on public.breed_reference to service_role;
grant select (id, species_id, name, origin, bred_for, adult_weight_kg, created_at, updated_at, updated_by, updated_device, row_version) on public.breed_reference to authenticated;
grant select (id, species_id, name, origin, bred_for, adult_weight_kg, created_at, updated_at, updated_by, updated_device, row_version) on public.breed_reference to anon;

alter table public.vaccine_schedules enable row level security;
alter table public.vaccine_schedules force row level security;
revoke all on public.vaccine_schedules from public, anon, authenticated;
grant select, insert, update, delete on public.vaccine_schedules to service_role;
grant select (id, species_id, vaccine, protects_against, need, dose_number, minimum_age_days, days_before_birth, interval_to_next_days, booster_interval_days, route, advice, notes, source, created_at, updated_at, updated_by, updated_device, row_version) on public.vaccine_schedules to authenticated;
grant select (id, species_id, vaccine, protects_against, need, dose_number, minimum_age_days, days_before_birth, interval_to_next_days, booster_interval_days, route, advice, notes, source, created_at, updated_at, updated_by, updated_device, row_version) on public.vaccine_schedules to anon;

alter table public.companion_breeds enable row level security;
alter table public.companion_breeds force row level security;
revoke all on public.companion_breeds from public, anon, authenticated;
grant select, insert, update, delete on public.companion_breeds to service_role;
grant select (id, species_id, name, adult_weight_kg, created_at, updated_at, updated_by, updated_device, row_version) on public.companion_breeds to authenticated;
grant select (id, species_id, name, adult_weight_kg, created_at, updated_at, updated_by, updated_device, row_version) on public.companion_breeds to anon;

alter table public.compliance_records enable row level security;
alter table public.compliance_records force row level security;
revoke all on public.compliance_records from public, anon, authenticated;
grant select, insert, update, delete on public.compliance_records to service_role;
grant select (id, organization_id, regulation, kind, subject, authority, reference_number, issued_on, valid_until, status, responsible_id, inspected_on, inspector, inspection_result, findings, correct_by, corrected_on, document, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.compliance_records to authenticated;
grant insert (id, organization_id, regulation, kind, subject, authority, reference_number, issued_on, valid_until, status, responsible_id, inspected_on, inspector, inspection_result, findings, correct_by, corrected_on, document, notes) on public.compliance_records to authenticated;
grant update (regulation, kind, subject, authority, reference_number, issued_on, valid_until, status, responsible_id, inspected_on, inspector, inspection_result, findings, correct_by, corrected_on, document, notes) on public.compliance_records to authenticated;
grant delete on public.compliance_records to authenticated;

create trigger update_species_reference_updated_at before insert or update on public.species_reference
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.species_reference
  referencing new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_update after update on public.species_reference
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_delete after delete on public.species_reference
  referencing old table as old_rows
  for each statement execute function sync.log_for_all();
create trigger refuse_truncate before truncate on public.species_reference
  for each statement execute function sync.refuse_truncate();

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

create trigger update_measurement_units_updated_at before insert or update on public.measurement_units
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.measurement_units
  referencing new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_update after update on public.measurement_units
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_delete after delete on public.measurement_units
  referencing old table as old_rows
  for each statement execute function sync.log_for_all();
create trigger refuse_truncate before truncate on public.measurement_units
  for each statement execute function sync.refuse_truncate();

create trigger update_automation_rules_updated_at before insert or update on public.automation_rules
  for each row execute function public.update_updated_at_column();
create trigger audit_automation_rules_trigger after insert or update or delete on public.automation_rules
  for each row execute function public.audit_trigger_function('organization_id');

create trigger update_breed_reference_updated_at before insert or update on public.breed_reference
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.breed_reference
  referencing new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_update after update on public.breed_reference
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_delete after delete on public.breed_reference
  referencing old table as old_rows
  for each statement execute function sync.log_for_all();
create trigger refuse_truncate before truncate on public.breed_reference
  for each statement execute function sync.refuse_truncate();

create trigger update_vaccine_schedules_updated_at before insert or update on public.vaccine_schedules
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.vaccine_schedules
  referencing new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_update after update on public.vaccine_schedules
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_delete after delete on public.vaccine_schedules
  referencing old table as old_rows
  for each statement execute function sync.log_for_all();
create trigger refuse_truncate before truncate on public.vaccine_schedules
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

create trigger update_compliance_records_updated_at before insert or update on public.compliance_records
  for each row execute function public.update_updated_at_column();
create trigger audit_compliance_records_trigger after insert or update or delete on public.compliance_records
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.compliance_records
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.compliance_records
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.compliance_records
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.compliance_records
  for each statement execute function sync.refuse_truncate();

create policy may_read on public.species_reference for select to authenticated
  using (true);
create policy anyone_may_read on public.species_reference for select to anon
  using (true);

create policy may_read on public.companion_species for select to authenticated
  using (true);
create policy anyone_may_read on public.companion_species for select to anon
  using (true);

create policy may_read on public.measurement_units for select to authenticated
  using (true);
create policy anyone_may_read on public.measurement_units for select to anon
  using (true);

create policy may_read on public.automation_rules for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    automation_rules.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
create policy may_add on public.automation_rules for insert to authenticated
  with check (automation_rules.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.automation_rules for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    automation_rules.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (automation_rules.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.automation_rules for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    automation_rules.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

create policy may_read on public.breed_reference for select to authenticated
  using (true);
create policy anyone_may_read on public.breed_reference for select to anon
  using (true);

create policy may_read on public.vaccine_schedules for select to authenticated
  using (true);
create policy anyone_may_read on public.vaccine_schedules for select to anon
  using (true);

create policy may_read on public.companion_breeds for select to authenticated
  using (true);
create policy anyone_may_read on public.companion_breeds for select to anon
  using (true);

create policy may_read on public.compliance_records for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    compliance_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.compliance_records for insert to authenticated
  with check (compliance_records.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.compliance_records for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    compliance_records.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (compliance_records.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.compliance_records for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    compliance_records.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

CREATE TABLE public.note_templates (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    kind public.medical_record_kind DEFAULT 'consultation' NOT NULL,
    species TEXT,
    reason TEXT,
    history TEXT,
    examination TEXT,
    diagnosis TEXT,
    treatment TEXT,
    status public.status DEFAULT 'active' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_note_templates PRIMARY KEY (id),
    CONSTRAINT uq_note_templates_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_note_templates_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
comment on table public.note_templates is 'The words a visit note begins with: what is asked and looked at every time.';
comment on column public.note_templates.id is 'Id';
comment on column public.note_templates.organization_id is 'Organization';
comment on column public.note_templates.name is 'Name';
comment on column public.note_templates.kind is 'Kind';
comment on column public.note_templates.species is 'Species';
comment on column public.note_templates.reason is 'Reason';
comment on column public.note_templates.history is 'Subjective';
comment on column public.note_templates.examination is 'Objective';
comment on column public.note_templates.diagnosis is 'Assessment';
comment on column public.note_templates.treatment is 'Plan';
comment on column public.note_templates.status is 'Status';
comment on column public.note_templates.created_at is 'Created';
comment on column public.note_templates.updated_at is 'Changed';
comment on column public.note_templates.updated_by is 'Changed by';
comment on column public.note_templates.updated_device is 'Changed on';
comment on column public.note_templates.row_version is 'Version';

CREATE TABLE public.reminder_rules (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    kind public.reminder_kind DEFAULT 'vaccination' NOT NULL,
    species TEXT,
    step BIGINT DEFAULT 1 NOT NULL,
    days BIGINT DEFAULT -14 NOT NULL,
    channel public.reminder_channel,
    subject TEXT DEFAULT '{pet}: {what}' NOT NULL,
    body TEXT NOT NULL,
    status public.status DEFAULT 'active' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_reminder_rules PRIMARY KEY (id),
    CONSTRAINT uq_reminder_rules_organization_id_kind_species_step UNIQUE NULLS NOT DISTINCT (organization_id, kind, species, step),
    CONSTRAINT ck_reminder_rules_step_minimum CHECK (step >= 1),
    CONSTRAINT ck_reminder_rules_step_maximum CHECK (step <= 9),
    CONSTRAINT ck_reminder_rules_days_minimum CHECK (days >= -365),
    CONSTRAINT ck_reminder_rules_days_maximum CHECK (days <= 365),
    CONSTRAINT uq_reminder_rules_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_reminder_rules_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
comment on table public.reminder_rules is 'One step of the ladder by which owners are reminded: when, by what, in which words.';
comment on column public.reminder_rules.id is 'Id';
comment on column public.reminder_rules.organization_id is 'Organization';
comment on column public.reminder_rules.kind is 'About';
comment on column public.reminder_rules.species is 'Species';
comment on column public.reminder_rules.step is 'Step';
comment on column public.reminder_rules.days is 'Sent, d';
comment on column public.reminder_rules.channel is 'By';
comment on column public.reminder_rules.subject is 'Subject';
comment on column public.reminder_rules.body is 'Text';
comment on column public.reminder_rules.status is 'Status';
comment on column public.reminder_rules.created_at is 'Created';
comment on column public.reminder_rules.updated_at is 'Changed';
comment on column public.reminder_rules.updated_by is 'Changed by';
comment on column public.reminder_rules.updated_device is 'Changed on';
comment on column public.reminder_rules.row_version is 'Version';

CREATE TABLE public.till_closings (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    closed_on DATE DEFAULT current_date NOT NULL,
    till TEXT DEFAULT 'Front desk' NOT NULL,
    opening_float NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    expected NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    counted NUMERIC(14, 2) NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_till_closings PRIMARY KEY (id),
    CONSTRAINT uq_till_closings_organization_id_closed_on_till UNIQUE (organization_id, closed_on, till),
    CONSTRAINT ck_till_closings_opening_float_minimum CHECK (opening_float >= 0),
    CONSTRAINT ck_till_closings_opening_float_maximum CHECK (opening_float <= 100000000),
    CONSTRAINT ck_till_closings_expected_minimum CHECK (expected >= -100000000),
    CONSTRAINT ck_till_closings_expected_maximum CHECK (expected <= 100000000),
    CONSTRAINT ck_till_closings_counted_minimum CHECK (counted >= 0),
    CONSTRAINT ck_till_closings_counted_maximum CHECK (counted <= 100000000),
    CONSTRAINT uq_till_closings_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_till_closings_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
comment on table public.till_closings is 'The end of a day at one till: what was in it, and what should have been.';
comment on column public.till_closings.id is 'Id';
comment on column public.till_closings.organization_id is 'Organization';
comment on column public.till_closings.closed_on is 'Date';
comment on column public.till_closings.till is 'Till';
comment on column public.till_closings.opening_float is 'In it in the morning';
comment on column public.till_closings.expected is 'Should be in it';
comment on column public.till_closings.counted is 'Counted';
comment on column public.till_closings.notes is 'Notes';
comment on column public.till_closings.created_at is 'Created';
comment on column public.till_closings.updated_at is 'Changed';
comment on column public.till_closings.updated_by is 'Changed by';
comment on column public.till_closings.updated_device is 'Changed on';
comment on column public.till_closings.row_version is 'Version';

CREATE TABLE public.farm_vets (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    client_code TEXT NOT NULL,
    clinic_id UUID,
    clinic_name TEXT,
    ended_on DATE,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_farm_vets PRIMARY KEY (id),
    CONSTRAINT uq_farm_vets_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_farm_vets_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_farm_vets_clinic_id FOREIGN KEY(clinic_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
CREATE INDEX ix_farm_vets_clinic_id ON public.farm_vets (clinic_id);
CREATE UNIQUE INDEX uq_farm_vets_client_code ON public.farm_vets (client_code) WHERE ended_on is null;
comment on table public.farm_vets is 'A clinic that a farm has as its vet: what it treats there is entered in the farm''s book.';
comment on column public.farm_vets.id is 'Id';
comment on column public.farm_vets.organization_id is 'Organization';
comment on column public.farm_vets.client_code is 'Code from the clinic';
comment on column public.farm_vets.clinic_id is 'Clinic';
comment on column public.farm_vets.clinic_name is 'Clinic''s name';
comment on column public.farm_vets.ended_on is 'Ended';
comment on column public.farm_vets.notes is 'Notes';
comment on column public.farm_vets.created_at is 'Created';
comment on column public.farm_vets.updated_at is 'Changed';
comment on column public.farm_vets.updated_by is 'Changed by';
comment on column public.farm_vets.updated_device is 'Changed on';
comment on column public.farm_vets.row_version is 'Version';

CREATE TABLE public.reminder_messages (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    reminder_id UUID NOT NULL,
    client_id UUID,
    step BIGINT DEFAULT 1 NOT NULL,
    channel public.reminder_channel DEFAULT 'email' NOT NULL,
    sent_to TEXT,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    queued_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    printed_at TIMESTAMP WITH TIME ZONE,
    sent_at TIMESTAMP WITH TIME ZONE,
    failure TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_reminder_messages PRIMARY KEY (id),
    CONSTRAINT uq_reminder_messages_organization_id_reminder_id_step UNIQUE (organization_id, reminder_id, step),
    CONSTRAINT ck_reminder_messages_step_minimum CHECK (step >= 1),
    CONSTRAINT ck_reminder_messages_step_maximum CHECK (step <= 9),
    CONSTRAINT uq_reminder_messages_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_reminder_messages_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_reminder_messages_organization_id_client_id FOREIGN KEY(organization_id, client_id) REFERENCES public.clinic_clients (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_reminder_messages_organization_id_client_id ON public.reminder_messages (organization_id, client_id);
CREATE INDEX ix_reminder_messages_to_send ON public.reminder_messages (queued_at) WHERE sent_at is null;
comment on table public.reminder_messages is 'One step of a reminder on its way to the client: queued here, sent by the platform.';
comment on column public.reminder_messages.id is 'Id';
comment on column public.reminder_messages.organization_id is 'Organization';
comment on column public.reminder_messages.reminder_id is 'Reminder';
comment on column public.reminder_messages.client_id is 'Client';
comment on column public.reminder_messages.step is 'Step';
comment on column public.reminder_messages.channel is 'By';
comment on column public.reminder_messages.sent_to is 'To';
comment on column public.reminder_messages.subject is 'Subject';
comment on column public.reminder_messages.body is 'Text';
comment on column public.reminder_messages.queued_at is 'Queued';
comment on column public.reminder_messages.printed_at is 'Printed';
comment on column public.reminder_messages.sent_at is 'Sent';
comment on column public.reminder_messages.failure is 'Not sent because';
comment on column public.reminder_messages.created_at is 'Created';
comment on column public.reminder_messages.updated_at is 'Changed';
comment on column public.reminder_messages.updated_by is 'Changed by';
comment on column public.reminder_messages.updated_device is 'Changed on';
comment on column public.reminder_messages.row_version is 'Version';

CREATE TABLE public.clinic_patient_people (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    pet_id UUID NOT NULL,
    client_id UUID NOT NULL,
    relation public.owner_relation DEFAULT 'co_owner' NOT NULL,
    until DATE,
    may_decide BOOLEAN DEFAULT false NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_clinic_patient_people PRIMARY KEY (id),
    CONSTRAINT uq_clinic_patient_people_organization_id_pet_id_client_id UNIQUE (organization_id, pet_id, client_id),
    CONSTRAINT uq_clinic_patient_people_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_clinic_patient_people_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_clinic_patient_people_organization_id_pet_id FOREIGN KEY(organization_id, pet_id) REFERENCES public.clinic_patients (organization_id, pet_id) ON DELETE CASCADE,
    CONSTRAINT fk_clinic_patient_people_organization_id_client_id FOREIGN KEY(organization_id, client_id) REFERENCES public.clinic_clients (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_clinic_patient_people_organization_id_client_id ON public.clinic_patient_people (organization_id, client_id);
comment on table public.clinic_patient_people is 'Somebody besides its client who has to do with a patient: a co-owner, a carer for a while.';
comment on column public.clinic_patient_people.id is 'Id';
comment on column public.clinic_patient_people.organization_id is 'Organization';
comment on column public.clinic_patient_people.pet_id is 'Pet';
comment on column public.clinic_patient_people.client_id is 'Client';
comment on column public.clinic_patient_people.relation is 'Is its';
comment on column public.clinic_patient_people.until is 'Until';
comment on column public.clinic_patient_people.may_decide is 'May agree to a treatment';
comment on column public.clinic_patient_people.notes is 'Notes';
comment on column public.clinic_patient_people.created_at is 'Created';
comment on column public.clinic_patient_people.updated_at is 'Changed';
comment on column public.clinic_patient_people.updated_by is 'Changed by';
comment on column public.clinic_patient_people.updated_device is 'Changed on';
comment on column public.clinic_patient_people.row_version is 'Version';

CREATE TABLE public.prescriptions (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    pet_id UUID NOT NULL,
    record_id UUID,
    prescribed_on DATE DEFAULT current_date NOT NULL,
    veterinarian_id UUID,
    product TEXT NOT NULL,
    item_id UUID,
    lot TEXT,
    lot_expires_on DATE,
    weight_kg NUMERIC(14, 2),
    dose_per_kg NUMERIC(14, 4),
    dose NUMERIC(14, 3) NOT NULL,
    dose_unit public.dose_unit DEFAULT 'tablet' NOT NULL,
    route public.giving_route DEFAULT 'oral' NOT NULL,
    hours_between BIGINT,
    days BIGINT,
    quantity NUMERIC(14, 3) DEFAULT 0 NOT NULL,
    instructions TEXT,
    repeats BIGINT DEFAULT 0 NOT NULL,
    valid_until DATE,
    stopped_on DATE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_prescriptions PRIMARY KEY (id),
    CONSTRAINT ck_prescriptions_valid_later CHECK (valid_until >= prescribed_on),
    CONSTRAINT ck_prescriptions_weight_kg_minimum CHECK (weight_kg >= 0),
    CONSTRAINT ck_prescriptions_weight_kg_maximum CHECK (weight_kg <= 500),
    CONSTRAINT ck_prescriptions_dose_per_kg_minimum CHECK (dose_per_kg >= 0),
    CONSTRAINT ck_prescriptions_dose_per_kg_maximum CHECK (dose_per_kg <= 10000),
    CONSTRAINT ck_prescriptions_dose_minimum CHECK (dose >= 0),
    CONSTRAINT ck_prescriptions_dose_maximum CHECK (dose <= 1000000),
    CONSTRAINT ck_prescriptions_hours_between_minimum CHECK (hours_between >= 1),
    CONSTRAINT ck_prescriptions_hours_between_maximum CHECK (hours_between <= 8760),
    CONSTRAINT ck_prescriptions_days_minimum CHECK (days >= 1),
    CONSTRAINT ck_prescriptions_days_maximum CHECK (days <= 3650),
    CONSTRAINT ck_prescriptions_quantity_minimum CHECK (quantity >= 0),
    CONSTRAINT ck_prescriptions_quantity_maximum CHECK (quantity <= 100000),
    CONSTRAINT ck_prescriptions_repeats_minimum CHECK (repeats >= 0),
    CONSTRAINT ck_prescriptions_repeats_maximum CHECK (repeats <= 99),
    CONSTRAINT uq_prescriptions_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_prescriptions_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_prescriptions_organization_id_pet_id FOREIGN KEY(organization_id, pet_id) REFERENCES public.clinic_patients (organization_id, pet_id) ON DELETE RESTRICT,
    CONSTRAINT fk_prescriptions_organization_id_record_id FOREIGN KEY(organization_id, record_id) REFERENCES public.medical_records (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_prescriptions_organization_id_veterinarian_id FOREIGN KEY(organization_id, veterinarian_id) REFERENCES public.organization_users (organization_id, user_id) ON DELETE RESTRICT,
    CONSTRAINT fk_prescriptions_organization_id_item_id FOREIGN KEY(organization_id, item_id) REFERENCES public.farm_inventory (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_prescriptions_day ON public.prescriptions (organization_id, prescribed_on);
CREATE INDEX ix_prescriptions_organization_id_item_id ON public.prescriptions (organization_id, item_id);
CREATE INDEX ix_prescriptions_organization_id_pet_id ON public.prescriptions (organization_id, pet_id);
CREATE INDEX ix_prescriptions_organization_id_record_id ON public.prescriptions (organization_id, record_id);
CREATE INDEX ix_prescriptions_organization_id_veterinarian_id ON public.prescriptions (organization_id, veterinarian_id);
comment on table public.prescriptions is 'A drug that a vet prescribes a patient, as it stands on the label.';
comment on column public.prescriptions.id is 'Id';
comment on column public.prescriptions.organization_id is 'Organization';
comment on column public.prescriptions.pet_id is 'Pet';
comment on column public.prescriptions.record_id is 'Medical record';
comment on column public.prescriptions.prescribed_on is 'Date';
comment on column public.prescriptions.veterinarian_id is 'Vet';
comment on column public.prescriptions.product is 'Drug';
comment on column public.prescriptions.item_id is 'From store';
comment on column public.prescriptions.lot is 'Lot';
comment on column public.prescriptions.lot_expires_on is 'Lot expires';
comment on column public.prescriptions.weight_kg is 'Weight, kg';
comment on column public.prescriptions.dose_per_kg is 'Dose per kg';
comment on column public.prescriptions.dose is 'Dose';
comment on column public.prescriptions.dose_unit is 'Dose in';
comment on column public.prescriptions.route is 'Route';
comment on column public.prescriptions.hours_between is 'Every, h';
comment on column public.prescriptions.days is 'For, d';
comment on column public.prescriptions.quantity is 'Handed out';
comment on column public.prescriptions.instructions is 'Instructions';
comment on column public.prescriptions.repeats is 'Repeats';
comment on column public.prescriptions.valid_until is 'Valid until';
comment on column public.prescriptions.stopped_on is 'Stopped';
comment on column public.prescriptions.created_at is 'Created';
comment on column public.prescriptions.updated_at is 'Changed';
comment on column public.prescriptions.updated_by is 'Changed by';
comment on column public.prescriptions.updated_device is 'Changed on';
comment on column public.prescriptions.row_version is 'Version';

CREATE TABLE public.pet_vaccinations (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    pet_id UUID NOT NULL,
    record_id UUID,
    given_on DATE DEFAULT current_date NOT NULL,
    veterinarian_id UUID,
    vaccine TEXT NOT NULL,
    disease TEXT,
    manufacturer TEXT,
    item_id UUID,
    lot TEXT,
    lot_expires_on DATE,
    site TEXT,
    dose_number BIGINT DEFAULT 1 NOT NULL,
    next_due_on DATE,
    certificate_number TEXT,
    reaction TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_pet_vaccinations PRIMARY KEY (id),
    CONSTRAINT ck_pet_vaccinations_next_due_later CHECK (next_due_on > given_on),
    CONSTRAINT ck_pet_vaccinations_dose_number_minimum CHECK (dose_number >= 1),
    CONSTRAINT ck_pet_vaccinations_dose_number_maximum CHECK (dose_number <= 20),
    CONSTRAINT uq_pet_vaccinations_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_pet_vaccinations_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_pet_vaccinations_organization_id_pet_id FOREIGN KEY(organization_id, pet_id) REFERENCES public.clinic_patients (organization_id, pet_id) ON DELETE RESTRICT,
    CONSTRAINT fk_pet_vaccinations_organization_id_record_id FOREIGN KEY(organization_id, record_id) REFERENCES public.medical_records (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_pet_vaccinations_organization_id_veterinarian_id FOREIGN KEY(organization_id, veterinarian_id) REFERENCES public.organization_users (organization_id, user_id) ON DELETE RESTRICT,
    CONSTRAINT fk_pet_vaccinations_organization_id_item_id FOREIGN KEY(organization_id, item_id) REFERENCES public.farm_inventory (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_pet_vaccinations_due ON public.pet_vaccinations (organization_id, next_due_on);
CREATE INDEX ix_pet_vaccinations_organization_id_item_id ON public.pet_vaccinations (organization_id, item_id);
CREATE INDEX ix_pet_vaccinations_organization_id_pet_id ON public.pet_vaccinations (organization_id, pet_id);
CREATE INDEX ix_pet_vaccinations_organization_id_record_id ON public.pet_vaccinations (organization_id, record_id);
CREATE INDEX ix_pet_vaccinations_organization_id_veterinarian_id ON public.pet_vaccinations (organization_id, veterinarian_id);
comment on table public.pet_vaccinations is 'One vaccination of a patient.';
comment on column public.pet_vaccinations.id is 'Id';
comment on column public.pet_vaccinations.organization_id is 'Organization';
comment on column public.pet_vaccinations.pet_id is 'Pet';
comment on column public.pet_vaccinations.record_id is 'Medical record';
comment on column public.pet_vaccinations.given_on is 'Given';
comment on column public.pet_vaccinations.veterinarian_id is 'Vet';
comment on column public.pet_vaccinations.vaccine is 'Vaccine';
comment on column public.pet_vaccinations.disease is 'Against';
comment on column public.pet_vaccinations.manufacturer is 'Manufacturer';
comment on column public.pet_vaccinations.item_id is 'From store';
comment on column public.pet_vaccinations.lot is 'Lot';
comment on column public.pet_vaccinations.lot_expires_on is 'Lot expires';
comment on column public.pet_vaccinations.site is 'Place';
comment on column public.pet_vaccinations.dose_number is 'Dose no.';
comment on column public.pet_vaccinations.next_due_on is 'Next due';
comment on column public.pet_vaccinations.certificate_number is 'Certificate';
comment on column public.pet_vaccinations.reaction is 'Reaction';
comment on column public.pet_vaccinations.notes is 'Notes';
comment on column public.pet_vaccinations.created_at is 'Created';
comment on column public.pet_vaccinations.updated_at is 'Changed';
comment on column public.pet_vaccinations.updated_by is 'Changed by';
comment on column public.pet_vaccinations.updated_device is 'Changed on';
comment on column public.pet_vaccinations.row_version is 'Version';

CREATE TABLE public.lab_results (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    pet_id UUID NOT NULL,
    record_id UUID,
    taken_on DATE DEFAULT current_date NOT NULL,
    panel TEXT,
    test TEXT NOT NULL,
    value NUMERIC(14, 4),
    unit TEXT,
    usual_from NUMERIC(14, 4),
    usual_to NUMERIC(14, 4),
    finding TEXT,
    laboratory TEXT,
    shared BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_lab_results PRIMARY KEY (id),
    CONSTRAINT ck_lab_results_usual_in_order CHECK (usual_to >= usual_from),
    CONSTRAINT ck_lab_results_value_minimum CHECK (value >= -1000000),
    CONSTRAINT ck_lab_results_value_maximum CHECK (value <= 1000000000),
    CONSTRAINT ck_lab_results_usual_from_minimum CHECK (usual_from >= -1000000),
    CONSTRAINT ck_lab_results_usual_from_maximum CHECK (usual_from <= 1000000000),
    CONSTRAINT ck_lab_results_usual_to_minimum CHECK (usual_to >= -1000000),
    CONSTRAINT ck_lab_results_usual_to_maximum CHECK (usual_to <= 1000000000),
    CONSTRAINT uq_lab_results_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_lab_results_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_lab_results_organization_id_pet_id FOREIGN KEY(organization_id, pet_id) REFERENCES public.clinic_patients (organization_id, pet_id) ON DELETE RESTRICT,
    CONSTRAINT fk_lab_results_organization_id_record_id FOREIGN KEY(organization_id, record_id) REFERENCES public.medical_records (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_lab_results_day ON public.lab_results (organization_id, taken_on);
CREATE INDEX ix_lab_results_organization_id_pet_id ON public.lab_results (organization_id, pet_id);
CREATE INDEX ix_lab_results_organization_id_record_id ON public.lab_results (organization_id, record_id);
comment on table public.lab_results is 'One value that a laboratory found in a patient''s sample, or that it is asked for.';
comment on column public.lab_results.id is 'Id';
comment on column public.lab_results.organization_id is 'Organization';
comment on column public.lab_results.pet_id is 'Pet';
comment on column public.lab_results.record_id is 'Medical record';
comment on column public.lab_results.taken_on is 'Sample of';
comment on column public.lab_results.panel is 'Panel';
comment on column public.lab_results.test is 'Test';
comment on column public.lab_results.value is 'Value';
comment on column public.lab_results.unit is 'Unit';
comment on column public.lab_results.usual_from is 'Usual from';
comment on column public.lab_results.usual_to is 'Usual to';
comment on column public.lab_results.finding is 'Finding';
comment on column public.lab_results.laboratory is 'Laboratory';
comment on column public.lab_results.shared is 'Shared';
comment on column public.lab_results.created_at is 'Created';
comment on column public.lab_results.updated_at is 'Changed';
comment on column public.lab_results.updated_by is 'Changed by';
comment on column public.lab_results.updated_device is 'Changed on';
comment on column public.lab_results.row_version is 'Version';

CREATE TABLE public.farm_visits (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    client_id UUID NOT NULL,
    visited_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    veterinarian_id UUID,
    reason TEXT,
    findings TEXT,
    advice TEXT,
    distance_km NUMERIC(14, 1),
    invoice_id UUID,
    appointment_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_farm_visits PRIMARY KEY (id),
    CONSTRAINT ck_farm_visits_distance_km_minimum CHECK (distance_km >= 0),
    CONSTRAINT ck_farm_visits_distance_km_maximum CHECK (distance_km <= 5000),
    CONSTRAINT uq_farm_visits_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_farm_visits_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_farm_visits_organization_id_client_id FOREIGN KEY(organization_id, client_id) REFERENCES public.clinic_clients (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_farm_visits_organization_id_veterinarian_id FOREIGN KEY(organization_id, veterinarian_id) REFERENCES public.organization_users (organization_id, user_id) ON DELETE RESTRICT,
    CONSTRAINT fk_farm_visits_organization_id_invoice_id FOREIGN KEY(organization_id, invoice_id) REFERENCES public.invoices (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_farm_visits_day ON public.farm_visits (organization_id, visited_at);
CREATE INDEX ix_farm_visits_organization_id_client_id ON public.farm_visits (organization_id, client_id);
CREATE INDEX ix_farm_visits_organization_id_invoice_id ON public.farm_visits (organization_id, invoice_id);
CREATE INDEX ix_farm_visits_organization_id_veterinarian_id ON public.farm_visits (organization_id, veterinarian_id);
comment on table public.farm_visits is 'A vet''s visit to a farm that is the clinic''s client.';
comment on column public.farm_visits.id is 'Id';
comment on column public.farm_visits.organization_id is 'Organization';
comment on column public.farm_visits.client_id is 'Client';
comment on column public.farm_visits.visited_at is 'When';
comment on column public.farm_visits.veterinarian_id is 'Vet';
comment on column public.farm_visits.reason is 'Reason';
comment on column public.farm_visits.findings is 'Findings';
comment on column public.farm_visits.advice is 'Advice';
comment on column public.farm_visits.distance_km is 'Distance, km';
comment on column public.farm_visits.invoice_id is 'Invoice';
comment on column public.farm_visits.appointment_id is 'In the calendar';
comment on column public.farm_visits.created_at is 'Created';
comment on column public.farm_visits.updated_at is 'Changed';
comment on column public.farm_visits.updated_by is 'Changed by';
comment on column public.farm_visits.updated_device is 'Changed on';
comment on column public.farm_visits.row_version is 'Version';

CREATE TABLE public.farm_visit_treatments (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    visit_id UUID NOT NULL,
    animal_tag TEXT,
    group_name TEXT,
    head_count BIGINT,
    reason TEXT NOT NULL,
    product TEXT NOT NULL,
    substance TEXT,
    is_antimicrobial BOOLEAN DEFAULT false NOT NULL,
    item_id UUID,
    lot TEXT,
    lot_expires_on DATE,
    quantity NUMERIC(14, 3),
    dose NUMERIC(14, 3) NOT NULL,
    dose_unit public.dose_unit DEFAULT 'mL' NOT NULL,
    route public.giving_route DEFAULT 'intramuscular' NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    doses BIGINT DEFAULT 1 NOT NULL,
    hours_between BIGINT DEFAULT 24 NOT NULL,
    milk_hours BIGINT DEFAULT 0 NOT NULL,
    meat_hours BIGINT DEFAULT 0 NOT NULL,
    egg_hours BIGINT DEFAULT 0 NOT NULL,
    void_reason TEXT,
    notes TEXT,
    farm_answer TEXT,
    is_in_farm_book BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_farm_visit_treatments PRIMARY KEY (id),
    CONSTRAINT ck_farm_visit_treatments_animal_or_group CHECK ((animal_tag is null) <> (group_name is null)),
    CONSTRAINT ck_farm_visit_treatments_head_count_minimum CHECK (head_count >= 1),
    CONSTRAINT ck_farm_visit_treatments_head_count_maximum CHECK (head_count <= 1000000),
    CONSTRAINT ck_farm_visit_treatments_quantity_minimum CHECK (quantity >= 0),
    CONSTRAINT ck_farm_visit_treatments_quantity_maximum CHECK (quantity <= 1000000),
    CONSTRAINT ck_farm_visit_treatments_dose_minimum CHECK (dose >= 0),
    CONSTRAINT ck_farm_visit_treatments_dose_maximum CHECK (dose <= 1000000),
    CONSTRAINT ck_farm_visit_treatments_doses_minimum CHECK (doses >= 1),
    CONSTRAINT ck_farm_visit_treatments_doses_maximum CHECK (doses <= 500),
    CONSTRAINT ck_farm_visit_treatments_hours_between_minimum CHECK (hours_between >= 1),
    CONSTRAINT ck_farm_visit_treatments_hours_between_maximum CHECK (hours_between <= 2400),
    CONSTRAINT ck_farm_visit_treatments_milk_hours_minimum CHECK (milk_hours >= 0),
    CONSTRAINT ck_farm_visit_treatments_milk_hours_maximum CHECK (milk_hours <= 8760),
    CONSTRAINT ck_farm_visit_treatments_meat_hours_minimum CHECK (meat_hours >= 0),
    CONSTRAINT ck_farm_visit_treatments_meat_hours_maximum CHECK (meat_hours <= 8760),
    CONSTRAINT ck_farm_visit_treatments_egg_hours_minimum CHECK (egg_hours >= 0),
    CONSTRAINT ck_farm_visit_treatments_egg_hours_maximum CHECK (egg_hours <= 8760),
    CONSTRAINT uq_farm_visit_treatments_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_farm_visit_treatments_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_farm_visit_treatments_organization_id_visit_id FOREIGN KEY(organization_id, visit_id) REFERENCES public.farm_visits (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_farm_visit_treatments_organization_id_item_id FOREIGN KEY(organization_id, item_id) REFERENCES public.farm_inventory (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_farm_visit_treatments_organization_id_item_id ON public.farm_visit_treatments (organization_id, item_id);
CREATE INDEX ix_farm_visit_treatments_organization_id_visit_id ON public.farm_visit_treatments (organization_id, visit_id);
comment on table public.farm_visit_treatments is 'What a vet gave an animal or a group on a farm visit, and how long it is then withheld.';
comment on column public.farm_visit_treatments.id is 'Id';
comment on column public.farm_visit_treatments.organization_id is 'Organization';
comment on column public.farm_visit_treatments.visit_id is 'Farm visit';
comment on column public.farm_visit_treatments.animal_tag is 'Animal';
comment on column public.farm_visit_treatments.group_name is 'Group or flock';
comment on column public.farm_visit_treatments.head_count is 'Head';
comment on column public.farm_visit_treatments.reason is 'Reason';
comment on column public.farm_visit_treatments.product is 'Drug';
comment on column public.farm_visit_treatments.substance is 'Active substance';
comment on column public.farm_visit_treatments.is_antimicrobial is 'Antimicrobial';
comment on column public.farm_visit_treatments.item_id is 'From store';
comment on column public.farm_visit_treatments.lot is 'Lot';
comment on column public.farm_visit_treatments.lot_expires_on is 'Lot expires';
comment on column public.farm_visit_treatments.quantity is 'Taken from store';
comment on column public.farm_visit_treatments.dose is 'Dose';
comment on column public.farm_visit_treatments.dose_unit is 'Dose in';
comment on column public.farm_visit_treatments.route is 'Route';
comment on column public.farm_visit_treatments.given_at is 'First dose';
comment on column public.farm_visit_treatments.doses is 'Doses in the course';
comment on column public.farm_visit_treatments.hours_between is 'From dose to dose, h';
comment on column public.farm_visit_treatments.milk_hours is 'Milk withdrawal, h';
comment on column public.farm_visit_treatments.meat_hours is 'Meat withdrawal, h';
comment on column public.farm_visit_treatments.egg_hours is 'Egg withdrawal, h';
comment on column public.farm_visit_treatments.void_reason is 'Void because';
comment on column public.farm_visit_treatments.notes is 'Notes';
comment on column public.farm_visit_treatments.farm_answer is 'In the farm''s book';
comment on column public.farm_visit_treatments.is_in_farm_book is 'Entered at the farm';
comment on column public.farm_visit_treatments.created_at is 'Created';
comment on column public.farm_visit_treatments.updated_at is 'Changed';
comment on column public.farm_visit_treatments.updated_by is 'Changed by';
comment on column public.farm_visit_treatments.updated_device is 'Changed on';
comment on column public.farm_visit_treatments.row_version is 'Version';

insert into sync.tables (name, position, kinds, belongs)
values ('note_templates', 22, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('reminder_rules', 23, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('till_closings', 24, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('farm_vets', 25, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('reminder_messages', 35, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('clinic_patient_people', 49, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('prescriptions', 78, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('pet_vaccinations', 79, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('lab_results', 80, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('farm_visits', 84, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('farm_visit_treatments', 87, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

alter table public.note_templates enable row level security;
alter table public.note_templates force row level security;
revoke all on public.note_templates from public, anon, authenticated;
grant select, insert, update, delete on public.note_templates to service_role;
grant select (id, organization_id, name, kind, species, reason, history, examination, diagnosis, treatment, status, created_at, updated_at, updated_by, updated_device, row_version) on public.note_templates to authenticated;
grant insert (id, organization_id, name, kind, species, reason, history, examination, diagnosis, treatment, status) on public.note_templates to authenticated;
grant update (name, kind, species, reason, history, examination, diagnosis, treatment, status) on public.note_templates to authenticated;
grant delete on public.note_templates to authenticated;

alter table public.reminder_rules enable row level security;
alter table public.reminder_rules force row level security;
revoke all on public.reminder_rules from public, anon, authenticated;
grant select, insert, update, delete on public.reminder_rules to service_role;
grant select (id, organization_id, kind, species, step, days, channel, subject, body, status, created_at, updated_at, updated_by, updated_device, row_version) on public.reminder_rules to authenticated;
grant insert (id, organization_id, kind, species, step, days, channel, subject, body, status) on public.reminder_rules to authenticated;
grant update (kind, species, step, days, channel, subject, body, status) on public.reminder_rules to authenticated;
grant delete on public.reminder_rules to authenticated;

alter table public.till_closings enable row level security;
alter table public.till_closings force row level security;
revoke all on public.till_closings from public, anon, authenticated;
grant select, insert, update, delete on public.till_closings to service_role;
grant select (id, organization_id, closed_on, till, opening_float, expected, counted, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.till_closings to authenticated;
grant insert (id, organization_id, closed_on, till, opening_float, expected, counted, notes) on public.till_closings to authenticated;
grant update (closed_on, till, opening_float, expected, counted, notes) on public.till_closings to authenticated;
grant delete on public.till_closings to authenticated;

alter table public.farm_vets enable row level security;
alter table public.farm_vets force row level security;
revoke all on public.farm_vets from public, anon, authenticated;
grant select, insert, update, delete on public.farm_vets to service_role;
grant select (id, organization_id, client_code, clinic_id, clinic_name, ended_on, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.farm_vets to authenticated;
grant insert (id, organization_id, client_code, ended_on, notes) on public.farm_vets to authenticated;
grant update (client_code, ended_on, notes) on public.farm_vets to authenticated;
grant delete on public.farm_vets to authenticated;

alter table public.reminder_messages enable row level security;
alter table public.reminder_messages force row level security;
revoke all on public.reminder_messages from public, anon, authenticated;
grant select, insert, update, delete on public.reminder_messages to service_role;
grant select (id, organization_id, reminder_id, client_id, step, channel, sent_to, subject, body, queued_at, printed_at, sent_at, failure, created_at, updated_at, updated_by, updated_device, row_version) on public.reminder_messages to authenticated;
grant insert (id, organization_id, reminder_id, client_id, step, channel, sent_to, subject, body, queued_at, printed_at) on public.reminder_messages to authenticated;
grant update (reminder_id, client_id, step, channel, sent_to, subject, body, queued_at, printed_at) on public.reminder_messages to authenticated;
grant delete on public.reminder_messages to authenticated;

alter table public.clinic_patient_people enable row level security;
alter table public.clinic_patient_people force row level security;
revoke all on public.clinic_patient_people from public, anon, authenticated;
grant select, insert, update, delete on public.clinic_patient_people to service_role;
grant select (id, organization_id, pet_id, client_id, relation, until, may_decide, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.clinic_patient_people to authenticated;
grant insert (id, organization_id, pet_id, client_id, relation, until, may_decide, notes) on public.clinic_patient_people to authenticated;
grant update (pet_id, client_id, relation, until, may_decide, notes) on public.clinic_patient_people to authenticated;
grant delete on public.clinic_patient_people to authenticated;

alter table public.prescriptions enable row level security;
alter table public.prescriptions force row level security;
revoke all on public.prescriptions from public, anon, authenticated;
grant select, insert, update, delete on public.prescriptions to service_role;
grant select (id, organization_id, pet_id, record_id, prescribed_on, veterinarian_id, product, item_id, lot, lot_expires_on, weight_kg, dose_per_kg, dose, dose_unit, route, hours_between, days, quantity, instructions, repeats, valid_until, stopped_on, created_at, updated_at, updated_by, updated_device, row_version) on public.prescriptions to authenticated;
grant insert (id, organization_id, pet_id, record_id, prescribed_on, veterinarian_id, product, item_id, lot, lot_expires_on, weight_kg, dose_per_kg, dose, dose_unit, route, hours_between, days, quantity, instructions, repeats, valid_until, stopped_on) on public.prescriptions to authenticated;
grant update (record_id, prescribed_on, veterinarian_id, product, item_id, lot, lot_expires_on, weight_kg, dose_per_kg, dose, dose_unit, route, hours_between, days, quantity, instructions, repeats, valid_until, stopped_on) on public.prescriptions to authenticated;
grant delete on public.prescriptions to authenticated;

alter table public.pet_vaccinations enable row level security;
alter table public.pet_vaccinations force row level security;
revoke all on public.pet_vaccinations from public, anon, authenticated;
grant select, insert, update, delete on public.pet_vaccinations to service_role;
grant select (id, organization_id, pet_id, record_id, given_on, veterinarian_id, vaccine, disease, manufacturer, item_id, lot, lot_expires_on, site, dose_number, next_due_on, certificate_number, reaction, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.pet_vaccinations to authenticated;
grant insert (id, organization_id, pet_id, record_id, given_on, veterinarian_id, vaccine, disease, manufacturer, item_id, lot, lot_expires_on, site, dose_number, next_due_on, certificate_number, reaction, notes) on public.pet_vaccinations to authenticated;
grant update (record_id, given_on, veterinarian_id, vaccine, disease, manufacturer, item_id, lot, lot_expires_on, site, dose_number, next_due_on, certificate_number, reaction, notes) on public.pet_vaccinations to authenticated;
grant delete on public.pet_vaccinations to authenticated;

alter table public.lab_results enable row level security;
alter table public.lab_results force row level security;
revoke all on public.lab_results from public, anon, authenticated;
grant select, insert, update, delete on public.lab_results to service_role;
grant select (id, organization_id, pet_id, record_id, taken_on, panel, test, value, unit, usual_from, usual_to, finding, laboratory, shared, created_at, updated_at, updated_by, updated_device, row_version) on public.lab_results to authenticated;
grant insert (id, organization_id, pet_id, record_id, taken_on, panel, test, value, unit, usual_from, usual_to, finding, laboratory, shared) on public.lab_results to authenticated;
grant update (record_id, taken_on, panel, test, value, unit, usual_from, usual_to, finding, laboratory, shared) on public.lab_results to authenticated;
grant delete on public.lab_results to authenticated;

alter table public.farm_visits enable row level security;
alter table public.farm_visits force row level security;
revoke all on public.farm_visits from public, anon, authenticated;
grant select, insert, update, delete on public.farm_visits to service_role;
grant select (id, organization_id, client_id, visited_at, veterinarian_id, reason, findings, advice, distance_km, invoice_id, appointment_id, created_at, updated_at, updated_by, updated_device, row_version) on public.farm_visits to authenticated;
grant insert (id, organization_id, client_id, visited_at, veterinarian_id, reason, findings, advice, distance_km, invoice_id, appointment_id) on public.farm_visits to authenticated;
grant update (client_id, visited_at, veterinarian_id, reason, findings, advice, distance_km, invoice_id, appointment_id) on public.farm_visits to authenticated;
grant delete on public.farm_visits to authenticated;

alter table public.farm_visit_treatments enable row level security;
alter table public.farm_visit_treatments force row level security;
revoke all on public.farm_visit_treatments from public, anon, authenticated;
grant select, insert, update, delete on public.farm_visit_treatments to service_role;
grant select (id, organization_id, visit_id, animal_tag, group_name, head_count, reason, product, substance, is_antimicrobial, item_id, lot, lot_expires_on, quantity, dose, dose_unit, route, given_at, doses, hours_between, milk_hours, meat_hours, egg_hours, void_reason, notes, farm_answer, is_in_farm_book, created_at, updated_at, updated_by, updated_device, row_version) on public.farm_visit_treatments to authenticated;
grant insert (id, organization_id, visit_id, animal_tag, group_name, head_count, reason, product, substance, is_antimicrobial, item_id, lot, lot_expires_on, quantity, dose, dose_unit, route, given_at, doses, hours_between, milk_hours, meat_hours, egg_hours, void_reason, notes) on public.farm_visit_treatments to authenticated;
grant update (visit_id, animal_tag, group_name, head_count, reason, product, substance, is_antimicrobial, item_id, lot, lot_expires_on, quantity, dose, dose_unit, route, given_at, doses, hours_between, milk_hours, meat_hours, egg_hours, void_reason, notes) on public.farm_visit_treatments to authenticated;
grant delete on public.farm_visit_treatments to authenticated;

create trigger update_note_templates_updated_at before insert or update on public.note_templates
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.note_templates
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.note_templates
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.note_templates
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.note_templates
  for each statement execute function sync.refuse_truncate();

create trigger update_reminder_rules_updated_at before insert or update on public.reminder_rules
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.reminder_rules
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.reminder_rules
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.reminder_rules
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.reminder_rules
  for each statement execute function sync.refuse_truncate();

create trigger update_till_closings_updated_at before insert or update on public.till_closings
  for each row execute function public.update_updated_at_column();
create trigger audit_till_closings_trigger after insert or update or delete on public.till_closings
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.till_closings
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.till_closings
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.till_closings
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.till_closings
  for each statement execute function sync.refuse_truncate();

create trigger update_farm_vets_updated_at before insert or update on public.farm_vets
  for each row execute function public.update_updated_at_column();
create trigger audit_farm_vets_trigger after insert or update or delete on public.farm_vets
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.farm_vets
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.farm_vets
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.farm_vets
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.farm_vets
  for each statement execute function sync.refuse_truncate();

create trigger update_reminder_messages_updated_at before insert or update on public.reminder_messages
  for each row execute function public.update_updated_at_column();
create trigger audit_reminder_messages_trigger after insert or update or delete on public.reminder_messages
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.reminder_messages
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.reminder_messages
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.reminder_messages
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.reminder_messages
  for each statement execute function sync.refuse_truncate();

create trigger update_clinic_patient_people_updated_at before insert or update on public.clinic_patient_people
  for each row execute function public.update_updated_at_column();
create trigger audit_clinic_patient_people_trigger after insert or update or delete on public.clinic_patient_people
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.clinic_patient_people
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.clinic_patient_people
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.clinic_patient_people
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.clinic_patient_people
  for each statement execute function sync.refuse_truncate();

create trigger update_prescriptions_updated_at before insert or update on public.prescriptions
  for each row execute function public.update_updated_at_column();
create trigger audit_prescriptions_trigger after insert or update or delete on public.prescriptions
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.prescriptions
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.prescriptions
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.prescriptions
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.prescriptions
  for each statement execute function sync.refuse_truncate();

create trigger update_pet_vaccinations_updated_at before insert or update on public.pet_vaccinations
  for each row execute function public.update_updated_at_column();
create trigger audit_pet_vaccinations_trigger after insert or update or delete on public.pet_vaccinations
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.pet_vaccinations
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.pet_vaccinations
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.pet_vaccinations
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.pet_vaccinations
  for each statement execute function sync.refuse_truncate();

create trigger update_lab_results_updated_at before insert or update on public.lab_results
  for each row execute function public.update_updated_at_column();
create trigger audit_lab_results_trigger after insert or update or delete on public.lab_results
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.lab_results
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.lab_results
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.lab_results
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.lab_results
  for each statement execute function sync.refuse_truncate();

create trigger update_farm_visits_updated_at before insert or update on public.farm_visits
  for each row execute function public.update_updated_at_column();
create trigger audit_farm_visits_trigger after insert or update or delete on public.farm_visits
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.farm_visits
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.farm_visits
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.farm_visits
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.farm_visits
  for each statement execute function sync.refuse_truncate();

create trigger update_farm_visit_treatments_updated_at before insert or update on public.farm_visit_treatments
  for each row execute function public.update_updated_at_column();
create trigger audit_farm_visit_treatments_trigger after insert or update or delete on public.farm_visit_treatments
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.farm_visit_treatments
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.farm_visit_treatments
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.farm_visit_treatments
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.farm_visit_treatments
  for each statement execute function sync.refuse_truncate();

create policy may_read on public.note_templates for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    note_templates.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.note_templates for insert to authenticated
  with check (note_templates.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.note_templates for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    note_templates.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (note_templates.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.note_templates for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    note_templates.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.reminder_rules for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    reminder_rules.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.reminder_rules for insert to authenticated
  with check (reminder_rules.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.reminder_rules for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    reminder_rules.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (reminder_rules.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.reminder_rules for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    reminder_rules.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

create policy may_read on public.till_closings for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    till_closings.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.till_closings for insert to authenticated
  with check (till_closings.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.till_closings for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    till_closings.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (till_closings.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.till_closings for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    till_closings.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

create policy may_read on public.farm_vets for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_vets.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.farm_vets for insert to authenticated
  with check (farm_vets.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.farm_vets for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_vets.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (farm_vets.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.farm_vets for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_vets.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

create policy may_read on public.reminder_messages for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    reminder_messages.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.reminder_messages for insert to authenticated
  with check (reminder_messages.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.reminder_messages for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    reminder_messages.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (reminder_messages.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.reminder_messages for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    reminder_messages.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.clinic_patient_people for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    clinic_patient_people.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.clinic_patient_people for insert to authenticated
  with check (clinic_patient_people.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.clinic_patient_people for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    clinic_patient_people.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (clinic_patient_people.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.clinic_patient_people for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    clinic_patient_people.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.prescriptions for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    prescriptions.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or prescriptions.pet_id = any((select access.pets_i_own())::uuid[])
  ));
create policy may_add on public.prescriptions for insert to authenticated
  with check (prescriptions.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.prescriptions for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    prescriptions.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (prescriptions.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.prescriptions for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    prescriptions.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.pet_vaccinations for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    pet_vaccinations.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or pet_vaccinations.pet_id = any((select access.pets_i_own())::uuid[])
  ));
create policy may_add on public.pet_vaccinations for insert to authenticated
  with check (pet_vaccinations.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.pet_vaccinations for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    pet_vaccinations.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (pet_vaccinations.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.pet_vaccinations for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    pet_vaccinations.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.lab_results for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    lab_results.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or (lab_results.pet_id = any((select access.pets_i_own())::uuid[]) and (shared))
  ));
create policy may_add on public.lab_results for insert to authenticated
  with check (lab_results.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.lab_results for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    lab_results.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (lab_results.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.lab_results for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    lab_results.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.farm_visits for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_visits.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.farm_visits for insert to authenticated
  with check (farm_visits.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.farm_visits for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_visits.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (farm_visits.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.farm_visits for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_visits.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.farm_visit_treatments for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_visit_treatments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.farm_visit_treatments for insert to authenticated
  with check (farm_visit_treatments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.farm_visit_treatments for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_visit_treatments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (farm_visit_treatments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.farm_visit_treatments for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_visit_treatments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

-- A vet on a farm. The farm names its clinic by a code that the clinic gave it; from then on central
-- enters what the clinic's people write of their visits in the farm's medicine book, under the same
-- id, so that the withdrawal clock starts there too. Neither side reads more of the other's.

-- Which of all clinics' clients a code means.
create function public.client_of_code(p_code text) returns uuid
language sql immutable set search_path = '' as $$
  select case when trim(lower(p_code)) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    then trim(p_code)::uuid end
$$;
comment on function public.client_of_code(text) is 'The id of the client that a code means.';

create function public.name_farm_vet() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  select o.id, o.name into new.clinic_id, new.clinic_name
  from public.clinic_clients c join public.organizations o on o.id = c.organization_id
  where c.id = public.client_of_code(new.client_code) and o.id <> new.organization_id;
  return new;
end $$;
comment on function public.name_farm_vet()
  is 'Name the clinic that gave out a code; nobody, where none did.';

create trigger name_farm_vet before insert or update of client_code on public.farm_vets
  for each row execute function public.name_farm_vet();

-- Whose card stands for a client's: its own, or where two were one client, the one kept. Cards that
-- two desks merged into each other are all the one entered first, as on every PC.
create function public.kept_client(p_id uuid) returns uuid
language plpgsql stable security definer set search_path = '' as $$
declare
  v_path uuid[] := array[]::uuid[];
  v_here uuid := p_id;
  v_into uuid;
begin
  loop
    select c.merged_into_id into v_into from public.clinic_clients c where c.id = v_here;
    exit when v_into is null or v_here = any(v_path);
    v_path := v_path || v_here;
    v_here := v_into;
  end loop;
  if v_into is null then
    return v_here;
  end if;
  return (
    select u.id from unnest(v_path[array_position(v_path, v_here):]) as u(id)
    order by u.id limit 1
  );
end $$;
comment on function public.kept_client(uuid) is 'The card that is kept of a client.';

-- Which farm a client of a clinic is: the one that named the clinic by this card's code, or by that
-- of a card which was merged with it.
create function public.farm_of_client(p_clinic_id uuid, p_client_id uuid) returns uuid
language sql stable security definer set search_path = '' as $$
  select v.organization_id from public.farm_vets v
  where v.clinic_id = p_clinic_id and v.ended_on is null
    and public.kept_client(public.client_of_code(v.client_code)) = public.kept_client(p_client_id)
  order by public.client_of_code(v.client_code) = p_client_id desc, v.created_at, v.id
  limit 1
$$;
comment on function public.farm_of_client(uuid, uuid)
  is 'The farm that a client of a clinic is, where it has named the clinic as its vet.';

create function public.tie_clients(p_ids uuid[]) returns void
language sql security definer set search_path = '' as $$
  update public.clinic_clients c
  set farm_id = f.farm_id
  from (
    select t.id, public.farm_of_client(t.organization_id, t.id) as farm_id
    from public.clinic_clients t
    where t.id = any(p_ids || array(select public.kept_client(u.id) from unnest(p_ids) as u(id)))
  ) f
  where c.id = f.id and c.farm_id is distinct from f.farm_id
$$;
comment on function public.tie_clients(uuid[])
  is 'Tell a clinic which of some clients is which farm.';

create function public.tie_farm_client() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform public.tie_clients(array_remove(array[
    case when tg_op <> 'INSERT' then public.client_of_code(old.client_code) end,
    case when tg_op <> 'DELETE' then public.client_of_code(new.client_code) end
  ], null));
  return null;
end $$;
comment on function public.tie_farm_client() is 'Tell a clinic which of its clients is which farm.';

create trigger tie_farm_client after insert or update or delete on public.farm_vets
  for each row execute function public.tie_farm_client();

-- Which animal, flock or group of a farm is meant; all are null where none, or more than one, is.
create function public.find_at_farm(
  p_farm_id uuid, p_tag text, p_group text,
  out animal_id uuid, out flock_id uuid, out batch_id uuid
)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_tag constant text := upper(regexp_replace(p_tag, '\s', '', 'g'));
  v_found uuid[];
begin
  if p_tag is not null then
    v_found := array(
      select l.id from public.livestock l
      where l.organization_id = p_farm_id and l.status = 'active'
        and v_tag in (
          upper(regexp_replace(l.official_id, '\s', '', 'g')), upper(l.eid), upper(l.tag_number)
        )
      limit 2
    );
    animal_id := case when cardinality(v_found) = 1 then v_found[1] end;
    return;
  end if;
  flock_id := (
    select f.id from public.flocks f
    where f.organization_id = p_farm_id and lower(f.name) = lower(trim(p_group))
    order by f.status <> 'active', f.id limit 1
  );
  if flock_id is null then
    batch_id := (
      select b.id from public.livestock_batches b
      where b.organization_id = p_farm_id and lower(b.name) = lower(trim(p_group))
      order by b.status <> 'active', b.id limit 1
    );
  end if;
end $$;
comment on function public.find_at_farm(uuid, text, text)
  is 'Find the animal or group of a farm that a vet means.';

-- An organic farm waits twice as long as the label says, and two days at least (Regulation (EU)
-- 2018/848, annex II, part II, 1.5.2.5).
create function public.hours_at_farm(p_farm_id uuid, p_hours bigint) returns bigint
language sql stable security definer set search_path = '' as $$
  select case when o.is_organic then greatest(2 * p_hours, 48) else p_hours end
  from public.organizations o where o.id = p_farm_id
$$;
comment on function public.hours_at_farm(uuid, bigint)
  is 'For how long a farm withholds what the label withholds so many hours.';

create function public.enter_at_farm() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_farm_id uuid;
  v_who text;
  v_at record;
begin
  select public.farm_of_client(s.organization_id, s.client_id),
    concat_ws(', ', p.full_name, o.name)
  into v_farm_id, v_who
  from public.farm_visits s
  join public.organizations o on o.id = s.organization_id
  left join public.profiles p on p.id = s.veterinarian_id
  where s.id = new.visit_id and s.organization_id = new.organization_id;
  if new.is_in_farm_book then
    -- The farm would go on withholding the one it read of, and sell the milk of the other.
    if tg_op = 'UPDATE'
      and (new.animal_tag, new.group_name) is distinct from (old.animal_tag, old.group_name)
    then
      raise exception 'the farm''s medicine book has it for %: void it, and write it down anew',
        coalesce(old.animal_tag, old.group_name)
        using errcode = 'P0001', table = tg_table_name, schema = tg_table_schema,
          column = case when new.animal_tag is distinct from old.animal_tag
            then 'animal_tag' else 'group_name' end;
    end if;
    update public.health_treatments t
    set head_count = new.head_count, reason = new.reason, product = new.product,
      substance = new.substance,
      is_antimicrobial = new.is_antimicrobial, lot = new.lot, lot_expires_on = new.lot_expires_on,
      dose = new.dose, dose_unit = new.dose_unit, route = new.route, given_at = new.given_at,
      doses = new.doses, hours_between = new.hours_between,
      milk_hours = public.hours_at_farm(t.organization_id, new.milk_hours),
      meat_hours = public.hours_at_farm(t.organization_id, new.meat_hours),
      egg_hours = public.hours_at_farm(t.organization_id, new.egg_hours),
      void_reason = coalesce(t.void_reason, new.void_reason)
    where t.id = new.id;
    return new;
  elsif v_farm_id is null then
    new.farm_answer := 'The farm has not named the clinic as its vet.';
    return new;
  end if;
  select * into v_at
  from public.find_at_farm(v_farm_id, new.animal_tag, new.group_name);
  if coalesce(v_at.animal_id, v_at.flock_id, v_at.batch_id) is null then
    new.farm_answer := 'The farm has no one animal or group of this name.';
    return new;
  end if;
  insert into public.health_treatments (
    id, organization_id, animal_id, flock_id, batch_id, head_count, reason, product, substance,
    is_antimicrobial, lot, lot_expires_on, dose, dose_unit, route, given_at, doses, hours_between,
    veterinarian, milk_hours, meat_hours, egg_hours, void_reason
  ) values (
    new.id, v_farm_id, v_at.animal_id, v_at.flock_id, v_at.batch_id, new.head_count, new.reason,
    new.product, new.substance, new.is_antimicrobial, new.lot, new.lot_expires_on, new.dose,
    new.dose_unit, new.route, new.given_at, new.doses, new.hours_between, v_who,
    public.hours_at_farm(v_farm_id, new.milk_hours),
    public.hours_at_farm(v_farm_id, new.meat_hours),
    public.hours_at_farm(v_farm_id, new.egg_hours), new.void_reason
  );
  new.is_in_farm_book := true;
  new.farm_answer := 'Entered in the farm''s medicine book.';
  return new;
end $$;
comment on function public.enter_at_farm()
  is 'Enter a vet''s treatment in the medicine book of the farm it was given at (rule 16).';

create trigger enter_at_farm before insert or update on public.farm_visit_treatments
  for each row execute function public.enter_at_farm();

-- A visit of a client who turns out to be a farm's is asked about again: what the farm's book has
-- not got is entered, if it can be.
create function public.enter_again() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.farm_visit_treatments t
  set farm_answer = t.farm_answer
  where t.visit_id = new.id and t.organization_id = new.organization_id
    and not t.is_in_farm_book and t.void_reason is null;
  return null;
end $$;
comment on function public.enter_again() is 'Ask the farm about a visit''s treatments again.';

create trigger enter_again after update of client_id on public.farm_visits
  for each row when (old.client_id is distinct from new.client_id)
  execute function public.enter_again();

create function public.follow_merged_client() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform public.tie_clients(
    array_remove(array[new.id, old.merged_into_id, new.merged_into_id], null));
  update public.farm_visit_treatments t
  set farm_answer = t.farm_answer
  from public.farm_visits s
  where s.client_id in (new.id, new.merged_into_id) and s.organization_id = new.organization_id
    and t.visit_id = s.id and t.organization_id = s.organization_id
    and not t.is_in_farm_book and t.void_reason is null
    and public.farm_of_client(s.organization_id, s.client_id) is not null;
  return null;
end $$;
comment on function public.follow_merged_client()
  is 'Let the farm of a card that was merged be that of the one kept.';

create trigger follow_merged_client after update of merged_into_id on public.clinic_clients
  for each row when (old.merged_into_id is distinct from new.merged_into_id)
  execute function public.follow_merged_client();

-- What is in a farm's medicine book is voided, never taken out.
create function public.keep_farm_treatment() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if old.is_in_farm_book and exists (
    select from public.organizations o where o.id = old.organization_id
  ) then
    raise exception 'it is in the farm''s medicine book: void it with a reason'
      using errcode = 'P0001', table = tg_table_name, schema = tg_table_schema,
        column = 'void_reason';
  end if;
  return old;
end $$;
comment on function public.keep_farm_treatment() is 'Keep what a farm''s medicine book holds.';

create trigger keep_farm_treatment before delete on public.farm_visit_treatments
  for each row execute function public.keep_farm_treatment();

-- A reminder that the platform has sent is not taken back, whatever a PC that was offline believed.
-- It goes with its reminder, and with the organization.
create function public.keep_sent_reminder() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if old.sent_at is not null and exists (
    select from public.reminders r where r.id = old.reminder_id
  ) then
    raise exception 'it has been sent'
      using errcode = 'P0001', table = tg_table_name, schema = tg_table_schema,
        column = 'sent_at', hint = 'Write to the client that it is settled.';
  end if;
  return old;
end $$;
comment on function public.keep_sent_reminder() is 'Keep what clients were told.';

create trigger keep_sent_reminder before delete on public.reminder_messages
  for each row execute function public.keep_sent_reminder();

revoke all on function
  public.hours_at_farm(uuid, bigint),
  public.keep_sent_reminder(),
  public.client_of_code(text),
  public.kept_client(uuid),
  public.farm_of_client(uuid, uuid),
  public.tie_clients(uuid[]),
  public.enter_again(),
  public.follow_merged_client(),
  public.name_farm_vet(),
  public.tie_farm_client(),
  public.find_at_farm(uuid, text, text),
  public.enter_at_farm(),
  public.keep_farm_treatment()
from public;

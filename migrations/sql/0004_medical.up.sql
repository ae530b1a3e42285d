CREATE TABLE public.reminders (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID,
    user_id UUID DEFAULT auth.uid(),
    pet_id UUID,
    animal_id UUID,
    kind public.reminder_kind DEFAULT 'other' NOT NULL,
    title TEXT NOT NULL,
    message TEXT,
    due_on DATE NOT NULL,
    repeat_every BIGINT,
    repeat_unit public.reminder_repeat,
    repeat_until DATE,
    step BIGINT DEFAULT 1 NOT NULL,
    status public.reminder_status DEFAULT 'pending' NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    assigned_to UUID,
    channel public.reminder_channel DEFAULT 'in_app' NOT NULL,
    tells_owner BOOLEAN DEFAULT true NOT NULL,
    last_sent_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_reminders PRIMARY KEY (id),
    CONSTRAINT ck_reminders_one_keeper CHECK ((organization_id is null) <> (user_id is null)),
    CONSTRAINT ck_reminders_pet_or_animal CHECK ((pet_id is null) <> (animal_id is null)),
    CONSTRAINT ck_reminders_animal_of_farm CHECK (animal_id is null or organization_id is not null),
    CONSTRAINT ck_reminders_repeat_is_whole CHECK ((repeat_every is null) = (repeat_unit is null)),
    CONSTRAINT ck_reminders_repeats_after_due CHECK (repeat_until >= due_on),
    CONSTRAINT ck_reminders_repeat_every_minimum CHECK (repeat_every >= 1),
    CONSTRAINT ck_reminders_repeat_every_maximum CHECK (repeat_every <= 1000),
    CONSTRAINT ck_reminders_step_minimum CHECK (step >= 1),
    CONSTRAINT ck_reminders_step_maximum CHECK (step <= 9),
    CONSTRAINT fk_reminders_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_reminders_pet_id FOREIGN KEY(pet_id) REFERENCES public.pets (id) ON DELETE CASCADE,
    CONSTRAINT fk_reminders_assigned_to FOREIGN KEY(assigned_to) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_reminders_animal_id ON public.reminders (animal_id);
CREATE INDEX ix_reminders_assigned_to ON public.reminders (assigned_to);
CREATE INDEX ix_reminders_day ON public.reminders (organization_id, due_on);
CREATE INDEX ix_reminders_pet_id ON public.reminders (pet_id);
CREATE INDEX ix_reminders_to_send ON public.reminders (due_on) WHERE status = 'pending';
CREATE INDEX ix_reminders_user_id ON public.reminders (user_id);
comment on table public.reminders is 'Something to be done for a pet or farm animal by a day; an organization''s or a person''s.';
comment on column public.reminders.id is 'Id';
comment on column public.reminders.organization_id is 'Organization';
comment on column public.reminders.user_id is 'Person';
comment on column public.reminders.pet_id is 'Pet';
comment on column public.reminders.animal_id is 'Animal';
comment on column public.reminders.kind is 'Kind';
comment on column public.reminders.title is 'What';
comment on column public.reminders.message is 'Message';
comment on column public.reminders.due_on is 'Due';
comment on column public.reminders.repeat_every is 'Repeat every';
comment on column public.reminders.repeat_unit is 'Days, weeks ..';
comment on column public.reminders.repeat_until is 'Repeat until';
comment on column public.reminders.step is 'Step';
comment on column public.reminders.status is 'Status';
comment on column public.reminders.done_at is 'Done';
comment on column public.reminders.assigned_to is 'For';
comment on column public.reminders.channel is 'By';
comment on column public.reminders.tells_owner is 'Tell the owner';
comment on column public.reminders.last_sent_at is 'Last sent';
comment on column public.reminders.created_at is 'Created';
comment on column public.reminders.updated_at is 'Changed';
comment on column public.reminders.updated_by is 'Changed by';
comment on column public.reminders.updated_device is 'Changed on';
comment on column public.reminders.row_version is 'Version';

CREATE TABLE public.ai_insights (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID,
    pet_id UUID,
    animal_id UUID,
    kind public.insight_kind NOT NULL,
    severity public.insight_severity DEFAULT 'info' NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    confidence NUMERIC(14, 3) NOT NULL,
    evidence JSONB DEFAULT '{}' NOT NULL,
    model_name TEXT NOT NULL,
    model_version TEXT NOT NULL,
    noticed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    verdict public.insight_verdict DEFAULT 'open' NOT NULL,
    reviewed_by UUID,
    reviewed_at TIMESTAMP WITH TIME ZONE,
    is_dismissed BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_ai_insights PRIMARY KEY (id),
    CONSTRAINT ck_ai_insights_pet_or_animal CHECK ((pet_id is null) <> (animal_id is null)),
    CONSTRAINT ck_ai_insights_animal_of_farm CHECK (animal_id is null or organization_id is not null),
    CONSTRAINT ck_ai_insights_confidence_minimum CHECK (confidence >= 0),
    CONSTRAINT ck_ai_insights_confidence_maximum CHECK (confidence <= 1),
    CONSTRAINT fk_ai_insights_pet_id FOREIGN KEY(pet_id) REFERENCES public.pets (id) ON DELETE CASCADE,
    CONSTRAINT fk_ai_insights_reviewed_by FOREIGN KEY(reviewed_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_ai_insights_animal_id ON public.ai_insights (animal_id);
CREATE INDEX ix_ai_insights_day ON public.ai_insights (organization_id, noticed_at);
CREATE INDEX ix_ai_insights_pet_id ON public.ai_insights (pet_id);
CREATE INDEX ix_ai_insights_reviewed_by ON public.ai_insights (reviewed_by);
comment on table public.ai_insights is 'What a model noticed in the data of a pet or farm animal, and what a person thought of it.';
comment on column public.ai_insights.id is 'Id';
comment on column public.ai_insights.organization_id is 'Organization';
comment on column public.ai_insights.pet_id is 'Pet';
comment on column public.ai_insights.animal_id is 'Animal';
comment on column public.ai_insights.kind is 'Kind';
comment on column public.ai_insights.severity is 'Severity';
comment on column public.ai_insights.title is 'Title';
comment on column public.ai_insights.body is 'What it says';
comment on column public.ai_insights.confidence is 'Confidence';
comment on column public.ai_insights.evidence is 'Evidence';
comment on column public.ai_insights.model_name is 'Model';
comment on column public.ai_insights.model_version is 'Model version';
comment on column public.ai_insights.noticed_at is 'Noticed';
comment on column public.ai_insights.expires_at is 'Means nothing after';
comment on column public.ai_insights.verdict is 'Verdict';
comment on column public.ai_insights.reviewed_by is 'Reviewed by';
comment on column public.ai_insights.reviewed_at is 'Reviewed';
comment on column public.ai_insights.is_dismissed is 'Dismissed';
comment on column public.ai_insights.created_at is 'Created';
comment on column public.ai_insights.updated_at is 'Changed';
comment on column public.ai_insights.updated_by is 'Changed by';
comment on column public.ai_insights.updated_device is 'Changed on';
comment on column public.ai_insights.row_version is 'Version';

CREATE TABLE public.vaccine_logs (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    animal_id UUID,
    flock_id UUID,
    batch_id UUID,
    head_count BIGINT,
    vaccine TEXT NOT NULL,
    disease TEXT,
    manufacturer TEXT,
    lot TEXT,
    lot_expires_on DATE,
    item_id UUID,
    dose NUMERIC(14, 3),
    dose_unit public.dose_unit DEFAULT 'mL' NOT NULL,
    route public.giving_route DEFAULT 'subcutaneous' NOT NULL,
    site TEXT,
    given_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    given_by UUID,
    veterinarian TEXT,
    dose_number BIGINT DEFAULT 1 NOT NULL,
    next_due_on DATE,
    milk_hours BIGINT DEFAULT 0 NOT NULL,
    meat_hours BIGINT DEFAULT 0 NOT NULL,
    egg_hours BIGINT DEFAULT 0 NOT NULL,
    milk_until TIMESTAMP WITH TIME ZONE,
    meat_until TIMESTAMP WITH TIME ZONE,
    eggs_until TIMESTAMP WITH TIME ZONE,
    reaction TEXT,
    cost NUMERIC(14, 2),
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_vaccine_logs PRIMARY KEY (id),
    CONSTRAINT ck_vaccine_logs_one_animal_or_group CHECK (case when animal_id is null then 0 else 1 end + case when flock_id is null then 0 else 1 end + case when batch_id is null then 0 else 1 end = 1),
    CONSTRAINT ck_vaccine_logs_next_due_later CHECK (next_due_on >= (given_at at time zone 'UTC')::date),
    CONSTRAINT ck_vaccine_logs_head_count_minimum CHECK (head_count >= 1),
    CONSTRAINT ck_vaccine_logs_head_count_maximum CHECK (head_count <= 1000000),
    CONSTRAINT ck_vaccine_logs_dose_minimum CHECK (dose >= 0),
    CONSTRAINT ck_vaccine_logs_dose_maximum CHECK (dose <= 1000000),
    CONSTRAINT ck_vaccine_logs_dose_number_minimum CHECK (dose_number >= 1),
    CONSTRAINT ck_vaccine_logs_dose_number_maximum CHECK (dose_number <= 20),
    CONSTRAINT ck_vaccine_logs_milk_hours_minimum CHECK (milk_hours >= 0),
    CONSTRAINT ck_vaccine_logs_milk_hours_maximum CHECK (milk_hours <= 8760),
    CONSTRAINT ck_vaccine_logs_meat_hours_minimum CHECK (meat_hours >= 0),
    CONSTRAINT ck_vaccine_logs_meat_hours_maximum CHECK (meat_hours <= 8760),
    CONSTRAINT ck_vaccine_logs_egg_hours_minimum CHECK (egg_hours >= 0),
    CONSTRAINT ck_vaccine_logs_egg_hours_maximum CHECK (egg_hours <= 8760),
    CONSTRAINT ck_vaccine_logs_cost_minimum CHECK (cost >= 0),
    CONSTRAINT ck_vaccine_logs_cost_maximum CHECK (cost <= 1000000),
    CONSTRAINT uq_vaccine_logs_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_vaccine_logs_organization_id_given_by FOREIGN KEY(organization_id, given_by) REFERENCES public.organization_users (organization_id, user_id) ON DELETE RESTRICT
);
CREATE INDEX ix_vaccine_logs_day ON public.vaccine_logs (organization_id, given_at);
CREATE INDEX ix_vaccine_logs_due ON public.vaccine_logs (organization_id, next_due_on);
CREATE INDEX ix_vaccine_logs_organization_id_animal_id ON public.vaccine_logs (organization_id, animal_id);
CREATE INDEX ix_vaccine_logs_organization_id_batch_id ON public.vaccine_logs (organization_id, batch_id);
CREATE INDEX ix_vaccine_logs_organization_id_flock_id ON public.vaccine_logs (organization_id, flock_id);
CREATE INDEX ix_vaccine_logs_organization_id_given_by ON public.vaccine_logs (organization_id, given_by);
CREATE INDEX ix_vaccine_logs_organization_id_item_id ON public.vaccine_logs (organization_id, item_id);
comment on table public.vaccine_logs is 'One vaccination of a farm animal, a flock or a group.';
comment on column public.vaccine_logs.id is 'Id';
comment on column public.vaccine_logs.organization_id is 'Organization';
comment on column public.vaccine_logs.animal_id is 'Animal';
comment on column public.vaccine_logs.flock_id is 'Flock';
comment on column public.vaccine_logs.batch_id is 'Group';
comment on column public.vaccine_logs.head_count is 'Head';
comment on column public.vaccine_logs.vaccine is 'Vaccine';
comment on column public.vaccine_logs.disease is 'Against';
comment on column public.vaccine_logs.manufacturer is 'Manufacturer';
comment on column public.vaccine_logs.lot is 'Lot';
comment on column public.vaccine_logs.lot_expires_on is 'Lot expires';
comment on column public.vaccine_logs.item_id is 'From store';
comment on column public.vaccine_logs.dose is 'Dose';
comment on column public.vaccine_logs.dose_unit is 'Dose in';
comment on column public.vaccine_logs.route is 'Route';
comment on column public.vaccine_logs.site is 'Place';
comment on column public.vaccine_logs.given_at is 'Given';
comment on column public.vaccine_logs.given_by is 'By';
comment on column public.vaccine_logs.veterinarian is 'Vet';
comment on column public.vaccine_logs.dose_number is 'Dose no.';
comment on column public.vaccine_logs.next_due_on is 'Next due';
comment on column public.vaccine_logs.milk_hours is 'Milk withdrawal, h';
comment on column public.vaccine_logs.meat_hours is 'Meat withdrawal, h';
comment on column public.vaccine_logs.egg_hours is 'Egg withdrawal, h';
comment on column public.vaccine_logs.milk_until is 'No milk until';
comment on column public.vaccine_logs.meat_until is 'No meat until';
comment on column public.vaccine_logs.eggs_until is 'No eggs until';
comment on column public.vaccine_logs.reaction is 'Reaction';
comment on column public.vaccine_logs.cost is 'Cost';
comment on column public.vaccine_logs.notes is 'Notes';
comment on column public.vaccine_logs.created_at is 'Created';
comment on column public.vaccine_logs.updated_at is 'Changed';
comment on column public.vaccine_logs.updated_by is 'Changed by';
comment on column public.vaccine_logs.updated_device is 'Changed on';
comment on column public.vaccine_logs.row_version is 'Version';

CREATE TABLE public.health_diagnoses (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    animal_id UUID,
    flock_id UUID,
    batch_id UUID,
    head_count BIGINT,
    seen_on DATE DEFAULT current_date NOT NULL,
    condition TEXT NOT NULL,
    severity public.severity,
    site TEXT,
    temperature_c NUMERIC(14, 1),
    veterinarian TEXT,
    recovered_on DATE,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_health_diagnoses PRIMARY KEY (id),
    CONSTRAINT ck_health_diagnoses_one_animal_or_group CHECK (case when animal_id is null then 0 else 1 end + case when flock_id is null then 0 else 1 end + case when batch_id is null then 0 else 1 end = 1),
    CONSTRAINT ck_health_diagnoses_recovered_later CHECK (recovered_on >= seen_on),
    CONSTRAINT ck_health_diagnoses_head_count_minimum CHECK (head_count >= 1),
    CONSTRAINT ck_health_diagnoses_head_count_maximum CHECK (head_count <= 1000000),
    CONSTRAINT ck_health_diagnoses_temperature_c_minimum CHECK (temperature_c >= 30),
    CONSTRAINT ck_health_diagnoses_temperature_c_maximum CHECK (temperature_c <= 45),
    CONSTRAINT uq_health_diagnoses_organization_id_id UNIQUE (organization_id, id)
);
CREATE INDEX ix_health_diagnoses_day ON public.health_diagnoses (organization_id, seen_on);
CREATE INDEX ix_health_diagnoses_organization_id_animal_id ON public.health_diagnoses (organization_id, animal_id);
CREATE INDEX ix_health_diagnoses_organization_id_batch_id ON public.health_diagnoses (organization_id, batch_id);
CREATE INDEX ix_health_diagnoses_organization_id_flock_id ON public.health_diagnoses (organization_id, flock_id);
comment on table public.health_diagnoses is 'What was found wrong with a farm animal, a flock or a group, treated or not.';
comment on column public.health_diagnoses.id is 'Id';
comment on column public.health_diagnoses.organization_id is 'Organization';
comment on column public.health_diagnoses.animal_id is 'Animal';
comment on column public.health_diagnoses.flock_id is 'Flock';
comment on column public.health_diagnoses.batch_id is 'Group';
comment on column public.health_diagnoses.head_count is 'Head';
comment on column public.health_diagnoses.seen_on is 'Seen';
comment on column public.health_diagnoses.condition is 'Diagnosis';
comment on column public.health_diagnoses.severity is 'Severity';
comment on column public.health_diagnoses.site is 'Place';
comment on column public.health_diagnoses.temperature_c is 'Temperature, °C';
comment on column public.health_diagnoses.veterinarian is 'Vet';
comment on column public.health_diagnoses.recovered_on is 'Recovered';
comment on column public.health_diagnoses.notes is 'Notes';
comment on column public.health_diagnoses.created_at is 'Created';
comment on column public.health_diagnoses.updated_at is 'Changed';
comment on column public.health_diagnoses.updated_by is 'Changed by';
comment on column public.health_diagnoses.updated_device is 'Changed on';
comment on column public.health_diagnoses.row_version is 'Version';

CREATE TABLE public.medical_records (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    pet_id UUID NOT NULL,
    appointment_id UUID,
    visited_on DATE DEFAULT current_date NOT NULL,
    kind public.medical_record_kind DEFAULT 'consultation' NOT NULL,
    veterinarian_id UUID,
    reason TEXT,
    history TEXT,
    examination TEXT,
    weight_kg NUMERIC(14, 2),
    temperature_c NUMERIC(14, 1),
    heart_rate BIGINT,
    respiratory_rate BIGINT,
    body_condition BIGINT,
    diagnosis TEXT,
    treatment TEXT,
    prescription TEXT,
    follow_up_on DATE,
    shared BOOLEAN DEFAULT true NOT NULL,
    confidential_notes TEXT,
    amends_id UUID,
    signed_at TIMESTAMP WITH TIME ZONE,
    signed_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_medical_records PRIMARY KEY (id),
    CONSTRAINT ck_medical_records_confidential_not_shared CHECK (confidential_notes is null or not shared),
    CONSTRAINT ck_medical_records_weight_kg_minimum CHECK (weight_kg >= 0),
    CONSTRAINT ck_medical_records_weight_kg_maximum CHECK (weight_kg <= 500),
    CONSTRAINT ck_medical_records_temperature_c_minimum CHECK (temperature_c >= 20),
    CONSTRAINT ck_medical_records_temperature_c_maximum CHECK (temperature_c <= 50),
    CONSTRAINT ck_medical_records_heart_rate_minimum CHECK (heart_rate >= 0),
    CONSTRAINT ck_medical_records_heart_rate_maximum CHECK (heart_rate <= 1000),
    CONSTRAINT ck_medical_records_respiratory_rate_minimum CHECK (respiratory_rate >= 0),
    CONSTRAINT ck_medical_records_respiratory_rate_maximum CHECK (respiratory_rate <= 500),
    CONSTRAINT ck_medical_records_body_condition_minimum CHECK (body_condition >= 1),
    CONSTRAINT ck_medical_records_body_condition_maximum CHECK (body_condition <= 9),
    CONSTRAINT uq_medical_records_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_medical_records_pet_id FOREIGN KEY(pet_id) REFERENCES public.pets (id) ON DELETE RESTRICT,
    CONSTRAINT fk_medical_records_organization_id_veterinarian_id FOREIGN KEY(organization_id, veterinarian_id) REFERENCES public.organization_users (organization_id, user_id) ON DELETE RESTRICT,
    CONSTRAINT fk_medical_records_organization_id_amends_id FOREIGN KEY(organization_id, amends_id) REFERENCES public.medical_records (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_medical_records_signed_by FOREIGN KEY(signed_by) REFERENCES public.profiles (id) ON DELETE RESTRICT
);
CREATE INDEX idx_medical_records_pet_id ON public.medical_records (pet_id);
CREATE INDEX ix_medical_records_day ON public.medical_records (organization_id, visited_on);
CREATE INDEX ix_medical_records_organization_id_amends_id ON public.medical_records (organization_id, amends_id);
CREATE INDEX ix_medical_records_organization_id_appointment_id ON public.medical_records (organization_id, appointment_id);
CREATE INDEX ix_medical_records_organization_id_veterinarian_id ON public.medical_records (organization_id, veterinarian_id);
CREATE INDEX ix_medical_records_signed_by ON public.medical_records (signed_by);
comment on table public.medical_records is 'What a clinic found and did at one visit of a pet; once signed it is amended, not edited.';
comment on column public.medical_records.id is 'Id';
comment on column public.medical_records.organization_id is 'Organization';
comment on column public.medical_records.pet_id is 'Pet';
comment on column public.medical_records.appointment_id is 'Appointment';
comment on column public.medical_records.visited_on is 'Date';
comment on column public.medical_records.kind is 'Kind';
comment on column public.medical_records.veterinarian_id is 'Vet';
comment on column public.medical_records.reason is 'Reason';
comment on column public.medical_records.history is 'History';
comment on column public.medical_records.examination is 'Examination';
comment on column public.medical_records.weight_kg is 'Weight, kg';
comment on column public.medical_records.temperature_c is 'Temperature, °C';
comment on column public.medical_records.heart_rate is 'Heart rate, /min';
comment on column public.medical_records.respiratory_rate is 'Breathing, /min';
comment on column public.medical_records.body_condition is 'Body condition, of 9';
comment on column public.medical_records.diagnosis is 'Diagnosis';
comment on column public.medical_records.treatment is 'Treatment';
comment on column public.medical_records.prescription is 'Prescription';
comment on column public.medical_records.follow_up_on is 'Follow-up';
comment on column public.medical_records.shared is 'Shared';
comment on column public.medical_records.confidential_notes is 'Confidential notes';
comment on column public.medical_records.amends_id is 'Amends';
comment on column public.medical_records.signed_at is 'Signed';
comment on column public.medical_records.signed_by is 'Signed by';
comment on column public.medical_records.created_at is 'Created';
comment on column public.medical_records.updated_at is 'Changed';
comment on column public.medical_records.updated_by is 'Changed by';
comment on column public.medical_records.updated_device is 'Changed on';
comment on column public.medical_records.row_version is 'Version';

CREATE TABLE public.health_treatments (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    animal_id UUID,
    flock_id UUID,
    batch_id UUID,
    head_count BIGINT,
    diagnosis_id UUID,
    reason TEXT NOT NULL,
    product TEXT NOT NULL,
    substance TEXT,
    is_antimicrobial BOOLEAN DEFAULT false NOT NULL,
    lot TEXT,
    lot_expires_on DATE,
    item_id UUID,
    dose NUMERIC(14, 3) NOT NULL,
    dose_unit public.dose_unit DEFAULT 'mL' NOT NULL,
    route public.giving_route DEFAULT 'intramuscular' NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    doses BIGINT DEFAULT 1 NOT NULL,
    hours_between BIGINT DEFAULT 24 NOT NULL,
    last_dose_at TIMESTAMP WITH TIME ZONE,
    given_by UUID,
    veterinarian TEXT,
    prescription_number TEXT,
    milk_hours BIGINT DEFAULT 0 NOT NULL,
    meat_hours BIGINT DEFAULT 0 NOT NULL,
    egg_hours BIGINT DEFAULT 0 NOT NULL,
    milk_until TIMESTAMP WITH TIME ZONE,
    meat_until TIMESTAMP WITH TIME ZONE,
    eggs_until TIMESTAMP WITH TIME ZONE,
    outcome TEXT,
    cost NUMERIC(14, 2),
    void_reason TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_health_treatments PRIMARY KEY (id),
    CONSTRAINT ck_health_treatments_one_animal_or_group CHECK (case when animal_id is null then 0 else 1 end + case when flock_id is null then 0 else 1 end + case when batch_id is null then 0 else 1 end = 1),
    CONSTRAINT ck_health_treatments_last_dose_later CHECK (last_dose_at >= given_at),
    CONSTRAINT ck_health_treatments_head_count_minimum CHECK (head_count >= 1),
    CONSTRAINT ck_health_treatments_head_count_maximum CHECK (head_count <= 1000000),
    CONSTRAINT ck_health_treatments_dose_minimum CHECK (dose >= 0),
    CONSTRAINT ck_health_treatments_dose_maximum CHECK (dose <= 1000000),
    CONSTRAINT ck_health_treatments_doses_minimum CHECK (doses >= 1),
    CONSTRAINT ck_health_treatments_doses_maximum CHECK (doses <= 500),
    CONSTRAINT ck_health_treatments_hours_between_minimum CHECK (hours_between >= 1),
    CONSTRAINT ck_health_treatments_hours_between_maximum CHECK (hours_between <= 2400),
    CONSTRAINT ck_health_treatments_milk_hours_minimum CHECK (milk_hours >= 0),
    CONSTRAINT ck_health_treatments_milk_hours_maximum CHECK (milk_hours <= 8760),
    CONSTRAINT ck_health_treatments_meat_hours_minimum CHECK (meat_hours >= 0),
    CONSTRAINT ck_health_treatments_meat_hours_maximum CHECK (meat_hours <= 8760),
    CONSTRAINT ck_health_treatments_egg_hours_minimum CHECK (egg_hours >= 0),
    CONSTRAINT ck_health_treatments_egg_hours_maximum CHECK (egg_hours <= 8760),
    CONSTRAINT ck_health_treatments_cost_minimum CHECK (cost >= 0),
    CONSTRAINT ck_health_treatments_cost_maximum CHECK (cost <= 1000000),
    CONSTRAINT uq_health_treatments_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_health_treatments_organization_id_diagnosis_id FOREIGN KEY(organization_id, diagnosis_id) REFERENCES public.health_diagnoses (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_health_treatments_organization_id_given_by FOREIGN KEY(organization_id, given_by) REFERENCES public.organization_users (organization_id, user_id) ON DELETE RESTRICT
);
CREATE INDEX ix_health_treatments_day ON public.health_treatments (organization_id, given_at);
CREATE INDEX ix_health_treatments_organization_id_animal_id ON public.health_treatments (organization_id, animal_id);
CREATE INDEX ix_health_treatments_organization_id_batch_id ON public.health_treatments (organization_id, batch_id);
CREATE INDEX ix_health_treatments_organization_id_diagnosis_id ON public.health_treatments (organization_id, diagnosis_id);
CREATE INDEX ix_health_treatments_organization_id_flock_id ON public.health_treatments (organization_id, flock_id);
CREATE INDEX ix_health_treatments_organization_id_given_by ON public.health_treatments (organization_id, given_by);
CREATE INDEX ix_health_treatments_organization_id_item_id ON public.health_treatments (organization_id, item_id);
comment on table public.health_treatments is 'One course of a drug for a farm animal, a flock or a group, and its withdrawal (rule 16).';
comment on column public.health_treatments.id is 'Id';
comment on column public.health_treatments.organization_id is 'Organization';
comment on column public.health_treatments.animal_id is 'Animal';
comment on column public.health_treatments.flock_id is 'Flock';
comment on column public.health_treatments.batch_id is 'Group';
comment on column public.health_treatments.head_count is 'Head';
comment on column public.health_treatments.diagnosis_id is 'Diagnosis';
comment on column public.health_treatments.reason is 'Reason';
comment on column public.health_treatments.product is 'Drug';
comment on column public.health_treatments.substance is 'Active substance';
comment on column public.health_treatments.is_antimicrobial is 'Antimicrobial';
comment on column public.health_treatments.lot is 'Lot';
comment on column public.health_treatments.lot_expires_on is 'Lot expires';
comment on column public.health_treatments.item_id is 'From store';
comment on column public.health_treatments.dose is 'Dose';
comment on column public.health_treatments.dose_unit is 'Dose in';
comment on column public.health_treatments.route is 'Route';
comment on column public.health_treatments.given_at is 'First dose';
comment on column public.health_treatments.doses is 'Doses in the course';
comment on column public.health_treatments.hours_between is 'From dose to dose, h';
comment on column public.health_treatments.last_dose_at is 'Last dose';
comment on column public.health_treatments.given_by is 'By';
comment on column public.health_treatments.veterinarian is 'Vet';
comment on column public.health_treatments.prescription_number is 'Prescription no.';
comment on column public.health_treatments.milk_hours is 'Milk withdrawal, h';
comment on column public.health_treatments.meat_hours is 'Meat withdrawal, h';
comment on column public.health_treatments.egg_hours is 'Egg withdrawal, h';
comment on column public.health_treatments.milk_until is 'No milk until';
comment on column public.health_treatments.meat_until is 'No meat until';
comment on column public.health_treatments.eggs_until is 'No eggs until';
comment on column public.health_treatments.outcome is 'Outcome';
comment on column public.health_treatments.cost is 'Cost';
comment on column public.health_treatments.void_reason is 'Void because';
comment on column public.health_treatments.notes is 'Notes';
comment on column public.health_treatments.created_at is 'Created';
comment on column public.health_treatments.updated_at is 'Changed';
comment on column public.health_treatments.updated_by is 'Changed by';
comment on column public.health_treatments.updated_device is 'Changed on';
comment on column public.health_treatments.row_version is 'Version';

insert into sync.tables (name, position, kinds, belongs, dated, recent)
values ('reminders', 55, '{breeding_facility,farm,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid', 'due_on',
  '(t.due_on >= ''0001-01-01'' and t.due_on < %1$L::date and t.status::text = any(''{done,cancelled}'')) is not true');

insert into sync.tables (name, position, kinds, belongs)
values ('vaccine_logs', 56, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('health_diagnoses', 57, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('medical_records', 69, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.id in (select b.id from (select r.id from public.medical_records r where r.pet_id in (select link.pet_id from public.clinic_patients link where (ended_on is null) and link.organization_id = %1$L::uuid) union all select r.id from public.medical_records r where r.organization_id = %1$L::uuid) b (id)%2$s)');

insert into sync.tables (name, position, kinds, belongs)
values ('health_treatments', 72, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

alter table public.reminders enable row level security;
alter table public.reminders force row level security;
revoke all on public.reminders from public, anon, authenticated;
grant select, insert, update, delete on public.reminders to service_role;
grant select (id, organization_id, user_id, pet_id, animal_id, kind, title, message, due_on, repeat_every, repeat_unit, repeat_until, step, status, done_at, assigned_to, channel, tells_owner, last_sent_at, created_at, updated_at, updated_by, updated_device, row_version) on public.reminders to authenticated;
grant insert (id, organization_id, pet_id, animal_id, kind, title, message, due_on, repeat_every, repeat_unit, repeat_until, step, status, done_at, assigned_to, channel, tells_owner) on public.reminders to authenticated;
grant update (kind, title, message, due_on, repeat_every, repeat_unit, repeat_until, step, status, done_at, assigned_to, channel, tells_owner) on public.reminders to authenticated;
grant delete on public.reminders to authenticated;

alter table public.ai_insights enable row level security;
alter table public.ai_insights force row level security;
revoke all on public.ai_insights from public, anon, authenticated;
grant select, insert, update, delete on public.ai_insights to service_role;
grant select (id, organization_id, pet_id, animal_id, kind, severity, title, body, confidence, evidence, model_name, model_version, noticed_at, expires_at, verdict, reviewed_by, reviewed_at, is_dismissed, created_at, updated_at, updated_by, updated_device, row_version) on public.ai_insights to authenticated;

alter table public.vaccine_logs enable row level security;
alter table public.vaccine_logs force row level security;
revoke all on public.vaccine_logs from public, anon, authenticated;
grant select, insert, update, delete on public.vaccine_logs to service_role;
grant select (id, organization_id, animal_id, flock_id, batch_id, head_count, vaccine, disease, manufacturer, lot, lot_expires_on, item_id, dose, dose_unit, route, site, given_at, given_by, veterinarian, dose_number, next_due_on, milk_hours, meat_hours, egg_hours, milk_until, meat_until, eggs_until, reaction, cost, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.vaccine_logs to authenticated;
grant insert (id, organization_id, animal_id, flock_id, batch_id, head_count, vaccine, disease, manufacturer, lot, lot_expires_on, item_id, dose, dose_unit, route, site, given_at, given_by, veterinarian, dose_number, next_due_on, milk_hours, meat_hours, egg_hours, reaction, cost, notes) on public.vaccine_logs to authenticated;
grant update (animal_id, flock_id, batch_id, head_count, vaccine, disease, manufacturer, lot, lot_expires_on, item_id, dose, dose_unit, route, site, given_at, given_by, veterinarian, dose_number, next_due_on, milk_hours, meat_hours, egg_hours, reaction, cost, notes) on public.vaccine_logs to authenticated;
grant delete on public.vaccine_logs to authenticated;

alter table public.health_diagnoses enable row level security;
alter table public.health_diagnoses force row level security;
revoke all on public.health_diagnoses from public, anon, authenticated;
grant select, insert, update, delete on public.health_diagnoses to service_role;
grant select (id, organization_id, animal_id, flock_id, batch_id, head_count, seen_on, condition, severity, site, temperature_c, veterinarian, recovered_on, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.health_diagnoses to authenticated;
grant insert (id, organization_id, animal_id, flock_id, batch_id, head_count, seen_on, condition, severity, site, temperature_c, veterinarian, recovered_on, notes) on public.health_diagnoses to authenticated;
grant update (animal_id, flock_id, batch_id, head_count, seen_on, condition, severity, site, temperature_c, veterinarian, recovered_on, notes) on public.health_diagnoses to authenticated;
grant delete on public.health_diagnoses to authenticated;

alter table public.medical_records enable row level security;
alter table public.medical_records force row level security;
revoke all on public.medical_records from public, anon, authenticated;
grant select, insert, update, delete on public.medical_records to service_role;
grant select (id, organization_id, pet_id, appointment_id, visited_on, kind, veterinarian_id, reason, history, examination, weight_kg, temperature_c, heart_rate, respiratory_rate, body_condition, diagnosis, treatment, prescription, follow_up_on, shared, confidential_notes, amends_id, signed_at, signed_by, created_at, updated_at, updated_by, updated_device, row_version) on public.medical_records to authenticated;
grant insert (id, organization_id, pet_id, appointment_id, visited_on, kind, veterinarian_id, reason, history, examination, weight_kg, temperature_c, heart_rate, respiratory_rate, body_condition, diagnosis, treatment, prescription, follow_up_on, shared, confidential_notes, amends_id, signed_at) on public.medical_records to authenticated;
grant update (appointment_id, visited_on, kind, veterinarian_id, reason, history, examination, weight_kg, temperature_c, heart_rate, respiratory_rate, body_condition, diagnosis, treatment, prescription, follow_up_on, shared, confidential_notes, amends_id, signed_at) on public.medical_records to authenticated;
grant delete on public.medical_records to authenticated;

alter table public.health_treatments enable row level security;
alter table public.health_treatments force row level security;
revoke all on public.health_treatments from public, anon, authenticated;
grant select, insert, update, delete on public.health_treatments to service_role;
grant select (id, organization_id, animal_id, flock_id, batch_id, head_count, diagnosis_id, reason, product, substance, is_antimicrobial, lot, lot_expires_on, item_id, dose, dose_unit, route, given_at, doses, hours_between, last_dose_at, given_by, veterinarian, prescription_number, milk_hours, meat_hours, egg_hours, milk_until, meat_until, eggs_until, outcome, cost, void_reason, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.health_treatments to authenticated;
grant insert (id, organization_id, animal_id, flock_id, batch_id, head_count, diagnosis_id, reason, product, substance, is_antimicrobial, lot, lot_expires_on, item_id, dose, dose_unit, route, given_at, doses, hours_between, last_dose_at, given_by, veterinarian, prescription_number, milk_hours, meat_hours, egg_hours, outcome, cost, void_reason, notes) on public.health_treatments to authenticated;
grant update (animal_id, flock_id, batch_id, head_count, diagnosis_id, reason, product, substance, is_antimicrobial, lot, lot_expires_on, item_id, dose, dose_unit, route, given_at, doses, hours_between, last_dose_at, given_by, veterinarian, prescription_number, milk_hours, meat_hours, egg_hours, outcome, cost, void_reason, notes) on public.health_treatments to authenticated;

create function sync.medical_records_scopes(p_row jsonb) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select (p_row ->> 'organization_id')::uuid
  union
  select link.organization_id from public.clinic_patients link where link.pet_id = (p_row ->> 'pet_id')::uuid and (ended_on is null)
$$;
comment on function sync.medical_records_scopes(jsonb) is 'The organizations that see this row.';
revoke all on function sync.medical_records_scopes(jsonb) from public;

create function sync.log_medical_records() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_scopes uuid[];
begin
  if tg_op = 'DELETE' then
    with logged as (
      insert into sync.changes (scope_id, table_name, row_id, kind)
      select s.id, tg_table_name, o.id, 'delete'
      from old_rows o, sync.medical_records_scopes(to_jsonb(o)) as s(id)
      returning scope_id
    )
    select array_agg(distinct scope_id) into v_scopes from logged;
  end if;
  if tg_op = 'UPDATE' then
    with logged as (
      insert into sync.changes (scope_id, table_name, row_id, kind)
      select s.id, tg_table_name, o.id, 'leave'
      from old_rows o join new_rows n using (id), sync.medical_records_scopes(to_jsonb(o)) as s(id)
      where (o.organization_id, o.pet_id) is distinct from (n.organization_id, n.pet_id)
      returning scope_id
    )
    select array_agg(distinct scope_id) into v_scopes from logged;
  end if;
  if tg_op in ('INSERT', 'UPDATE') then
    with logged as (
      insert into sync.changes (scope_id, table_name, row_id, kind)
      select s.id, tg_table_name, n.id, 'upsert'
      from new_rows n, sync.medical_records_scopes(to_jsonb(n)) as s(id)
      returning scope_id
    )
    select v_scopes || array_agg(distinct scope_id) into v_scopes from logged;
  end if;
  perform sync.wake(v_scopes);
  return null;
end $$;
comment on function sync.log_medical_records() is 'Log changes to medical_records, for each who sees them.';
revoke all on function sync.log_medical_records() from public;

create trigger update_reminders_updated_at before insert or update on public.reminders
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.reminders
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.reminders
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.reminders
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.reminders
  for each statement execute function sync.refuse_truncate();

create trigger update_ai_insights_updated_at before insert or update on public.ai_insights
  for each row execute function public.update_updated_at_column();

create trigger update_vaccine_logs_updated_at before insert or update on public.vaccine_logs
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.vaccine_logs
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.vaccine_logs
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.vaccine_logs
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.vaccine_logs
  for each statement execute function sync.refuse_truncate();

create trigger update_health_diagnoses_updated_at before insert or update on public.health_diagnoses
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.health_diagnoses
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.health_diagnoses
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.health_diagnoses
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.health_diagnoses
  for each statement execute function sync.refuse_truncate();

create trigger update_medical_records_updated_at before insert or update on public.medical_records
  for each row execute function public.update_updated_at_column();
create trigger audit_medical_records_trigger after insert or update or delete on public.medical_records
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.medical_records
  referencing new table as new_rows
  for each statement execute function sync.log_medical_records();
create trigger log_update after update on public.medical_records
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_medical_records();
create trigger log_delete after delete on public.medical_records
  referencing old table as old_rows
  for each statement execute function sync.log_medical_records();
create trigger refuse_truncate before truncate on public.medical_records
  for each statement execute function sync.refuse_truncate();

create trigger update_health_treatments_updated_at before insert or update on public.health_treatments
  for each row execute function public.update_updated_at_column();
create trigger audit_health_treatments_trigger after insert or update or delete on public.health_treatments
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.health_treatments
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.health_treatments
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.health_treatments
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.health_treatments
  for each statement execute function sync.refuse_truncate();

create policy may_read on public.ai_insights for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    ai_insights.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or (ai_insights.pet_id = any((select access.pets_i_own())::uuid[]) and (organization_id is null or verdict = 'confirmed'))
  ));

create policy may_read on public.vaccine_logs for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    vaccine_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.vaccine_logs for insert to authenticated
  with check (vaccine_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.vaccine_logs for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    vaccine_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (vaccine_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.vaccine_logs for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    vaccine_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.health_diagnoses for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    health_diagnoses.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.health_diagnoses for insert to authenticated
  with check (health_diagnoses.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.health_diagnoses for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    health_diagnoses.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (health_diagnoses.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.health_diagnoses for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    health_diagnoses.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.medical_records for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    medical_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or ((medical_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or exists (select from public.clinic_patients link where link.pet_id = medical_records.pet_id
      and (ended_on is null) and link.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[]))) and (shared))
    or (exists (select from public.pets where pets.id = medical_records.pet_id) and (shared))
  ));
create policy may_add on public.medical_records for insert to authenticated
  with check ((medical_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
      and exists (select from public.pets where pets.id = medical_records.pet_id)));
create policy may_change on public.medical_records for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (medical_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    and (medical_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or ((medical_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or exists (select from public.clinic_patients link where link.pet_id = medical_records.pet_id
      and (ended_on is null) and link.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[]))) and (shared))
    or (exists (select from public.pets where pets.id = medical_records.pet_id) and (shared)))
  ))
  with check (medical_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.medical_records for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (medical_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    and (medical_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or ((medical_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or exists (select from public.clinic_patients link where link.pet_id = medical_records.pet_id
      and (ended_on is null) and link.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[]))) and (shared))
    or (exists (select from public.pets where pets.id = medical_records.pet_id) and (shared)))
  ));

create policy may_read on public.health_treatments for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    health_treatments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.health_treatments for insert to authenticated
  with check (health_treatments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.health_treatments for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    health_treatments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (health_treatments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));

-- Signed records, reminders, insights, and until when milk, meat and eggs are withheld.

-- Rule 22: a signed record is amended by a new one, never edited. Whether it is shared is not part
-- of what was signed. With its organization it goes (that delete comes from within a trigger).
create function public.guard_signed_record() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_free constant text[] := '{shared,updated_at,updated_by,updated_device,row_version}'::text[];
begin
  if tg_op = 'DELETE' then
    if old.signed_at is not null and pg_trigger_depth() = 1 then
      raise exception 'a signed medical record is not deleted' using errcode = 'P0001',
        table = tg_table_name, schema = tg_table_schema,
        hint = 'Write another record that amends it.';
    end if;
    return old;
  end if;
  if tg_op = 'UPDATE' and old.signed_at is not null then
    if to_jsonb(new) - v_free is distinct from to_jsonb(old) - v_free then
      raise exception 'a signed medical record is not changed' using errcode = 'P0001',
        table = tg_table_name, schema = tg_table_schema,
        hint = 'Write another record that amends it.';
    end if;
    return new;
  end if;
  new.signed_by := case when new.signed_at is not null then coalesce(auth.uid(), new.signed_by) end;
  if new.amends_id is not null and not exists (
    select from public.medical_records r
    where r.id = new.amends_id
      and r.organization_id = new.organization_id
      and r.pet_id = new.pet_id
      and r.signed_at is not null
  ) then
    raise exception 'only a signed record of the same pet is amended' using errcode = 'P0001',
      table = tg_table_name, schema = tg_table_schema, column = 'amends_id',
      hint = 'What is not signed yet can be edited.';
  end if;
  return new;
end $$;
comment on function public.guard_signed_record()
  is 'Note who signs a medical record, and refuse to change or delete it afterwards.';
revoke all on function public.guard_signed_record() from public;

create trigger guard_signed_record before insert or update or delete on public.medical_records
  for each row execute function public.guard_signed_record();

-- Rule 22 again: nobody is reminded of a pet that has died.
create function public.check_reminder() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.organization_id is not null then
    new.user_id := null; -- it is the organization's, whoever of its people writes it down
  end if;
  if exists (
    select from public.pets p where p.id = new.pet_id and p.deceased_on is not null
  ) then
    raise exception 'the pet has died' using errcode = 'P0001',
      table = tg_table_name, schema = tg_table_schema, column = 'pet_id',
      hint = 'Correct the pet''s card if it has not.';
  end if;
  return new;
end $$;
comment on function public.check_reminder()
  is 'Say whose a reminder is, and refuse one for a pet that has died.';
revoke all on function public.check_reminder() from public;

create trigger check_reminder before insert on public.reminders
  for each row execute function public.check_reminder();

-- Rule 16: withheld until the last dose and the period of each product. A course that is not
-- finished has no end yet: hours above zero and no time mean that it is still withheld.
create function public.reckon_withdrawal() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_last timestamptz;
begin
  if tg_table_name = 'vaccine_logs' then
    v_last := new.given_at;
  else
    v_last := coalesce(new.last_dose_at, case when new.doses = 1 then new.given_at end);
    if new.void_reason is not null then
      v_last := null;
    end if;
  end if;
  new.milk_until := case when new.milk_hours > 0 then v_last + new.milk_hours * interval '1 h' end;
  new.meat_until := case when new.meat_hours > 0 then v_last + new.meat_hours * interval '1 h' end;
  new.eggs_until := case when new.egg_hours > 0 then v_last + new.egg_hours * interval '1 h' end;
  return new;
end $$;
comment on function public.reckon_withdrawal()
  is 'Reckon until when milk, meat and eggs are withheld.';
revoke all on function public.reckon_withdrawal() from public;

create trigger reckon_withdrawal before insert or update on public.vaccine_logs
  for each row execute function public.reckon_withdrawal();
create trigger reckon_withdrawal before insert or update on public.health_treatments
  for each row execute function public.reckon_withdrawal();

-- People say what they think of an insight, and change nothing in it.
create function public.review_insight(
  p_insight_id uuid, p_verdict public.insight_verdict, p_is_dismissed boolean default false
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.ai_insights i
  set verdict = coalesce(p_verdict, i.verdict),
    is_dismissed = coalesce(p_is_dismissed, i.is_dismissed),
    reviewed_by = auth.uid(),
    reviewed_at = now()
  where i.id = p_insight_id
    and (
      i.organization_id = any(
        (select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]
      )
      or i.organization_id is null and exists (
        select from public.pets p where p.id = i.pet_id and p.owner_id = auth.uid()
      )
    );
  if not found then
    raise exception 'there is no such insight for you to review' using errcode = '42501';
  end if;
end $$;
comment on function public.review_insight(uuid, public.insight_verdict, boolean)
  is 'Confirm, reject or dismiss an insight of one''s organization, or of one''s own pet.';
revoke all on function public.review_insight(uuid, public.insight_verdict, boolean) from public;
grant execute on function public.review_insight(uuid, public.insight_verdict, boolean)
  to authenticated;

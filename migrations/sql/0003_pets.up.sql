CREATE TABLE public.pets (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    name TEXT NOT NULL,
    species TEXT NOT NULL,
    breed TEXT,
    sex public.sex DEFAULT 'unknown' NOT NULL,
    birth_date DATE,
    microchip TEXT,
    colour TEXT,
    weight_kg NUMERIC(14, 2),
    deceased_on DATE,
    alerts TEXT,
    bites BOOLEAN DEFAULT false NOT NULL,
    allergies TEXT,
    notes TEXT,
    microchipped_on DATE,
    neutered_on DATE,
    passport_number TEXT,
    blood_type TEXT,
    diet TEXT,
    insurer TEXT,
    insurance_number TEXT,
    insured_until DATE,
    photo_url TEXT,
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
    CONSTRAINT fk_pets_owner_id FOREIGN KEY(owner_id) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX idx_pets_owner_id ON public.pets (owner_id);
CREATE INDEX idx_pets_species ON public.pets (species);
CREATE INDEX ix_pets_microchip ON public.pets (microchip);
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
comment on column public.pets.bites is 'Handle with care';
comment on column public.pets.allergies is 'Allergies';
comment on column public.pets.notes is 'Notes';
comment on column public.pets.microchipped_on is 'Chipped';
comment on column public.pets.neutered_on is 'Neutered';
comment on column public.pets.passport_number is 'Passport';
comment on column public.pets.blood_type is 'Blood type';
comment on column public.pets.diet is 'Diet';
comment on column public.pets.insurer is 'Insurer';
comment on column public.pets.insurance_number is 'Insurance number';
comment on column public.pets.insured_until is 'Insured until';
comment on column public.pets.photo_url is 'Picture';
comment on column public.pets.owner_id is 'Owner''s account';
comment on column public.pets.registered_by is 'Registered by';
comment on column public.pets.created_at is 'Created';
comment on column public.pets.updated_at is 'Changed';
comment on column public.pets.updated_by is 'Changed by';
comment on column public.pets.updated_device is 'Changed on';
comment on column public.pets.row_version is 'Version';

CREATE TABLE public.clinic_clients (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    full_name TEXT NOT NULL,
    phone TEXT,
    other_phone TEXT,
    email TEXT,
    address TEXT,
    tax_number TEXT,
    contact_by public.reminder_channel DEFAULT 'email' NOT NULL,
    status public.status DEFAULT 'active' NOT NULL,
    merged_into_id UUID,
    alerts TEXT,
    notes TEXT,
    user_id UUID,
    farm_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_clinic_clients PRIMARY KEY (id),
    CONSTRAINT uq_clinic_clients_organization_id_user_id UNIQUE (organization_id, user_id),
    CONSTRAINT ck_clinic_clients_merged_into_another CHECK (merged_into_id <> id),
    CONSTRAINT uq_clinic_clients_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_clinic_clients_organization_id_merged_into_id FOREIGN KEY(organization_id, merged_into_id) REFERENCES public.clinic_clients (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_clinic_clients_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_clinic_clients_farm_id ON public.clinic_clients (farm_id);
CREATE INDEX ix_clinic_clients_name ON public.clinic_clients (organization_id, full_name);
CREATE INDEX ix_clinic_clients_organization_id_merged_into_id ON public.clinic_clients (organization_id, merged_into_id);
CREATE INDEX ix_clinic_clients_user_id ON public.clinic_clients (user_id);
comment on table public.clinic_clients is 'A person who brings pets to the clinic, with or without an account on the platform.';
comment on column public.clinic_clients.id is 'Id';
comment on column public.clinic_clients.organization_id is 'Organization';
comment on column public.clinic_clients.full_name is 'Name';
comment on column public.clinic_clients.phone is 'Phone';
comment on column public.clinic_clients.other_phone is 'Other phone';
comment on column public.clinic_clients.email is 'E-mail';
comment on column public.clinic_clients.address is 'Address';
comment on column public.clinic_clients.tax_number is 'Tax number';
comment on column public.clinic_clients.contact_by is 'Reminded by';
comment on column public.clinic_clients.status is 'Status';
comment on column public.clinic_clients.merged_into_id is 'Is the same as';
comment on column public.clinic_clients.alerts is 'Alerts';
comment on column public.clinic_clients.notes is 'Notes';
comment on column public.clinic_clients.user_id is 'Account';
comment on column public.clinic_clients.farm_id is 'Farm on the platform';
comment on column public.clinic_clients.created_at is 'Created';
comment on column public.clinic_clients.updated_at is 'Changed';
comment on column public.clinic_clients.updated_by is 'Changed by';
comment on column public.clinic_clients.updated_device is 'Changed on';
comment on column public.clinic_clients.row_version is 'Version';

CREATE TABLE public.pet_collaborators (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    pet_id UUID NOT NULL,
    email TEXT NOT NULL,
    permission public.pet_permission DEFAULT 'view' NOT NULL,
    message TEXT,
    user_id UUID,
    invited_by UUID,
    accepted_at TIMESTAMP WITH TIME ZONE,
    expires_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_pet_collaborators PRIMARY KEY (id),
    CONSTRAINT uq_pet_collaborators_pet_id_email UNIQUE (pet_id, email),
    CONSTRAINT fk_pet_collaborators_pet_id FOREIGN KEY(pet_id) REFERENCES public.pets (id) ON DELETE CASCADE,
    CONSTRAINT fk_pet_collaborators_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_pet_collaborators_invited_by FOREIGN KEY(invited_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_pet_collaborators_invited_by ON public.pet_collaborators (invited_by);
CREATE INDEX ix_pet_collaborators_user_id ON public.pet_collaborators (user_id);
comment on table public.pet_collaborators is 'A person with whom a pet is shared for good; invited by e-mail, and in since they accepted.';
comment on column public.pet_collaborators.id is 'Id';
comment on column public.pet_collaborators.pet_id is 'Pet';
comment on column public.pet_collaborators.email is 'E-mail';
comment on column public.pet_collaborators.permission is 'May';
comment on column public.pet_collaborators.message is 'Message';
comment on column public.pet_collaborators.user_id is 'Person';
comment on column public.pet_collaborators.invited_by is 'Invited by';
comment on column public.pet_collaborators.accepted_at is 'Accepted';
comment on column public.pet_collaborators.expires_at is 'Until';
comment on column public.pet_collaborators.revoked_at is 'Taken back';
comment on column public.pet_collaborators.created_at is 'Created';
comment on column public.pet_collaborators.updated_at is 'Changed';
comment on column public.pet_collaborators.updated_by is 'Changed by';
comment on column public.pet_collaborators.updated_device is 'Changed on';
comment on column public.pet_collaborators.row_version is 'Version';

CREATE TABLE public.pet_shares (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    pet_id UUID NOT NULL,
    label TEXT,
    permission public.pet_permission DEFAULT 'view' NOT NULL,
    token_hash TEXT,
    created_by UUID,
    max_uses BIGINT DEFAULT 1 NOT NULL,
    uses BIGINT DEFAULT 0 NOT NULL,
    share_id UUID,
    claimed_by UUID,
    claimed_at TIMESTAMP WITH TIME ZONE,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_pet_shares PRIMARY KEY (id),
    CONSTRAINT ck_pet_shares_permission_is_modest CHECK (permission <> 'manage'),
    CONSTRAINT uq_pet_shares_share_id_claimed_by UNIQUE (share_id, claimed_by),
    CONSTRAINT ck_pet_shares_max_uses_minimum CHECK (max_uses >= 1),
    CONSTRAINT ck_pet_shares_max_uses_maximum CHECK (max_uses <= 100),
    CONSTRAINT ck_pet_shares_uses_minimum CHECK (uses >= 0),
    CONSTRAINT fk_pet_shares_pet_id FOREIGN KEY(pet_id) REFERENCES public.pets (id) ON DELETE CASCADE,
    CONSTRAINT fk_pet_shares_created_by FOREIGN KEY(created_by) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_pet_shares_share_id FOREIGN KEY(share_id) REFERENCES public.pet_shares (id) ON DELETE CASCADE,
    CONSTRAINT fk_pet_shares_claimed_by FOREIGN KEY(claimed_by) REFERENCES public.profiles (id) ON DELETE CASCADE
);
CREATE INDEX ix_pet_shares_claimed_by ON public.pet_shares (claimed_by);
CREATE INDEX ix_pet_shares_created_by ON public.pet_shares (created_by);
CREATE INDEX ix_pet_shares_pet_id ON public.pet_shares (pet_id);
CREATE INDEX ix_pet_shares_token_hash ON public.pet_shares (token_hash);
comment on table public.pet_shares is 'A pet lent for a time: the token to hand out, or what one person has by such a token.';
comment on column public.pet_shares.id is 'Id';
comment on column public.pet_shares.pet_id is 'Pet';
comment on column public.pet_shares.label is 'For whom';
comment on column public.pet_shares.permission is 'May';
comment on column public.pet_shares.token_hash is 'Token';
comment on column public.pet_shares.created_by is 'Shared by';
comment on column public.pet_shares.max_uses is 'For, people';
comment on column public.pet_shares.uses is 'Claimed by, people';
comment on column public.pet_shares.share_id is 'Claimed with';
comment on column public.pet_shares.claimed_by is 'Person';
comment on column public.pet_shares.claimed_at is 'Claimed';
comment on column public.pet_shares.expires_at is 'Until';
comment on column public.pet_shares.revoked_at is 'Taken back';
comment on column public.pet_shares.created_at is 'Created';
comment on column public.pet_shares.updated_at is 'Changed';
comment on column public.pet_shares.updated_by is 'Changed by';
comment on column public.pet_shares.updated_device is 'Changed on';
comment on column public.pet_shares.row_version is 'Version';

CREATE TABLE public.pet_media (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    pet_id UUID NOT NULL,
    kind public.pet_media_kind DEFAULT 'photo' NOT NULL,
    title TEXT,
    path TEXT NOT NULL,
    mime_type TEXT DEFAULT 'image/jpeg' NOT NULL,
    size_bytes BIGINT,
    width BIGINT,
    height BIGINT,
    duration_seconds BIGINT,
    description TEXT,
    taken_at TIMESTAMP WITH TIME ZONE,
    is_cover BOOLEAN DEFAULT false NOT NULL,
    sort_order BIGINT DEFAULT 0 NOT NULL,
    uploaded_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_pet_media PRIMARY KEY (id),
    CONSTRAINT ck_pet_media_path_is_the_pets CHECK (starts_with(path, cast(pet_id as text) || '/') and position('..' in path) = 0),
    CONSTRAINT ck_pet_media_size_bytes_minimum CHECK (size_bytes >= 0),
    CONSTRAINT ck_pet_media_width_minimum CHECK (width >= 1),
    CONSTRAINT ck_pet_media_height_minimum CHECK (height >= 1),
    CONSTRAINT ck_pet_media_duration_seconds_minimum CHECK (duration_seconds >= 0),
    CONSTRAINT fk_pet_media_pet_id FOREIGN KEY(pet_id) REFERENCES public.pets (id) ON DELETE CASCADE,
    CONSTRAINT fk_pet_media_uploaded_by FOREIGN KEY(uploaded_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_pet_media_pet_id ON public.pet_media (pet_id, sort_order);
CREATE INDEX ix_pet_media_uploaded_by ON public.pet_media (uploaded_by);
CREATE UNIQUE INDEX uq_pet_media_cover ON public.pet_media (pet_id) WHERE is_cover;
comment on table public.pet_media is 'A photo, video or document of a pet; the file itself lies in storage under the pet''s id.';
comment on column public.pet_media.id is 'Id';
comment on column public.pet_media.pet_id is 'Pet';
comment on column public.pet_media.kind is 'Kind';
comment on column public.pet_media.title is 'Title';
comment on column public.pet_media.path is 'Path';
comment on column public.pet_media.mime_type is 'Type';
comment on column public.pet_media.size_bytes is 'Size, B';
comment on column public.pet_media.width is 'Width, px';
comment on column public.pet_media.height is 'Height, px';
comment on column public.pet_media.duration_seconds is 'Length, s';
comment on column public.pet_media.description is 'Description';
comment on column public.pet_media.taken_at is 'Taken';
comment on column public.pet_media.is_cover is 'The pet''s picture';
comment on column public.pet_media.sort_order is 'Order';
comment on column public.pet_media.uploaded_by is 'Uploaded by';
comment on column public.pet_media.created_at is 'Created';
comment on column public.pet_media.updated_at is 'Changed';
comment on column public.pet_media.updated_by is 'Changed by';
comment on column public.pet_media.updated_device is 'Changed on';
comment on column public.pet_media.row_version is 'Version';

CREATE TABLE public.pet_transfer_logs (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    pet_id UUID NOT NULL,
    from_id UUID,
    from_organization_id UUID,
    offered_by UUID,
    to_email TEXT NOT NULL,
    to_id UUID,
    reason public.pet_transfer_reason DEFAULT 'gift' NOT NULL,
    note TEXT,
    status public.pet_transfer_status DEFAULT 'offered' NOT NULL,
    offered_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_pet_transfer_logs PRIMARY KEY (id),
    CONSTRAINT fk_pet_transfer_logs_pet_id FOREIGN KEY(pet_id) REFERENCES public.pets (id) ON DELETE CASCADE,
    CONSTRAINT fk_pet_transfer_logs_from_id FOREIGN KEY(from_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT fk_pet_transfer_logs_offered_by FOREIGN KEY(offered_by) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT fk_pet_transfer_logs_to_id FOREIGN KEY(to_id) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_pet_transfer_logs_from_id ON public.pet_transfer_logs (from_id);
CREATE INDEX ix_pet_transfer_logs_from_organization_id ON public.pet_transfer_logs (from_organization_id);
CREATE INDEX ix_pet_transfer_logs_offered_by ON public.pet_transfer_logs (offered_by);
CREATE INDEX ix_pet_transfer_logs_pet_id ON public.pet_transfer_logs (pet_id);
CREATE INDEX ix_pet_transfer_logs_to_email ON public.pet_transfer_logs (to_email);
CREATE INDEX ix_pet_transfer_logs_to_id ON public.pet_transfer_logs (to_id);
CREATE UNIQUE INDEX uq_pet_transfer_logs_open ON public.pet_transfer_logs (pet_id) WHERE status = 'offered';
comment on table public.pet_transfer_logs is 'A pet that was offered to another owner, and what came of it; never changed afterwards.';
comment on column public.pet_transfer_logs.id is 'Id';
comment on column public.pet_transfer_logs.pet_id is 'Pet';
comment on column public.pet_transfer_logs.from_id is 'From';
comment on column public.pet_transfer_logs.from_organization_id is 'From the organization';
comment on column public.pet_transfer_logs.offered_by is 'Offered by';
comment on column public.pet_transfer_logs.to_email is 'To';
comment on column public.pet_transfer_logs.to_id is 'Accepted by';
comment on column public.pet_transfer_logs.reason is 'Why';
comment on column public.pet_transfer_logs.note is 'Note';
comment on column public.pet_transfer_logs.status is 'Status';
comment on column public.pet_transfer_logs.offered_at is 'Offered';
comment on column public.pet_transfer_logs.expires_at is 'Holds until';
comment on column public.pet_transfer_logs.settled_at is 'Answered';
comment on column public.pet_transfer_logs.created_at is 'Created';
comment on column public.pet_transfer_logs.updated_at is 'Changed';
comment on column public.pet_transfer_logs.updated_by is 'Changed by';
comment on column public.pet_transfer_logs.updated_device is 'Changed on';
comment on column public.pet_transfer_logs.row_version is 'Version';

CREATE TABLE public.emergency_contacts (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    pet_id UUID NOT NULL,
    full_name TEXT NOT NULL,
    relation public.contact_relation DEFAULT 'family' NOT NULL,
    phone TEXT NOT NULL,
    other_phone TEXT,
    email TEXT,
    call_order BIGINT DEFAULT 1 NOT NULL,
    may_decide BOOLEAN DEFAULT false NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_emergency_contacts PRIMARY KEY (id),
    CONSTRAINT ck_emergency_contacts_call_order_minimum CHECK (call_order >= 1),
    CONSTRAINT ck_emergency_contacts_call_order_maximum CHECK (call_order <= 20),
    CONSTRAINT fk_emergency_contacts_pet_id FOREIGN KEY(pet_id) REFERENCES public.pets (id) ON DELETE CASCADE
);
CREATE INDEX ix_emergency_contacts_pet_id ON public.emergency_contacts (pet_id, call_order);
comment on table public.emergency_contacts is 'A person to call for a pet when its owner cannot be reached.';
comment on column public.emergency_contacts.id is 'Id';
comment on column public.emergency_contacts.pet_id is 'Pet';
comment on column public.emergency_contacts.full_name is 'Name';
comment on column public.emergency_contacts.relation is 'Who it is';
comment on column public.emergency_contacts.phone is 'Phone';
comment on column public.emergency_contacts.other_phone is 'Other phone';
comment on column public.emergency_contacts.email is 'E-mail';
comment on column public.emergency_contacts.call_order is 'Call as number';
comment on column public.emergency_contacts.may_decide is 'May agree to a treatment';
comment on column public.emergency_contacts.notes is 'Notes';
comment on column public.emergency_contacts.created_at is 'Created';
comment on column public.emergency_contacts.updated_at is 'Changed';
comment on column public.emergency_contacts.updated_by is 'Changed by';
comment on column public.emergency_contacts.updated_device is 'Changed on';
comment on column public.emergency_contacts.row_version is 'Version';

CREATE TABLE public.clinic_patients (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    pet_id UUID NOT NULL,
    client_id UUID,
    file_number TEXT,
    ended_on DATE,
    owner_id UUID,
    source public.patient_source DEFAULT 'registered' NOT NULL,
    ended_by_owner BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_clinic_patients PRIMARY KEY (id),
    CONSTRAINT uq_clinic_patients_organization_id_pet_id UNIQUE (organization_id, pet_id),
    CONSTRAINT uq_clinic_patients_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_clinic_patients_pet_id FOREIGN KEY(pet_id) REFERENCES public.pets (id) ON DELETE CASCADE,
    CONSTRAINT fk_clinic_patients_organization_id_client_id FOREIGN KEY(organization_id, client_id) REFERENCES public.clinic_clients (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_clinic_patients_owner_id FOREIGN KEY(owner_id) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_clinic_patients_organization_id_client_id ON public.clinic_patients (organization_id, client_id);
CREATE INDEX ix_clinic_patients_owner_id ON public.clinic_patients (owner_id);
CREATE INDEX ix_clinic_patients_pet_id ON public.clinic_patients (pet_id);
comment on table public.clinic_patients is 'The link by which a clinic sees a pet and its owner; it lasts until it is ended.';
comment on column public.clinic_patients.id is 'Id';
comment on column public.clinic_patients.organization_id is 'Organization';
comment on column public.clinic_patients.pet_id is 'Pet';
comment on column public.clinic_patients.client_id is 'Client';
comment on column public.clinic_patients.file_number is 'File number';
comment on column public.clinic_patients.ended_on is 'Left the clinic';
comment on column public.clinic_patients.owner_id is 'Owner';
comment on column public.clinic_patients.source is 'Since';
comment on column public.clinic_patients.ended_by_owner is 'Ended by the owner';
comment on column public.clinic_patients.created_at is 'Created';
comment on column public.clinic_patients.updated_at is 'Changed';
comment on column public.clinic_patients.updated_by is 'Changed by';
comment on column public.clinic_patients.updated_device is 'Changed on';
comment on column public.clinic_patients.row_version is 'Version';

insert into sync.tables (name, position, kinds, belongs)
values ('pets', 10, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.id in (select b.id from (select link.pet_id from public.clinic_patients link where (ended_on is null) and link.organization_id = %1$L::uuid union all select r.id from public.pets r where r.registered_by = %1$L::uuid and not exists (select from public.clinic_patients link where link.pet_id = r.id and link.organization_id = %1$L::uuid)) b (id)%2$s)');

insert into sync.tables (name, position, kinds, belongs)
values ('clinic_clients', 11, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('emergency_contacts', 33, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.id in (select b.id from (select r.id from public.emergency_contacts r where r.pet_id in (select link.pet_id from public.clinic_patients link where (ended_on is null) and link.organization_id = %1$L::uuid)) b (id)%2$s)');

insert into sync.tables (name, position, kinds, belongs)
values ('clinic_patients', 34, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

alter table public.pets enable row level security;
alter table public.pets force row level security;
revoke all on public.pets from public, anon, authenticated;
grant select, insert, update, delete on public.pets to service_role;
grant select (id, name, species, breed, sex, birth_date, microchip, colour, weight_kg, deceased_on, alerts, bites, allergies, notes, microchipped_on, neutered_on, passport_number, blood_type, diet, insurer, insurance_number, insured_until, photo_url, owner_id, registered_by, created_at, updated_at, updated_by, updated_device, row_version) on public.pets to authenticated;
grant insert (id, name, species, breed, sex, birth_date, microchip, colour, weight_kg, deceased_on, alerts, bites, allergies, notes, microchipped_on, neutered_on, passport_number, blood_type, diet, insurer, insurance_number, insured_until, photo_url, owner_id, registered_by) on public.pets to authenticated;
grant update (name, species, breed, sex, birth_date, microchip, colour, weight_kg, deceased_on, alerts, bites, allergies, notes, microchipped_on, neutered_on, passport_number, blood_type, diet, insurer, insurance_number, insured_until, photo_url) on public.pets to authenticated;
grant delete on public.pets to authenticated;

alter table public.clinic_clients enable row level security;
alter table public.clinic_clients force row level security;
revoke all on public.clinic_clients from public, anon, authenticated;
grant select, insert, update, delete on public.clinic_clients to service_role;
grant select (id, organization_id, full_name, phone, other_phone, email, address, tax_number, contact_by, status, merged_into_id, alerts, notes, user_id, farm_id, created_at, updated_at, updated_by, updated_device, row_version) on public.clinic_clients to authenticated;
grant insert (id, organization_id, full_name, phone, other_phone, email, address, tax_number, contact_by, status, merged_into_id, alerts, notes) on public.clinic_clients to authenticated;
grant update (full_name, phone, other_phone, email, address, tax_number, contact_by, status, merged_into_id, alerts, notes) on public.clinic_clients to authenticated;
grant delete on public.clinic_clients to authenticated;

alter table public.pet_collaborators enable row level security;
alter table public.pet_collaborators force row level security;
revoke all on public.pet_collaborators from public, anon, authenticated;
grant select, insert, update, delete on public.pet_collaborators to service_role;
grant select (id, pet_id, email, permission, message, user_id, invited_by, accepted_at, expires_at, revoked_at, created_at, updated_at, updated_by, updated_device, row_version) on public.pet_collaborators to authenticated;
grant insert (id, pet_id, email, permission, message, expires_at, revoked_at) on public.pet_collaborators to authenticated;
grant update (email, permission, message, expires_at, revoked_at) on public.pet_collaborators to authenticated;
grant delete on public.pet_collaborators to authenticated;

alter table public.pet_shares enable row level security;
alter table public.pet_shares force row level security;
revoke all on public.pet_shares from public, anon, authenticated;
grant select, insert, update, delete on public.pet_shares to service_role;
grant select (id, pet_id, label, permission, created_by, max_uses, uses, share_id, claimed_by, claimed_at, expires_at, revoked_at, created_at, updated_at, updated_by, updated_device, row_version) on public.pet_shares to authenticated;
grant update (label, permission, max_uses, expires_at, revoked_at) on public.pet_shares to authenticated;
grant delete on public.pet_shares to authenticated;

alter table public.pet_media enable row level security;
alter table public.pet_media force row level security;
revoke all on public.pet_media from public, anon, authenticated;
grant select, insert, update, delete on public.pet_media to service_role;
grant select (id, pet_id, kind, title, path, mime_type, size_bytes, width, height, duration_seconds, description, taken_at, is_cover, sort_order, uploaded_by, created_at, updated_at, updated_by, updated_device, row_version) on public.pet_media to authenticated;
grant insert (id, pet_id, kind, title, path, mime_type, size_bytes, width, height, duration_seconds, description, taken_at, is_cover, sort_order, uploaded_by) on public.pet_media to authenticated;
grant update (kind, title, path, mime_type, size_bytes, width, height, duration_seconds, description, taken_at, is_cover, sort_order) on public.pet_media to authenticated;
grant delete on public.pet_media to authenticated;

alter table public.pet_transfer_logs enable row level security;
alter table public.pet_transfer_logs force row level security;
revoke all on public.pet_transfer_logs from public, anon, authenticated;
grant select, insert, update, delete on public.pet_transfer_logs to service_role;
grant select (id, pet_id, from_id, from_organization_id, offered_by, to_email, to_id, reason, note, status, offered_at, expires_at, settled_at, created_at, updated_at, updated_by, updated_device, row_version) on public.pet_transfer_logs to authenticated;

alter table public.emergency_contacts enable row level security;
alter table public.emergency_contacts force row level security;
revoke all on public.emergency_contacts from public, anon, authenticated;
grant select, insert, update, delete on public.emergency_contacts to service_role;
grant select (id, pet_id, full_name, relation, phone, other_phone, email, call_order, may_decide, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.emergency_contacts to authenticated;
grant insert (id, pet_id, full_name, relation, phone, other_phone, email, call_order, may_decide, notes) on public.emergency_contacts to authenticated;
grant update (full_name, relation, phone, other_phone, email, call_order, may_decide, notes) on public.emergency_contacts to authenticated;
grant delete on public.emergency_contacts to authenticated;

alter table public.clinic_patients enable row level security;
alter table public.clinic_patients force row level security;
revoke all on public.clinic_patients from public, anon, authenticated;
grant select, insert, update, delete on public.clinic_patients to service_role;
grant select (id, organization_id, pet_id, client_id, file_number, ended_on, owner_id, source, ended_by_owner, created_at, updated_at, updated_by, updated_device, row_version) on public.clinic_patients to authenticated;
grant insert (id, organization_id, pet_id, client_id, file_number, ended_on) on public.clinic_patients to authenticated;
grant update (client_id, file_number, ended_on) on public.clinic_patients to authenticated;
grant delete on public.clinic_patients to authenticated;

create function sync.profiles_scopes(p_row jsonb) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select link.organization_id from public.organization_users link where link.user_id = (p_row ->> 'id')::uuid and (status = 'active')
  union
  select link.organization_id from public.clinic_patients link where link.owner_id = (p_row ->> 'id')::uuid and (ended_on is null)
$$;
comment on function sync.profiles_scopes(jsonb) is 'The organizations that see this row.';
revoke all on function sync.profiles_scopes(jsonb) from public;

create function sync.log_profiles() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_scopes uuid[];
begin
  if tg_op = 'DELETE' then
    with logged as (
      insert into sync.changes (scope_id, table_name, row_id, kind)
      select s.id, tg_table_name, o.id, 'delete'
      from old_rows o, sync.profiles_scopes(to_jsonb(o)) as s(id)
      returning scope_id
    )
    select array_agg(distinct scope_id) into v_scopes from logged;
  end if;
  if tg_op in ('INSERT', 'UPDATE') then
    with logged as (
      insert into sync.changes (scope_id, table_name, row_id, kind)
      select s.id, tg_table_name, n.id, 'upsert'
      from new_rows n, sync.profiles_scopes(to_jsonb(n)) as s(id)
      returning scope_id
    )
    select v_scopes || array_agg(distinct scope_id) into v_scopes from logged;
  end if;
  perform sync.wake(v_scopes);
  return null;
end $$;
comment on function sync.log_profiles() is 'Log changes to profiles, for each who sees them.';
revoke all on function sync.log_profiles() from public;

create function access.pets_i_own() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select id from public.pets
    where owner_id = auth.uid() and (true)
  );
end $$;
comment on function access.pets_i_own() is 'Of the person who asks: pets i own.';
revoke all on function access.pets_i_own() from public;
grant execute on function access.pets_i_own() to authenticated;

create function sync.pets_scopes(p_row jsonb) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select link.organization_id from public.clinic_patients link where link.pet_id = (p_row ->> 'id')::uuid and (ended_on is null)
  union
  select (p_row ->> 'registered_by')::uuid
  where (p_row ->> 'registered_by')::uuid is not null
    and not exists (
      select from public.clinic_patients link where link.pet_id = (p_row ->> 'id')::uuid and link.organization_id = (p_row ->> 'registered_by')::uuid
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
      where (o.registered_by) is distinct from (n.registered_by)
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

create function access.pets_shared_with_me() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select pet_id from public.pet_collaborators
    where user_id = auth.uid() and (accepted_at is not null and revoked_at is null and (expires_at is null or expires_at > now()))
  );
end $$;
comment on function access.pets_shared_with_me() is 'Of the person who asks: pets shared with me.';
revoke all on function access.pets_shared_with_me() from public;
grant execute on function access.pets_shared_with_me() to authenticated;

create function access.pets_i_may_edit() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select pet_id from public.pet_collaborators
    where user_id = auth.uid() and (accepted_at is not null and revoked_at is null and (expires_at is null or expires_at > now()) and permission in ('edit', 'manage'))
  );
end $$;
comment on function access.pets_i_may_edit() is 'Of the person who asks: pets i may edit.';
revoke all on function access.pets_i_may_edit() from public;
grant execute on function access.pets_i_may_edit() to authenticated;

create function access.pets_i_manage() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select pet_id from public.pet_collaborators
    where user_id = auth.uid() and (accepted_at is not null and revoked_at is null and (expires_at is null or expires_at > now()) and permission = 'manage')
  );
end $$;
comment on function access.pets_i_manage() is 'Of the person who asks: pets i manage.';
revoke all on function access.pets_i_manage() from public;
grant execute on function access.pets_i_manage() to authenticated;

create function access.pets_lent_to_me() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select pet_id from public.pet_shares
    where claimed_by = auth.uid() and (revoked_at is null and expires_at > now())
  );
end $$;
comment on function access.pets_lent_to_me() is 'Of the person who asks: pets lent to me.';
revoke all on function access.pets_lent_to_me() from public;
grant execute on function access.pets_lent_to_me() to authenticated;

create function access.pets_lent_to_me_to_edit() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select pet_id from public.pet_shares
    where claimed_by = auth.uid() and (revoked_at is null and expires_at > now() and permission = 'edit')
  );
end $$;
comment on function access.pets_lent_to_me_to_edit() is 'Of the person who asks: pets lent to me to edit.';
revoke all on function access.pets_lent_to_me_to_edit() from public;
grant execute on function access.pets_lent_to_me_to_edit() to authenticated;

create function sync.emergency_contacts_scopes(p_row jsonb) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select link.organization_id from public.clinic_patients link where link.pet_id = (p_row ->> 'pet_id')::uuid and (ended_on is null)
$$;
comment on function sync.emergency_contacts_scopes(jsonb) is 'The organizations that see this row.';
revoke all on function sync.emergency_contacts_scopes(jsonb) from public;

create function sync.log_emergency_contacts() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_scopes uuid[];
begin
  if tg_op = 'DELETE' then
    with logged as (
      insert into sync.changes (scope_id, table_name, row_id, kind)
      select s.id, tg_table_name, o.id, 'delete'
      from old_rows o, sync.emergency_contacts_scopes(to_jsonb(o)) as s(id)
      returning scope_id
    )
    select array_agg(distinct scope_id) into v_scopes from logged;
  end if;
  if tg_op = 'UPDATE' then
    with logged as (
      insert into sync.changes (scope_id, table_name, row_id, kind)
      select s.id, tg_table_name, o.id, 'leave'
      from old_rows o join new_rows n using (id), sync.emergency_contacts_scopes(to_jsonb(o)) as s(id)
      where (o.pet_id) is distinct from (n.pet_id)
      returning scope_id
    )
    select array_agg(distinct scope_id) into v_scopes from logged;
  end if;
  if tg_op in ('INSERT', 'UPDATE') then
    with logged as (
      insert into sync.changes (scope_id, table_name, row_id, kind)
      select s.id, tg_table_name, n.id, 'upsert'
      from new_rows n, sync.emergency_contacts_scopes(to_jsonb(n)) as s(id)
      returning scope_id
    )
    select v_scopes || array_agg(distinct scope_id) into v_scopes from logged;
  end if;
  perform sync.wake(v_scopes);
  return null;
end $$;
comment on function sync.log_emergency_contacts() is 'Log changes to emergency_contacts, for each who sees them.';
revoke all on function sync.log_emergency_contacts() from public;

-- A link that begins or ends brings rows into sight or takes them away.
create function sync.log_clinic_patients_links() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct n.organization_id, 'profiles', n.owner_id, case when exists (select from (select n.*) link where ended_on is null) then 'enter' else 'leave' end
    from new_rows n
    where n.owner_id is not null;
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct n.organization_id, 'pets', n.pet_id, case when exists (select from (select n.*) link where ended_on is null) then 'enter' else 'leave' end
    from new_rows n
    where n.pet_id is not null;
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct n.organization_id, 'emergency_contacts', r.id, case when exists (select from (select n.*) link where ended_on is null) then 'enter' else 'leave' end
    from new_rows n join public.emergency_contacts r on r.pet_id = n.pet_id
    where n.pet_id is not null;
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct n.organization_id, 'medical_records', r.id, case when exists (select from (select n.*) link where ended_on is null) then 'enter' else 'leave' end
    from new_rows n join public.medical_records r on r.pet_id = n.pet_id
    where n.pet_id is not null;
  elsif tg_op = 'UPDATE' then
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct o.organization_id, 'profiles', o.owner_id, 'leave'
    from old_rows o
      join new_rows n on n.id = o.id and (o.organization_id, o.owner_id, exists (select from (select o.*) link where ended_on is null)) is distinct from
        (n.organization_id, n.owner_id, exists (select from (select n.*) link where ended_on is null))
    where o.owner_id is not null;
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct n.organization_id, 'profiles', n.owner_id, case when exists (select from (select n.*) link where ended_on is null) then 'enter' else 'leave' end
    from new_rows n
      join old_rows o on o.id = n.id and (o.organization_id, o.owner_id, exists (select from (select o.*) link where ended_on is null)) is distinct from
        (n.organization_id, n.owner_id, exists (select from (select n.*) link where ended_on is null))
    where n.owner_id is not null;
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct o.organization_id, 'pets', o.pet_id, 'leave'
    from old_rows o
      join new_rows n on n.id = o.id and (o.organization_id, o.pet_id, exists (select from (select o.*) link where ended_on is null)) is distinct from
        (n.organization_id, n.pet_id, exists (select from (select n.*) link where ended_on is null))
    where o.pet_id is not null;
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct n.organization_id, 'pets', n.pet_id, case when exists (select from (select n.*) link where ended_on is null) then 'enter' else 'leave' end
    from new_rows n
      join old_rows o on o.id = n.id and (o.organization_id, o.pet_id, exists (select from (select o.*) link where ended_on is null)) is distinct from
        (n.organization_id, n.pet_id, exists (select from (select n.*) link where ended_on is null))
    where n.pet_id is not null;
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct o.organization_id, 'emergency_contacts', r.id, 'leave'
    from old_rows o join public.emergency_contacts r on r.pet_id = o.pet_id
      join new_rows n on n.id = o.id and (o.organization_id, o.pet_id, exists (select from (select o.*) link where ended_on is null)) is distinct from
        (n.organization_id, n.pet_id, exists (select from (select n.*) link where ended_on is null))
    where o.pet_id is not null;
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct n.organization_id, 'emergency_contacts', r.id, case when exists (select from (select n.*) link where ended_on is null) then 'enter' else 'leave' end
    from new_rows n join public.emergency_contacts r on r.pet_id = n.pet_id
      join old_rows o on o.id = n.id and (o.organization_id, o.pet_id, exists (select from (select o.*) link where ended_on is null)) is distinct from
        (n.organization_id, n.pet_id, exists (select from (select n.*) link where ended_on is null))
    where n.pet_id is not null;
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct o.organization_id, 'medical_records', r.id, 'leave'
    from old_rows o join public.medical_records r on r.pet_id = o.pet_id
      join new_rows n on n.id = o.id and (o.organization_id, o.pet_id, exists (select from (select o.*) link where ended_on is null)) is distinct from
        (n.organization_id, n.pet_id, exists (select from (select n.*) link where ended_on is null))
    where o.pet_id is not null;
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct n.organization_id, 'medical_records', r.id, case when exists (select from (select n.*) link where ended_on is null) then 'enter' else 'leave' end
    from new_rows n join public.medical_records r on r.pet_id = n.pet_id
      join old_rows o on o.id = n.id and (o.organization_id, o.pet_id, exists (select from (select o.*) link where ended_on is null)) is distinct from
        (n.organization_id, n.pet_id, exists (select from (select n.*) link where ended_on is null))
    where n.pet_id is not null;
  else
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct o.organization_id, 'profiles', o.owner_id, 'leave'
    from old_rows o
    where o.owner_id is not null;
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct o.organization_id, 'pets', o.pet_id, 'leave'
    from old_rows o
    where o.pet_id is not null;
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct o.organization_id, 'emergency_contacts', r.id, 'leave'
    from old_rows o join public.emergency_contacts r on r.pet_id = o.pet_id
    where o.pet_id is not null;
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct o.organization_id, 'medical_records', r.id, 'leave'
    from old_rows o join public.medical_records r on r.pet_id = o.pet_id
    where o.pet_id is not null;
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

create trigger update_profiles_updated_at before insert or update on public.profiles
  for each row execute function public.update_updated_at_column();
create trigger audit_profiles_trigger after insert or update or delete on public.profiles
  for each row execute function public.audit_trigger_function('*');
create trigger log_insert after insert on public.profiles
  referencing new table as new_rows
  for each statement execute function sync.log_profiles();
create trigger log_update after update on public.profiles
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_profiles();
create trigger log_delete after delete on public.profiles
  referencing old table as old_rows
  for each statement execute function sync.log_profiles();
create trigger refuse_truncate before truncate on public.profiles
  for each statement execute function sync.refuse_truncate();

create trigger update_pets_updated_at before insert or update on public.pets
  for each row execute function public.update_updated_at_column();
create trigger audit_pets_trigger after insert or update or delete on public.pets
  for each row execute function public.audit_trigger_function('*');
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

create trigger update_clinic_clients_updated_at before insert or update on public.clinic_clients
  for each row execute function public.update_updated_at_column();
create trigger audit_clinic_clients_trigger after insert or update or delete on public.clinic_clients
  for each row execute function public.audit_trigger_function('organization_id');
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

create trigger update_pet_collaborators_updated_at before insert or update on public.pet_collaborators
  for each row execute function public.update_updated_at_column();
create trigger audit_pet_collaborators_trigger after insert or update or delete on public.pet_collaborators
  for each row execute function public.audit_trigger_function('');

create trigger update_pet_shares_updated_at before insert or update on public.pet_shares
  for each row execute function public.update_updated_at_column();
create trigger audit_pet_shares_trigger after insert or update or delete on public.pet_shares
  for each row execute function public.audit_trigger_function('', 'token_hash');

create trigger update_pet_media_updated_at before insert or update on public.pet_media
  for each row execute function public.update_updated_at_column();

create trigger update_pet_transfer_logs_updated_at before insert or update on public.pet_transfer_logs
  for each row execute function public.update_updated_at_column();
create trigger audit_pet_transfer_logs_trigger after insert or update or delete on public.pet_transfer_logs
  for each row execute function public.audit_trigger_function('');

create trigger update_emergency_contacts_updated_at before insert or update on public.emergency_contacts
  for each row execute function public.update_updated_at_column();
create trigger audit_emergency_contacts_trigger after insert or update or delete on public.emergency_contacts
  for each row execute function public.audit_trigger_function('*');
create trigger log_insert after insert on public.emergency_contacts
  referencing new table as new_rows
  for each statement execute function sync.log_emergency_contacts();
create trigger log_update after update on public.emergency_contacts
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_emergency_contacts();
create trigger log_delete after delete on public.emergency_contacts
  referencing old table as old_rows
  for each statement execute function sync.log_emergency_contacts();
create trigger refuse_truncate before truncate on public.emergency_contacts
  for each statement execute function sync.refuse_truncate();

create trigger update_clinic_patients_updated_at before insert or update on public.clinic_patients
  for each row execute function public.update_updated_at_column();
create trigger audit_clinic_patients_trigger after insert or update or delete on public.clinic_patients
  for each row execute function public.audit_trigger_function('organization_id');
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

create policy may_read on public.profiles for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    profiles.id = (select auth.uid())
    or (select access.is_platform_admin())
    or (exists (select from public.organization_users link where link.user_id = profiles.id
      and (status = 'active') and link.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[]))
    or exists (select from public.clinic_patients link where link.owner_id = profiles.id
      and (ended_on is null) and link.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])))
  ));
create policy may_change on public.profiles for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    profiles.id = (select auth.uid())
  ))
  with check (profiles.id = (select auth.uid()));

create policy may_read on public.pets for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    pets.owner_id = (select auth.uid())
    or ((pets.registered_by = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
      and not exists (select from public.clinic_patients link where link.pet_id = pets.id and link.organization_id = pets.registered_by))
    or exists (select from public.clinic_patients link where link.pet_id = pets.id
      and (ended_on is null) and link.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])))
    or pets.id = any((select access.pets_shared_with_me())::uuid[])
    or pets.id = any((select access.pets_lent_to_me())::uuid[])
  ));
create policy may_add on public.pets for insert to authenticated
  with check ((pets.owner_id = (select auth.uid()) and (registered_by is null))
    or (pets.registered_by = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) and (owner_id is null or owner_id = (select auth.uid()))));
create policy may_change on public.pets for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    pets.owner_id = (select auth.uid())
    or ((pets.registered_by = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
      and not exists (select from public.clinic_patients link where link.pet_id = pets.id and link.organization_id = pets.registered_by))
    or exists (select from public.clinic_patients link where link.pet_id = pets.id
      and (ended_on is null) and link.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])))
    or pets.id = any((select access.pets_i_may_edit())::uuid[])
    or pets.id = any((select access.pets_lent_to_me_to_edit())::uuid[])
  ))
  with check (pets.owner_id = (select auth.uid())
    or ((pets.registered_by = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
      and not exists (select from public.clinic_patients link where link.pet_id = pets.id and link.organization_id = pets.registered_by))
    or exists (select from public.clinic_patients link where link.pet_id = pets.id
      and (ended_on is null) and link.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])))
    or pets.id = any((select access.pets_i_may_edit())::uuid[])
    or pets.id = any((select access.pets_lent_to_me_to_edit())::uuid[]));
create policy may_delete on public.pets for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (pets.owner_id = (select auth.uid()) and (registered_by is null))
  ));

create policy may_read on public.clinic_clients for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    clinic_clients.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.clinic_clients for insert to authenticated
  with check (clinic_clients.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.clinic_clients for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    clinic_clients.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (clinic_clients.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.clinic_clients for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    clinic_clients.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.pet_collaborators for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    pet_collaborators.user_id = (select auth.uid())
    or pet_collaborators.pet_id = any((select access.pets_i_own())::uuid[])
    or pet_collaborators.pet_id = any((select access.pets_i_manage())::uuid[])
  ));
create policy may_add on public.pet_collaborators for insert to authenticated
  with check (pet_collaborators.pet_id = any((select access.pets_i_own())::uuid[])
    or (pet_collaborators.pet_id = any((select access.pets_i_manage())::uuid[]) and (permission <> 'manage')));
create policy may_change on public.pet_collaborators for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    pet_collaborators.pet_id = any((select access.pets_i_own())::uuid[])
    or (pet_collaborators.pet_id = any((select access.pets_i_manage())::uuid[]) and (permission <> 'manage'))
  ))
  with check (pet_collaborators.pet_id = any((select access.pets_i_own())::uuid[])
    or (pet_collaborators.pet_id = any((select access.pets_i_manage())::uuid[]) and (permission <> 'manage')));
create policy may_delete on public.pet_collaborators for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    pet_collaborators.user_id = (select auth.uid())
    or pet_collaborators.pet_id = any((select access.pets_i_own())::uuid[])
    or (pet_collaborators.pet_id = any((select access.pets_i_manage())::uuid[]) and (permission <> 'manage'))
  ));

create policy may_read on public.pet_shares for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    pet_shares.claimed_by = (select auth.uid())
    or pet_shares.pet_id = any((select access.pets_i_own())::uuid[])
    or pet_shares.pet_id = any((select access.pets_i_manage())::uuid[])
  ));
create policy may_change on public.pet_shares for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    pet_shares.pet_id = any((select access.pets_i_own())::uuid[])
    or pet_shares.pet_id = any((select access.pets_i_manage())::uuid[])
  ))
  with check (pet_shares.pet_id = any((select access.pets_i_own())::uuid[])
    or pet_shares.pet_id = any((select access.pets_i_manage())::uuid[]));
create policy may_delete on public.pet_shares for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    pet_shares.claimed_by = (select auth.uid())
    or pet_shares.pet_id = any((select access.pets_i_own())::uuid[])
    or pet_shares.pet_id = any((select access.pets_i_manage())::uuid[])
  ));

create policy may_read on public.pet_media for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    exists (select from public.pets where pets.id = pet_media.pet_id)
  ));
create policy may_add on public.pet_media for insert to authenticated
  with check ((pet_media.uploaded_by = (select auth.uid())
      and exists (select from public.pets where pets.id = pet_media.pet_id
      and (pets.owner_id = (select auth.uid())
    or ((pets.registered_by = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
      and not exists (select from public.clinic_patients link where link.pet_id = pets.id and link.organization_id = pets.registered_by))
    or exists (select from public.clinic_patients link where link.pet_id = pets.id
      and (ended_on is null) and link.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])))
    or pets.id = any((select access.pets_i_may_edit())::uuid[])
    or pets.id = any((select access.pets_lent_to_me_to_edit())::uuid[])))));
create policy may_change on public.pet_media for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (pet_media.pet_id = any((select access.pets_i_own())::uuid[])
    or (pet_media.uploaded_by = (select auth.uid())
      and exists (select from public.pets where pets.id = pet_media.pet_id)))
    and (exists (select from public.pets where pets.id = pet_media.pet_id))
  ))
  with check (pet_media.pet_id = any((select access.pets_i_own())::uuid[])
    or (pet_media.uploaded_by = (select auth.uid())
      and exists (select from public.pets where pets.id = pet_media.pet_id)));
create policy may_delete on public.pet_media for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (pet_media.pet_id = any((select access.pets_i_own())::uuid[])
    or (pet_media.uploaded_by = (select auth.uid())
      and exists (select from public.pets where pets.id = pet_media.pet_id)))
    and (exists (select from public.pets where pets.id = pet_media.pet_id))
  ));

create policy may_read on public.pet_transfer_logs for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    pet_transfer_logs.from_id = (select auth.uid())
    or pet_transfer_logs.to_id = (select auth.uid())
    or pet_transfer_logs.from_organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.emergency_contacts for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    exists (select from public.clinic_patients link where link.pet_id = emergency_contacts.pet_id
      and (ended_on is null) and link.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[]))
    or emergency_contacts.pet_id = any((select access.pets_i_own())::uuid[])
    or emergency_contacts.pet_id = any((select access.pets_shared_with_me())::uuid[])
    or emergency_contacts.pet_id = any((select access.pets_lent_to_me())::uuid[])
  ));
create policy may_add on public.emergency_contacts for insert to authenticated
  with check (emergency_contacts.pet_id = any((select access.pets_i_own())::uuid[])
    or emergency_contacts.pet_id = any((select access.pets_i_may_edit())::uuid[])
    or emergency_contacts.pet_id = any((select access.pets_lent_to_me_to_edit())::uuid[]));
create policy may_change on public.emergency_contacts for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    emergency_contacts.pet_id = any((select access.pets_i_own())::uuid[])
    or emergency_contacts.pet_id = any((select access.pets_i_may_edit())::uuid[])
    or emergency_contacts.pet_id = any((select access.pets_lent_to_me_to_edit())::uuid[])
  ))
  with check (emergency_contacts.pet_id = any((select access.pets_i_own())::uuid[])
    or emergency_contacts.pet_id = any((select access.pets_i_may_edit())::uuid[])
    or emergency_contacts.pet_id = any((select access.pets_lent_to_me_to_edit())::uuid[]));
create policy may_delete on public.emergency_contacts for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    emergency_contacts.pet_id = any((select access.pets_i_own())::uuid[])
    or emergency_contacts.pet_id = any((select access.pets_i_may_edit())::uuid[])
    or emergency_contacts.pet_id = any((select access.pets_lent_to_me_to_edit())::uuid[])
  ));

create policy may_read on public.clinic_patients for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    clinic_patients.owner_id = (select auth.uid())
    or clinic_patients.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.clinic_patients for insert to authenticated
  with check (clinic_patients.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.clinic_patients for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    clinic_patients.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (clinic_patients.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.clinic_patients for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (clinic_patients.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) and (owner_id is null))
  ));

-- Who may share a pet: its owner, and whoever manages it.
create function access.may_share(p_user_id uuid, p_pet_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from public.pets p where p.id = p_pet_id and p.owner_id = p_user_id
    union all
    select from public.pet_collaborators c
    where c.pet_id = p_pet_id
      and c.user_id = p_user_id
      and c.permission = 'manage'
      and c.accepted_at is not null
      and c.revoked_at is null
      and (c.expires_at is null or c.expires_at > now())
  );
end $$;
comment on function access.may_share(uuid, uuid) is 'Whether a person may share a pet.';
revoke all on function access.may_share(uuid, uuid) from public;

-- Collaborators: invited by e-mail, named once they accept.
create function access.name_inviter() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.email := lower(trim(new.email));
  if tg_op = 'INSERT' then
    new.invited_by := coalesce(auth.uid(), new.invited_by);
  elsif old.user_id is not null and new.email <> old.email then
    raise exception 'an invitation that was accepted keeps its e-mail address'
      using errcode = '22023', hint = 'Invite the other person too.';
  end if;
  return new;
end $$;
comment on function access.name_inviter() is 'Keep who shared a pet, and with which address.';
revoke all on function access.name_inviter() from public;

create trigger name_inviter before insert or update on public.pet_collaborators
  for each row execute function access.name_inviter();

create function public.answer_pet_invitation(p_collaborator_id uuid, p_accept boolean)
returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_asked public.pet_collaborators;
begin
  select c.* into v_asked from public.pet_collaborators c
    where c.id = p_collaborator_id for update;
  if not found or v_asked.accepted_at is not null or v_asked.revoked_at is not null
    or v_asked.expires_at <= now()
    or v_asked.email is distinct from access.my_email()
    or not access.may_share(v_asked.invited_by, v_asked.pet_id)
  then
    raise exception 'there is no such invitation for you' using errcode = 'P0002';
  end if;
  if p_accept then
    update public.pet_collaborators set user_id = auth.uid(), accepted_at = now()
    where id = p_collaborator_id;
  else
    delete from public.pet_collaborators where id = p_collaborator_id;
  end if;
end $$;
comment on function public.answer_pet_invitation(uuid, boolean)
  is 'Accept or decline to share a pet that somebody shares with one''s e-mail address.';
revoke all on function public.answer_pet_invitation(uuid, boolean) from public;
grant execute on function public.answer_pet_invitation(uuid, boolean) to authenticated;

-- Shares for a time, by a token.
create function public.share_pet(
  p_pet_id uuid,
  p_expires_at timestamptz,
  p_permission public.pet_permission default 'view',
  p_max_uses bigint default 1,
  p_label text default null
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_token text := access.new_token();
begin
  if not access.may_share(auth.uid(), p_pet_id) then
    raise exception 'only the owner of a pet, or who manages it, shares it'
      using errcode = '42501';
  end if;
  if p_expires_at is null or p_expires_at not between now() and now() + interval '1 year' then
    raise exception 'a share ends within a year' using errcode = '22023';
  end if;
  insert into public.pet_shares
    (pet_id, label, permission, token_hash, created_by, max_uses, expires_at)
  values (
    p_pet_id, p_label, p_permission, access.hash_of(v_token), auth.uid(), p_max_uses, p_expires_at
  );
  return v_token;
end $$;
comment on function public.share_pet(uuid, timestamptz, public.pet_permission, bigint, text)
  is 'Share a pet for a time; returns the token, which is told only now.';
revoke all on function
  public.share_pet(uuid, timestamptz, public.pet_permission, bigint, text) from public;
grant execute on function
  public.share_pet(uuid, timestamptz, public.pet_permission, bigint, text) to authenticated;

create function public.claim_pet_share(p_token text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_share public.pet_shares;
begin
  if auth.uid() is null then
    raise exception 'nobody is signed in' using errcode = '42501';
  end if;
  select s.* into v_share from public.pet_shares s
    where s.token_hash = access.hash_of(p_token) for update;
  if not found or v_share.revoked_at is not null or v_share.expires_at <= now()
    or not access.may_share(v_share.created_by, v_share.pet_id)
  then
    raise exception 'the share does not hold, or not any more' using errcode = 'P0002',
      hint = 'Ask for another.';
  end if;
  if exists (
    select from public.pet_shares s
    where s.share_id = v_share.id and s.claimed_by = auth.uid()
    union all
    select from public.pets p where p.id = v_share.pet_id and p.owner_id = auth.uid()
  ) then
    return v_share.pet_id; -- it is there already
  end if;
  if v_share.uses >= v_share.max_uses then
    raise exception 'the share was claimed already' using errcode = 'P0002',
      hint = 'Ask for another.';
  end if;
  insert into public.pet_shares (
    pet_id, label, permission, created_by, share_id, claimed_by, claimed_at, expires_at
  )
  values (
    v_share.pet_id, v_share.label, v_share.permission, v_share.created_by, v_share.id,
    auth.uid(), now(), v_share.expires_at
  );
  update public.pet_shares set uses = uses + 1 where id = v_share.id;
  return v_share.pet_id;
end $$;
comment on function public.claim_pet_share(text)
  is 'Take a share of a pet by its token; returns the pet.';
revoke all on function public.claim_pet_share(text) from public;
grant execute on function public.claim_pet_share(text) to authenticated;

-- What is changed of a token holds for those who claimed it.
create function access.pass_on_share() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.pet_shares s
  set permission = new.permission, expires_at = new.expires_at,
    revoked_at = coalesce(new.revoked_at, s.revoked_at)
  where s.share_id = new.id;
  return null;
end $$;
comment on function access.pass_on_share() is 'Change what was claimed with a share as the share.';
revoke all on function access.pass_on_share() from public;

create trigger pass_on_share
  after update of permission, expires_at, revoked_at on public.pet_shares
  for each row when (new.share_id is null) execute function access.pass_on_share();

-- What waits for an answer of the person who asks.
create function public.my_pet_invitations() returns table (
  kind text,
  id uuid,
  pet_name text,
  species text,
  from_name text,
  permission public.pet_permission,
  reason public.pet_transfer_reason,
  message text,
  expires_at timestamptz
)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
begin
  return query
    select 'share', c.id, p.name, p.species, f.full_name, c.permission,
      null::public.pet_transfer_reason, c.message, c.expires_at
    from public.pet_collaborators c
    join public.pets p on p.id = c.pet_id
    left join public.profiles f on f.id = c.invited_by
    where c.email = access.my_email()
      and c.accepted_at is null
      and c.revoked_at is null
      and (c.expires_at is null or c.expires_at > now())
      and access.may_share(c.invited_by, c.pet_id)
    union all
    select 'transfer', t.id, p.name, p.species, coalesce(o.name, f.full_name), null, t.reason,
      t.note, t.expires_at
    from public.pet_transfer_logs t
    join public.pets p on p.id = t.pet_id
    left join public.profiles f on f.id = t.from_id
    left join public.organizations o on o.id = t.from_organization_id
    where t.to_email = access.my_email()
      and t.status = 'offered'
      and t.expires_at > now();
end $$;
comment on function public.my_pet_invitations() is 'The pets that others offer or share with me.';
revoke all on function public.my_pet_invitations() from public;
grant execute on function public.my_pet_invitations() to authenticated;

-- A pet gets another owner when that one accepts. A clinic offers a pet it registered for somebody
-- who had no account yet.
create function access.may_hand_over(p_pet public.pets) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return p_pet.owner_id = auth.uid()
    or p_pet.owner_id is null
    and p_pet.registered_by = any(access.organizations_as('{owner,manager,veterinarian,staff}'));
end $$;
comment on function access.may_hand_over(public.pets) is 'Whether who asks may give a pet away.';
revoke all on function access.may_hand_over(public.pets) from public;

create function public.transfer_pet(
  p_pet_id uuid,
  p_to_email text,
  p_reason public.pet_transfer_reason default 'gift',
  p_note text default null
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_pet public.pets;
  v_email text := lower(trim(p_to_email));
  v_id uuid;
begin
  select p.* into v_pet from public.pets p where p.id = p_pet_id for update;
  if not coalesce(access.may_hand_over(v_pet), false) then
    raise exception 'only its owner gives a pet away' using errcode = '42501';
  end if;
  if v_email is null or v_email !~ '^[^@[:space:]]+@[^@[:space:]]+$' then
    raise exception 'that is no e-mail address' using errcode = '22023';
  end if;
  if v_pet.owner_id is not null and v_email = access.my_email() then
    raise exception 'the pet is yours already' using errcode = '22023';
  end if;
  update public.pet_transfer_logs t set status = 'cancelled', settled_at = now()
  where t.pet_id = p_pet_id and t.status = 'offered';
  insert into public.pet_transfer_logs (
    pet_id, from_id, from_organization_id, offered_by, to_email, reason, note, expires_at
  )
  values (
    p_pet_id, v_pet.owner_id, case when v_pet.owner_id is null then v_pet.registered_by end,
    auth.uid(), v_email, p_reason, p_note, now() + interval '30 days'
  )
  returning id into v_id;
  return v_id;
end $$;
comment on function public.transfer_pet(uuid, text, public.pet_transfer_reason, text)
  is 'Offer a pet to another owner, who has 30 days to accept.';
revoke all on function
  public.transfer_pet(uuid, text, public.pet_transfer_reason, text) from public;
grant execute on function
  public.transfer_pet(uuid, text, public.pet_transfer_reason, text) to authenticated;

create function public.answer_pet_transfer(p_transfer_id uuid, p_accept boolean) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_offer public.pet_transfer_logs;
  v_owner uuid;
begin
  -- The pet first, as in offering, so that the two never wait for one another.
  select p.owner_id into v_owner
    from public.pets p join public.pet_transfer_logs t on t.pet_id = p.id
    where t.id = p_transfer_id for update of p;
  select t.* into v_offer from public.pet_transfer_logs t where t.id = p_transfer_id for update;
  if not found or v_offer.to_email is distinct from access.my_email()
    or v_offer.status <> 'offered' or v_offer.expires_at <= now()
    or v_owner is distinct from v_offer.from_id
    -- A clinic's offer, and not one of an owner who is gone.
    or (v_offer.from_id is null and v_offer.from_organization_id is null)
  then
    raise exception 'there is no such offer for you' using errcode = 'P0002';
  end if;
  if p_accept then
    update public.pet_transfer_logs
    set status = 'accepted', to_id = auth.uid(), settled_at = now()
    where id = p_transfer_id;
    update public.pets set owner_id = auth.uid() where id = v_offer.pet_id;
  else
    update public.pet_transfer_logs set status = 'declined', settled_at = now()
    where id = p_transfer_id;
  end if;
end $$;
comment on function public.answer_pet_transfer(uuid, boolean)
  is 'Accept or decline a pet that is offered to one''s e-mail address.';
revoke all on function public.answer_pet_transfer(uuid, boolean) from public;
grant execute on function public.answer_pet_transfer(uuid, boolean) to authenticated;

create function public.cancel_pet_transfer(p_transfer_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.pet_transfer_logs t set status = 'cancelled', settled_at = now()
  from public.pets p
  where t.id = p_transfer_id and p.id = t.pet_id and t.status = 'offered'
    and access.may_hand_over(p);
  if not found then
    raise exception 'there is no such offer of yours' using errcode = 'P0002';
  end if;
end $$;
comment on function public.cancel_pet_transfer(uuid) is 'Take back the offer of a pet.';
revoke all on function public.cancel_pet_transfer(uuid) from public;
grant execute on function public.cancel_pet_transfer(uuid) to authenticated;

-- What was settled stays; only the names of those who are gone are taken out of it.
create function access.keep_transfer() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    if exists (select from public.pets p where p.id = old.pet_id) then
      raise exception 'the history of a pet is never deleted' using errcode = '42501';
    end if;
    return old;
  end if;
  if old.status <> 'offered' and (
    new.from_id is not null and new.from_id is distinct from old.from_id
    or new.to_id is not null and new.to_id is distinct from old.to_id
    or new.offered_by is not null and new.offered_by is distinct from old.offered_by
    or new.from_organization_id is not null
    and new.from_organization_id is distinct from old.from_organization_id
    or (new.pet_id, new.to_email, new.reason, new.note, new.status, new.offered_at,
      new.expires_at, new.settled_at)
    is distinct from (old.pet_id, old.to_email, old.reason, old.note, old.status, old.offered_at,
      old.expires_at, old.settled_at)
  ) then
    raise exception 'the history of a pet never changes' using errcode = '42501';
  end if;
  return new;
end $$;
comment on function access.keep_transfer() is 'Refuse to change what was settled.';
revoke all on function access.keep_transfer() from public;

create trigger keep_transfer before update or delete on public.pet_transfer_logs
  for each row execute function access.keep_transfer();

-- With another owner, those with whom the former one shared the pet see it no more, and whom to
-- call is asked anew. Clinics keep it, and see its new owner; who registered it gets a link, which
-- the owner may end.
create function access.hand_over() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.pet_transfer_logs t set status = 'cancelled', settled_at = now()
  where t.pet_id = new.id and t.status = 'offered';
  if new.owner_id is not null then
    delete from public.pet_collaborators where pet_id = new.id;
    delete from public.pet_shares where pet_id = new.id;
    delete from public.emergency_contacts where pet_id = new.id;
  end if;
  update public.clinic_patients l
  set owner_id = new.owner_id,
    client_id = case
      when new.owner_id is not null and c.user_id = old.owner_id then (
        select o.id from public.clinic_clients o
        where o.organization_id = l.organization_id and o.user_id = new.owner_id
      )
      else l.client_id
    end
  from public.clinic_patients was
    left join public.clinic_clients c on c.id = was.client_id
  where l.pet_id = new.id and was.id = l.id;
  if new.owner_id is not null and new.registered_by is not null then
    insert into public.clinic_patients (organization_id, pet_id)
    values (new.registered_by, new.id)
    on conflict (organization_id, pet_id) do nothing;
  end if;
  return null;
end $$;
comment on function access.hand_over() is 'What follows when a pet gets another owner.';
revoke all on function access.hand_over() from public;

create trigger hand_over after update of owner_id on public.pets
  for each row when (old.owner_id is distinct from new.owner_id)
  execute function access.hand_over();

-- The links by which clinics see pets.
create function access.copy_owner() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.owner_id := (select p.owner_id from public.pets p where p.id = new.pet_id);
  return new;
end $$;
comment on function access.copy_owner() is 'Keep in a patient who owns the pet.';
revoke all on function access.copy_owner() from public;

create trigger copy_owner before insert on public.clinic_patients
  for each row execute function access.copy_owner();

-- A link that the owner ended is the owner's to begin again.
create function access.stay_ended() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.ended_on is null and old.ended_by_owner then
    if auth.uid() is not null and auth.uid() is distinct from old.owner_id then
      raise exception 'the owner of the pet has ended this' using errcode = '42501',
        table = 'clinic_patients';
    end if;
    new.ended_by_owner := false;
  end if;
  return new;
end $$;
comment on function access.stay_ended() is 'Refuse to begin again what the owner of a pet ended.';
revoke all on function access.stay_ended() from public;

create trigger stay_ended before update on public.clinic_patients
  for each row execute function access.stay_ended();

-- Make the pet of the person who asks a clinic's patient, with its owner as client. A link that
-- is there stays what it is.
create function access.link_patient(
  p_organization_id uuid, p_pet_id uuid, p_source public.patient_source
) returns public.clinic_patients
language plpgsql security definer set search_path = '' as $$
declare
  v_owner public.profiles;
  v_client uuid;
  v_link public.clinic_patients;
begin
  select o.* into v_owner from public.pets p join public.profiles o on o.id = p.owner_id
    where p.id = p_pet_id and o.id = auth.uid();
  if not found then
    raise exception 'the pet is not yours' using errcode = '42501';
  end if;
  -- Somebody the clinic knew before by this e-mail address is not entered twice.
  update public.clinic_clients c set user_id = v_owner.id
  where c.id = (
      select k.id from public.clinic_clients k
      where k.organization_id = p_organization_id
        and k.user_id is null
        and lower(k.email) = v_owner.email
      order by k.created_at limit 1
    )
    and not exists (
      select from public.clinic_clients k
      where k.organization_id = p_organization_id and k.user_id = v_owner.id
    );
  insert into public.clinic_clients (organization_id, full_name, phone, email, user_id)
  values (
    p_organization_id, coalesce(v_owner.full_name, v_owner.email, 'Pet owner'), v_owner.phone,
    v_owner.email, v_owner.id
  )
  on conflict (organization_id, user_id) do nothing;
  select c.id into v_client from public.clinic_clients c
    where c.organization_id = p_organization_id and c.user_id = v_owner.id;
  insert into public.clinic_patients (organization_id, pet_id, client_id, source)
  values (p_organization_id, p_pet_id, v_client, p_source)
  on conflict (organization_id, pet_id) do nothing;
  update public.clinic_patients l
  set source = p_source, ended_on = null, client_id = v_client
  where l.organization_id = p_organization_id and l.pet_id = p_pet_id and l.ended_on is not null;
  update public.clinic_patients l set client_id = v_client
  where l.organization_id = p_organization_id and l.pet_id = p_pet_id and l.client_id is null;
  select l.* into v_link from public.clinic_patients l
    where l.organization_id = p_organization_id and l.pet_id = p_pet_id;
  return v_link;
end $$;
comment on function access.link_patient(uuid, uuid, public.patient_source)
  is 'Make one''s own pet a patient of a clinic.';
revoke all on function access.link_patient(uuid, uuid, public.patient_source) from public;

create function public.share_pet_with_clinic(p_pet_id uuid, p_organization_id uuid) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_link public.clinic_patients;
begin
  v_link := access.link_patient(p_organization_id, p_pet_id, 'owner');
  -- It lasts beyond the visits now.
  update public.clinic_patients l set source = 'owner'
  where l.id = v_link.id and l.source in ('appointment', 'booking');
  return v_link.id;
end $$;
comment on function public.share_pet_with_clinic(uuid, uuid)
  is 'Let a clinic see one''s pet until it is ended; returns the link.';
revoke all on function public.share_pet_with_clinic(uuid, uuid) from public;
grant execute on function public.share_pet_with_clinic(uuid, uuid) to authenticated;

create function public.end_clinic_link(p_link_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_link public.clinic_patients;
begin
  select l.* into v_link from public.clinic_patients l
    where l.id = p_link_id and l.owner_id = auth.uid() for update;
  if not found then
    raise exception 'there is no such link of a pet of yours' using errcode = 'P0002';
  end if;
  -- The clinic could not tell any more whose visits these are.
  update public.appointments v set status = 'cancelled'
  where v.organization_id = v_link.organization_id and v.pet_id = v_link.pet_id
    and v.status in ('scheduled', 'confirmed') and v.scheduled_at > now();
  update public.bookings v set status = 'cancelled'
  where v.organization_id = v_link.organization_id and v.pet_id = v_link.pet_id
    and v.status in ('requested', 'confirmed') and v.start_date > current_date;
  update public.clinic_patients l
  set ended_on = coalesce(l.ended_on, current_date), ended_by_owner = true
  where l.id = v_link.id;
end $$;
comment on function public.end_clinic_link(uuid)
  is 'Let a clinic see one''s pet no more; only its owner begins it again.';
revoke all on function public.end_clinic_link(uuid) from public;
grant execute on function public.end_clinic_link(uuid) to authenticated;

-- An owner who books lets the clinic see the pet. Before the row is there, since its key asks for
-- the patient; the row's own policy is asked afterwards and takes all of it back.
create function access.link_by_visit() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from public.pets p where p.id = new.pet_id and p.owner_id = auth.uid()) then
    perform access.link_patient(
      new.organization_id, new.pet_id,
      case tg_table_name when 'bookings' then 'booking' else 'appointment' end
        ::public.patient_source
    );
  end if;
  return new;
end $$;
comment on function access.link_by_visit() is 'Let a clinic see the pet whose owner books.';
revoke all on function access.link_by_visit() from public;

-- When no visit is left that takes place, what began with a visit ends.
create function access.unlink_by_visit() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_off constant text[] := array['cancelled', 'no_show'];
begin
  if old.pet_id is null or old.status::text = any(v_off)
    or tg_op = 'UPDATE' and new.status::text <> all(v_off)
    and (new.organization_id, new.pet_id)
    is not distinct from (old.organization_id, old.pet_id)
  then
    return null;
  end if;
  update public.clinic_patients l set ended_on = current_date
  where l.organization_id = old.organization_id
    and l.pet_id = old.pet_id
    and l.ended_on is null
    and l.source in ('appointment', 'booking')
    and not exists (
      select from public.appointments a
      where a.organization_id = l.organization_id and a.pet_id = l.pet_id
        and a.status::text <> all(v_off)
      union all
      select from public.bookings b
      where b.organization_id = l.organization_id and b.pet_id = l.pet_id
        and b.status::text <> all(v_off)
    );
  return null;
end $$;
comment on function access.unlink_by_visit() is 'End what began with a visit, after the last.';
revoke all on function access.unlink_by_visit() from public;

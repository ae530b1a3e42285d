CREATE TABLE public.organizations (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    name TEXT NOT NULL,
    type public.org_type NOT NULL,
    status public.status DEFAULT 'active' NOT NULL,
    email TEXT,
    phone TEXT,
    address TEXT,
    country TEXT,
    time_zone TEXT DEFAULT 'UTC' NOT NULL,
    currency TEXT DEFAULT 'EUR' NOT NULL,
    legal_name TEXT,
    registration_number TEXT,
    vat_number TEXT,
    website TEXT,
    logo_url TEXT,
    opening_hours TEXT,
    payment_days BIGINT DEFAULT 14 NOT NULL,
    mass_unit public.shown_mass DEFAULT 'kg' NOT NULL,
    volume_unit public.shown_volume DEFAULT 'L' NOT NULL,
    temperature_unit public.shown_temperature DEFAULT 'C' NOT NULL,
    calving_day BIGINT DEFAULT 0 NOT NULL,
    feed_conversion_basis public.feed_conversion_basis DEFAULT 'live_weight' NOT NULL,
    lambing_basis public.lambing_basis DEFAULT 'exposed' NOT NULL,
    episode_gap_days BIGINT DEFAULT 14 NOT NULL,
    is_organic BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_organizations PRIMARY KEY (id),
    CONSTRAINT ck_organizations_payment_days_minimum CHECK (payment_days >= 0),
    CONSTRAINT ck_organizations_payment_days_maximum CHECK (payment_days <= 365),
    CONSTRAINT ck_organizations_calving_day_minimum CHECK (calving_day >= 0),
    CONSTRAINT ck_organizations_calving_day_maximum CHECK (calving_day <= 1),
    CONSTRAINT ck_organizations_episode_gap_days_minimum CHECK (episode_gap_days >= 1),
    CONSTRAINT ck_organizations_episode_gap_days_maximum CHECK (episode_gap_days <= 365)
);
comment on table public.organizations is 'A farm, a clinic or another tenant; nobody sees another''s rows.';
comment on column public.organizations.id is 'Id';
comment on column public.organizations.name is 'Name';
comment on column public.organizations.type is 'Type';
comment on column public.organizations.status is 'Status';
comment on column public.organizations.email is 'E-mail';
comment on column public.organizations.phone is 'Phone';
comment on column public.organizations.address is 'Address';
comment on column public.organizations.country is 'Country';
comment on column public.organizations.time_zone is 'Time zone';
comment on column public.organizations.currency is 'Currency';
comment on column public.organizations.legal_name is 'Legal name';
comment on column public.organizations.registration_number is 'Registration number';
comment on column public.organizations.vat_number is 'VAT number';
comment on column public.organizations.website is 'Website';
comment on column public.organizations.logo_url is 'Logo';
comment on column public.organizations.opening_hours is 'Opening hours';
comment on column public.organizations.payment_days is 'Invoices are due after, d';
comment on column public.organizations.mass_unit is 'Weights in';
comment on column public.organizations.volume_unit is 'Volumes in';
comment on column public.organizations.temperature_unit is 'Temperatures in';
comment on column public.organizations.calving_day is 'The day of calving is day';
comment on column public.organizations.feed_conversion_basis is 'Feed conversion divides by';
comment on column public.organizations.lambing_basis is 'Lambing % divides by ewes that were';
comment on column public.organizations.episode_gap_days is 'One illness, if treated again within, d';
comment on column public.organizations.is_organic is 'Organic: withdrawal is doubled';
comment on column public.organizations.created_at is 'Created';
comment on column public.organizations.updated_at is 'Changed';
comment on column public.organizations.updated_by is 'Changed by';
comment on column public.organizations.updated_device is 'Changed on';
comment on column public.organizations.row_version is 'Version';

CREATE TABLE public.organization_integrations (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    name TEXT NOT NULL,
    status public.organization_integration_status DEFAULT 'setting_up' NOT NULL,
    account TEXT,
    settings JSONB DEFAULT '{}' NOT NULL,
    secret_reference TEXT,
    connected_at TIMESTAMP WITH TIME ZONE,
    last_synced_at TIMESTAMP WITH TIME ZONE,
    last_error TEXT,
    failures BIGINT DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_organization_integrations PRIMARY KEY (id),
    CONSTRAINT uq_organization_integrations_organization_id_integratio_1848 UNIQUE (organization_id, integration_id, name),
    CONSTRAINT ck_organization_integrations_failures_minimum CHECK (failures >= 0),
    CONSTRAINT uq_organization_integrations_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_organization_integrations_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
CREATE INDEX ix_organization_integrations_integration_id ON public.organization_integrations (integration_id);
comment on table public.organization_integrations is 'A connection of an organization to another system, such as a laboratory or bookkeeping.';
comment on column public.organization_integrations.id is 'Id';
comment on column public.organization_integrations.organization_id is 'Organization';
comment on column public.organization_integrations.integration_id is 'Integration';
comment on column public.organization_integrations.name is 'Name';
comment on column public.organization_integrations.status is 'Status';
comment on column public.organization_integrations.account is 'Account there';
comment on column public.organization_integrations.settings is 'Settings';
comment on column public.organization_integrations.secret_reference is 'Where the secret store keeps its key';
comment on column public.organization_integrations.connected_at is 'Connected';
comment on column public.organization_integrations.last_synced_at is 'Last run';
comment on column public.organization_integrations.last_error is 'Last error';
comment on column public.organization_integrations.failures is 'Failures in a row';
comment on column public.organization_integrations.created_at is 'Created';
comment on column public.organization_integrations.updated_at is 'Changed';
comment on column public.organization_integrations.updated_by is 'Changed by';
comment on column public.organization_integrations.updated_device is 'Changed on';
comment on column public.organization_integrations.row_version is 'Version';

CREATE TABLE public.provider_profiles (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    person_id UUID,
    display_name TEXT NOT NULL,
    kind public.provider_kind DEFAULT 'other' NOT NULL,
    headline TEXT,
    description TEXT,
    services_summary TEXT,
    species TEXT,
    languages TEXT,
    city TEXT,
    region TEXT,
    country TEXT,
    travel_radius_km BIGINT,
    opening_hours TEXT,
    public_email TEXT,
    public_phone TEXT,
    website TEXT,
    picture_url TEXT,
    is_listed BOOLEAN DEFAULT false NOT NULL,
    verified_at TIMESTAMP WITH TIME ZONE,
    blocked_at TIMESTAMP WITH TIME ZONE,
    rating_average NUMERIC(14, 2),
    rating_count BIGINT DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_provider_profiles PRIMARY KEY (id),
    CONSTRAINT ck_provider_profiles_rating_average_range CHECK (rating_average is null or rating_average between 1 and 5),
    CONSTRAINT ck_provider_profiles_travel_radius_km_minimum CHECK (travel_radius_km >= 0),
    CONSTRAINT ck_provider_profiles_travel_radius_km_maximum CHECK (travel_radius_km <= 1000),
    CONSTRAINT ck_provider_profiles_rating_count_minimum CHECK (rating_count >= 0),
    CONSTRAINT uq_provider_profiles_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_provider_profiles_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_provider_profiles_organization_id_person_id FOREIGN KEY(organization_id, person_id) REFERENCES public.organization_users (organization_id, user_id) ON DELETE CASCADE
);
CREATE INDEX ix_provider_profiles_listed ON public.provider_profiles (country, city) WHERE is_listed and blocked_at is null;
CREATE INDEX ix_provider_profiles_organization_id_person_id ON public.provider_profiles (organization_id, person_id);
comment on table public.provider_profiles is 'A public face of an organization, a branch or one of its people, in the list of providers.';
comment on column public.provider_profiles.id is 'Id';
comment on column public.provider_profiles.organization_id is 'Organization';
comment on column public.provider_profiles.person_id is 'Person';
comment on column public.provider_profiles.display_name is 'Name';
comment on column public.provider_profiles.kind is 'Kind';
comment on column public.provider_profiles.headline is 'In one line';
comment on column public.provider_profiles.description is 'Description';
comment on column public.provider_profiles.services_summary is 'Services';
comment on column public.provider_profiles.species is 'Species';
comment on column public.provider_profiles.languages is 'Languages';
comment on column public.provider_profiles.city is 'City';
comment on column public.provider_profiles.region is 'Region';
comment on column public.provider_profiles.country is 'Country';
comment on column public.provider_profiles.travel_radius_km is 'Travels, km';
comment on column public.provider_profiles.opening_hours is 'Opening hours';
comment on column public.provider_profiles.public_email is 'Public e-mail';
comment on column public.provider_profiles.public_phone is 'Public phone';
comment on column public.provider_profiles.website is 'Website';
comment on column public.provider_profiles.picture_url is 'Picture';
comment on column public.provider_profiles.is_listed is 'Listed in the catalogue';
comment on column public.provider_profiles.verified_at is 'Verified';
comment on column public.provider_profiles.blocked_at is 'Taken off the catalogue';
comment on column public.provider_profiles.rating_average is 'Rating';
comment on column public.provider_profiles.rating_count is 'Ratings';
comment on column public.provider_profiles.created_at is 'Created';
comment on column public.provider_profiles.updated_at is 'Changed';
comment on column public.provider_profiles.updated_by is 'Changed by';
comment on column public.provider_profiles.updated_device is 'Changed on';
comment on column public.provider_profiles.row_version is 'Version';

CREATE TABLE public.staff_shifts (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    user_id UUID NOT NULL,
    role public.role DEFAULT 'staff' NOT NULL,
    duty TEXT,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    break_minutes BIGINT DEFAULT 0 NOT NULL,
    is_on_call BOOLEAN DEFAULT false NOT NULL,
    room_id UUID,
    location TEXT,
    status public.staff_shift_status DEFAULT 'planned' NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_staff_shifts PRIMARY KEY (id),
    CONSTRAINT ck_staff_shifts_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT ck_staff_shifts_break_minutes_minimum CHECK (break_minutes >= 0),
    CONSTRAINT ck_staff_shifts_break_minutes_maximum CHECK (break_minutes <= 480),
    CONSTRAINT uq_staff_shifts_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_staff_shifts_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_staff_shifts_organization_id_user_id FOREIGN KEY(organization_id, user_id) REFERENCES public.organization_users (organization_id, user_id) ON DELETE RESTRICT,
    CONSTRAINT fk_staff_shifts_organization_id_room_id FOREIGN KEY(organization_id, room_id) REFERENCES public.rooms (organization_id, id) ON DELETE SET NULL (room_id)
);
CREATE INDEX ix_staff_shifts_day ON public.staff_shifts (organization_id, starts_at);
CREATE INDEX ix_staff_shifts_organization_id_room_id ON public.staff_shifts (organization_id, room_id);
CREATE INDEX ix_staff_shifts_organization_id_user_id ON public.staff_shifts (organization_id, user_id);
comment on table public.staff_shifts is 'The time for which one of the staff is planned.';
comment on column public.staff_shifts.id is 'Id';
comment on column public.staff_shifts.organization_id is 'Organization';
comment on column public.staff_shifts.user_id is 'Person';
comment on column public.staff_shifts.role is 'Role';
comment on column public.staff_shifts.duty is 'Duty';
comment on column public.staff_shifts.starts_at is 'Starts';
comment on column public.staff_shifts.ends_at is 'Ends';
comment on column public.staff_shifts.break_minutes is 'Break, min';
comment on column public.staff_shifts.is_on_call is 'On call';
comment on column public.staff_shifts.room_id is 'Room';
comment on column public.staff_shifts.location is 'Place';
comment on column public.staff_shifts.status is 'Status';
comment on column public.staff_shifts.notes is 'Notes';
comment on column public.staff_shifts.created_at is 'Created';
comment on column public.staff_shifts.updated_at is 'Changed';
comment on column public.staff_shifts.updated_by is 'Changed by';
comment on column public.staff_shifts.updated_device is 'Changed on';
comment on column public.staff_shifts.row_version is 'Version';

CREATE TABLE public.organization_services (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    service_id UUID NOT NULL,
    provider_id UUID,
    title TEXT NOT NULL,
    description TEXT,
    species TEXT[] DEFAULT '{}' NOT NULL,
    price_kind public.offer_price_kind DEFAULT 'fixed' NOT NULL,
    price NUMERIC(14, 2),
    currency TEXT DEFAULT 'EUR' NOT NULL,
    deposit NUMERIC(14, 2),
    duration_minutes BIGINT,
    at_home BOOLEAN DEFAULT false NOT NULL,
    is_public BOOLEAN DEFAULT false NOT NULL,
    books_online BOOLEAN DEFAULT false NOT NULL,
    notice_hours BIGINT,
    cancellation_hours BIGINT,
    position BIGINT DEFAULT 0 NOT NULL,
    status public.status DEFAULT 'active' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_organization_services PRIMARY KEY (id),
    CONSTRAINT ck_organization_services_price_minimum CHECK (price >= 0),
    CONSTRAINT ck_organization_services_price_maximum CHECK (price <= 1000000),
    CONSTRAINT ck_organization_services_deposit_minimum CHECK (deposit >= 0),
    CONSTRAINT ck_organization_services_deposit_maximum CHECK (deposit <= 1000000),
    CONSTRAINT ck_organization_services_duration_minutes_minimum CHECK (duration_minutes >= 5),
    CONSTRAINT ck_organization_services_duration_minutes_maximum CHECK (duration_minutes <= 525600),
    CONSTRAINT ck_organization_services_notice_hours_minimum CHECK (notice_hours >= 0),
    CONSTRAINT ck_organization_services_notice_hours_maximum CHECK (notice_hours <= 8760),
    CONSTRAINT ck_organization_services_cancellation_hours_minimum CHECK (cancellation_hours >= 0),
    CONSTRAINT ck_organization_services_cancellation_hours_maximum CHECK (cancellation_hours <= 8760),
    CONSTRAINT ck_organization_services_position_minimum CHECK (position >= 0),
    CONSTRAINT ck_organization_services_position_maximum CHECK (position <= 10000),
    CONSTRAINT uq_organization_services_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_organization_services_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_organization_services_organization_id_service_id FOREIGN KEY(organization_id, service_id) REFERENCES public.services (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_organization_services_organization_id_provider_id FOREIGN KEY(organization_id, provider_id) REFERENCES public.provider_profiles (organization_id, id) ON DELETE SET NULL (provider_id)
);
CREATE INDEX ix_organization_services_organization_id_provider_id ON public.organization_services (organization_id, provider_id);
CREATE INDEX ix_organization_services_organization_id_service_id ON public.organization_services (organization_id, service_id);
comment on table public.organization_services is 'An offer of an organization: one of its services, on what terms, and who may see it.';
comment on column public.organization_services.id is 'Id';
comment on column public.organization_services.organization_id is 'Organization';
comment on column public.organization_services.service_id is 'Service';
comment on column public.organization_services.provider_id is 'Provider';
comment on column public.organization_services.title is 'Title';
comment on column public.organization_services.description is 'Description';
comment on column public.organization_services.species is 'Species';
comment on column public.organization_services.price_kind is 'Price is';
comment on column public.organization_services.price is 'Price';
comment on column public.organization_services.currency is 'Currency';
comment on column public.organization_services.deposit is 'Deposit';
comment on column public.organization_services.duration_minutes is 'Length, min';
comment on column public.organization_services.at_home is 'At the client''s home';
comment on column public.organization_services.is_public is 'Shown to everybody';
comment on column public.organization_services.books_online is 'Owners may ask for it';
comment on column public.organization_services.notice_hours is 'Notice, h';
comment on column public.organization_services.cancellation_hours is 'Free cancellation until, h';
comment on column public.organization_services.position is 'Order';
comment on column public.organization_services.status is 'Status';
comment on column public.organization_services.created_at is 'Created';
comment on column public.organization_services.updated_at is 'Changed';
comment on column public.organization_services.updated_by is 'Changed by';
comment on column public.organization_services.updated_device is 'Changed on';
comment on column public.organization_services.row_version is 'Version';

insert into sync.tables (name, position, kinds, belongs)
values ('organizations', 2, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  't.id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('provider_profiles', 31, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs, dated, recent)
values ('staff_shifts', 37, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid', 'ends_at',
  '(t.ends_at >= ''0001-01-02 UTC'' and t.ends_at < (%1$L || '' UTC'')::timestamptz and t.status::text = any(''{worked,missed,cancelled}'')) is not true');

alter table public.organizations enable row level security;
alter table public.organizations force row level security;
revoke all on public.organizations from public, anon, authenticated;
grant select, insert, update, delete on public.organizations to service_role;
grant select (id, name, type, status, email, phone, address, country, time_zone, currency, legal_name, registration_number, vat_number, website, logo_url, opening_hours, payment_days, mass_unit, volume_unit, temperature_unit, calving_day, feed_conversion_basis, lambing_basis, episode_gap_days, is_organic, created_at, updated_at, updated_by, updated_device, row_version) on public.organizations to authenticated;
grant update (name, email, phone, address, country, time_zone, currency, legal_name, registration_number, vat_number, website, logo_url, opening_hours, payment_days, mass_unit, volume_unit, temperature_unit, calving_day, feed_conversion_basis, lambing_basis, episode_gap_days, is_organic) on public.organizations to authenticated;

alter table public.organization_integrations enable row level security;
alter table public.organization_integrations force row level security;
revoke all on public.organization_integrations from public, anon, authenticated;
grant select, insert, update, delete on public.organization_integrations to service_role;
grant select (id, organization_id, integration_id, name, status, account, settings, connected_at, last_synced_at, last_error, failures, created_at, updated_at, updated_by, updated_device, row_version) on public.organization_integrations to authenticated;
grant insert (id, organization_id, integration_id, name, status, account, settings) on public.organization_integrations to authenticated;
grant update (integration_id, name, status, account, settings) on public.organization_integrations to authenticated;
grant delete on public.organization_integrations to authenticated;

alter table public.provider_profiles enable row level security;
alter table public.provider_profiles force row level security;
revoke all on public.provider_profiles from public, anon, authenticated;
grant select, insert, update, delete on public.provider_profiles to service_role;
grant select (id, organization_id, person_id, display_name, kind, headline, description, services_summary, species, languages, city, region, country, travel_radius_km, opening_hours, public_email, public_phone, website, picture_url, is_listed, verified_at, blocked_at, rating_average, rating_count, created_at, updated_at, updated_by, updated_device, row_version) on public.provider_profiles to authenticated;
grant select (id, organization_id, person_id, display_name, kind, headline, description, services_summary, species, languages, city, region, country, travel_radius_km, opening_hours, public_email, public_phone, website, picture_url, is_listed, verified_at, blocked_at, rating_average, rating_count, created_at, updated_at, updated_by, updated_device, row_version) on public.provider_profiles to anon;
grant insert (id, organization_id, person_id, display_name, kind, headline, description, services_summary, species, languages, city, region, country, travel_radius_km, opening_hours, public_email, public_phone, website, picture_url, is_listed) on public.provider_profiles to authenticated;
grant update (person_id, display_name, kind, headline, description, services_summary, species, languages, city, region, country, travel_radius_km, opening_hours, public_email, public_phone, website, picture_url, is_listed) on public.provider_profiles to authenticated;
grant delete on public.provider_profiles to authenticated;

alter table public.staff_shifts enable row level security;
alter table public.staff_shifts force row level security;
revoke all on public.staff_shifts from public, anon, authenticated;
grant select, insert, update, delete on public.staff_shifts to service_role;
grant select (id, organization_id, user_id, role, duty, starts_at, ends_at, break_minutes, is_on_call, room_id, location, status, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.staff_shifts to authenticated;
grant insert (id, organization_id, user_id, role, duty, starts_at, ends_at, break_minutes, is_on_call, room_id, location, status, notes) on public.staff_shifts to authenticated;
grant update (user_id, role, duty, starts_at, ends_at, break_minutes, is_on_call, room_id, location, status, notes) on public.staff_shifts to authenticated;
grant delete on public.staff_shifts to authenticated;

alter table public.organization_services enable row level security;
alter table public.organization_services force row level security;
revoke all on public.organization_services from public, anon, authenticated;
grant select, insert, update, delete on public.organization_services to service_role;
grant select (id, organization_id, service_id, provider_id, title, description, species, price_kind, price, currency, deposit, duration_minutes, at_home, is_public, books_online, notice_hours, cancellation_hours, position, status, created_at, updated_at, updated_by, updated_device, row_version) on public.organization_services to authenticated;
grant select (id, organization_id, service_id, provider_id, title, description, species, price_kind, price, currency, deposit, duration_minutes, at_home, is_public, books_online, notice_hours, cancellation_hours, position, status, created_at, updated_at, updated_by, updated_device, row_version) on public.organization_services to anon;
grant insert (id, organization_id, service_id, provider_id, title, description, species, price_kind, price, currency, deposit, duration_minutes, at_home, is_public, books_online, notice_hours, cancellation_hours, position, status) on public.organization_services to authenticated;
grant update (service_id, provider_id, title, description, species, price_kind, price, currency, deposit, duration_minutes, at_home, is_public, books_online, notice_hours, cancellation_hours, position, status) on public.organization_services to authenticated;
grant delete on public.organization_services to authenticated;

ALTER TABLE public.organization_users ADD CONSTRAINT fk_organization_users_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

ALTER TABLE public.invites ADD CONSTRAINT fk_invites_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

ALTER TABLE public.invite_codes ADD CONSTRAINT fk_invite_codes_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

ALTER TABLE public.pets ADD CONSTRAINT fk_pets_registered_by FOREIGN KEY(registered_by) REFERENCES public.organizations (id) ON DELETE RESTRICT;

ALTER TABLE public.clinic_clients ADD CONSTRAINT fk_clinic_clients_farm_id FOREIGN KEY(farm_id) REFERENCES public.organizations (id) ON DELETE SET NULL;

ALTER TABLE public.clinic_clients ADD CONSTRAINT fk_clinic_clients_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

ALTER TABLE public.services ADD CONSTRAINT fk_services_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

ALTER TABLE public.rooms ADD CONSTRAINT fk_rooms_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

ALTER TABLE public.conversations ADD CONSTRAINT fk_conversations_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE SET NULL;

ALTER TABLE public.notifications ADD CONSTRAINT fk_notifications_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

ALTER TABLE public.pet_transfer_logs ADD CONSTRAINT fk_pet_transfer_logs_from_organization_id FOREIGN KEY(from_organization_id) REFERENCES public.organizations (id) ON DELETE SET NULL;

ALTER TABLE public.clinic_patients ADD CONSTRAINT fk_clinic_patients_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

ALTER TABLE public.room_availability ADD CONSTRAINT fk_room_availability_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

ALTER TABLE public.messages ADD CONSTRAINT fk_messages_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE SET NULL;

ALTER TABLE public.bookings ADD CONSTRAINT fk_bookings_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

ALTER TABLE public.bookings ADD CONSTRAINT fk_bookings_organization_id_provider_id FOREIGN KEY(organization_id, provider_id) REFERENCES public.provider_profiles (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.appointments ADD CONSTRAINT fk_appointments_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

ALTER TABLE public.reminders ADD CONSTRAINT fk_reminders_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

ALTER TABLE public.ai_insights ADD CONSTRAINT fk_ai_insights_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

ALTER TABLE public.vaccine_logs ADD CONSTRAINT fk_vaccine_logs_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

ALTER TABLE public.health_diagnoses ADD CONSTRAINT fk_health_diagnoses_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

ALTER TABLE public.booking_items ADD CONSTRAINT fk_booking_items_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

ALTER TABLE public.medical_records ADD CONSTRAINT fk_medical_records_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

ALTER TABLE public.health_treatments ADD CONSTRAINT fk_health_treatments_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

create trigger update_organizations_updated_at before insert or update on public.organizations
  for each row execute function public.update_updated_at_column();
create trigger audit_organizations_trigger after insert or update or delete on public.organizations
  for each row execute function public.audit_trigger_function('id');
create trigger log_insert after insert on public.organizations
  referencing new table as new_rows
  for each statement execute function sync.log_organizations();
create trigger log_update after update on public.organizations
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_organizations();
create trigger log_delete after delete on public.organizations
  referencing old table as old_rows
  for each statement execute function sync.log_organizations();
create trigger refuse_truncate before truncate on public.organizations
  for each statement execute function sync.refuse_truncate();

create trigger update_organization_integrations_updated_at before insert or update on public.organization_integrations
  for each row execute function public.update_updated_at_column();
create trigger audit_organization_integrations_trigger after insert or update or delete on public.organization_integrations
  for each row execute function public.audit_trigger_function('organization_id', 'secret_reference');

create trigger update_provider_profiles_updated_at before insert or update on public.provider_profiles
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.provider_profiles
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.provider_profiles
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.provider_profiles
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.provider_profiles
  for each statement execute function sync.refuse_truncate();

create trigger update_staff_shifts_updated_at before insert or update on public.staff_shifts
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.staff_shifts
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.staff_shifts
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.staff_shifts
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.staff_shifts
  for each statement execute function sync.refuse_truncate();

create trigger update_organization_services_updated_at before insert or update on public.organization_services
  for each row execute function public.update_updated_at_column();

create policy may_read on public.organizations for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    organizations.id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or organizations.id <= (select access.last_for_platform_admin())
  ));
create policy may_change on public.organizations for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    organizations.id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (organizations.id = any((select access.organizations_as('{owner,manager}'))::uuid[]));

create policy may_read on public.organization_integrations for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    organization_integrations.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
create policy may_add on public.organization_integrations for insert to authenticated
  with check (organization_integrations.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.organization_integrations for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    organization_integrations.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (organization_integrations.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.organization_integrations for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    organization_integrations.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

create policy may_read on public.provider_profiles for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (is_listed and blocked_at is null)
    or provider_profiles.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or (select access.is_platform_admin())
  ));
create policy may_add on public.provider_profiles for insert to authenticated
  with check (provider_profiles.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.provider_profiles for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    provider_profiles.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (provider_profiles.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.provider_profiles for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    provider_profiles.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
create policy anyone_may_read on public.provider_profiles for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (is_listed and blocked_at is null)
  ));

create policy may_read on public.staff_shifts for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    staff_shifts.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.staff_shifts for insert to authenticated
  with check (staff_shifts.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.staff_shifts for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    staff_shifts.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (staff_shifts.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.staff_shifts for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    staff_shifts.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

create policy may_read on public.organization_services for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (is_public and status = 'active')
    or organization_services.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.organization_services for insert to authenticated
  with check (organization_services.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.organization_services for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    organization_services.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (organization_services.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.organization_services for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    organization_services.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
create policy anyone_may_read on public.organization_services for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (is_public and status = 'active')
  ));

-- What was verified is verified no more once it says that it is another.
create function public.unverify_provider() returns trigger
language plpgsql set search_path = '' as $$
begin
  if auth.uid() is not null
    and (new.display_name, new.kind, new.person_id, new.country)
    is distinct from (old.display_name, old.kind, old.person_id, old.country)
  then
    new.verified_at := null;
  end if;
  return new;
end $$;
comment on function public.unverify_provider()
  is 'Take the mark of verification from a provider who takes another name.';
revoke all on function public.unverify_provider() from public;

create trigger unverify before update on public.provider_profiles
  for each row execute function public.unverify_provider();

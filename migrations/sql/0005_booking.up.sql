CREATE TABLE public.services (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    category public.service_category DEFAULT 'other' NOT NULL,
    duration_minutes BIGINT DEFAULT 20 NOT NULL,
    buffer_minutes BIGINT DEFAULT 0 NOT NULL,
    price NUMERIC(14, 2),
    tax_rate NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    colour TEXT,
    status public.status DEFAULT 'active' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_services PRIMARY KEY (id),
    CONSTRAINT ck_services_duration_minutes_minimum CHECK (duration_minutes >= 5),
    CONSTRAINT ck_services_duration_minutes_maximum CHECK (duration_minutes <= 1440),
    CONSTRAINT ck_services_buffer_minutes_minimum CHECK (buffer_minutes >= 0),
    CONSTRAINT ck_services_buffer_minutes_maximum CHECK (buffer_minutes <= 240),
    CONSTRAINT ck_services_price_minimum CHECK (price >= 0),
    CONSTRAINT ck_services_price_maximum CHECK (price <= 1000000),
    CONSTRAINT ck_services_tax_rate_minimum CHECK (tax_rate >= 0),
    CONSTRAINT ck_services_tax_rate_maximum CHECK (tax_rate <= 100),
    CONSTRAINT uq_services_organization_id_id UNIQUE (organization_id, id)
);
comment on table public.services is 'Something a clinic does for a price, and how long it takes.';
comment on column public.services.id is 'Id';
comment on column public.services.organization_id is 'Organization';
comment on column public.services.name is 'Name';
comment on column public.services.category is 'Kind';
comment on column public.services.duration_minutes is 'Length, min';
comment on column public.services.buffer_minutes is 'Clearing up, min';
comment on column public.services.price is 'Price';
comment on column public.services.tax_rate is 'Tax in the price, %';
comment on column public.services.colour is 'Colour';
comment on column public.services.status is 'Status';
comment on column public.services.created_at is 'Created';
comment on column public.services.updated_at is 'Changed';
comment on column public.services.updated_by is 'Changed by';
comment on column public.services.updated_device is 'Changed on';
comment on column public.services.row_version is 'Version';

CREATE TABLE public.rooms (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    kind public.room_kind DEFAULT 'consulting' NOT NULL,
    capacity BIGINT DEFAULT 1 NOT NULL,
    double_booking public.double_booking DEFAULT 'never' NOT NULL,
    status public.status DEFAULT 'active' NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_rooms PRIMARY KEY (id),
    CONSTRAINT ck_rooms_capacity_minimum CHECK (capacity >= 1),
    CONSTRAINT ck_rooms_capacity_maximum CHECK (capacity <= 500),
    CONSTRAINT uq_rooms_organization_id_id UNIQUE (organization_id, id)
);
comment on table public.rooms is 'A room, table or cage that one patient has at a time.';
comment on column public.rooms.id is 'Id';
comment on column public.rooms.organization_id is 'Organization';
comment on column public.rooms.name is 'Name';
comment on column public.rooms.kind is 'Kind';
comment on column public.rooms.capacity is 'Places';
comment on column public.rooms.double_booking is 'Double booking';
comment on column public.rooms.status is 'Status';
comment on column public.rooms.notes is 'Notes';
comment on column public.rooms.created_at is 'Created';
comment on column public.rooms.updated_at is 'Changed';
comment on column public.rooms.updated_by is 'Changed by';
comment on column public.rooms.updated_device is 'Changed on';
comment on column public.rooms.row_version is 'Version';

CREATE TABLE public.room_availability (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    room_id UUID NOT NULL,
    kind public.room_availability_kind DEFAULT 'available' NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    capacity BIGINT,
    reason TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_room_availability PRIMARY KEY (id),
    CONSTRAINT ck_room_availability_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT ex_room_availability_room_id EXCLUDE USING gist (organization_id WITH =, room_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (kind <> 'available'),
    CONSTRAINT ck_room_availability_capacity_minimum CHECK (capacity >= 0),
    CONSTRAINT ck_room_availability_capacity_maximum CHECK (capacity <= 500),
    CONSTRAINT uq_room_availability_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_room_availability_organization_id_room_id FOREIGN KEY(organization_id, room_id) REFERENCES public.rooms (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_room_availability_organization_id_room_id ON public.room_availability (organization_id, room_id);
comment on table public.room_availability is 'A while in which a room is open with a number of places, or cannot be had.';
comment on column public.room_availability.id is 'Id';
comment on column public.room_availability.organization_id is 'Organization';
comment on column public.room_availability.room_id is 'Room';
comment on column public.room_availability.kind is 'Kind';
comment on column public.room_availability.starts_at is 'Starts';
comment on column public.room_availability.ends_at is 'Ends';
comment on column public.room_availability.capacity is 'Places';
comment on column public.room_availability.reason is 'Reason';
comment on column public.room_availability.notes is 'Notes';
comment on column public.room_availability.created_at is 'Created';
comment on column public.room_availability.updated_at is 'Changed';
comment on column public.room_availability.updated_by is 'Changed by';
comment on column public.room_availability.updated_device is 'Changed on';
comment on column public.room_availability.row_version is 'Version';

CREATE TABLE public.bookings (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    provider_id UUID,
    pet_id UUID NOT NULL,
    client_id UUID,
    kind public.booking_kind DEFAULT 'boarding' NOT NULL,
    service_id UUID,
    room_id UUID,
    start_date DATE NOT NULL,
    end_date DATE NOT NULL,
    drop_off_at TIMESTAMP WITH TIME ZONE,
    pick_up_at TIMESTAMP WITH TIME ZONE,
    status public.booking_status DEFAULT 'requested' NOT NULL,
    price NUMERIC(14, 2),
    deposit NUMERIC(14, 2),
    feeding TEXT,
    medication TEXT,
    belongings TEXT,
    checked_in_at TIMESTAMP WITH TIME ZONE,
    checked_out_at TIMESTAMP WITH TIME ZONE,
    cancellation_reason TEXT,
    notes TEXT,
    booked_by UUID DEFAULT auth.uid(),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_bookings PRIMARY KEY (id),
    CONSTRAINT ck_bookings_ends_after_start CHECK (end_date >= start_date),
    CONSTRAINT ck_bookings_picked_up_after_drop_off CHECK (pick_up_at > drop_off_at),
    CONSTRAINT ck_bookings_out_after_in CHECK (checked_out_at >= checked_in_at),
    CONSTRAINT ck_bookings_price_minimum CHECK (price >= 0),
    CONSTRAINT ck_bookings_price_maximum CHECK (price <= 1000000),
    CONSTRAINT ck_bookings_deposit_minimum CHECK (deposit >= 0),
    CONSTRAINT ck_bookings_deposit_maximum CHECK (deposit <= 1000000),
    CONSTRAINT uq_bookings_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_bookings_organization_id_pet_id FOREIGN KEY(organization_id, pet_id) REFERENCES public.clinic_patients (organization_id, pet_id) ON DELETE RESTRICT,
    CONSTRAINT fk_bookings_organization_id_client_id FOREIGN KEY(organization_id, client_id) REFERENCES public.clinic_clients (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_bookings_organization_id_service_id FOREIGN KEY(organization_id, service_id) REFERENCES public.services (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_bookings_organization_id_room_id FOREIGN KEY(organization_id, room_id) REFERENCES public.rooms (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_bookings_booked_by FOREIGN KEY(booked_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX idx_bookings_provider_id ON public.bookings (provider_id);
CREATE INDEX idx_bookings_start_date ON public.bookings (start_date);
CREATE INDEX ix_bookings_booked_by ON public.bookings (booked_by);
CREATE INDEX ix_bookings_day ON public.bookings (organization_id, start_date);
CREATE INDEX ix_bookings_organization_id_client_id ON public.bookings (organization_id, client_id);
CREATE INDEX ix_bookings_organization_id_pet_id ON public.bookings (organization_id, pet_id);
CREATE INDEX ix_bookings_organization_id_provider_id ON public.bookings (organization_id, provider_id);
CREATE INDEX ix_bookings_organization_id_room_id ON public.bookings (organization_id, room_id);
CREATE INDEX ix_bookings_organization_id_service_id ON public.bookings (organization_id, service_id);
comment on table public.bookings is 'A pet''s stay or session at a provider: boarding, day care, grooming and the like.';
comment on column public.bookings.id is 'Id';
comment on column public.bookings.organization_id is 'Organization';
comment on column public.bookings.provider_id is 'Provider';
comment on column public.bookings.pet_id is 'Pet';
comment on column public.bookings.client_id is 'Client';
comment on column public.bookings.kind is 'Kind';
comment on column public.bookings.service_id is 'Service';
comment on column public.bookings.room_id is 'Room';
comment on column public.bookings.start_date is 'From';
comment on column public.bookings.end_date is 'Until';
comment on column public.bookings.drop_off_at is 'Brought at';
comment on column public.bookings.pick_up_at is 'Fetched at';
comment on column public.bookings.status is 'Status';
comment on column public.bookings.price is 'Price';
comment on column public.bookings.deposit is 'Deposit';
comment on column public.bookings.feeding is 'Feeding';
comment on column public.bookings.medication is 'Medication';
comment on column public.bookings.belongings is 'Belongings';
comment on column public.bookings.checked_in_at is 'Checked in';
comment on column public.bookings.checked_out_at is 'Checked out';
comment on column public.bookings.cancellation_reason is 'Why cancelled';
comment on column public.bookings.notes is 'Notes';
comment on column public.bookings.booked_by is 'Booked by';
comment on column public.bookings.created_at is 'Created';
comment on column public.bookings.updated_at is 'Changed';
comment on column public.bookings.updated_by is 'Changed by';
comment on column public.bookings.updated_device is 'Changed on';
comment on column public.bookings.row_version is 'Version';

CREATE TABLE public.appointments (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    pet_id UUID,
    client_id UUID,
    service_id UUID,
    veterinarian_id UUID,
    room_id UUID,
    scheduled_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    free_at TIMESTAMP WITH TIME ZONE,
    may_overlap BOOLEAN DEFAULT false NOT NULL,
    series_id UUID,
    status public.appointment_status DEFAULT 'scheduled' NOT NULL,
    reason TEXT,
    arrived_at TIMESTAMP WITH TIME ZONE,
    in_room_at TIMESTAMP WITH TIME ZONE,
    with_vet_at TIMESTAMP WITH TIME ZONE,
    to_pay_at TIMESTAMP WITH TIME ZONE,
    left_at TIMESTAMP WITH TIME ZONE,
    notes TEXT,
    booked_by UUID DEFAULT auth.uid(),
    vet_alone BOOLEAN DEFAULT true NOT NULL,
    room_alone BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_appointments PRIMARY KEY (id),
    CONSTRAINT ck_appointments_ends_after_start CHECK (ends_at > scheduled_at),
    CONSTRAINT ck_appointments_free_after_end CHECK (free_at >= ends_at),
    CONSTRAINT ck_appointments_pet_or_farm CHECK (pet_id is not null or client_id is not null),
    CONSTRAINT ex_appointments_veterinarian_id EXCLUDE USING gist (organization_id WITH =, veterinarian_id WITH =, tstzrange(scheduled_at, coalesce(free_at, ends_at)) WITH &&) WHERE (status not in ('cancelled', 'no_show') and vet_alone),
    CONSTRAINT ex_appointments_room_id EXCLUDE USING gist (organization_id WITH =, room_id WITH =, tstzrange(scheduled_at, coalesce(free_at, ends_at)) WITH &&) WHERE (status not in ('cancelled', 'no_show') and room_alone),
    CONSTRAINT ex_appointments_pet_id EXCLUDE USING gist (organization_id WITH =, pet_id WITH =, tstzrange(scheduled_at, ends_at) WITH &&) WHERE (status not in ('cancelled', 'no_show')),
    CONSTRAINT uq_appointments_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_appointments_organization_id_pet_id FOREIGN KEY(organization_id, pet_id) REFERENCES public.clinic_patients (organization_id, pet_id) ON DELETE RESTRICT,
    CONSTRAINT fk_appointments_organization_id_client_id FOREIGN KEY(organization_id, client_id) REFERENCES public.clinic_clients (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_appointments_organization_id_service_id FOREIGN KEY(organization_id, service_id) REFERENCES public.services (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_appointments_organization_id_veterinarian_id FOREIGN KEY(organization_id, veterinarian_id) REFERENCES public.organization_users (organization_id, user_id) ON DELETE RESTRICT,
    CONSTRAINT fk_appointments_organization_id_room_id FOREIGN KEY(organization_id, room_id) REFERENCES public.rooms (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_appointments_booked_by FOREIGN KEY(booked_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX idx_appointments_scheduled_at ON public.appointments (scheduled_at);
CREATE INDEX ix_appointments_booked_by ON public.appointments (booked_by);
CREATE INDEX ix_appointments_day ON public.appointments (organization_id, scheduled_at);
CREATE INDEX ix_appointments_organization_id_client_id ON public.appointments (organization_id, client_id);
CREATE INDEX ix_appointments_organization_id_pet_id ON public.appointments (organization_id, pet_id);
CREATE INDEX ix_appointments_organization_id_room_id ON public.appointments (organization_id, room_id);
CREATE INDEX ix_appointments_organization_id_service_id ON public.appointments (organization_id, service_id);
CREATE INDEX ix_appointments_organization_id_veterinarian_id ON public.appointments (organization_id, veterinarian_id);
CREATE INDEX ix_appointments_series_id ON public.appointments (organization_id, series_id);
comment on table public.appointments is 'A patient''s visit to one vet, from one moment up to another.';
comment on column public.appointments.id is 'Id';
comment on column public.appointments.organization_id is 'Organization';
comment on column public.appointments.pet_id is 'Pet';
comment on column public.appointments.client_id is 'Client';
comment on column public.appointments.service_id is 'Service';
comment on column public.appointments.veterinarian_id is 'Vet';
comment on column public.appointments.room_id is 'Room';
comment on column public.appointments.scheduled_at is 'Starts';
comment on column public.appointments.ends_at is 'Ends';
comment on column public.appointments.free_at is 'Free again';
comment on column public.appointments.may_overlap is 'Double-booked on purpose';
comment on column public.appointments.series_id is 'Series';
comment on column public.appointments.status is 'Status';
comment on column public.appointments.reason is 'Reason';
comment on column public.appointments.arrived_at is 'Arrived';
comment on column public.appointments.in_room_at is 'In the room';
comment on column public.appointments.with_vet_at is 'With the vet';
comment on column public.appointments.to_pay_at is 'Seen, to pay';
comment on column public.appointments.left_at is 'Left';
comment on column public.appointments.notes is 'Notes';
comment on column public.appointments.booked_by is 'Booked by';
comment on column public.appointments.vet_alone is 'Has the vet to itself';
comment on column public.appointments.room_alone is 'Has the room to itself';
comment on column public.appointments.created_at is 'Created';
comment on column public.appointments.updated_at is 'Changed';
comment on column public.appointments.updated_by is 'Changed by';
comment on column public.appointments.updated_device is 'Changed on';
comment on column public.appointments.row_version is 'Version';

CREATE TABLE public.booking_items (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    booking_id UUID NOT NULL,
    service_id UUID,
    description TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    quantity NUMERIC(14, 2) DEFAULT 1 NOT NULL,
    unit_price NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    discount_percent NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    tax_percent NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_booking_items PRIMARY KEY (id),
    CONSTRAINT ck_booking_items_quantity_minimum CHECK (quantity >= 0),
    CONSTRAINT ck_booking_items_quantity_maximum CHECK (quantity <= 10000),
    CONSTRAINT ck_booking_items_unit_price_minimum CHECK (unit_price >= 0),
    CONSTRAINT ck_booking_items_unit_price_maximum CHECK (unit_price <= 1000000),
    CONSTRAINT ck_booking_items_discount_percent_minimum CHECK (discount_percent >= 0),
    CONSTRAINT ck_booking_items_discount_percent_maximum CHECK (discount_percent <= 100),
    CONSTRAINT ck_booking_items_tax_percent_minimum CHECK (tax_percent >= 0),
    CONSTRAINT ck_booking_items_tax_percent_maximum CHECK (tax_percent <= 100),
    CONSTRAINT uq_booking_items_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_booking_items_organization_id_booking_id FOREIGN KEY(organization_id, booking_id) REFERENCES public.bookings (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_booking_items_organization_id_service_id FOREIGN KEY(organization_id, service_id) REFERENCES public.services (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_booking_items_organization_id_booking_id ON public.booking_items (organization_id, booking_id);
CREATE INDEX ix_booking_items_organization_id_service_id ON public.booking_items (organization_id, service_id);
comment on table public.booking_items is 'One thing that a booking includes: the stay itself, a bath, a walk, a meal.';
comment on column public.booking_items.id is 'Id';
comment on column public.booking_items.organization_id is 'Organization';
comment on column public.booking_items.booking_id is 'Booking';
comment on column public.booking_items.service_id is 'Service';
comment on column public.booking_items.description is 'Description';
comment on column public.booking_items.due_at is 'When';
comment on column public.booking_items.quantity is 'Quantity';
comment on column public.booking_items.unit_price is 'Unit price';
comment on column public.booking_items.discount_percent is 'Discount, %';
comment on column public.booking_items.tax_percent is 'Tax, %';
comment on column public.booking_items.done_at is 'Done';
comment on column public.booking_items.notes is 'Notes';
comment on column public.booking_items.created_at is 'Created';
comment on column public.booking_items.updated_at is 'Changed';
comment on column public.booking_items.updated_by is 'Changed by';
comment on column public.booking_items.updated_device is 'Changed on';
comment on column public.booking_items.row_version is 'Version';

insert into sync.tables (name, position, kinds, belongs)
values ('services', 12, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('rooms', 13, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('room_availability', 36, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('bookings', 47, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('appointments', 48, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('booking_items', 68, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

alter table public.services enable row level security;
alter table public.services force row level security;
revoke all on public.services from public, anon, authenticated;
grant select, insert, update, delete on public.services to service_role;
grant select (id, organization_id, name, category, duration_minutes, buffer_minutes, price, tax_rate, colour, status, created_at, updated_at, updated_by, updated_device, row_version) on public.services to authenticated;
grant select (id, organization_id, name, category, duration_minutes, buffer_minutes, price, tax_rate, colour, status, created_at, updated_at, updated_by, updated_device, row_version) on public.services to anon;
grant insert (id, organization_id, name, category, duration_minutes, buffer_minutes, price, tax_rate, colour, status) on public.services to authenticated;
grant update (name, category, duration_minutes, buffer_minutes, price, tax_rate, colour, status) on public.services to authenticated;
grant delete on public.services to authenticated;

alter table public.rooms enable row level security;
alter table public.rooms force row level security;
revoke all on public.rooms from public, anon, authenticated;
grant select, insert, update, delete on public.rooms to service_role;
grant select (id, organization_id, name, kind, capacity, double_booking, status, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.rooms to authenticated;
grant insert (id, organization_id, name, kind, capacity, double_booking, status, notes) on public.rooms to authenticated;
grant update (name, kind, capacity, double_booking, status, notes) on public.rooms to authenticated;
grant delete on public.rooms to authenticated;

alter table public.room_availability enable row level security;
alter table public.room_availability force row level security;
revoke all on public.room_availability from public, anon, authenticated;
grant select, insert, update, delete on public.room_availability to service_role;
grant select (id, organization_id, room_id, kind, starts_at, ends_at, capacity, reason, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.room_availability to authenticated;
grant insert (id, organization_id, room_id, kind, starts_at, ends_at, capacity, reason, notes) on public.room_availability to authenticated;
grant update (room_id, kind, starts_at, ends_at, capacity, reason, notes) on public.room_availability to authenticated;
grant delete on public.room_availability to authenticated;

alter table public.bookings enable row level security;
alter table public.bookings force row level security;
revoke all on public.bookings from public, anon, authenticated;
grant select, insert, update, delete on public.bookings to service_role;
grant select (id, organization_id, provider_id, pet_id, client_id, kind, service_id, room_id, start_date, end_date, drop_off_at, pick_up_at, status, price, deposit, feeding, medication, belongings, checked_in_at, checked_out_at, cancellation_reason, notes, booked_by, created_at, updated_at, updated_by, updated_device, row_version) on public.bookings to authenticated;
grant insert (id, organization_id, provider_id, pet_id, client_id, kind, service_id, room_id, start_date, end_date, drop_off_at, pick_up_at, status, price, deposit, feeding, medication, belongings, checked_in_at, checked_out_at, cancellation_reason, notes) on public.bookings to authenticated;
grant update (provider_id, client_id, kind, service_id, room_id, start_date, end_date, drop_off_at, pick_up_at, status, price, deposit, feeding, medication, belongings, checked_in_at, checked_out_at, cancellation_reason, notes) on public.bookings to authenticated;
grant delete on public.bookings to authenticated;

alter table public.appointments enable row level security;
alter table public.appointments force row level security;
revoke all on public.appointments from public, anon, authenticated;
grant select, insert, update, delete on public.appointments to service_role;
grant select (id, organization_id, pet_id, client_id, service_id, veterinarian_id, room_id, scheduled_at, ends_at, free_at, may_overlap, series_id, status, reason, arrived_at, in_room_at, with_vet_at, to_pay_at, left_at, notes, booked_by, vet_alone, room_alone, created_at, updated_at, updated_by, updated_device, row_version) on public.appointments to authenticated;
grant insert (id, organization_id, pet_id, client_id, service_id, veterinarian_id, room_id, scheduled_at, ends_at, free_at, may_overlap, series_id, status, reason, arrived_at, in_room_at, with_vet_at, to_pay_at, left_at, notes) on public.appointments to authenticated;
grant update (client_id, service_id, veterinarian_id, room_id, scheduled_at, ends_at, free_at, may_overlap, series_id, status, reason, arrived_at, in_room_at, with_vet_at, to_pay_at, left_at, notes) on public.appointments to authenticated;
grant delete on public.appointments to authenticated;

alter table public.booking_items enable row level security;
alter table public.booking_items force row level security;
revoke all on public.booking_items from public, anon, authenticated;
grant select, insert, update, delete on public.booking_items to service_role;
grant select (id, organization_id, booking_id, service_id, description, due_at, quantity, unit_price, discount_percent, tax_percent, done_at, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.booking_items to authenticated;
grant insert (id, organization_id, booking_id, service_id, description, due_at, quantity, unit_price, discount_percent, tax_percent, done_at, notes) on public.booking_items to authenticated;
grant update (service_id, description, due_at, quantity, unit_price, discount_percent, tax_percent, done_at, notes) on public.booking_items to authenticated;
grant delete on public.booking_items to authenticated;

ALTER TABLE public.medical_records ADD CONSTRAINT fk_medical_records_organization_id_appointment_id FOREIGN KEY(organization_id, appointment_id) REFERENCES public.appointments (organization_id, id) ON DELETE RESTRICT;

create trigger update_services_updated_at before insert or update on public.services
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.services
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.services
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.services
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.services
  for each statement execute function sync.refuse_truncate();

create trigger update_rooms_updated_at before insert or update on public.rooms
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.rooms
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.rooms
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.rooms
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.rooms
  for each statement execute function sync.refuse_truncate();

create trigger update_room_availability_updated_at before insert or update on public.room_availability
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.room_availability
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.room_availability
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.room_availability
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.room_availability
  for each statement execute function sync.refuse_truncate();

create trigger update_bookings_updated_at before insert or update on public.bookings
  for each row execute function public.update_updated_at_column();
create trigger audit_bookings_trigger after insert or update or delete on public.bookings
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.bookings
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.bookings
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.bookings
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.bookings
  for each statement execute function sync.refuse_truncate();

create trigger update_appointments_updated_at before insert or update on public.appointments
  for each row execute function public.update_updated_at_column();
create trigger audit_appointments_trigger after insert or update or delete on public.appointments
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.appointments
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.appointments
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.appointments
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.appointments
  for each statement execute function sync.refuse_truncate();

create trigger update_booking_items_updated_at before insert or update on public.booking_items
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.booking_items
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.booking_items
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.booking_items
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.booking_items
  for each statement execute function sync.refuse_truncate();

create policy may_read on public.services for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (status = 'active')
    or services.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.services for insert to authenticated
  with check (services.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.services for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    services.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (services.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.services for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    services.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
create policy anyone_may_read on public.services for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (status = 'active')
  ));

create policy may_read on public.rooms for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    rooms.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.rooms for insert to authenticated
  with check (rooms.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.rooms for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    rooms.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (rooms.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.rooms for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    rooms.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

create policy may_read on public.room_availability for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    room_availability.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.room_availability for insert to authenticated
  with check (room_availability.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.room_availability for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    room_availability.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (room_availability.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.room_availability for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    room_availability.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.bookings for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    bookings.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or bookings.pet_id = any((select access.pets_i_own())::uuid[])
  ));
create policy may_add on public.bookings for insert to authenticated
  with check (bookings.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
    or (bookings.pet_id = any((select access.pets_i_own())::uuid[]) and (status = 'requested' and service_id is not null and room_id is null and client_id is null and price is null and deposit is null and checked_in_at is null and checked_out_at is null and cancellation_reason is null)));
create policy may_change on public.bookings for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    bookings.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (bookings.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.bookings for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    bookings.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.appointments for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    appointments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or appointments.pet_id = any((select access.pets_i_own())::uuid[])
  ));
create policy may_add on public.appointments for insert to authenticated
  with check (appointments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
    or (appointments.pet_id = any((select access.pets_i_own())::uuid[]) and (status = 'scheduled' and service_id is not null and veterinarian_id is null and room_id is null and client_id is null and free_at is null and not may_overlap and series_id is null and arrived_at is null and in_room_at is null and with_vet_at is null and to_pay_at is null and left_at is null)));
create policy may_change on public.appointments for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    appointments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (appointments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.appointments for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    appointments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.booking_items for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    booking_items.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or exists (select from public.bookings where bookings.id = booking_items.booking_id)
  ));
create policy may_add on public.booking_items for insert to authenticated
  with check (booking_items.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.booking_items for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    booking_items.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (booking_items.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.booking_items for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    booking_items.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

-- Visits: who may ask for one, that a pet becomes a patient by it, and that a room has a place.

-- Rule 22: no visits after a pet's death, by the organization's own days. And whoever does not work
-- there may ask only for what the organization offers to everybody, and lets them ask for.
create function public.check_visit() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_row jsonb := to_jsonb(new);
  v_zone text;
  v_begins date;
begin
  select o.time_zone into v_zone from public.organizations o where o.id = new.organization_id;
  v_begins := coalesce(
    (v_row ->> 'start_date')::date,
    ((v_row ->> 'scheduled_at')::timestamptz at time zone coalesce(v_zone, 'UTC'))::date);
  if new.status not in ('cancelled', 'no_show') and exists (
    select from public.pets p where p.id = new.pet_id and p.deceased_on < v_begins
  ) then
    raise exception 'the pet has died' using errcode = 'P0001',
      table = tg_table_name, schema = tg_table_schema, column = 'pet_id',
      hint = 'Correct the pet''s card if it has not.';
  end if;
  if tg_op = 'INSERT'
    and auth.uid() is not null
    and new.organization_id <> all (
      access.organizations_as('{owner,manager,veterinarian,staff}')
    )
    and not exists (
      select from public.organization_services s
      where s.organization_id = new.organization_id
        and s.service_id = new.service_id
        and s.is_public
        and s.books_online
        and s.status = 'active'
    )
  then
    raise exception 'this cannot be booked here' using errcode = '42501', table = tg_table_name,
      schema = tg_table_schema, hint = 'Ask the organization itself.';
  end if;
  return new;
end $$;
comment on function public.check_visit()
  is 'Refuse visits of pets that have died, and what is not offered to whoever asks for it.';
revoke all on function public.check_visit() from public;

create trigger check_visit before insert or update of pet_id, scheduled_at on public.appointments
  for each row execute function public.check_visit();
create trigger check_visit before insert or update of pet_id, start_date on public.bookings
  for each row execute function public.check_visit();

-- A pet whose owner books a visit becomes a patient by it, until the last such visit is gone.
create trigger link_by_visit before insert on public.appointments
  for each row execute function access.link_by_visit();
create trigger link_by_visit before insert on public.bookings
  for each row execute function access.link_by_visit();
create trigger unlink_by_visit after update or delete on public.appointments
  for each row execute function access.unlink_by_visit();
create trigger unlink_by_visit after update or delete on public.bookings
  for each row execute function access.unlink_by_visit();

-- Rule 19: a room never holds more bookings at once than it has places, and none while it is
-- blocked. A booking without times takes its room for the nights between its days.
create function public.check_room_has_place() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_zone text;
  v_starts timestamptz;
  v_ends timestamptz;
  v_places bigint;
  v_most bigint;
begin
  if new.room_id is null or new.status in ('completed', 'cancelled', 'no_show') then
    return new;
  end if;
  -- One at a time, so that the last place is given once.
  perform pg_advisory_xact_lock(hashtextextended('room ' || new.room_id, 0));
  select o.time_zone into v_zone from public.organizations o where o.id = new.organization_id;
  v_starts := coalesce(new.drop_off_at, new.start_date::timestamp at time zone v_zone);
  v_ends := coalesce(
    new.pick_up_at, greatest(new.end_date, new.start_date + 1)::timestamp at time zone v_zone);
  select coalesce((
      select min(a.capacity) from public.room_availability a
      where a.room_id = r.id and a.organization_id = r.organization_id
        and a.starts_at < v_ends and a.ends_at > v_starts
        and a.kind = 'available'
    ), r.capacity) into v_places
    from public.rooms r
    where r.id = new.room_id and r.organization_id = new.organization_id;
  if exists (
    select from public.room_availability a
    where a.room_id = new.room_id and a.organization_id = new.organization_id
      and a.starts_at < v_ends and a.ends_at > v_starts
      and a.kind <> 'available'
  ) then
    v_places := 0;
  end if;
  with others as (
    select
      coalesce(b.drop_off_at, b.start_date::timestamp at time zone v_zone) as starts,
      coalesce(
        b.pick_up_at, greatest(b.end_date, b.start_date + 1)::timestamp at time zone v_zone
      ) as ends
    from public.bookings b
    where b.organization_id = new.organization_id
      and b.room_id = new.room_id
      and b.id <> new.id
      and b.status not in ('completed', 'cancelled', 'no_show')
  ), taken as (
    select t.starts, t.ends from others t where t.starts < v_ends and t.ends > v_starts
  ), moments as ( -- at which the number can be at its highest: when a stay begins
    select v_starts as at
    union
    select t.starts from taken t where t.starts > v_starts
  )
  select coalesce(max(c.number), 0) into v_most
    from (
      select count(*) as number
      from moments m join taken t on t.starts <= m.at and t.ends > m.at
      group by m.at
    ) c;
  if v_most >= v_places then
    raise exception 'the room has no place left at that time' using errcode = '23P01',
      constraint = 'ex_bookings_room_id', table = tg_table_name, schema = tg_table_schema,
      column = 'room_id', hint = 'Choose another room or other days.';
  end if;
  return new;
end $$;
comment on function public.check_room_has_place() is 'Refuse a booking of a room that is full.';
revoke all on function public.check_room_has_place() from public;

create trigger check_room_has_place
  before insert or update of room_id, start_date, end_date, drop_off_at, pick_up_at, status
  on public.bookings
  for each row execute function public.check_room_has_place();

-- The owner of a pet calls a visit off before it has begun; nothing else of it is theirs to change.
create function public.cancel_visit(p_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.appointments v
  set status = 'cancelled'
  where v.id = p_id
    and v.status in ('scheduled', 'confirmed')
    and v.arrived_at is null
    and v.scheduled_at > now()
    and exists (select from public.pets p where p.id = v.pet_id and p.owner_id = auth.uid());
  if found then
    return;
  end if;
  update public.bookings v
  set status = 'cancelled', cancellation_reason = coalesce(v.cancellation_reason, 'By the owner')
  where v.id = p_id
    and v.status in ('requested', 'confirmed')
    and v.checked_in_at is null
    and coalesce(v.drop_off_at > now(), v.start_date >= current_date)
    and exists (select from public.pets p where p.id = v.pet_id and p.owner_id = auth.uid());
  if not found then
    raise exception 'there is no such visit for you to cancel' using errcode = '42501',
      hint = 'One that has begun is ended by the organization.';
  end if;
end $$;
comment on function public.cancel_visit(uuid)
  is 'Cancel an appointment or booking of one''s own pet that has not begun.';
revoke all on function public.cancel_visit(uuid) from public;
grant execute on function public.cancel_visit(uuid) to authenticated;

-- Rule 19 holds unless the vet, room or table allows it: what their policies come to for a visit is
-- kept with it, where the constraints can see it. What was booked under an earlier policy stays as
-- it was until it is moved, and no other visit is put over it.
create function public.claim_times() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_until timestamptz := coalesce(new.free_at, new.ends_at);
  v_policy public.double_booking;
begin
  if tg_op = 'UPDATE'
    and old.status not in ('cancelled', 'no_show')
    and (old.veterinarian_id, old.room_id, old.scheduled_at, old.ends_at, old.free_at,
      old.may_overlap) is not distinct from
      (new.veterinarian_id, new.room_id, new.scheduled_at, new.ends_at, new.free_at,
      new.may_overlap)
  then
    return new;
  end if;
  -- A policy that changes meanwhile waits until this visit can be seen.
  select m.double_booking into v_policy from public.organization_users m
    where m.organization_id = new.organization_id and m.user_id = new.veterinarian_id
    for share;
  new.vet_alone := case v_policy
    when 'allow' then false when 'ask' then not new.may_overlap else true end;
  v_policy := null;
  select r.double_booking into v_policy from public.rooms r
    where r.organization_id = new.organization_id and r.id = new.room_id
    for share;
  new.room_alone := case v_policy
    when 'allow' then false when 'ask' then not new.may_overlap else true end;
  if new.status in ('cancelled', 'no_show') then
    return new;
  end if;
  -- Of two that have a vet to themselves the constraint takes one; this is about the others.
  if new.vet_alone and exists (
    select from public.appointments v
    where v.organization_id = new.organization_id
      and v.veterinarian_id = new.veterinarian_id
      and not v.vet_alone
      and v.id <> new.id
      and v.status not in ('cancelled', 'no_show')
      and v.scheduled_at > new.scheduled_at - interval '8 days'
      and v.scheduled_at < v_until
      and coalesce(v.free_at, v.ends_at) > new.scheduled_at
  ) then
    raise exception 'the vet has another visit at that time' using errcode = '23P01',
      constraint = 'ex_appointments_veterinarian_id', table = tg_table_name,
      schema = tg_table_schema, hint = 'Choose another time, or book it on purpose.';
  end if;
  if new.room_alone and exists (
    select from public.appointments v
    where v.organization_id = new.organization_id
      and v.room_id = new.room_id
      and not v.room_alone
      and v.id <> new.id
      and v.status not in ('cancelled', 'no_show')
      and v.scheduled_at > new.scheduled_at - interval '8 days'
      and v.scheduled_at < v_until
      and coalesce(v.free_at, v.ends_at) > new.scheduled_at
  ) then
    raise exception 'the room has another visit at that time' using errcode = '23P01',
      constraint = 'ex_appointments_room_id', table = tg_table_name,
      schema = tg_table_schema, hint = 'Choose another time, or book it on purpose.';
  end if;
  return new;
end $$;
comment on function public.claim_times()
  is 'Note whether a visit has its vet and its room to itself (rule 19).';
revoke all on function public.claim_times() from public;

create trigger claim_times
  before insert or update of
    veterinarian_id, room_id, scheduled_at, ends_at, free_at, may_overlap, status
  on public.appointments
  for each row execute function public.claim_times();

CREATE TABLE public.services (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    category public.service_category NOT NULL,
    duration_minutes BIGINT NOT NULL,
    price NUMERIC(14, 2),
    colour TEXT,
    status public.status NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_services PRIMARY KEY (id),
    CONSTRAINT ck_services_duration_minutes_minimum CHECK (duration_minutes >= 5),
    CONSTRAINT ck_services_duration_minutes_maximum CHECK (duration_minutes <= 1440),
    CONSTRAINT ck_services_price_minimum CHECK (price >= 0),
    CONSTRAINT ck_services_price_maximum CHECK (price <= 1000000),
    CONSTRAINT uq_services_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_services_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
comment on table public.services is 'Something a clinic does for a price, and how long it takes.';
comment on column public.services.id is 'Id';
comment on column public.services.organization_id is 'Organization';
comment on column public.services.name is 'Name';
comment on column public.services.category is 'Kind';
comment on column public.services.duration_minutes is 'Length, min';
comment on column public.services.price is 'Price';
comment on column public.services.colour is 'Colour';
comment on column public.services.status is 'Status';
comment on column public.services.created_at is 'Created';
comment on column public.services.updated_at is 'Changed';
comment on column public.services.updated_by is 'Changed by';
comment on column public.services.updated_device is 'Changed on';
comment on column public.services.row_version is 'Version';

CREATE TABLE public.rooms (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    kind public.room_kind NOT NULL,
    capacity BIGINT NOT NULL,
    status public.status NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_rooms PRIMARY KEY (id),
    CONSTRAINT ck_rooms_capacity_minimum CHECK (capacity >= 1),
    CONSTRAINT ck_rooms_capacity_maximum CHECK (capacity <= 500),
    CONSTRAINT uq_rooms_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_rooms_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
comment on table public.rooms is 'A room, table or cage that one patient has at a time.';
comment on column public.rooms.id is 'Id';
comment on column public.rooms.organization_id is 'Organization';
comment on column public.rooms.name is 'Name';
comment on column public.rooms.kind is 'Kind';
comment on column public.rooms.capacity is 'Places';
comment on column public.rooms.status is 'Status';
comment on column public.rooms.notes is 'Notes';
comment on column public.rooms.created_at is 'Created';
comment on column public.rooms.updated_at is 'Changed';
comment on column public.rooms.updated_by is 'Changed by';
comment on column public.rooms.updated_device is 'Changed on';
comment on column public.rooms.row_version is 'Version';

CREATE TABLE public.appointments (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    pet_id UUID NOT NULL,
    client_id UUID,
    service_id UUID,
    veterinarian_id UUID,
    room_id UUID,
    scheduled_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    status public.appointment_status NOT NULL,
    reason TEXT,
    arrived_at TIMESTAMP WITH TIME ZONE,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_appointments PRIMARY KEY (id),
    CONSTRAINT ck_appointments_ends_after_start CHECK (ends_at > scheduled_at),
    CONSTRAINT ex_appointments_veterinarian_id EXCLUDE USING gist (organization_id WITH =, veterinarian_id WITH =, tstzrange(scheduled_at, ends_at) WITH &&) WHERE (status not in ('cancelled', 'no_show')),
    CONSTRAINT ex_appointments_room_id EXCLUDE USING gist (organization_id WITH =, room_id WITH =, tstzrange(scheduled_at, ends_at) WITH &&) WHERE (status not in ('cancelled', 'no_show')),
    CONSTRAINT ex_appointments_pet_id EXCLUDE USING gist (organization_id WITH =, pet_id WITH =, tstzrange(scheduled_at, ends_at) WITH &&) WHERE (status not in ('cancelled', 'no_show')),
    CONSTRAINT uq_appointments_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_appointments_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_appointments_organization_id_pet_id FOREIGN KEY(organization_id, pet_id) REFERENCES public.clinic_patients (organization_id, pet_id) ON DELETE RESTRICT,
    CONSTRAINT fk_appointments_organization_id_client_id FOREIGN KEY(organization_id, client_id) REFERENCES public.clinic_clients (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_appointments_organization_id_service_id FOREIGN KEY(organization_id, service_id) REFERENCES public.services (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_appointments_organization_id_veterinarian_id FOREIGN KEY(organization_id, veterinarian_id) REFERENCES public.organization_users (organization_id, user_id) ON DELETE RESTRICT,
    CONSTRAINT fk_appointments_organization_id_room_id FOREIGN KEY(organization_id, room_id) REFERENCES public.rooms (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX idx_appointments_scheduled_at ON public.appointments (organization_id, scheduled_at);
CREATE INDEX ix_appointments_client_id ON public.appointments (client_id);
CREATE INDEX ix_appointments_pet_id ON public.appointments (pet_id);
CREATE INDEX ix_appointments_room_id ON public.appointments (room_id);
CREATE INDEX ix_appointments_service_id ON public.appointments (service_id);
CREATE INDEX ix_appointments_veterinarian_id ON public.appointments (veterinarian_id);
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
comment on column public.appointments.status is 'Status';
comment on column public.appointments.reason is 'Reason';
comment on column public.appointments.arrived_at is 'Arrived';
comment on column public.appointments.notes is 'Notes';
comment on column public.appointments.created_at is 'Created';
comment on column public.appointments.updated_at is 'Changed';
comment on column public.appointments.updated_by is 'Changed by';
comment on column public.appointments.updated_device is 'Changed on';
comment on column public.appointments.row_version is 'Version';

insert into sync.tables (name, position, scope, scope_column)
values ('services', 23, 'within', 'organization_id');

insert into sync.tables (name, position, scope, scope_column)
values ('rooms', 24, 'within', 'organization_id');

insert into sync.tables (name, position, scope, scope_column)
values ('appointments', 25, 'within', 'organization_id');

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

create trigger update_appointments_updated_at before insert or update on public.appointments
  for each row execute function public.update_updated_at_column();
create trigger audit_appointments_trigger after insert or update or delete on public.appointments
  for each row execute function public.audit_trigger_function();
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

alter table public.services enable row level security;
alter table public.services force row level security;
revoke all on public.services from public, anon, authenticated;
grant select, insert, update, delete on public.services to service_role;
create policy members_read on public.services for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.services for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner,manager}'))::uuid[]));
create policy members_change on public.services for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner,manager}'))::uuid[]));
create policy members_remove on public.services for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager}'))::uuid[])
  ));
grant select (id, organization_id, name, category, duration_minutes, price, colour, status, created_at, updated_at, updated_by, updated_device, row_version) on public.services to authenticated;
grant insert (id, organization_id, name, category, duration_minutes, price, colour, status) on public.services to authenticated;
grant update (name, category, duration_minutes, price, colour, status) on public.services to authenticated;
grant delete on public.services to authenticated;

alter table public.rooms enable row level security;
alter table public.rooms force row level security;
revoke all on public.rooms from public, anon, authenticated;
grant select, insert, update, delete on public.rooms to service_role;
create policy members_read on public.rooms for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.rooms for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner,manager}'))::uuid[]));
create policy members_change on public.rooms for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner,manager}'))::uuid[]));
create policy members_remove on public.rooms for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager}'))::uuid[])
  ));
grant select (id, organization_id, name, kind, capacity, status, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.rooms to authenticated;
grant insert (id, organization_id, name, kind, capacity, status, notes) on public.rooms to authenticated;
grant update (name, kind, capacity, status, notes) on public.rooms to authenticated;
grant delete on public.rooms to authenticated;

alter table public.appointments enable row level security;
alter table public.appointments force row level security;
revoke all on public.appointments from public, anon, authenticated;
grant select, insert, update, delete on public.appointments to service_role;
create policy members_read on public.appointments for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.appointments for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_change on public.appointments for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_remove on public.appointments for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
grant select (id, organization_id, pet_id, client_id, service_id, veterinarian_id, room_id, scheduled_at, ends_at, status, reason, arrived_at, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.appointments to authenticated;
grant insert (id, organization_id, pet_id, client_id, service_id, veterinarian_id, room_id, scheduled_at, ends_at, status, reason, arrived_at, notes) on public.appointments to authenticated;
grant update (pet_id, client_id, service_id, veterinarian_id, room_id, scheduled_at, ends_at, status, reason, arrived_at, notes) on public.appointments to authenticated;
grant delete on public.appointments to authenticated;

CREATE TABLE public.geo_events (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID,
    organization_id UUID,
    kind public.geo_event_kind DEFAULT 'position' NOT NULL,
    entity_kind public.geo_entity,
    entity_id UUID,
    device_serial TEXT,
    latitude NUMERIC(14, 6) NOT NULL,
    longitude NUMERIC(14, 6) NOT NULL,
    accuracy_m NUMERIC(14, 1),
    speed_kmh NUMERIC(14, 1),
    geofence TEXT,
    radius_m NUMERIC(14, 1),
    occurred_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_geo_events PRIMARY KEY (id),
    CONSTRAINT ck_geo_events_one_owner CHECK (num_nonnulls(user_id, organization_id) = 1),
    CONSTRAINT ck_geo_events_whole_entity CHECK ((entity_kind is null) = (entity_id is null)),
    CONSTRAINT ck_geo_events_who_or_what CHECK (num_nonnulls(entity_id, device_serial) >= 1),
    CONSTRAINT ck_geo_events_which_fence CHECK (kind = 'position' or geofence is not null),
    CONSTRAINT ck_geo_events_latitude_minimum CHECK (latitude >= -90),
    CONSTRAINT ck_geo_events_latitude_maximum CHECK (latitude <= 90),
    CONSTRAINT ck_geo_events_longitude_minimum CHECK (longitude >= -180),
    CONSTRAINT ck_geo_events_longitude_maximum CHECK (longitude <= 180),
    CONSTRAINT ck_geo_events_accuracy_m_minimum CHECK (accuracy_m >= 0),
    CONSTRAINT ck_geo_events_speed_kmh_minimum CHECK (speed_kmh >= 0),
    CONSTRAINT ck_geo_events_radius_m_minimum CHECK (radius_m >= 0),
    CONSTRAINT fk_geo_events_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_geo_events_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
CREATE INDEX ix_geo_events_entity_id ON public.geo_events (entity_id, occurred_at);
CREATE INDEX ix_geo_events_organization_id ON public.geo_events (organization_id, occurred_at);
CREATE INDEX ix_geo_events_user_id ON public.geo_events (user_id, occurred_at);
comment on table public.geo_events is 'Where an animal, a thing or a device was at one moment, or which fence it crossed.';
comment on column public.geo_events.id is 'Id';
comment on column public.geo_events.user_id is 'Person';
comment on column public.geo_events.organization_id is 'Organization';
comment on column public.geo_events.kind is 'Event';
comment on column public.geo_events.entity_kind is 'What it is';
comment on column public.geo_events.entity_id is 'Which one';
comment on column public.geo_events.device_serial is 'Device';
comment on column public.geo_events.latitude is 'Latitude';
comment on column public.geo_events.longitude is 'Longitude';
comment on column public.geo_events.accuracy_m is 'Accuracy, m';
comment on column public.geo_events.speed_kmh is 'Speed, km/h';
comment on column public.geo_events.geofence is 'Fence';
comment on column public.geo_events.radius_m is 'Radius of the fence, m';
comment on column public.geo_events.occurred_at is 'Happened';
comment on column public.geo_events.created_at is 'Created';
comment on column public.geo_events.updated_at is 'Changed';
comment on column public.geo_events.updated_by is 'Changed by';
comment on column public.geo_events.updated_device is 'Changed on';
comment on column public.geo_events.row_version is 'Version';

CREATE TABLE public.iot_device_logs (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    device_serial TEXT NOT NULL,
    device_kind public.device_kind DEFAULT 'other' NOT NULL,
    livestock_id UUID,
    flock_id UUID,
    room_id UUID,
    milk_storage_id UUID,
    metric TEXT NOT NULL,
    value NUMERIC(14, 4) NOT NULL,
    unit TEXT,
    measured_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    quality public.reading_quality DEFAULT 'good' NOT NULL,
    battery_percent BIGINT,
    signal_dbm BIGINT,
    raw JSONB,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_iot_device_logs PRIMARY KEY (id),
    CONSTRAINT uq_iot_device_logs_reading UNIQUE (organization_id, device_serial, measured_at, metric),
    CONSTRAINT ck_iot_device_logs_one_subject CHECK (num_nonnulls(livestock_id, flock_id, room_id, milk_storage_id) <= 1),
    CONSTRAINT ck_iot_device_logs_battery_percent_minimum CHECK (battery_percent >= 0),
    CONSTRAINT ck_iot_device_logs_battery_percent_maximum CHECK (battery_percent <= 100),
    CONSTRAINT ck_iot_device_logs_signal_dbm_minimum CHECK (signal_dbm >= -200),
    CONSTRAINT ck_iot_device_logs_signal_dbm_maximum CHECK (signal_dbm <= 50),
    CONSTRAINT uq_iot_device_logs_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_iot_device_logs_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_iot_device_logs_organization_id_livestock_id FOREIGN KEY(organization_id, livestock_id) REFERENCES public.livestock (organization_id, id) ON DELETE SET NULL (livestock_id),
    CONSTRAINT fk_iot_device_logs_organization_id_flock_id FOREIGN KEY(organization_id, flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE SET NULL (flock_id),
    CONSTRAINT fk_iot_device_logs_organization_id_room_id FOREIGN KEY(organization_id, room_id) REFERENCES public.rooms (organization_id, id) ON DELETE SET NULL (room_id),
    CONSTRAINT fk_iot_device_logs_organization_id_milk_storage_id FOREIGN KEY(organization_id, milk_storage_id) REFERENCES public.milk_storage (organization_id, id) ON DELETE SET NULL (milk_storage_id)
);
CREATE INDEX ix_iot_device_logs_organization_id_flock_id ON public.iot_device_logs (organization_id, flock_id);
CREATE INDEX ix_iot_device_logs_organization_id_livestock_id ON public.iot_device_logs (organization_id, livestock_id);
CREATE INDEX ix_iot_device_logs_organization_id_measured_at ON public.iot_device_logs (organization_id, measured_at);
CREATE INDEX ix_iot_device_logs_organization_id_milk_storage_id ON public.iot_device_logs (organization_id, milk_storage_id);
CREATE INDEX ix_iot_device_logs_organization_id_room_id ON public.iot_device_logs (organization_id, room_id);
comment on table public.iot_device_logs is 'One value that a device measured at one moment; it is never changed.';
comment on column public.iot_device_logs.id is 'Id';
comment on column public.iot_device_logs.organization_id is 'Organization';
comment on column public.iot_device_logs.device_serial is 'Device';
comment on column public.iot_device_logs.device_kind is 'Kind of device';
comment on column public.iot_device_logs.livestock_id is 'Animal';
comment on column public.iot_device_logs.flock_id is 'Flock';
comment on column public.iot_device_logs.room_id is 'Room';
comment on column public.iot_device_logs.milk_storage_id is 'Tank';
comment on column public.iot_device_logs.metric is 'What was measured';
comment on column public.iot_device_logs.value is 'Value';
comment on column public.iot_device_logs.unit is 'Unit';
comment on column public.iot_device_logs.measured_at is 'Measured';
comment on column public.iot_device_logs.received_at is 'Received';
comment on column public.iot_device_logs.quality is 'Quality';
comment on column public.iot_device_logs.battery_percent is 'Battery, %';
comment on column public.iot_device_logs.signal_dbm is 'Signal, dBm';
comment on column public.iot_device_logs.raw is 'As the device sent it';
comment on column public.iot_device_logs.created_at is 'Created';
comment on column public.iot_device_logs.updated_at is 'Changed';
comment on column public.iot_device_logs.updated_by is 'Changed by';
comment on column public.iot_device_logs.updated_device is 'Changed on';
comment on column public.iot_device_logs.row_version is 'Version';

alter table public.geo_events enable row level security;
alter table public.geo_events force row level security;
revoke all on public.geo_events from public, anon, authenticated;
grant select, insert, update, delete on public.geo_events to service_role;
grant select (id, user_id, organization_id, kind, entity_kind, entity_id, device_serial, latitude, longitude, accuracy_m, speed_kmh, geofence, radius_m, occurred_at, created_at, updated_at, updated_by, updated_device, row_version) on public.geo_events to authenticated;
grant insert (id, user_id, organization_id, kind, entity_kind, entity_id, device_serial, latitude, longitude, accuracy_m, speed_kmh, geofence, radius_m, occurred_at) on public.geo_events to authenticated;
grant delete on public.geo_events to authenticated;

alter table public.iot_device_logs enable row level security;
alter table public.iot_device_logs force row level security;
revoke all on public.iot_device_logs from public, anon, authenticated;
grant select, insert, update, delete on public.iot_device_logs to service_role;
grant select (id, organization_id, device_serial, device_kind, livestock_id, flock_id, room_id, milk_storage_id, metric, value, unit, measured_at, received_at, quality, battery_percent, signal_dbm, raw, created_at, updated_at, updated_by, updated_device, row_version) on public.iot_device_logs to authenticated;
grant insert (id, organization_id, device_serial, device_kind, livestock_id, flock_id, room_id, milk_storage_id, metric, value, unit, measured_at, quality, battery_percent, signal_dbm, raw) on public.iot_device_logs to authenticated;
grant delete on public.iot_device_logs to authenticated;

create trigger update_geo_events_updated_at before insert or update on public.geo_events
  for each row execute function public.update_updated_at_column();

create trigger update_iot_device_logs_updated_at before insert or update on public.iot_device_logs
  for each row execute function public.update_updated_at_column();

create policy may_read on public.geo_events for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    geo_events.user_id = (select auth.uid())
    or geo_events.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.geo_events for insert to authenticated
  with check (geo_events.user_id = (select auth.uid())
    or geo_events.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.geo_events for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    geo_events.user_id = (select auth.uid())
    or geo_events.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

create policy may_read on public.iot_device_logs for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    iot_device_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.iot_device_logs for insert to authenticated
  with check (iot_device_logs.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.iot_device_logs for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    iot_device_logs.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

CREATE TABLE public.events (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    title TEXT NOT NULL,
    kind public.event_kind DEFAULT 'other' NOT NULL,
    description TEXT,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    place TEXT,
    address TEXT,
    latitude NUMERIC(14, 6),
    longitude NUMERIC(14, 6),
    website_url TEXT,
    image_url TEXT,
    capacity BIGINT,
    registration_deadline TIMESTAMP WITH TIME ZONE,
    price NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    currency TEXT DEFAULT 'EUR' NOT NULL,
    visibility public.event_visibility DEFAULT 'members' NOT NULL,
    status public.event_status DEFAULT 'draft' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_events PRIMARY KEY (id),
    CONSTRAINT ck_events_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT ck_events_latitude_minimum CHECK (latitude >= -90),
    CONSTRAINT ck_events_latitude_maximum CHECK (latitude <= 90),
    CONSTRAINT ck_events_longitude_minimum CHECK (longitude >= -180),
    CONSTRAINT ck_events_longitude_maximum CHECK (longitude <= 180),
    CONSTRAINT ck_events_capacity_minimum CHECK (capacity >= 1),
    CONSTRAINT ck_events_capacity_maximum CHECK (capacity <= 1000000),
    CONSTRAINT ck_events_price_minimum CHECK (price >= 0),
    CONSTRAINT ck_events_price_maximum CHECK (price <= 100000),
    CONSTRAINT uq_events_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_events_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
CREATE INDEX ix_events_organization_id_starts_at ON public.events (organization_id, starts_at);
CREATE INDEX ix_events_public ON public.events (starts_at) WHERE visibility = 'public' and status = 'published';
comment on table public.events is 'Something an organization holds at a time and a place, such as an adoption day or a show.';
comment on column public.events.id is 'Id';
comment on column public.events.organization_id is 'Organization';
comment on column public.events.title is 'Title';
comment on column public.events.kind is 'Kind';
comment on column public.events.description is 'Description';
comment on column public.events.starts_at is 'Starts';
comment on column public.events.ends_at is 'Ends';
comment on column public.events.place is 'Place';
comment on column public.events.address is 'Address';
comment on column public.events.latitude is 'Latitude';
comment on column public.events.longitude is 'Longitude';
comment on column public.events.website_url is 'Website';
comment on column public.events.image_url is 'Picture';
comment on column public.events.capacity is 'Places';
comment on column public.events.registration_deadline is 'Register before';
comment on column public.events.price is 'Price of a ticket';
comment on column public.events.currency is 'Currency';
comment on column public.events.visibility is 'Who sees it';
comment on column public.events.status is 'Status';
comment on column public.events.created_at is 'Created';
comment on column public.events.updated_at is 'Changed';
comment on column public.events.updated_by is 'Changed by';
comment on column public.events.updated_device is 'Changed on';
comment on column public.events.row_version is 'Version';

CREATE TABLE public.volunteer_availability (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID DEFAULT auth.uid() NOT NULL,
    organization_id UUID,
    weekday BIGINT NOT NULL,
    available_from TIME WITHOUT TIME ZONE NOT NULL,
    available_until TIME WITHOUT TIME ZONE NOT NULL,
    valid_from DATE DEFAULT current_date NOT NULL,
    valid_until DATE,
    travel_km BIGINT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_volunteer_availability PRIMARY KEY (id),
    CONSTRAINT ck_volunteer_availability_until_after_from CHECK (available_until > available_from),
    CONSTRAINT ck_volunteer_availability_valid_until_after_from CHECK (valid_until >= valid_from),
    CONSTRAINT ck_volunteer_availability_weekday_minimum CHECK (weekday >= 1),
    CONSTRAINT ck_volunteer_availability_weekday_maximum CHECK (weekday <= 7),
    CONSTRAINT ck_volunteer_availability_travel_km_minimum CHECK (travel_km >= 0),
    CONSTRAINT ck_volunteer_availability_travel_km_maximum CHECK (travel_km <= 1000),
    CONSTRAINT fk_volunteer_availability_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_volunteer_availability_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
CREATE INDEX ix_volunteer_availability_organization_id ON public.volunteer_availability (organization_id);
CREATE INDEX ix_volunteer_availability_user_id ON public.volunteer_availability (user_id);
comment on table public.volunteer_availability is 'A part of a weekday on which a person can help, in general or at one organization.';
comment on column public.volunteer_availability.id is 'Id';
comment on column public.volunteer_availability.user_id is 'Person';
comment on column public.volunteer_availability.organization_id is 'Offered to';
comment on column public.volunteer_availability.weekday is 'Weekday';
comment on column public.volunteer_availability.available_from is 'From';
comment on column public.volunteer_availability.available_until is 'Until';
comment on column public.volunteer_availability.valid_from is 'As of';
comment on column public.volunteer_availability.valid_until is 'Up to';
comment on column public.volunteer_availability.travel_km is 'Comes from within, km';
comment on column public.volunteer_availability.notes is 'Notes';
comment on column public.volunteer_availability.created_at is 'Created';
comment on column public.volunteer_availability.updated_at is 'Changed';
comment on column public.volunteer_availability.updated_by is 'Changed by';
comment on column public.volunteer_availability.updated_device is 'Changed on';
comment on column public.volunteer_availability.row_version is 'Version';

CREATE TABLE public.volunteer_skills (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID DEFAULT auth.uid() NOT NULL,
    organization_id UUID,
    skill TEXT NOT NULL,
    level public.skill_level DEFAULT 'able' NOT NULL,
    certificate TEXT,
    certificate_url TEXT,
    certified_on DATE,
    certified_until DATE,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_volunteer_skills PRIMARY KEY (id),
    CONSTRAINT uq_volunteer_skills_user_id_organization_id_skill UNIQUE (user_id, organization_id, skill),
    CONSTRAINT ck_volunteer_skills_certified_until_after CHECK (certified_until >= certified_on),
    CONSTRAINT fk_volunteer_skills_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_volunteer_skills_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
CREATE INDEX ix_volunteer_skills_organization_id ON public.volunteer_skills (organization_id);
comment on table public.volunteer_skills is 'Something a person can do as a volunteer, in general or offered to one organization.';
comment on column public.volunteer_skills.id is 'Id';
comment on column public.volunteer_skills.user_id is 'Person';
comment on column public.volunteer_skills.organization_id is 'Offered to';
comment on column public.volunteer_skills.skill is 'Skill';
comment on column public.volunteer_skills.level is 'How well';
comment on column public.volunteer_skills.certificate is 'Certificate';
comment on column public.volunteer_skills.certificate_url is 'File';
comment on column public.volunteer_skills.certified_on is 'Certified';
comment on column public.volunteer_skills.certified_until is 'Certified until';
comment on column public.volunteer_skills.notes is 'Notes';
comment on column public.volunteer_skills.created_at is 'Created';
comment on column public.volunteer_skills.updated_at is 'Changed';
comment on column public.volunteer_skills.updated_by is 'Changed by';
comment on column public.volunteer_skills.updated_device is 'Changed on';
comment on column public.volunteer_skills.row_version is 'Version';

CREATE TABLE public.event_participants (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    event_id UUID NOT NULL,
    user_id UUID,
    display_name TEXT,
    role public.event_role DEFAULT 'volunteer' NOT NULL,
    pet_id UUID,
    starts_at TIMESTAMP WITH TIME ZONE,
    ends_at TIMESTAMP WITH TIME ZONE,
    topic TEXT,
    result TEXT,
    is_public BOOLEAN DEFAULT false NOT NULL,
    status public.participation_status DEFAULT 'invited' NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_event_participants PRIMARY KEY (id),
    CONSTRAINT ck_event_participants_somebody CHECK (num_nonnulls(user_id, display_name) > 0),
    CONSTRAINT uq_event_participants_organization_id_event_id_user_id__848c UNIQUE (organization_id, event_id, user_id, role, pet_id),
    CONSTRAINT uq_event_participants_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_event_participants_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_event_participants_organization_id_event_id FOREIGN KEY(organization_id, event_id) REFERENCES public.events (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_event_participants_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_event_participants_pet_id FOREIGN KEY(pet_id) REFERENCES public.pets (id) ON DELETE CASCADE
);
CREATE INDEX ix_event_participants_pet_id ON public.event_participants (pet_id);
CREATE INDEX ix_event_participants_user_id ON public.event_participants (user_id);
comment on table public.event_participants is 'A person who has a role in an event: who speaks, judges, or competes with a pet.';
comment on column public.event_participants.id is 'Id';
comment on column public.event_participants.organization_id is 'Organization';
comment on column public.event_participants.event_id is 'Event';
comment on column public.event_participants.user_id is 'Person';
comment on column public.event_participants.display_name is 'Name';
comment on column public.event_participants.role is 'Role';
comment on column public.event_participants.pet_id is 'With the pet';
comment on column public.event_participants.starts_at is 'From';
comment on column public.event_participants.ends_at is 'Until';
comment on column public.event_participants.topic is 'Topic or class';
comment on column public.event_participants.result is 'Result';
comment on column public.event_participants.is_public is 'Named in the programme';
comment on column public.event_participants.status is 'Status';
comment on column public.event_participants.notes is 'Notes';
comment on column public.event_participants.created_at is 'Created';
comment on column public.event_participants.updated_at is 'Changed';
comment on column public.event_participants.updated_by is 'Changed by';
comment on column public.event_participants.updated_device is 'Changed on';
comment on column public.event_participants.row_version is 'Version';

CREATE TABLE public.event_attendees (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    event_id UUID NOT NULL,
    user_id UUID,
    guest_name TEXT,
    guest_email TEXT,
    guest_phone TEXT,
    tickets BIGINT DEFAULT 1 NOT NULL,
    status public.registration_status DEFAULT 'registered' NOT NULL,
    amount_due NUMERIC(14, 2),
    paid BOOLEAN DEFAULT false NOT NULL,
    registered_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    wishes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_event_attendees PRIMARY KEY (id),
    CONSTRAINT ck_event_attendees_person_or_guest CHECK (num_nonnulls(user_id, guest_name) = 1),
    CONSTRAINT uq_event_attendees_organization_id_event_id_user_id UNIQUE (organization_id, event_id, user_id),
    CONSTRAINT ck_event_attendees_tickets_minimum CHECK (tickets >= 1),
    CONSTRAINT ck_event_attendees_tickets_maximum CHECK (tickets <= 50),
    CONSTRAINT ck_event_attendees_amount_due_minimum CHECK (amount_due >= 0),
    CONSTRAINT uq_event_attendees_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_event_attendees_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_event_attendees_organization_id_event_id FOREIGN KEY(organization_id, event_id) REFERENCES public.events (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_event_attendees_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);
CREATE INDEX ix_event_attendees_user_id ON public.event_attendees (user_id);
comment on table public.event_attendees is 'A registration for an event, of a person with an account or of a guest.';
comment on column public.event_attendees.id is 'Id';
comment on column public.event_attendees.organization_id is 'Organization';
comment on column public.event_attendees.event_id is 'Event';
comment on column public.event_attendees.user_id is 'Person';
comment on column public.event_attendees.guest_name is 'Guest';
comment on column public.event_attendees.guest_email is 'E-mail';
comment on column public.event_attendees.guest_phone is 'Phone';
comment on column public.event_attendees.tickets is 'Tickets';
comment on column public.event_attendees.status is 'Status';
comment on column public.event_attendees.amount_due is 'To pay';
comment on column public.event_attendees.paid is 'Paid';
comment on column public.event_attendees.registered_at is 'Registered';
comment on column public.event_attendees.wishes is 'Wishes';
comment on column public.event_attendees.created_at is 'Created';
comment on column public.event_attendees.updated_at is 'Changed';
comment on column public.event_attendees.updated_by is 'Changed by';
comment on column public.event_attendees.updated_device is 'Changed on';
comment on column public.event_attendees.row_version is 'Version';

CREATE TABLE public.shifts (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    title TEXT NOT NULL,
    event_id UUID,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    location TEXT,
    people_needed BIGINT DEFAULT 1 NOT NULL,
    assigned_to UUID,
    skill TEXT,
    open_to_all BOOLEAN DEFAULT false NOT NULL,
    status public.shift_status DEFAULT 'open' NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_shifts PRIMARY KEY (id),
    CONSTRAINT ck_shifts_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT ck_shifts_people_needed_minimum CHECK (people_needed >= 1),
    CONSTRAINT ck_shifts_people_needed_maximum CHECK (people_needed <= 1000),
    CONSTRAINT uq_shifts_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_shifts_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_shifts_organization_id_event_id FOREIGN KEY(organization_id, event_id) REFERENCES public.events (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_shifts_organization_id_assigned_to FOREIGN KEY(organization_id, assigned_to) REFERENCES public.organization_users (organization_id, user_id) ON DELETE SET NULL (assigned_to)
);
CREATE INDEX ix_shifts_open_to_all ON public.shifts (starts_at) WHERE open_to_all and status = 'open';
CREATE INDEX ix_shifts_organization_id_assigned_to ON public.shifts (organization_id, assigned_to);
CREATE INDEX ix_shifts_organization_id_event_id ON public.shifts (organization_id, event_id);
CREATE INDEX ix_shifts_organization_id_starts_at ON public.shifts (organization_id, starts_at);
comment on table public.shifts is 'A shift that people are wanted for; who takes it stands in the volunteers'' hours.';
comment on column public.shifts.id is 'Id';
comment on column public.shifts.organization_id is 'Organization';
comment on column public.shifts.title is 'Title';
comment on column public.shifts.event_id is 'Event';
comment on column public.shifts.starts_at is 'Starts';
comment on column public.shifts.ends_at is 'Ends';
comment on column public.shifts.location is 'Where';
comment on column public.shifts.people_needed is 'People needed';
comment on column public.shifts.assigned_to is 'In charge';
comment on column public.shifts.skill is 'Skill needed';
comment on column public.shifts.open_to_all is 'Anybody may sign up';
comment on column public.shifts.status is 'Status';
comment on column public.shifts.notes is 'Notes';
comment on column public.shifts.created_at is 'Created';
comment on column public.shifts.updated_at is 'Changed';
comment on column public.shifts.updated_by is 'Changed by';
comment on column public.shifts.updated_device is 'Changed on';
comment on column public.shifts.row_version is 'Version';

CREATE TABLE public.event_checkins (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    attendee_id UUID NOT NULL,
    checked_in_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    checked_in_by UUID NOT NULL,
    method public.checkin_method DEFAULT 'list' NOT NULL,
    people BIGINT DEFAULT 1 NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_event_checkins PRIMARY KEY (id),
    CONSTRAINT ck_event_checkins_people_minimum CHECK (people >= 1),
    CONSTRAINT ck_event_checkins_people_maximum CHECK (people <= 50),
    CONSTRAINT uq_event_checkins_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_event_checkins_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_event_checkins_organization_id_attendee_id FOREIGN KEY(organization_id, attendee_id) REFERENCES public.event_attendees (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_event_checkins_checked_in_by FOREIGN KEY(checked_in_by) REFERENCES public.profiles (id) ON DELETE RESTRICT
);
CREATE INDEX ix_event_checkins_checked_in_by ON public.event_checkins (checked_in_by);
CREATE INDEX ix_event_checkins_organization_id_attendee_id ON public.event_checkins (organization_id, attendee_id);
comment on table public.event_checkins is 'One arrival of somebody who registered for an event.';
comment on column public.event_checkins.id is 'Id';
comment on column public.event_checkins.organization_id is 'Organization';
comment on column public.event_checkins.attendee_id is 'Registration';
comment on column public.event_checkins.checked_in_at is 'Came in';
comment on column public.event_checkins.checked_in_by is 'Let in by';
comment on column public.event_checkins.method is 'How';
comment on column public.event_checkins.people is 'People';
comment on column public.event_checkins.notes is 'Notes';
comment on column public.event_checkins.created_at is 'Created';
comment on column public.event_checkins.updated_at is 'Changed';
comment on column public.event_checkins.updated_by is 'Changed by';
comment on column public.event_checkins.updated_device is 'Changed on';
comment on column public.event_checkins.row_version is 'Version';

CREATE TABLE public.volunteer_hours (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    user_id UUID NOT NULL,
    shift_id UUID,
    activity TEXT NOT NULL,
    worked_on DATE DEFAULT current_date NOT NULL,
    hours NUMERIC(14, 2),
    travel_km NUMERIC(14, 1),
    status public.hours_status DEFAULT 'planned' NOT NULL,
    notes TEXT,
    approved_by UUID,
    approved_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_volunteer_hours PRIMARY KEY (id),
    CONSTRAINT ck_volunteer_hours_hours_once_worked CHECK (status = 'planned' or hours is not null),
    CONSTRAINT uq_volunteer_hours_organization_id_shift_id_user_id UNIQUE (organization_id, shift_id, user_id),
    CONSTRAINT ck_volunteer_hours_hours_minimum CHECK (hours >= 0),
    CONSTRAINT ck_volunteer_hours_hours_maximum CHECK (hours <= 24),
    CONSTRAINT ck_volunteer_hours_travel_km_minimum CHECK (travel_km >= 0),
    CONSTRAINT ck_volunteer_hours_travel_km_maximum CHECK (travel_km <= 5000),
    CONSTRAINT uq_volunteer_hours_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_volunteer_hours_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_volunteer_hours_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE RESTRICT,
    CONSTRAINT fk_volunteer_hours_organization_id_shift_id FOREIGN KEY(organization_id, shift_id) REFERENCES public.shifts (organization_id, id) ON DELETE SET NULL (shift_id),
    CONSTRAINT fk_volunteer_hours_approved_by FOREIGN KEY(approved_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_volunteer_hours_approved_by ON public.volunteer_hours (approved_by);
CREATE INDEX ix_volunteer_hours_user_id ON public.volunteer_hours (user_id);
CREATE INDEX ix_volunteer_hours_worked_on ON public.volunteer_hours (organization_id, worked_on);
comment on table public.volunteer_hours is 'A volunteer''s work on one day: planned when a shift is taken, then worked and agreed to.';
comment on column public.volunteer_hours.id is 'Id';
comment on column public.volunteer_hours.organization_id is 'Organization';
comment on column public.volunteer_hours.user_id is 'Volunteer';
comment on column public.volunteer_hours.shift_id is 'Shift';
comment on column public.volunteer_hours.activity is 'What';
comment on column public.volunteer_hours.worked_on is 'Day';
comment on column public.volunteer_hours.hours is 'Hours, h';
comment on column public.volunteer_hours.travel_km is 'Travelled, km';
comment on column public.volunteer_hours.status is 'Status';
comment on column public.volunteer_hours.notes is 'Notes';
comment on column public.volunteer_hours.approved_by is 'Decided by';
comment on column public.volunteer_hours.approved_at is 'Decided';
comment on column public.volunteer_hours.created_at is 'Created';
comment on column public.volunteer_hours.updated_at is 'Changed';
comment on column public.volunteer_hours.updated_by is 'Changed by';
comment on column public.volunteer_hours.updated_device is 'Changed on';
comment on column public.volunteer_hours.row_version is 'Version';

CREATE TABLE public.tasks (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    title TEXT NOT NULL,
    kind public.task_kind DEFAULT 'general' NOT NULL,
    priority public.task_priority DEFAULT 'normal' NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    assigned_to UUID,
    status public.task_status DEFAULT 'to_do' NOT NULL,
    recurrence TEXT,
    expected_minutes BIGINT,
    livestock_id UUID,
    batch_id UUID,
    flock_id UUID,
    pet_id UUID,
    room_id UUID,
    done_at TIMESTAMP WITH TIME ZONE,
    done_by UUID,
    skip_reason TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_tasks PRIMARY KEY (id),
    CONSTRAINT ck_tasks_expected_minutes_minimum CHECK (expected_minutes >= 1),
    CONSTRAINT ck_tasks_expected_minutes_maximum CHECK (expected_minutes <= 10000),
    CONSTRAINT uq_tasks_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_tasks_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_tasks_organization_id_assigned_to FOREIGN KEY(organization_id, assigned_to) REFERENCES public.organization_users (organization_id, user_id) ON DELETE SET NULL (assigned_to),
    CONSTRAINT fk_tasks_organization_id_livestock_id FOREIGN KEY(organization_id, livestock_id) REFERENCES public.livestock (organization_id, id) ON DELETE SET NULL (livestock_id),
    CONSTRAINT fk_tasks_organization_id_batch_id FOREIGN KEY(organization_id, batch_id) REFERENCES public.livestock_batches (organization_id, id) ON DELETE SET NULL (batch_id),
    CONSTRAINT fk_tasks_organization_id_flock_id FOREIGN KEY(organization_id, flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE SET NULL (flock_id),
    CONSTRAINT fk_tasks_organization_id_pet_id FOREIGN KEY(organization_id, pet_id) REFERENCES public.clinic_patients (organization_id, pet_id) ON DELETE SET NULL (pet_id),
    CONSTRAINT fk_tasks_organization_id_room_id FOREIGN KEY(organization_id, room_id) REFERENCES public.rooms (organization_id, id) ON DELETE SET NULL (room_id),
    CONSTRAINT fk_tasks_organization_id_done_by FOREIGN KEY(organization_id, done_by) REFERENCES public.organization_users (organization_id, user_id) ON DELETE SET NULL (done_by)
);
CREATE INDEX ix_tasks_assigned_to ON public.tasks (organization_id, assigned_to, due_at);
CREATE INDEX ix_tasks_done_at ON public.tasks (organization_id, done_at);
CREATE INDEX ix_tasks_organization_id_batch_id ON public.tasks (organization_id, batch_id);
CREATE INDEX ix_tasks_organization_id_done_by ON public.tasks (organization_id, done_by);
CREATE INDEX ix_tasks_organization_id_due_at ON public.tasks (organization_id, due_at);
CREATE INDEX ix_tasks_organization_id_flock_id ON public.tasks (organization_id, flock_id);
CREATE INDEX ix_tasks_organization_id_livestock_id ON public.tasks (organization_id, livestock_id);
CREATE INDEX ix_tasks_organization_id_pet_id ON public.tasks (organization_id, pet_id);
CREATE INDEX ix_tasks_organization_id_room_id ON public.tasks (organization_id, room_id);
CREATE INDEX ix_tasks_status_due_at ON public.tasks (organization_id, status, due_at);
comment on table public.tasks is 'A piece of work to be done by a time, for an animal, a place or the organization.';
comment on column public.tasks.id is 'Id';
comment on column public.tasks.organization_id is 'Organization';
comment on column public.tasks.title is 'What';
comment on column public.tasks.kind is 'Kind';
comment on column public.tasks.priority is 'Priority';
comment on column public.tasks.due_at is 'Due';
comment on column public.tasks.assigned_to is 'Who';
comment on column public.tasks.status is 'Status';
comment on column public.tasks.recurrence is 'Repeats';
comment on column public.tasks.expected_minutes is 'Takes, min';
comment on column public.tasks.livestock_id is 'Animal';
comment on column public.tasks.batch_id is 'Group';
comment on column public.tasks.flock_id is 'Flock';
comment on column public.tasks.pet_id is 'Pet';
comment on column public.tasks.room_id is 'Room';
comment on column public.tasks.done_at is 'Done';
comment on column public.tasks.done_by is 'Done by';
comment on column public.tasks.skip_reason is 'Why it was not done';
comment on column public.tasks.notes is 'Notes';
comment on column public.tasks.created_at is 'Created';
comment on column public.tasks.updated_at is 'Changed';
comment on column public.tasks.updated_by is 'Changed by';
comment on column public.tasks.updated_device is 'Changed on';
comment on column public.tasks.row_version is 'Version';

insert into sync.tables (name, position, kinds, belongs)
values ('events', 19, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs, dated, recent)
values ('shifts', 42, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid', 'ends_at',
  '(t.ends_at >= ''0001-01-02 UTC'' and t.ends_at < (%1$L || '' UTC'')::timestamptz and t.status::text = any(''{done,cancelled}'')) is not true');

insert into sync.tables (name, position, kinds, belongs, dated, recent)
values ('tasks', 66, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid', 'due_at',
  '(t.due_at >= ''0001-01-02 UTC'' and t.due_at < (%1$L || '' UTC'')::timestamptz and t.status::text = any(''{done,cancelled}'')) is not true');

alter table public.events enable row level security;
alter table public.events force row level security;
revoke all on public.events from public, anon, authenticated;
grant select, insert, update, delete on public.events to service_role;
grant select (id, organization_id, title, kind, description, starts_at, ends_at, place, address, latitude, longitude, website_url, image_url, capacity, registration_deadline, price, currency, visibility, status, created_at, updated_at, updated_by, updated_device, row_version) on public.events to authenticated;
grant select (id, organization_id, title, kind, description, starts_at, ends_at, place, address, latitude, longitude, website_url, image_url, capacity, registration_deadline, price, currency, visibility, status, created_at, updated_at, updated_by, updated_device, row_version) on public.events to anon;
grant insert (id, organization_id, title, kind, description, starts_at, ends_at, place, address, latitude, longitude, website_url, image_url, capacity, registration_deadline, price, currency, visibility, status) on public.events to authenticated;
grant update (title, kind, description, starts_at, ends_at, place, address, latitude, longitude, website_url, image_url, capacity, registration_deadline, price, currency, visibility, status) on public.events to authenticated;
grant delete on public.events to authenticated;

alter table public.volunteer_availability enable row level security;
alter table public.volunteer_availability force row level security;
revoke all on public.volunteer_availability from public, anon, authenticated;
grant select, insert, update, delete on public.volunteer_availability to service_role;
grant select (id, user_id, organization_id, weekday, available_from, available_until, valid_from, valid_until, travel_km, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.volunteer_availability to authenticated;
grant insert (id, user_id, organization_id, weekday, available_from, available_until, valid_from, valid_until, travel_km, notes) on public.volunteer_availability to authenticated;
grant update (organization_id, weekday, available_from, available_until, valid_from, valid_until, travel_km, notes) on public.volunteer_availability to authenticated;
grant delete on public.volunteer_availability to authenticated;

alter table public.volunteer_skills enable row level security;
alter table public.volunteer_skills force row level security;
revoke all on public.volunteer_skills from public, anon, authenticated;
grant select, insert, update, delete on public.volunteer_skills to service_role;
grant select (id, user_id, organization_id, skill, level, certificate, certificate_url, certified_on, certified_until, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.volunteer_skills to authenticated;
grant insert (id, user_id, organization_id, skill, level, certificate, certificate_url, certified_on, certified_until, notes) on public.volunteer_skills to authenticated;
grant update (organization_id, skill, level, certificate, certificate_url, certified_on, certified_until, notes) on public.volunteer_skills to authenticated;
grant delete on public.volunteer_skills to authenticated;

alter table public.event_participants enable row level security;
alter table public.event_participants force row level security;
revoke all on public.event_participants from public, anon, authenticated;
grant select, insert, update, delete on public.event_participants to service_role;
grant select (id, organization_id, event_id, user_id, display_name, role, pet_id, starts_at, ends_at, topic, result, is_public, status, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.event_participants to authenticated;
grant insert (id, organization_id, event_id, user_id, display_name, role, pet_id, starts_at, ends_at, topic, result, is_public, status, notes) on public.event_participants to authenticated;
grant update (display_name, role, starts_at, ends_at, topic, result, is_public, status, notes) on public.event_participants to authenticated;
grant delete on public.event_participants to authenticated;

alter table public.event_attendees enable row level security;
alter table public.event_attendees force row level security;
revoke all on public.event_attendees from public, anon, authenticated;
grant select, insert, update, delete on public.event_attendees to service_role;
grant select (id, organization_id, event_id, user_id, guest_name, guest_email, guest_phone, tickets, status, amount_due, paid, registered_at, wishes, created_at, updated_at, updated_by, updated_device, row_version) on public.event_attendees to authenticated;
grant insert (id, organization_id, event_id, user_id, guest_name, guest_email, guest_phone, tickets, status, paid, wishes) on public.event_attendees to authenticated;
grant update (guest_name, guest_email, guest_phone, tickets, status, paid, wishes) on public.event_attendees to authenticated;
grant delete on public.event_attendees to authenticated;

alter table public.shifts enable row level security;
alter table public.shifts force row level security;
revoke all on public.shifts from public, anon, authenticated;
grant select, insert, update, delete on public.shifts to service_role;
grant select (id, organization_id, title, event_id, starts_at, ends_at, location, people_needed, assigned_to, skill, open_to_all, status, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.shifts to authenticated;
grant insert (id, organization_id, title, event_id, starts_at, ends_at, location, people_needed, assigned_to, skill, open_to_all, status, notes) on public.shifts to authenticated;
grant update (title, event_id, starts_at, ends_at, location, people_needed, assigned_to, skill, open_to_all, status, notes) on public.shifts to authenticated;
grant delete on public.shifts to authenticated;

alter table public.event_checkins enable row level security;
alter table public.event_checkins force row level security;
revoke all on public.event_checkins from public, anon, authenticated;
grant select, insert, update, delete on public.event_checkins to service_role;
grant select (id, organization_id, attendee_id, checked_in_at, checked_in_by, method, people, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.event_checkins to authenticated;
grant insert (id, organization_id, attendee_id, checked_in_at, checked_in_by, method, people, notes) on public.event_checkins to authenticated;
grant update (checked_in_at, method, people, notes) on public.event_checkins to authenticated;
grant delete on public.event_checkins to authenticated;

alter table public.volunteer_hours enable row level security;
alter table public.volunteer_hours force row level security;
revoke all on public.volunteer_hours from public, anon, authenticated;
grant select, insert, update, delete on public.volunteer_hours to service_role;
grant select (id, organization_id, user_id, shift_id, activity, worked_on, hours, travel_km, status, notes, approved_by, approved_at, created_at, updated_at, updated_by, updated_device, row_version) on public.volunteer_hours to authenticated;
grant insert (id, organization_id, user_id, shift_id, activity, worked_on, hours, travel_km, status, notes) on public.volunteer_hours to authenticated;
grant update (activity, worked_on, hours, travel_km, status, notes) on public.volunteer_hours to authenticated;
grant delete on public.volunteer_hours to authenticated;

alter table public.tasks enable row level security;
alter table public.tasks force row level security;
revoke all on public.tasks from public, anon, authenticated;
grant select, insert, update, delete on public.tasks to service_role;
grant select (id, organization_id, title, kind, priority, due_at, assigned_to, status, recurrence, expected_minutes, livestock_id, batch_id, flock_id, pet_id, room_id, done_at, done_by, skip_reason, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.tasks to authenticated;
grant insert (id, organization_id, title, kind, priority, due_at, assigned_to, status, recurrence, expected_minutes, livestock_id, batch_id, flock_id, pet_id, room_id, done_at, done_by, skip_reason, notes) on public.tasks to authenticated;
grant update (title, kind, priority, due_at, assigned_to, status, recurrence, expected_minutes, livestock_id, batch_id, flock_id, pet_id, room_id, done_at, done_by, skip_reason, notes) on public.tasks to authenticated;
grant delete on public.tasks to authenticated;

create function access.events_i_take_part_in() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select event_id from public.event_participants
    where user_id = auth.uid() and (true)
  );
end $$;
comment on function access.events_i_take_part_in() is 'Of the person who asks: events i take part in.';
revoke all on function access.events_i_take_part_in() from public;
grant execute on function access.events_i_take_part_in() to authenticated;

create function access.events_i_registered_for() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select event_id from public.event_attendees
    where user_id = auth.uid() and (status <> 'cancelled')
  );
end $$;
comment on function access.events_i_registered_for() is 'Of the person who asks: events i registered for.';
revoke all on function access.events_i_registered_for() from public;
grant execute on function access.events_i_registered_for() to authenticated;

create function access.shifts_i_take() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select shift_id from public.volunteer_hours
    where user_id = auth.uid() and (true)
  );
end $$;
comment on function access.shifts_i_take() is 'Of the person who asks: shifts i take.';
revoke all on function access.shifts_i_take() from public;
grant execute on function access.shifts_i_take() to authenticated;

create trigger update_events_updated_at before insert or update on public.events
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.events
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.events
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.events
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.events
  for each statement execute function sync.refuse_truncate();

create trigger update_volunteer_availability_updated_at before insert or update on public.volunteer_availability
  for each row execute function public.update_updated_at_column();

create trigger update_volunteer_skills_updated_at before insert or update on public.volunteer_skills
  for each row execute function public.update_updated_at_column();

create trigger update_event_participants_updated_at before insert or update on public.event_participants
  for each row execute function public.update_updated_at_column();

create trigger update_event_attendees_updated_at before insert or update on public.event_attendees
  for each row execute function public.update_updated_at_column();
create trigger audit_event_attendees_trigger after insert or update or delete on public.event_attendees
  for each row execute function public.audit_trigger_function('organization_id');

create trigger update_shifts_updated_at before insert or update on public.shifts
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.shifts
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.shifts
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.shifts
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.shifts
  for each statement execute function sync.refuse_truncate();

create trigger update_event_checkins_updated_at before insert or update on public.event_checkins
  for each row execute function public.update_updated_at_column();

create trigger update_volunteer_hours_updated_at before insert or update on public.volunteer_hours
  for each row execute function public.update_updated_at_column();

create trigger update_tasks_updated_at before insert or update on public.tasks
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.tasks
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.tasks
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.tasks
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.tasks
  for each statement execute function sync.refuse_truncate();

create policy may_read on public.events for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (visibility = 'public' and status = 'published')
    or (events.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[]) and (visibility <> 'private'))
    or events.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
    or events.id = any((select access.events_i_take_part_in())::uuid[])
    or events.id = any((select access.events_i_registered_for())::uuid[])
  ));
create policy may_add on public.events for insert to authenticated
  with check (events.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
    or (events.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) and (visibility <> 'private')));
create policy may_change on public.events for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    events.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
    or (events.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) and (visibility <> 'private'))
  ))
  with check (events.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
    or (events.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) and (visibility <> 'private')));
create policy may_delete on public.events for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    events.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
    or (events.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) and (visibility <> 'private'))
  ));
create policy anyone_may_read on public.events for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (visibility = 'public' and status = 'published')
  ));

create policy may_read on public.volunteer_availability for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    volunteer_availability.user_id = (select auth.uid())
    or volunteer_availability.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
create policy may_add on public.volunteer_availability for insert to authenticated
  with check (volunteer_availability.user_id = (select auth.uid()));
create policy may_change on public.volunteer_availability for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    volunteer_availability.user_id = (select auth.uid())
  ))
  with check (volunteer_availability.user_id = (select auth.uid()));
create policy may_delete on public.volunteer_availability for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    volunteer_availability.user_id = (select auth.uid())
  ));

create policy may_read on public.volunteer_skills for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    volunteer_skills.user_id = (select auth.uid())
    or volunteer_skills.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
create policy may_add on public.volunteer_skills for insert to authenticated
  with check (volunteer_skills.user_id = (select auth.uid()));
create policy may_change on public.volunteer_skills for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    volunteer_skills.user_id = (select auth.uid())
  ))
  with check (volunteer_skills.user_id = (select auth.uid()));
create policy may_delete on public.volunteer_skills for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    volunteer_skills.user_id = (select auth.uid())
  ));

create policy may_read on public.event_participants for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    event_participants.user_id = (select auth.uid())
    or ((event_participants.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[]) or (is_public and status = 'confirmed'))
      and exists (select from public.events where events.id = event_participants.event_id))
  ));
create policy may_add on public.event_participants for insert to authenticated
  with check ((((event_participants.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) and (pet_id is null and (user_id is null or status = 'invited'))) or (event_participants.user_id = (select auth.uid()) and (role in ('exhibitor', 'volunteer') and status = 'asked' and pet_id is null)))
      and exists (select from public.events where events.id = event_participants.event_id))
    or ((event_participants.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) and ((user_id is null or status = 'invited')))
      and exists (select from public.events where events.id = event_participants.event_id)
      and exists (select from public.pets where pets.id = event_participants.pet_id))
    or ((event_participants.user_id = (select auth.uid()) and (role in ('competitor', 'exhibitor', 'volunteer') and status = 'asked'))
      and exists (select from public.events where events.id = event_participants.event_id)
      and exists (select from public.pets where pets.id = event_participants.pet_id)));
create policy may_change on public.event_participants for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (event_participants.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    and (event_participants.user_id = (select auth.uid())
    or ((event_participants.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[]) or (is_public and status = 'confirmed'))
      and exists (select from public.events where events.id = event_participants.event_id)))
  ))
  with check (event_participants.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.event_participants for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (event_participants.user_id = (select auth.uid())
    or event_participants.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    and (event_participants.user_id = (select auth.uid())
    or ((event_participants.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[]) or (is_public and status = 'confirmed'))
      and exists (select from public.events where events.id = event_participants.event_id)))
  ));

create policy may_read on public.event_attendees for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    event_attendees.user_id = (select auth.uid())
    or (event_attendees.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
      and exists (select from public.events where events.id = event_attendees.event_id))
  ));
create policy may_add on public.event_attendees for insert to authenticated
  with check ((((event_attendees.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) and (guest_name is not null)) or (event_attendees.user_id = (select auth.uid()) and (status in ('registered', 'waitlisted') and not paid)))
      and exists (select from public.events where events.id = event_attendees.event_id)));
create policy may_change on public.event_attendees for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    ((event_attendees.user_id = (select auth.uid()) and (status in ('registered', 'waitlisted', 'cancelled') and not paid))
    or event_attendees.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    and (event_attendees.user_id = (select auth.uid())
    or (event_attendees.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
      and exists (select from public.events where events.id = event_attendees.event_id)))
  ))
  with check ((event_attendees.user_id = (select auth.uid()) and (status in ('registered', 'waitlisted', 'cancelled') and not paid))
    or event_attendees.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.event_attendees for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (event_attendees.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    and (event_attendees.user_id = (select auth.uid())
    or (event_attendees.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
      and exists (select from public.events where events.id = event_attendees.event_id)))
  ));

create policy may_read on public.shifts for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    ((select auth.uid()) is not null and (open_to_all and status = 'open'))
    or shifts.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or shifts.id = any((select access.shifts_i_take())::uuid[])
  ));
create policy may_add on public.shifts for insert to authenticated
  with check (shifts.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.shifts for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    shifts.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (shifts.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.shifts for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    shifts.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.event_checkins for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    event_checkins.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
    or exists (select from public.event_attendees where event_attendees.id = event_checkins.attendee_id)
  ));
create policy may_add on public.event_checkins for insert to authenticated
  with check ((event_checkins.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
      and event_checkins.checked_in_by = (select auth.uid())));
create policy may_change on public.event_checkins for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    event_checkins.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (event_checkins.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.event_checkins for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    event_checkins.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.volunteer_hours for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    volunteer_hours.user_id = (select auth.uid())
    or volunteer_hours.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
create policy may_add on public.volunteer_hours for insert to authenticated
  with check (volunteer_hours.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
    or ((volunteer_hours.user_id = (select auth.uid()) and (status in ('planned', 'worked')))
      and volunteer_hours.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[]))
    or ((volunteer_hours.user_id = (select auth.uid()) and (status in ('planned', 'worked')))
      and exists (select from public.shifts where shifts.id = volunteer_hours.shift_id)));
create policy may_change on public.volunteer_hours for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (volunteer_hours.user_id = (select auth.uid()) and (status in ('planned', 'worked')))
    or volunteer_hours.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check ((volunteer_hours.user_id = (select auth.uid()) and (status in ('planned', 'worked')))
    or volunteer_hours.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.volunteer_hours for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (volunteer_hours.user_id = (select auth.uid()) and (status in ('planned', 'worked')))
    or volunteer_hours.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

create policy may_read on public.tasks for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    tasks.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.tasks for insert to authenticated
  with check (tasks.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.tasks for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    tasks.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (tasks.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.tasks for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    tasks.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

-- Who gets a place: registrations for events, and shifts that volunteers take.

-- A place is given to those who came first, the others wait. Whoever works for the organization
-- may let in more. What is owed is the price of the day of registering.
create function public.place_event_attendee() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_event record;
  v_taken bigint;
  v_is_new boolean := tg_op = 'INSERT' or old.status not in ('registered', 'waitlisted');
  v_may_decide boolean := auth.uid() is null or pg_trigger_depth() > 1 or coalesce(
    new.organization_id = any(access.organizations_as('{owner,manager,veterinarian,staff}')), false
  );
begin
  if new.status not in ('registered', 'waitlisted') then
    return new;
  end if;
  if not v_is_new and (new.status, new.tickets) = (old.status, old.tickets) then
    return new;
  end if;
  select e.capacity, e.price into v_event from public.events e
    where e.id = new.event_id and e.organization_id = new.organization_id
    for no key update; -- one at a time, so that the last place is given once
  if not found then
    return new; -- the foreign key says so
  end if;
  new.registered_at := case when v_is_new then now() else old.registered_at end;
  new.amount_due := case
    when v_is_new then v_event.price * new.tickets
    else old.amount_due / old.tickets * new.tickets
  end;
  if v_may_decide or v_event.capacity is null then
    new.status := case when v_may_decide then new.status else 'registered' end;
    return new;
  end if;
  select coalesce(sum(a.tickets), 0)::bigint into v_taken from public.event_attendees a
    where a.event_id = new.event_id and a.status = 'registered' and a.id <> new.id;
  if v_taken + new.tickets <= v_event.capacity then
    new.status := 'registered';
  elsif not v_is_new and old.status = 'registered' then
    raise exception 'there are not as many places left' using errcode = '23514',
      table = tg_table_name, schema = tg_table_schema, column = 'tickets';
  else
    new.status := 'waitlisted';
  end if;
  return new;
end $$;
comment on function public.place_event_attendee() is 'Give a place, or one on the waiting list.';
revoke all on function public.place_event_attendee() from public;

create trigger place_event_attendee before insert or update on public.event_attendees
  for each row execute function public.place_event_attendee();

-- Asked after the policies, so that nobody learns of events they may not see.
create function public.refuse_late_registration() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if auth.uid() is null
    or pg_trigger_depth() > 1
    or new.status not in ('registered', 'waitlisted')
    or (tg_op = 'UPDATE' and (new.status, new.tickets) = (old.status, old.tickets))
    or new.organization_id = any(access.organizations_as('{owner,manager,veterinarian,staff}'))
  then
    return null;
  end if;
  if not exists (
    select from public.events e
    where e.id = new.event_id
      and e.status = 'published'
      and now() <= coalesce(e.registration_deadline, e.starts_at)
  ) then
    raise exception 'registration for this event is closed' using errcode = '23514',
      table = tg_table_name, schema = tg_table_schema;
  end if;
  return null;
end $$;
comment on function public.refuse_late_registration() is 'Refuse who comes after the deadline.';
revoke all on function public.refuse_late_registration() from public;

create trigger refuse_late_registration after insert or update on public.event_attendees
  for each row execute function public.refuse_late_registration();

-- Places that become free go to those who wait, in the order in which they came.
create function public.promote_event_attendees() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_free bigint;
  v_next record;
begin
  if old.status <> 'registered'
    or (tg_op = 'UPDATE' and new.status = 'registered' and new.tickets >= old.tickets)
  then
    return null;
  end if;
  select e.capacity into v_free from public.events e
    where e.id = old.event_id and e.status = 'published' and e.starts_at > now()
    for no key update;
  if v_free is null then
    return null;
  end if;
  v_free := v_free - (
    select coalesce(sum(a.tickets), 0)::bigint from public.event_attendees a
    where a.event_id = old.event_id and a.status = 'registered'
  );
  for v_next in
    select a.id, a.tickets from public.event_attendees a
    where a.event_id = old.event_id and a.status = 'waitlisted' and a.id <> old.id
    order by a.registered_at, a.id
  loop
    if v_next.tickets <= v_free then
      update public.event_attendees set status = 'registered' where id = v_next.id;
      v_free := v_free - v_next.tickets;
    end if;
  end loop;
  return null;
end $$;
comment on function public.promote_event_attendees() is 'Give free places to those who wait.';
revoke all on function public.promote_event_attendees() from public;

create trigger promote_event_attendees after update or delete on public.event_attendees
  for each row execute function public.promote_event_attendees();

create function public.leave_answer_to_invited() returns trigger
language plpgsql set search_path = '' as $$
begin
  if auth.uid() <> old.user_id
    and old.status in ('invited', 'declined')
    and new.status not in ('invited', 'declined')
  then
    raise exception 'who was invited answers' using errcode = '42501', table = tg_table_name,
      schema = tg_table_schema;
  end if;
  return new;
end $$;
comment on function public.leave_answer_to_invited() is 'Let nobody accept for who was invited.';
revoke all on function public.leave_answer_to_invited() from public;

create trigger leave_answer before update of status on public.event_participants
  for each row execute function public.leave_answer_to_invited();

create function public.answer_event_invitation(p_participant_id uuid, p_comes boolean)
returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.event_participants p
  set status = (case when p_comes then 'confirmed' else 'declined' end)::public.participation_status
  where p.id = p_participant_id
    and p.user_id = auth.uid()
    and (p.status = 'invited' or (p.status = 'confirmed' and not p_comes));
  if not found then
    raise exception 'there is no such invitation for you' using errcode = '42501';
  end if;
end $$;
comment on function public.answer_event_invitation(uuid, boolean)
  is 'Accept or decline to take part in an event one was invited to.';
revoke all on function public.answer_event_invitation(uuid, boolean) from public;
grant execute on function public.answer_event_invitation(uuid, boolean) to authenticated;

-- Who agreed to hours, and when, is set here and nowhere else.
create function public.stamp_volunteer_hours() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.status not in ('approved', 'refused') then
    new.approved_by := null;
    new.approved_at := null;
  elsif tg_op = 'INSERT' or new.status <> old.status then
    new.approved_by := auth.uid();
    new.approved_at := now();
  end if;
  return new;
end $$;
comment on function public.stamp_volunteer_hours() is 'Set who agreed to a volunteer''s hours.';
revoke all on function public.stamp_volunteer_hours() from public;

create trigger stamp_volunteer_hours before insert or update on public.volunteer_hours
  for each row execute function public.stamp_volunteer_hours();

-- Asked after the policies, as above.
create function public.refuse_full_shift() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_needed bigint;
begin
  if new.shift_id is null
    or auth.uid() is null
    or new.organization_id = any(access.organizations_as('{owner,manager}'))
  then
    return null;
  end if;
  select s.people_needed into v_needed from public.shifts s where s.id = new.shift_id
    for no key update; -- one at a time
  if v_needed < (
    select count(*) from public.volunteer_hours h
    where h.shift_id = new.shift_id and h.status <> 'refused'
  ) then
    raise exception 'the shift has all the people it needs' using errcode = '23514',
      table = tg_table_name, schema = tg_table_schema, column = 'shift_id';
  end if;
  return null;
end $$;
comment on function public.refuse_full_shift() is 'Refuse more people than a shift needs.';
revoke all on function public.refuse_full_shift() from public;

create trigger refuse_full_shift after insert on public.volunteer_hours
  for each row execute function public.refuse_full_shift();

-- Who takes part in a private event sees it, and no longer than that: the event itself does not
-- change then, and the PC of that person would not hear of it.
create function sync.log_event_people() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_scopes uuid[];
begin
  with logged as (
    insert into sync.changes (scope_id, table_name, row_id, kind)
    select distinct e.organization_id, 'events', e.id, 'upsert'
    from people p join public.events e on e.id = p.event_id
    where e.visibility = 'private'
    returning scope_id
  )
  select array_agg(distinct scope_id) into v_scopes from logged;
  perform sync.wake(v_scopes);
  return null;
end $$;
comment on function sync.log_event_people() is 'Log that a private event comes into sight or leaves.';
revoke all on function sync.log_event_people() from public;

create trigger log_event_insert after insert on public.event_participants
  referencing new table as people for each statement execute function sync.log_event_people();
create trigger log_event_update after update on public.event_participants
  referencing new table as people for each statement execute function sync.log_event_people();
create trigger log_event_delete after delete on public.event_participants
  referencing old table as people for each statement execute function sync.log_event_people();
create trigger log_event_insert after insert on public.event_attendees
  referencing new table as people for each statement execute function sync.log_event_people();
create trigger log_event_update after update on public.event_attendees
  referencing new table as people for each statement execute function sync.log_event_people();
create trigger log_event_delete after delete on public.event_attendees
  referencing old table as people for each statement execute function sync.log_event_people();

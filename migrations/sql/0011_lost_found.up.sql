CREATE TABLE public.lf_subscriptions (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID DEFAULT auth.uid() NOT NULL,
    name TEXT NOT NULL,
    kind public.lf_kind,
    species TEXT,
    latitude NUMERIC(14, 3) NOT NULL,
    longitude NUMERIC(14, 3) NOT NULL,
    radius_km NUMERIC(14, 1) DEFAULT 10 NOT NULL,
    by_email BOOLEAN DEFAULT true NOT NULL,
    by_push BOOLEAN DEFAULT true NOT NULL,
    is_on BOOLEAN DEFAULT true NOT NULL,
    ends_on DATE,
    notified_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_lf_subscriptions PRIMARY KEY (id),
    CONSTRAINT ck_lf_subscriptions_latitude_minimum CHECK (latitude >= -90),
    CONSTRAINT ck_lf_subscriptions_latitude_maximum CHECK (latitude <= 90),
    CONSTRAINT ck_lf_subscriptions_longitude_minimum CHECK (longitude >= -180),
    CONSTRAINT ck_lf_subscriptions_longitude_maximum CHECK (longitude <= 180),
    CONSTRAINT ck_lf_subscriptions_radius_km_minimum CHECK (radius_km >= 1),
    CONSTRAINT ck_lf_subscriptions_radius_km_maximum CHECK (radius_km <= 500),
    CONSTRAINT fk_lf_subscriptions_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);
CREATE INDEX ix_lf_subscriptions_place ON public.lf_subscriptions (latitude, longitude);
CREATE INDEX ix_lf_subscriptions_user_id ON public.lf_subscriptions (user_id);
comment on table public.lf_subscriptions is 'A person''s wish to hear of reports near a place.';
comment on column public.lf_subscriptions.id is 'Id';
comment on column public.lf_subscriptions.user_id is 'Person';
comment on column public.lf_subscriptions.name is 'Name';
comment on column public.lf_subscriptions.kind is 'Only lost, or only found';
comment on column public.lf_subscriptions.species is 'Species';
comment on column public.lf_subscriptions.latitude is 'Latitude';
comment on column public.lf_subscriptions.longitude is 'Longitude';
comment on column public.lf_subscriptions.radius_km is 'Within, km';
comment on column public.lf_subscriptions.by_email is 'By e-mail';
comment on column public.lf_subscriptions.by_push is 'On the phone';
comment on column public.lf_subscriptions.is_on is 'On';
comment on column public.lf_subscriptions.ends_on is 'Until';
comment on column public.lf_subscriptions.notified_at is 'Last alert';
comment on column public.lf_subscriptions.created_at is 'Created';
comment on column public.lf_subscriptions.updated_at is 'Changed';
comment on column public.lf_subscriptions.updated_by is 'Changed by';
comment on column public.lf_subscriptions.updated_device is 'Changed on';
comment on column public.lf_subscriptions.row_version is 'Version';

CREATE TABLE public.lf_reports (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    reporter_id UUID NOT NULL,
    organization_id UUID,
    kind public.lf_kind NOT NULL,
    pet_id UUID,
    species TEXT NOT NULL,
    breed TEXT,
    name TEXT,
    sex public.sex DEFAULT 'unknown' NOT NULL,
    size public.animal_size,
    age TEXT,
    colours TEXT[] DEFAULT '{}' NOT NULL,
    marks TEXT,
    collar TEXT,
    is_chipped BOOLEAN,
    microchip_hash TEXT,
    last_seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    place TEXT NOT NULL,
    latitude NUMERIC(14, 3),
    longitude NUMERIC(14, 3),
    country TEXT,
    description TEXT,
    in_care_of_finder BOOLEAN DEFAULT false NOT NULL,
    reward NUMERIC(14, 2),
    currency TEXT DEFAULT 'EUR' NOT NULL,
    contact_by public.lf_contact DEFAULT 'messages' NOT NULL,
    status public.lf_status DEFAULT 'open' NOT NULL,
    closed_on DATE,
    moderation public.moderation_state DEFAULT 'visible' NOT NULL,
    moderation_reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_lf_reports PRIMARY KEY (id),
    CONSTRAINT ck_lf_reports_latitude_minimum CHECK (latitude >= -90),
    CONSTRAINT ck_lf_reports_latitude_maximum CHECK (latitude <= 90),
    CONSTRAINT ck_lf_reports_longitude_minimum CHECK (longitude >= -180),
    CONSTRAINT ck_lf_reports_longitude_maximum CHECK (longitude <= 180),
    CONSTRAINT ck_lf_reports_reward_minimum CHECK (reward >= 0),
    CONSTRAINT ck_lf_reports_reward_maximum CHECK (reward <= 1000000),
    CONSTRAINT fk_lf_reports_reporter_id FOREIGN KEY(reporter_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_lf_reports_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_lf_reports_pet_id FOREIGN KEY(pet_id) REFERENCES public.pets (id) ON DELETE CASCADE
);
CREATE INDEX ix_lf_reports_kind ON public.lf_reports (kind, species, status, last_seen_at);
CREATE INDEX ix_lf_reports_microchip_hash ON public.lf_reports (microchip_hash);
CREATE INDEX ix_lf_reports_organization_id ON public.lf_reports (organization_id);
CREATE INDEX ix_lf_reports_pet_id ON public.lf_reports (pet_id);
CREATE INDEX ix_lf_reports_place ON public.lf_reports (latitude, longitude);
CREATE INDEX ix_lf_reports_reporter_id ON public.lf_reports (reporter_id);
comment on table public.lf_reports is 'An animal that somebody misses or has found; public while it is looked for.';
comment on column public.lf_reports.id is 'Id';
comment on column public.lf_reports.reporter_id is 'Reported by';
comment on column public.lf_reports.organization_id is 'Shelter or clinic';
comment on column public.lf_reports.kind is 'Lost or found';
comment on column public.lf_reports.pet_id is 'Pet';
comment on column public.lf_reports.species is 'Species';
comment on column public.lf_reports.breed is 'Breed';
comment on column public.lf_reports.name is 'Name it answers to';
comment on column public.lf_reports.sex is 'Sex';
comment on column public.lf_reports.size is 'Size';
comment on column public.lf_reports.age is 'Age';
comment on column public.lf_reports.colours is 'Colours';
comment on column public.lf_reports.marks is 'Marks';
comment on column public.lf_reports.collar is 'Collar or harness';
comment on column public.lf_reports.is_chipped is 'Has a microchip';
comment on column public.lf_reports.microchip_hash is 'SHA-256 of the microchip number';
comment on column public.lf_reports.last_seen_at is 'Last seen, or found';
comment on column public.lf_reports.place is 'Where';
comment on column public.lf_reports.latitude is 'Latitude';
comment on column public.lf_reports.longitude is 'Longitude';
comment on column public.lf_reports.country is 'Country';
comment on column public.lf_reports.description is 'Description';
comment on column public.lf_reports.in_care_of_finder is 'The finder keeps it for now';
comment on column public.lf_reports.reward is 'Reward';
comment on column public.lf_reports.currency is 'Currency';
comment on column public.lf_reports.contact_by is 'Reached by';
comment on column public.lf_reports.status is 'Status';
comment on column public.lf_reports.closed_on is 'Reunited or closed';
comment on column public.lf_reports.moderation is 'Moderation';
comment on column public.lf_reports.moderation_reason is 'Why moderated';
comment on column public.lf_reports.created_at is 'Created';
comment on column public.lf_reports.updated_at is 'Changed';
comment on column public.lf_reports.updated_by is 'Changed by';
comment on column public.lf_reports.updated_device is 'Changed on';
comment on column public.lf_reports.row_version is 'Version';

CREATE TABLE public.lf_matches (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    lost_report_id UUID NOT NULL,
    found_report_id UUID NOT NULL,
    score NUMERIC(14, 3) NOT NULL,
    reasons TEXT[] DEFAULT '{}' NOT NULL,
    distance_km NUMERIC(14, 1),
    status public.lf_match_status DEFAULT 'proposed' NOT NULL,
    lost_answer public.lf_answer DEFAULT 'unsure' NOT NULL,
    found_answer public.lf_answer DEFAULT 'unsure' NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    lost_reporter_id UUID,
    found_reporter_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_lf_matches PRIMARY KEY (id),
    CONSTRAINT uq_lf_matches_lost_report_id_found_report_id UNIQUE (lost_report_id, found_report_id),
    CONSTRAINT ck_lf_matches_score_minimum CHECK (score >= 0),
    CONSTRAINT ck_lf_matches_score_maximum CHECK (score <= 1),
    CONSTRAINT ck_lf_matches_distance_km_minimum CHECK (distance_km >= 0),
    CONSTRAINT fk_lf_matches_lost_report_id FOREIGN KEY(lost_report_id) REFERENCES public.lf_reports (id) ON DELETE CASCADE,
    CONSTRAINT fk_lf_matches_found_report_id FOREIGN KEY(found_report_id) REFERENCES public.lf_reports (id) ON DELETE CASCADE,
    CONSTRAINT fk_lf_matches_lost_reporter_id FOREIGN KEY(lost_reporter_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_lf_matches_found_reporter_id FOREIGN KEY(found_reporter_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);
CREATE INDEX ix_lf_matches_found_report_id ON public.lf_matches (found_report_id);
CREATE INDEX ix_lf_matches_found_reporter_id ON public.lf_matches (found_reporter_id);
CREATE INDEX ix_lf_matches_lost_reporter_id ON public.lf_matches (lost_reporter_id);
comment on table public.lf_matches is 'A lost and a found report that may be of one animal; both reporters say whether it is.';
comment on column public.lf_matches.id is 'Id';
comment on column public.lf_matches.lost_report_id is 'Lost';
comment on column public.lf_matches.found_report_id is 'Found';
comment on column public.lf_matches.score is 'Likeness';
comment on column public.lf_matches.reasons is 'Why';
comment on column public.lf_matches.distance_km is 'Distance, km';
comment on column public.lf_matches.status is 'Status';
comment on column public.lf_matches.lost_answer is 'Who lost it says';
comment on column public.lf_matches.found_answer is 'Who found it says';
comment on column public.lf_matches.decided_at is 'Decided';
comment on column public.lf_matches.lost_reporter_id is 'Who lost it';
comment on column public.lf_matches.found_reporter_id is 'Who found it';
comment on column public.lf_matches.created_at is 'Created';
comment on column public.lf_matches.updated_at is 'Changed';
comment on column public.lf_matches.updated_by is 'Changed by';
comment on column public.lf_matches.updated_device is 'Changed on';
comment on column public.lf_matches.row_version is 'Version';

CREATE TABLE public.lf_media (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    report_id UUID NOT NULL,
    added_by UUID NOT NULL,
    media_type public.media_type DEFAULT 'image' NOT NULL,
    path TEXT NOT NULL,
    mime_type TEXT,
    size_bytes BIGINT,
    taken_at TIMESTAMP WITH TIME ZONE,
    caption TEXT,
    position BIGINT DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_lf_media PRIMARY KEY (id),
    CONSTRAINT ck_lf_media_path_of_added_by CHECK (starts_with(path, added_by::text || '/') and path !~ '(^|/)[.][.](/|$)'),
    CONSTRAINT ck_lf_media_size_bytes_minimum CHECK (size_bytes >= 0),
    CONSTRAINT ck_lf_media_position_minimum CHECK (position >= 0),
    CONSTRAINT ck_lf_media_position_maximum CHECK (position <= 1000),
    CONSTRAINT fk_lf_media_report_id FOREIGN KEY(report_id) REFERENCES public.lf_reports (id) ON DELETE CASCADE,
    CONSTRAINT fk_lf_media_added_by FOREIGN KEY(added_by) REFERENCES public.profiles (id) ON DELETE CASCADE
);
CREATE INDEX ix_lf_media_added_by ON public.lf_media (added_by);
CREATE INDEX ix_lf_media_report_id ON public.lf_media (report_id, position);
comment on table public.lf_media is 'A photo or video of a lost or found animal.';
comment on column public.lf_media.id is 'Id';
comment on column public.lf_media.report_id is 'Report';
comment on column public.lf_media.added_by is 'Added by';
comment on column public.lf_media.media_type is 'Type';
comment on column public.lf_media.path is 'Path';
comment on column public.lf_media.mime_type is 'MIME type';
comment on column public.lf_media.size_bytes is 'Size, B';
comment on column public.lf_media.taken_at is 'Taken';
comment on column public.lf_media.caption is 'Caption';
comment on column public.lf_media.position is 'Place in the row';
comment on column public.lf_media.created_at is 'Created';
comment on column public.lf_media.updated_at is 'Changed';
comment on column public.lf_media.updated_by is 'Changed by';
comment on column public.lf_media.updated_device is 'Changed on';
comment on column public.lf_media.row_version is 'Version';

CREATE TABLE public.lf_actions (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    report_id UUID NOT NULL,
    actor_id UUID NOT NULL,
    kind public.lf_action_kind DEFAULT 'sighting' NOT NULL,
    happened_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    place TEXT,
    latitude NUMERIC(14, 6),
    longitude NUMERIC(14, 6),
    certainty BIGINT,
    flyers BIGINT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_lf_actions PRIMARY KEY (id),
    CONSTRAINT ck_lf_actions_latitude_minimum CHECK (latitude >= -90),
    CONSTRAINT ck_lf_actions_latitude_maximum CHECK (latitude <= 90),
    CONSTRAINT ck_lf_actions_longitude_minimum CHECK (longitude >= -180),
    CONSTRAINT ck_lf_actions_longitude_maximum CHECK (longitude <= 180),
    CONSTRAINT ck_lf_actions_certainty_minimum CHECK (certainty >= 0),
    CONSTRAINT ck_lf_actions_certainty_maximum CHECK (certainty <= 100),
    CONSTRAINT ck_lf_actions_flyers_minimum CHECK (flyers >= 1),
    CONSTRAINT ck_lf_actions_flyers_maximum CHECK (flyers <= 100000),
    CONSTRAINT fk_lf_actions_report_id FOREIGN KEY(report_id) REFERENCES public.lf_reports (id) ON DELETE CASCADE,
    CONSTRAINT fk_lf_actions_actor_id FOREIGN KEY(actor_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);
CREATE INDEX ix_lf_actions_actor_id ON public.lf_actions (actor_id);
CREATE INDEX ix_lf_actions_report_id ON public.lf_actions (report_id, happened_at);
comment on table public.lf_actions is 'Something seen or done in a search; told to the reporter, and never changed.';
comment on column public.lf_actions.id is 'Id';
comment on column public.lf_actions.report_id is 'Report';
comment on column public.lf_actions.actor_id is 'Who';
comment on column public.lf_actions.kind is 'What';
comment on column public.lf_actions.happened_at is 'When';
comment on column public.lf_actions.place is 'Where';
comment on column public.lf_actions.latitude is 'Latitude';
comment on column public.lf_actions.longitude is 'Longitude';
comment on column public.lf_actions.certainty is 'How sure, %';
comment on column public.lf_actions.flyers is 'Flyers';
comment on column public.lf_actions.notes is 'Notes';
comment on column public.lf_actions.created_at is 'Created';
comment on column public.lf_actions.updated_at is 'Changed';
comment on column public.lf_actions.updated_by is 'Changed by';
comment on column public.lf_actions.updated_device is 'Changed on';
comment on column public.lf_actions.row_version is 'Version';

CREATE TABLE public.lf_messages (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    report_id UUID NOT NULL,
    match_id UUID,
    sender_id UUID NOT NULL,
    recipient_id UUID NOT NULL,
    body TEXT NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_lf_messages PRIMARY KEY (id),
    CONSTRAINT fk_lf_messages_report_id FOREIGN KEY(report_id) REFERENCES public.lf_reports (id) ON DELETE CASCADE,
    CONSTRAINT fk_lf_messages_match_id FOREIGN KEY(match_id) REFERENCES public.lf_matches (id) ON DELETE SET NULL,
    CONSTRAINT fk_lf_messages_sender_id FOREIGN KEY(sender_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_lf_messages_recipient_id FOREIGN KEY(recipient_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);
CREATE INDEX ix_lf_messages_match_id ON public.lf_messages (match_id);
CREATE INDEX ix_lf_messages_recipient_id ON public.lf_messages (recipient_id, read_at);
CREATE INDEX ix_lf_messages_report_id ON public.lf_messages (report_id, created_at);
CREATE INDEX ix_lf_messages_sender_id ON public.lf_messages (sender_id);
comment on table public.lf_messages is 'A message between a reporter and somebody who writes about the report.';
comment on column public.lf_messages.id is 'Id';
comment on column public.lf_messages.report_id is 'Report';
comment on column public.lf_messages.match_id is 'Match';
comment on column public.lf_messages.sender_id is 'From';
comment on column public.lf_messages.recipient_id is 'To';
comment on column public.lf_messages.body is 'Text';
comment on column public.lf_messages.read_at is 'Read';
comment on column public.lf_messages.created_at is 'Created';
comment on column public.lf_messages.updated_at is 'Changed';
comment on column public.lf_messages.updated_by is 'Changed by';
comment on column public.lf_messages.updated_device is 'Changed on';
comment on column public.lf_messages.row_version is 'Version';

alter table public.lf_subscriptions enable row level security;
alter table public.lf_subscriptions force row level security;
revoke all on public.lf_subscriptions from public, anon, authenticated;
grant select, insert, update, delete on public.lf_subscriptions to service_role;
grant select (id, user_id, name, kind, species, latitude, longitude, radius_km, by_email, by_push, is_on, ends_on, notified_at, created_at, updated_at, updated_by, updated_device, row_version) on public.lf_subscriptions to authenticated;
grant insert (id, user_id, name, kind, species, latitude, longitude, radius_km, by_email, by_push, is_on, ends_on) on public.lf_subscriptions to authenticated;
grant update (name, kind, species, latitude, longitude, radius_km, by_email, by_push, is_on, ends_on) on public.lf_subscriptions to authenticated;
grant delete on public.lf_subscriptions to authenticated;

alter table public.lf_reports enable row level security;
alter table public.lf_reports force row level security;
revoke all on public.lf_reports from public, anon, authenticated;
grant select, insert, update, delete on public.lf_reports to service_role;
grant select (id, reporter_id, organization_id, kind, pet_id, species, breed, name, sex, size, age, colours, marks, collar, is_chipped, last_seen_at, place, latitude, longitude, country, description, in_care_of_finder, reward, currency, contact_by, status, closed_on, moderation, moderation_reason, created_at, updated_at, updated_by, updated_device, row_version) on public.lf_reports to authenticated;
grant select (id, reporter_id, organization_id, kind, pet_id, species, breed, name, sex, size, age, colours, marks, collar, is_chipped, last_seen_at, place, latitude, longitude, country, description, in_care_of_finder, reward, currency, contact_by, status, closed_on, moderation, moderation_reason, created_at, updated_at, updated_by, updated_device, row_version) on public.lf_reports to anon;
grant insert (id, reporter_id, organization_id, kind, pet_id, species, breed, name, sex, size, age, colours, marks, collar, is_chipped, last_seen_at, place, latitude, longitude, country, description, in_care_of_finder, reward, currency, contact_by, status, closed_on) on public.lf_reports to authenticated;
grant update (kind, species, breed, name, sex, size, age, colours, marks, collar, is_chipped, last_seen_at, place, latitude, longitude, country, description, in_care_of_finder, reward, currency, contact_by, status, closed_on) on public.lf_reports to authenticated;
grant delete on public.lf_reports to authenticated;

alter table public.lf_matches enable row level security;
alter table public.lf_matches force row level security;
revoke all on public.lf_matches from public, anon, authenticated;
grant select, insert, update, delete on public.lf_matches to service_role;
grant select (id, lost_report_id, found_report_id, score, reasons, distance_km, status, lost_answer, found_answer, decided_at, lost_reporter_id, found_reporter_id, created_at, updated_at, updated_by, updated_device, row_version) on public.lf_matches to authenticated;

alter table public.lf_media enable row level security;
alter table public.lf_media force row level security;
revoke all on public.lf_media from public, anon, authenticated;
grant select, insert, update, delete on public.lf_media to service_role;
grant select (id, report_id, added_by, media_type, path, mime_type, size_bytes, taken_at, caption, position, created_at, updated_at, updated_by, updated_device, row_version) on public.lf_media to authenticated;
grant insert (id, report_id, added_by, media_type, path, mime_type, size_bytes, taken_at, caption, position) on public.lf_media to authenticated;
grant update (media_type, path, mime_type, size_bytes, taken_at, caption, position) on public.lf_media to authenticated;
grant delete on public.lf_media to authenticated;

alter table public.lf_actions enable row level security;
alter table public.lf_actions force row level security;
revoke all on public.lf_actions from public, anon, authenticated;
grant select, insert, update, delete on public.lf_actions to service_role;
grant select (id, report_id, actor_id, kind, happened_at, place, latitude, longitude, certainty, flyers, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.lf_actions to authenticated;
grant insert (id, report_id, actor_id, kind, happened_at, place, latitude, longitude, certainty, flyers, notes) on public.lf_actions to authenticated;

alter table public.lf_messages enable row level security;
alter table public.lf_messages force row level security;
revoke all on public.lf_messages from public, anon, authenticated;
grant select, insert, update, delete on public.lf_messages to service_role;
grant select (id, report_id, match_id, sender_id, recipient_id, body, read_at, created_at, updated_at, updated_by, updated_device, row_version) on public.lf_messages to authenticated;
grant insert (id, report_id, match_id, sender_id, recipient_id, body) on public.lf_messages to authenticated;
grant delete on public.lf_messages to authenticated;

create trigger update_lf_subscriptions_updated_at before insert or update on public.lf_subscriptions
  for each row execute function public.update_updated_at_column();

create trigger update_lf_reports_updated_at before insert or update on public.lf_reports
  for each row execute function public.update_updated_at_column();

create trigger update_lf_matches_updated_at before insert or update on public.lf_matches
  for each row execute function public.update_updated_at_column();

create trigger update_lf_media_updated_at before insert or update on public.lf_media
  for each row execute function public.update_updated_at_column();

create trigger update_lf_actions_updated_at before insert or update on public.lf_actions
  for each row execute function public.update_updated_at_column();

create trigger update_lf_messages_updated_at before insert or update on public.lf_messages
  for each row execute function public.update_updated_at_column();

create policy may_read on public.lf_subscriptions for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    lf_subscriptions.user_id = (select auth.uid())
  ));
create policy may_add on public.lf_subscriptions for insert to authenticated
  with check (lf_subscriptions.user_id = (select auth.uid()));
create policy may_change on public.lf_subscriptions for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    lf_subscriptions.user_id = (select auth.uid())
  ))
  with check (lf_subscriptions.user_id = (select auth.uid()));
create policy may_delete on public.lf_subscriptions for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    lf_subscriptions.user_id = (select auth.uid())
  ));

create policy may_read on public.lf_reports for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (status in ('open', 'matched') and moderation = 'visible')
    or (lf_reports.reporter_id = (select auth.uid()) and (organization_id is null))
    or lf_reports.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or (select access.is_platform_admin())
  ));
create policy may_add on public.lf_reports for insert to authenticated
  with check ((lf_reports.reporter_id = (select auth.uid()) and (organization_id is null and pet_id is null))
    or ((lf_reports.reporter_id = (select auth.uid()) and (pet_id is null))
      and lf_reports.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    or (((lf_reports.reporter_id = (select auth.uid()) and (organization_id is null)) or lf_reports.reporter_id = (select auth.uid()) and lf_reports.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
      and exists (select from public.pets where pets.id = lf_reports.pet_id
      and (pets.owner_id = (select auth.uid())
    or ((pets.registered_by = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
      and not exists (select from public.clinic_patients link where link.pet_id = pets.id and link.organization_id = pets.registered_by))
    or exists (select from public.clinic_patients link where link.pet_id = pets.id
      and (ended_on is null) and link.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])))
    or pets.id = any((select access.pets_i_may_edit())::uuid[])
    or pets.id = any((select access.pets_lent_to_me_to_edit())::uuid[])))));
create policy may_change on public.lf_reports for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    ((lf_reports.reporter_id = (select auth.uid()) and (organization_id is null and moderation = 'visible'))
    or (lf_reports.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) and (moderation = 'visible')))
    and ((status in ('open', 'matched') and moderation = 'visible')
    or (lf_reports.reporter_id = (select auth.uid()) and (organization_id is null))
    or lf_reports.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or (select access.is_platform_admin()))
  ))
  with check ((lf_reports.reporter_id = (select auth.uid()) and (organization_id is null and moderation = 'visible'))
    or (lf_reports.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) and (moderation = 'visible')));
create policy may_delete on public.lf_reports for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (lf_reports.reporter_id = (select auth.uid()) and (organization_id is null))
    or lf_reports.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
create policy anyone_may_read on public.lf_reports for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (status in ('open', 'matched') and moderation = 'visible')
  ));

create policy may_read on public.lf_matches for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    lf_matches.lost_reporter_id = (select auth.uid())
    or lf_matches.found_reporter_id = (select auth.uid())
  ));

create policy may_read on public.lf_media for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    exists (select from public.lf_reports where lf_reports.id = lf_media.report_id)
  ));
create policy may_add on public.lf_media for insert to authenticated
  with check ((lf_media.added_by = (select auth.uid())
      and exists (select from public.lf_reports where lf_reports.id = lf_media.report_id
      and ((lf_reports.reporter_id = (select auth.uid()) and (organization_id is null and moderation = 'visible'))
    or (lf_reports.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) and (moderation = 'visible'))))));
create policy may_change on public.lf_media for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (lf_media.added_by = (select auth.uid())
      and exists (select from public.lf_reports where lf_reports.id = lf_media.report_id
      and ((lf_reports.reporter_id = (select auth.uid()) and (organization_id is null and moderation = 'visible'))
    or (lf_reports.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) and (moderation = 'visible')))))
  ))
  with check ((lf_media.added_by = (select auth.uid())
      and exists (select from public.lf_reports where lf_reports.id = lf_media.report_id
      and ((lf_reports.reporter_id = (select auth.uid()) and (organization_id is null and moderation = 'visible'))
    or (lf_reports.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) and (moderation = 'visible'))))));
create policy may_delete on public.lf_media for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    exists (select from public.lf_reports where lf_reports.id = lf_media.report_id
      and ((lf_reports.reporter_id = (select auth.uid()) and (organization_id is null and moderation = 'visible'))
    or (lf_reports.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) and (moderation = 'visible'))))
  ));

create policy may_read on public.lf_actions for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    lf_actions.actor_id = (select auth.uid())
    or exists (select from public.lf_reports where lf_reports.id = lf_actions.report_id
      and ((lf_reports.reporter_id = (select auth.uid()) and (organization_id is null and moderation = 'visible'))
    or (lf_reports.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]) and (moderation = 'visible'))))
  ));
create policy may_add on public.lf_actions for insert to authenticated
  with check ((lf_actions.actor_id = (select auth.uid())
      and exists (select from public.lf_reports where lf_reports.id = lf_actions.report_id)));

create policy may_read on public.lf_messages for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    lf_messages.sender_id = (select auth.uid())
    or lf_messages.recipient_id = (select auth.uid())
  ));
create policy may_add on public.lf_messages for insert to authenticated
  with check (((lf_messages.sender_id = (select auth.uid()) and (recipient_id <> sender_id))
      and exists (select from public.lf_reports where lf_reports.id = lf_messages.report_id)));
create policy may_delete on public.lf_messages for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (lf_messages.sender_id = (select auth.uid()) and (read_at is null))
  ));

-- Those whom a match concerns are the reporters of its two reports, whatever is given.
create function public.name_lf_reporters() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  select r.reporter_id into new.lost_reporter_id
  from public.lf_reports r where r.id = new.lost_report_id;
  select r.reporter_id into new.found_reporter_id
  from public.lf_reports r where r.id = new.found_report_id;
  return new;
end $$;
comment on function public.name_lf_reporters() is 'Name the reporters of the reports of a match.';
revoke all on function public.name_lf_reporters() from public;

create trigger name_reporters
  before insert or update of lost_report_id, found_report_id on public.lf_matches
  for each row execute function public.name_lf_reporters();

-- The number itself is not kept. Whoever looks it up must have the animal, or its papers.
create function public.set_lf_microchip(p_report_id uuid, p_microchip text) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_number text := upper(regexp_replace(coalesce(p_microchip, ''), '[^0-9A-Za-z]', '', 'g'));
  v_hash text;
  v_report public.lf_reports;
  v_found integer;
begin
  select r.* into v_report
  from public.lf_reports r
  where r.id = p_report_id
    and r.moderation = 'visible'
    and case when r.organization_id is null then r.reporter_id = auth.uid()
      else r.organization_id = any(access.organizations_as('{owner,manager,veterinarian,staff}'))
    end;
  if not found then
    raise exception 'this is not a report of yours' using errcode = '42501';
  end if;
  if v_number <> '' and v_number !~ '^[0-9A-Z]{9,15}$' then
    raise exception 'a microchip has 9 to 15 digits' using errcode = '23514',
      hint = 'Type it as the reader prints it.';
  end if;
  v_hash := case when v_number <> '' then encode(sha256(convert_to(v_number, 'UTF8')), 'hex') end;
  update public.lf_reports r
  set microchip_hash = v_hash,
    is_chipped = case when v_hash is not null then true else r.is_chipped end
  where r.id = p_report_id;
  insert into public.lf_matches (lost_report_id, found_report_id, score, reasons)
  select case when v_report.kind = 'lost' then p_report_id else r.id end,
    case when v_report.kind = 'lost' then r.id else p_report_id end,
    1,
    '{microchip}'
  from public.lf_reports r
  where r.microchip_hash = v_hash
    and r.kind <> v_report.kind
    and r.status in ('open', 'matched')
    and r.moderation = 'visible'
  on conflict (lost_report_id, found_report_id) do update set score = 1, reasons = '{microchip}';
  get diagnostics v_found = row_count;
  return v_found;
end $$;
comment on function public.set_lf_microchip(uuid, text)
  is 'Keep the hash of an animal''s microchip with a report; returns how many reports match it.';
revoke all on function public.set_lf_microchip(uuid, text) from public;
grant execute on function public.set_lf_microchip(uuid, text) to authenticated;

-- Both reporters say whether a match is the animal; two that agree confirm it.
create function public.answer_lf_match(p_match_id uuid, p_answer public.lf_answer)
returns public.lf_match_status
language plpgsql security definer set search_path = '' as $$
declare
  v_match public.lf_matches;
begin
  update public.lf_matches m
  set lost_answer = case when m.lost_reporter_id = auth.uid() then p_answer else m.lost_answer end,
    found_answer = case when m.found_reporter_id = auth.uid() then p_answer else m.found_answer end
  where m.id = p_match_id and auth.uid() in (m.lost_reporter_id, m.found_reporter_id)
  returning m.* into v_match;
  if not found then
    raise exception 'this match is not about a report of yours' using errcode = '42501';
  end if;
  v_match.status := (case
    when 'no' in (v_match.lost_answer, v_match.found_answer) then 'rejected'
    when v_match.lost_answer = 'yes' and v_match.found_answer = 'yes' then 'confirmed'
    else 'proposed'
  end)::public.lf_match_status;
  update public.lf_matches m
  set status = v_match.status,
    decided_at = case when v_match.status <> 'proposed' then now() end
  where m.id = p_match_id;
  if v_match.status = 'confirmed' then
    update public.lf_reports r
    set status = 'matched'
    where r.id in (v_match.lost_report_id, v_match.found_report_id) and r.status = 'open';
  end if;
  return v_match.status;
end $$;
comment on function public.answer_lf_match(uuid, public.lf_answer)
  is 'Say whether a match is the animal of one''s report.';
revoke all on function public.answer_lf_match(uuid, public.lf_answer) from public;
grant execute on function public.answer_lf_match(uuid, public.lf_answer) to authenticated;

-- Nobody writes to whomever they like: to the reporter, to who wrote to the reporter, or to the
-- reporter of a matching report. What the sender may not see, the policy that comes next refuses.
create function public.check_lf_recipient() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_reporter uuid;
begin
  select r.reporter_id into v_reporter from public.lf_reports r where r.id = new.report_id;
  if auth.uid() is null or new.recipient_id = v_reporter then
    return new;
  end if;
  if new.sender_id = v_reporter and (
    exists (
      select from public.lf_messages m
      where m.report_id = new.report_id
        and m.sender_id = new.recipient_id
        and m.recipient_id = new.sender_id
    )
    or exists (
      select from public.lf_actions a
      where a.report_id = new.report_id and a.actor_id = new.recipient_id
    )
    or exists (
      select from public.lf_matches m
      where new.report_id in (m.lost_report_id, m.found_report_id)
        and new.recipient_id in (m.lost_reporter_id, m.found_reporter_id)
    )
  ) then
    return new;
  end if;
  raise exception 'messages about a report go to its reporter, who may answer'
    using errcode = '23514', hint = 'Write to the reporter.';
end $$;
comment on function public.check_lf_recipient()
  is 'Refuse messages to people who have nothing to do with the report.';
revoke all on function public.check_lf_recipient() from public;

create trigger check_recipient before insert on public.lf_messages
  for each row execute function public.check_lf_recipient();

create function public.read_lf_messages(p_report_id uuid, p_sender_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.lf_messages m
  set read_at = now()
  where m.report_id = p_report_id
    and m.sender_id = p_sender_id
    and m.recipient_id = auth.uid()
    and m.read_at is null;
end $$;
comment on function public.read_lf_messages(uuid, uuid)
  is 'Note that one has read what somebody wrote about a report.';
revoke all on function public.read_lf_messages(uuid, uuid) from public;
grant execute on function public.read_lf_messages(uuid, uuid) to authenticated;

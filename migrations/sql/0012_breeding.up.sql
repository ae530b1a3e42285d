CREATE TABLE public.breeding_prefs (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID DEFAULT auth.uid() NOT NULL,
    species TEXT NOT NULL,
    sex public.sex DEFAULT 'unknown' NOT NULL,
    breeds TEXT[] DEFAULT '{}' NOT NULL,
    min_age_months BIGINT,
    max_age_months BIGINT,
    max_distance_km BIGINT,
    countries TEXT[] DEFAULT '{}' NOT NULL,
    max_fee NUMERIC(14, 2),
    currency TEXT DEFAULT 'EUR' NOT NULL,
    max_inbreeding_percent NUMERIC(14, 2),
    needs_registry BOOLEAN DEFAULT false NOT NULL,
    needs_health_tests BOOLEAN DEFAULT false NOT NULL,
    needs_verification BOOLEAN DEFAULT false NOT NULL,
    wants_suggestions BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_breeding_prefs PRIMARY KEY (id),
    CONSTRAINT uq_breeding_prefs_user_id_species_sex UNIQUE (user_id, species, sex),
    CONSTRAINT ck_breeding_prefs_ages_in_order CHECK (min_age_months <= max_age_months),
    CONSTRAINT ck_breeding_prefs_min_age_months_minimum CHECK (min_age_months >= 0),
    CONSTRAINT ck_breeding_prefs_min_age_months_maximum CHECK (min_age_months <= 600),
    CONSTRAINT ck_breeding_prefs_max_age_months_minimum CHECK (max_age_months >= 0),
    CONSTRAINT ck_breeding_prefs_max_age_months_maximum CHECK (max_age_months <= 600),
    CONSTRAINT ck_breeding_prefs_max_distance_km_minimum CHECK (max_distance_km >= 1),
    CONSTRAINT ck_breeding_prefs_max_distance_km_maximum CHECK (max_distance_km <= 20000),
    CONSTRAINT ck_breeding_prefs_max_fee_minimum CHECK (max_fee >= 0),
    CONSTRAINT ck_breeding_prefs_max_fee_maximum CHECK (max_fee <= 1000000),
    CONSTRAINT ck_breeding_prefs_max_inbreeding_percent_minimum CHECK (max_inbreeding_percent >= 0),
    CONSTRAINT ck_breeding_prefs_max_inbreeding_percent_maximum CHECK (max_inbreeding_percent <= 100),
    CONSTRAINT fk_breeding_prefs_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);
comment on table public.breeding_prefs is 'What a person looks for in a mate for animals of one species.';
comment on column public.breeding_prefs.id is 'Id';
comment on column public.breeding_prefs.user_id is 'Person';
comment on column public.breeding_prefs.species is 'Species';
comment on column public.breeding_prefs.sex is 'Sex sought';
comment on column public.breeding_prefs.breeds is 'Breeds';
comment on column public.breeding_prefs.min_age_months is 'Age from, months';
comment on column public.breeding_prefs.max_age_months is 'Age up to, months';
comment on column public.breeding_prefs.max_distance_km is 'Within, km';
comment on column public.breeding_prefs.countries is 'Countries';
comment on column public.breeding_prefs.max_fee is 'Fee up to';
comment on column public.breeding_prefs.currency is 'Currency';
comment on column public.breeding_prefs.max_inbreeding_percent is 'Inbreeding of the young up to, %';
comment on column public.breeding_prefs.needs_registry is 'Only registered';
comment on column public.breeding_prefs.needs_health_tests is 'Only with health tests';
comment on column public.breeding_prefs.needs_verification is 'Only verified';
comment on column public.breeding_prefs.wants_suggestions is 'Suggest mates';
comment on column public.breeding_prefs.created_at is 'Created';
comment on column public.breeding_prefs.updated_at is 'Changed';
comment on column public.breeding_prefs.updated_by is 'Changed by';
comment on column public.breeding_prefs.updated_device is 'Changed on';
comment on column public.breeding_prefs.row_version is 'Version';

CREATE TABLE public.breeding_blocklist (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID DEFAULT auth.uid() NOT NULL,
    blocked_id UUID NOT NULL,
    reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_breeding_blocklist PRIMARY KEY (id),
    CONSTRAINT uq_breeding_blocklist_user_id_blocked_id UNIQUE (user_id, blocked_id),
    CONSTRAINT fk_breeding_blocklist_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_breeding_blocklist_blocked_id FOREIGN KEY(blocked_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);
CREATE INDEX ix_breeding_blocklist_blocked_id ON public.breeding_blocklist (blocked_id, user_id);
comment on table public.breeding_blocklist is 'Somebody whom a person blocked: they see none of that person''s profiles, and never this.';
comment on column public.breeding_blocklist.id is 'Id';
comment on column public.breeding_blocklist.user_id is 'Person';
comment on column public.breeding_blocklist.blocked_id is 'Blocked';
comment on column public.breeding_blocklist.reason is 'Why';
comment on column public.breeding_blocklist.created_at is 'Created';
comment on column public.breeding_blocklist.updated_at is 'Changed';
comment on column public.breeding_blocklist.updated_by is 'Changed by';
comment on column public.breeding_blocklist.updated_device is 'Changed on';
comment on column public.breeding_blocklist.row_version is 'Version';

CREATE TABLE public.breeding_profiles (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    pet_id UUID NOT NULL,
    owner_id UUID NOT NULL,
    name TEXT NOT NULL,
    species TEXT NOT NULL,
    breed TEXT,
    sex public.sex NOT NULL,
    born_on DATE,
    colour TEXT,
    weight_kg NUMERIC(14, 2),
    registered_with TEXT,
    registration_number TEXT,
    pedigree TEXT,
    inbreeding_percent NUMERIC(14, 2),
    health_tests TEXT,
    litters BIGINT,
    temperament TEXT,
    description TEXT,
    availability public.breeding_availability DEFAULT 'on_request' NOT NULL,
    fee NUMERIC(14, 2),
    currency TEXT DEFAULT 'EUR' NOT NULL,
    city TEXT,
    country TEXT,
    latitude NUMERIC(14, 2),
    longitude NUMERIC(14, 2),
    status public.breeding_profile_status DEFAULT 'draft' NOT NULL,
    is_verified BOOLEAN DEFAULT false NOT NULL,
    moderation public.moderation_state DEFAULT 'visible' NOT NULL,
    moderation_reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_breeding_profiles PRIMARY KEY (id),
    CONSTRAINT ck_breeding_profiles_weight_kg_minimum CHECK (weight_kg >= 0),
    CONSTRAINT ck_breeding_profiles_weight_kg_maximum CHECK (weight_kg <= 500),
    CONSTRAINT ck_breeding_profiles_inbreeding_percent_minimum CHECK (inbreeding_percent >= 0),
    CONSTRAINT ck_breeding_profiles_inbreeding_percent_maximum CHECK (inbreeding_percent <= 100),
    CONSTRAINT ck_breeding_profiles_litters_minimum CHECK (litters >= 0),
    CONSTRAINT ck_breeding_profiles_litters_maximum CHECK (litters <= 1000),
    CONSTRAINT ck_breeding_profiles_fee_minimum CHECK (fee >= 0),
    CONSTRAINT ck_breeding_profiles_fee_maximum CHECK (fee <= 1000000),
    CONSTRAINT ck_breeding_profiles_latitude_minimum CHECK (latitude >= -90),
    CONSTRAINT ck_breeding_profiles_latitude_maximum CHECK (latitude <= 90),
    CONSTRAINT ck_breeding_profiles_longitude_minimum CHECK (longitude >= -180),
    CONSTRAINT ck_breeding_profiles_longitude_maximum CHECK (longitude <= 180),
    CONSTRAINT fk_breeding_profiles_pet_id FOREIGN KEY(pet_id) REFERENCES public.pets (id) ON DELETE CASCADE,
    CONSTRAINT fk_breeding_profiles_owner_id FOREIGN KEY(owner_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);
CREATE INDEX ix_breeding_profiles_owner_id ON public.breeding_profiles (owner_id);
CREATE INDEX ix_breeding_profiles_pet_id ON public.breeding_profiles (pet_id);
CREATE INDEX ix_breeding_profiles_species ON public.breeding_profiles (species, sex, status);
CREATE UNIQUE INDEX uq_breeding_profiles_pet_id ON public.breeding_profiles (pet_id) WHERE status <> 'retired';
comment on table public.breeding_profiles is 'A pet as its owner shows it to other breeders; a new owner of the pet makes a new one.';
comment on column public.breeding_profiles.id is 'Id';
comment on column public.breeding_profiles.pet_id is 'Pet';
comment on column public.breeding_profiles.owner_id is 'Owner';
comment on column public.breeding_profiles.name is 'Name';
comment on column public.breeding_profiles.species is 'Species';
comment on column public.breeding_profiles.breed is 'Breed';
comment on column public.breeding_profiles.sex is 'Sex';
comment on column public.breeding_profiles.born_on is 'Born';
comment on column public.breeding_profiles.colour is 'Colour';
comment on column public.breeding_profiles.weight_kg is 'Weight, kg';
comment on column public.breeding_profiles.registered_with is 'Registry';
comment on column public.breeding_profiles.registration_number is 'Number in the registry';
comment on column public.breeding_profiles.pedigree is 'Pedigree';
comment on column public.breeding_profiles.inbreeding_percent is 'Inbreeding, %';
comment on column public.breeding_profiles.health_tests is 'Health tests';
comment on column public.breeding_profiles.litters is 'Litters so far';
comment on column public.breeding_profiles.temperament is 'Temperament';
comment on column public.breeding_profiles.description is 'Description';
comment on column public.breeding_profiles.availability is 'Availability';
comment on column public.breeding_profiles.fee is 'Fee';
comment on column public.breeding_profiles.currency is 'Currency';
comment on column public.breeding_profiles.city is 'Town';
comment on column public.breeding_profiles.country is 'Country';
comment on column public.breeding_profiles.latitude is 'Latitude';
comment on column public.breeding_profiles.longitude is 'Longitude';
comment on column public.breeding_profiles.status is 'Status';
comment on column public.breeding_profiles.is_verified is 'Verified';
comment on column public.breeding_profiles.moderation is 'Moderation';
comment on column public.breeding_profiles.moderation_reason is 'Why moderated';
comment on column public.breeding_profiles.created_at is 'Created';
comment on column public.breeding_profiles.updated_at is 'Changed';
comment on column public.breeding_profiles.updated_by is 'Changed by';
comment on column public.breeding_profiles.updated_device is 'Changed on';
comment on column public.breeding_profiles.row_version is 'Version';

CREATE TABLE public.breeding_matches (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    female_profile_id UUID NOT NULL,
    male_profile_id UUID NOT NULL,
    score NUMERIC(14, 3),
    reasons TEXT[] DEFAULT '{}' NOT NULL,
    expected_inbreeding_percent NUMERIC(14, 2),
    status public.breeding_match_status DEFAULT 'suggested' NOT NULL,
    matched_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    female_owner_id UUID,
    male_owner_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_breeding_matches PRIMARY KEY (id),
    CONSTRAINT uq_breeding_matches_female_profile_id_male_profile_id UNIQUE (female_profile_id, male_profile_id),
    CONSTRAINT ck_breeding_matches_score_minimum CHECK (score >= 0),
    CONSTRAINT ck_breeding_matches_score_maximum CHECK (score <= 1),
    CONSTRAINT ck_breeding_matches_expected_inbreeding_percent_minimum CHECK (expected_inbreeding_percent >= 0),
    CONSTRAINT ck_breeding_matches_expected_inbreeding_percent_maximum CHECK (expected_inbreeding_percent <= 100),
    CONSTRAINT fk_breeding_matches_female_profile_id FOREIGN KEY(female_profile_id) REFERENCES public.breeding_profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_breeding_matches_male_profile_id FOREIGN KEY(male_profile_id) REFERENCES public.breeding_profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_breeding_matches_female_owner_id FOREIGN KEY(female_owner_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_breeding_matches_male_owner_id FOREIGN KEY(male_owner_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);
CREATE INDEX ix_breeding_matches_female_owner_id ON public.breeding_matches (female_owner_id);
CREATE INDEX ix_breeding_matches_male_owner_id ON public.breeding_matches (male_owner_id);
CREATE INDEX ix_breeding_matches_male_profile_id ON public.breeding_matches (male_profile_id);
comment on table public.breeding_matches is 'A female and a male that may suit each other, or whose owners both said so.';
comment on column public.breeding_matches.id is 'Id';
comment on column public.breeding_matches.female_profile_id is 'Female';
comment on column public.breeding_matches.male_profile_id is 'Male';
comment on column public.breeding_matches.score is 'Suits';
comment on column public.breeding_matches.reasons is 'Why';
comment on column public.breeding_matches.expected_inbreeding_percent is 'Inbreeding of the young, %';
comment on column public.breeding_matches.status is 'Status';
comment on column public.breeding_matches.matched_at is 'Matched';
comment on column public.breeding_matches.ended_at is 'Ended';
comment on column public.breeding_matches.female_owner_id is 'Owner of the female';
comment on column public.breeding_matches.male_owner_id is 'Owner of the male';
comment on column public.breeding_matches.created_at is 'Created';
comment on column public.breeding_matches.updated_at is 'Changed';
comment on column public.breeding_matches.updated_by is 'Changed by';
comment on column public.breeding_matches.updated_device is 'Changed on';
comment on column public.breeding_matches.row_version is 'Version';

CREATE TABLE public.breeding_requests (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    from_profile_id UUID NOT NULL,
    to_profile_id UUID NOT NULL,
    requester_id UUID NOT NULL,
    recipient_id UUID NOT NULL,
    method public.breeding_method DEFAULT 'natural' NOT NULL,
    message TEXT NOT NULL,
    terms TEXT,
    fee NUMERIC(14, 2),
    currency TEXT DEFAULT 'EUR' NOT NULL,
    earliest_on DATE,
    latest_on DATE,
    status public.breeding_request_status DEFAULT 'pending' NOT NULL,
    reply TEXT,
    answered_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_breeding_requests PRIMARY KEY (id),
    CONSTRAINT ck_breeding_requests_dates_in_order CHECK (earliest_on <= latest_on),
    CONSTRAINT ck_breeding_requests_fee_minimum CHECK (fee >= 0),
    CONSTRAINT ck_breeding_requests_fee_maximum CHECK (fee <= 1000000),
    CONSTRAINT fk_breeding_requests_from_profile_id FOREIGN KEY(from_profile_id) REFERENCES public.breeding_profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_breeding_requests_to_profile_id FOREIGN KEY(to_profile_id) REFERENCES public.breeding_profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_breeding_requests_requester_id FOREIGN KEY(requester_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_breeding_requests_recipient_id FOREIGN KEY(recipient_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);
CREATE INDEX ix_breeding_requests_from_profile_id ON public.breeding_requests (from_profile_id);
CREATE INDEX ix_breeding_requests_recipient_id ON public.breeding_requests (recipient_id);
CREATE INDEX ix_breeding_requests_requester_id ON public.breeding_requests (requester_id);
CREATE INDEX ix_breeding_requests_to_profile_id ON public.breeding_requests (to_profile_id);
CREATE UNIQUE INDEX uq_breeding_requests_pending ON public.breeding_requests (from_profile_id, to_profile_id) WHERE status = 'pending';
comment on table public.breeding_requests is 'One owner asks another to breed their animals; what was asked stays as it was asked.';
comment on column public.breeding_requests.id is 'Id';
comment on column public.breeding_requests.from_profile_id is 'For';
comment on column public.breeding_requests.to_profile_id is 'With';
comment on column public.breeding_requests.requester_id is 'Asked by';
comment on column public.breeding_requests.recipient_id is 'Asked of';
comment on column public.breeding_requests.method is 'Method';
comment on column public.breeding_requests.message is 'Message';
comment on column public.breeding_requests.terms is 'Terms';
comment on column public.breeding_requests.fee is 'Fee offered';
comment on column public.breeding_requests.currency is 'Currency';
comment on column public.breeding_requests.earliest_on is 'From';
comment on column public.breeding_requests.latest_on is 'Until';
comment on column public.breeding_requests.status is 'Status';
comment on column public.breeding_requests.reply is 'Reply';
comment on column public.breeding_requests.answered_at is 'Answered';
comment on column public.breeding_requests.created_at is 'Created';
comment on column public.breeding_requests.updated_at is 'Changed';
comment on column public.breeding_requests.updated_by is 'Changed by';
comment on column public.breeding_requests.updated_device is 'Changed on';
comment on column public.breeding_requests.row_version is 'Version';

CREATE TABLE public.breeding_swipes (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID DEFAULT auth.uid() NOT NULL,
    swiper_profile_id UUID NOT NULL,
    target_profile_id UUID NOT NULL,
    choice public.swipe_choice NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_breeding_swipes PRIMARY KEY (id),
    CONSTRAINT uq_breeding_swipes_swiper_profile_id_target_profile_id UNIQUE (swiper_profile_id, target_profile_id),
    CONSTRAINT fk_breeding_swipes_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_breeding_swipes_swiper_profile_id FOREIGN KEY(swiper_profile_id) REFERENCES public.breeding_profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_breeding_swipes_target_profile_id FOREIGN KEY(target_profile_id) REFERENCES public.breeding_profiles (id) ON DELETE CASCADE
);
CREATE INDEX ix_breeding_swipes_target_profile_id ON public.breeding_swipes (target_profile_id);
CREATE INDEX ix_breeding_swipes_user_id ON public.breeding_swipes (user_id);
comment on table public.breeding_swipes is 'What a person thinks of a profile for an animal of their own; nobody else knows.';
comment on column public.breeding_swipes.id is 'Id';
comment on column public.breeding_swipes.user_id is 'Person';
comment on column public.breeding_swipes.swiper_profile_id is 'For';
comment on column public.breeding_swipes.target_profile_id is 'Of';
comment on column public.breeding_swipes.choice is 'Choice';
comment on column public.breeding_swipes.created_at is 'Created';
comment on column public.breeding_swipes.updated_at is 'Changed';
comment on column public.breeding_swipes.updated_by is 'Changed by';
comment on column public.breeding_swipes.updated_device is 'Changed on';
comment on column public.breeding_swipes.row_version is 'Version';

CREATE TABLE public.breeding_photos (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    profile_id UUID NOT NULL,
    added_by UUID NOT NULL,
    path TEXT NOT NULL,
    mime_type TEXT,
    size_bytes BIGINT,
    width BIGINT,
    height BIGINT,
    caption TEXT,
    position BIGINT DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_breeding_photos PRIMARY KEY (id),
    CONSTRAINT ck_breeding_photos_path_of_added_by CHECK (starts_with(path, added_by::text || '/') and path !~ '(^|/)[.][.](/|$)'),
    CONSTRAINT ck_breeding_photos_size_bytes_minimum CHECK (size_bytes >= 0),
    CONSTRAINT ck_breeding_photos_width_minimum CHECK (width >= 1),
    CONSTRAINT ck_breeding_photos_height_minimum CHECK (height >= 1),
    CONSTRAINT ck_breeding_photos_position_minimum CHECK (position >= 0),
    CONSTRAINT ck_breeding_photos_position_maximum CHECK (position <= 1000),
    CONSTRAINT fk_breeding_photos_profile_id FOREIGN KEY(profile_id) REFERENCES public.breeding_profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_breeding_photos_added_by FOREIGN KEY(added_by) REFERENCES public.profiles (id) ON DELETE CASCADE
);
CREATE INDEX ix_breeding_photos_added_by ON public.breeding_photos (added_by);
CREATE INDEX ix_breeding_photos_profile_id ON public.breeding_photos (profile_id, position);
comment on table public.breeding_photos is 'A photo on a breeding profile.';
comment on column public.breeding_photos.id is 'Id';
comment on column public.breeding_photos.profile_id is 'Profile';
comment on column public.breeding_photos.added_by is 'Added by';
comment on column public.breeding_photos.path is 'Path';
comment on column public.breeding_photos.mime_type is 'MIME type';
comment on column public.breeding_photos.size_bytes is 'Size, B';
comment on column public.breeding_photos.width is 'Width, px';
comment on column public.breeding_photos.height is 'Height, px';
comment on column public.breeding_photos.caption is 'Caption';
comment on column public.breeding_photos.position is 'Place in the row';
comment on column public.breeding_photos.created_at is 'Created';
comment on column public.breeding_photos.updated_at is 'Changed';
comment on column public.breeding_photos.updated_by is 'Changed by';
comment on column public.breeding_photos.updated_device is 'Changed on';
comment on column public.breeding_photos.row_version is 'Version';

CREATE TABLE public.breeding_verifications (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    profile_id UUID NOT NULL,
    submitted_by UUID NOT NULL,
    kind public.breeding_verification_kind NOT NULL,
    path TEXT NOT NULL,
    issued_by TEXT,
    certificate_number TEXT,
    result TEXT,
    issued_on DATE,
    valid_until DATE,
    status public.breeding_verification_status DEFAULT 'pending' NOT NULL,
    verified_by UUID,
    verified_at TIMESTAMP WITH TIME ZONE,
    decision_note TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_breeding_verifications PRIMARY KEY (id),
    CONSTRAINT ck_breeding_verifications_path_of_submitted_by CHECK (starts_with(path, submitted_by::text || '/') and path !~ '(^|/)[.][.](/|$)'),
    CONSTRAINT ck_breeding_verifications_dates_in_order CHECK (issued_on <= valid_until),
    CONSTRAINT fk_breeding_verifications_profile_id FOREIGN KEY(profile_id) REFERENCES public.breeding_profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_breeding_verifications_submitted_by FOREIGN KEY(submitted_by) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_breeding_verifications_verified_by FOREIGN KEY(verified_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_breeding_verifications_profile_id ON public.breeding_verifications (profile_id);
CREATE INDEX ix_breeding_verifications_status ON public.breeding_verifications (status, created_at);
CREATE INDEX ix_breeding_verifications_submitted_by ON public.breeding_verifications (submitted_by);
CREATE INDEX ix_breeding_verifications_verified_by ON public.breeding_verifications (verified_by);
comment on table public.breeding_verifications is 'A document that proves what a profile says, and what the platform found of it.';
comment on column public.breeding_verifications.id is 'Id';
comment on column public.breeding_verifications.profile_id is 'Profile';
comment on column public.breeding_verifications.submitted_by is 'Submitted by';
comment on column public.breeding_verifications.kind is 'Proves';
comment on column public.breeding_verifications.path is 'Document';
comment on column public.breeding_verifications.issued_by is 'Issued by';
comment on column public.breeding_verifications.certificate_number is 'Number';
comment on column public.breeding_verifications.result is 'Result';
comment on column public.breeding_verifications.issued_on is 'Issued';
comment on column public.breeding_verifications.valid_until is 'Valid until';
comment on column public.breeding_verifications.status is 'Status';
comment on column public.breeding_verifications.verified_by is 'Decided by';
comment on column public.breeding_verifications.verified_at is 'Decided';
comment on column public.breeding_verifications.decision_note is 'Why';
comment on column public.breeding_verifications.created_at is 'Created';
comment on column public.breeding_verifications.updated_at is 'Changed';
comment on column public.breeding_verifications.updated_by is 'Changed by';
comment on column public.breeding_verifications.updated_device is 'Changed on';
comment on column public.breeding_verifications.row_version is 'Version';

CREATE TABLE public.breeding_records (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    female_id UUID,
    female_pet_id UUID,
    method public.breeding_method DEFAULT 'natural' NOT NULL,
    male_id UUID,
    male_pet_id UUID,
    sire_name TEXT,
    semen_batch TEXT,
    is_sexed_semen BOOLEAN DEFAULT false NOT NULL,
    donor_id UUID,
    heat_observed_at TIMESTAMP WITH TIME ZONE,
    served_on DATE,
    technician TEXT,
    checked_on DATE,
    check_method public.pregnancy_check,
    check_result public.pregnancy_result,
    due_on DATE,
    outcome public.breeding_outcome DEFAULT 'awaited' NOT NULL,
    ended_on DATE,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_breeding_records PRIMARY KEY (id),
    CONSTRAINT ck_breeding_records_one_female CHECK (num_nonnulls(female_id, female_pet_id) = 1),
    CONSTRAINT ck_breeding_records_one_male CHECK (num_nonnulls(male_id, male_pet_id) <= 1),
    CONSTRAINT ck_breeding_records_heat_or_service CHECK (num_nonnulls(served_on, heat_observed_at) >= 1),
    CONSTRAINT ck_breeding_records_checked_after_service CHECK (checked_on >= served_on),
    CONSTRAINT ck_breeding_records_due_after_service CHECK (due_on >= served_on),
    CONSTRAINT ck_breeding_records_ended_after_service CHECK (ended_on >= served_on),
    CONSTRAINT uq_breeding_records_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_breeding_records_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_breeding_records_organization_id_female_pet_id FOREIGN KEY(organization_id, female_pet_id) REFERENCES public.clinic_patients (organization_id, pet_id) ON DELETE RESTRICT,
    CONSTRAINT fk_breeding_records_organization_id_male_pet_id FOREIGN KEY(organization_id, male_pet_id) REFERENCES public.clinic_patients (organization_id, pet_id) ON DELETE RESTRICT
);
CREATE INDEX ix_breeding_records_due_on ON public.breeding_records (organization_id, due_on);
CREATE INDEX ix_breeding_records_organization_id_donor_id ON public.breeding_records (organization_id, donor_id);
CREATE INDEX ix_breeding_records_organization_id_female_id ON public.breeding_records (organization_id, female_id);
CREATE INDEX ix_breeding_records_organization_id_female_pet_id ON public.breeding_records (organization_id, female_pet_id);
CREATE INDEX ix_breeding_records_organization_id_male_id ON public.breeding_records (organization_id, male_id);
CREATE INDEX ix_breeding_records_organization_id_male_pet_id ON public.breeding_records (organization_id, male_pet_id);
CREATE INDEX ix_breeding_records_served_on ON public.breeding_records (organization_id, served_on);
comment on table public.breeding_records is 'A female''s heat or her service, and what became of it; a heat alone has no service date.';
comment on column public.breeding_records.id is 'Id';
comment on column public.breeding_records.organization_id is 'Organization';
comment on column public.breeding_records.female_id is 'Female';
comment on column public.breeding_records.female_pet_id is 'Female (pet)';
comment on column public.breeding_records.method is 'Method';
comment on column public.breeding_records.male_id is 'Male';
comment on column public.breeding_records.male_pet_id is 'Male (pet)';
comment on column public.breeding_records.sire_name is 'Sire from elsewhere';
comment on column public.breeding_records.semen_batch is 'Semen batch';
comment on column public.breeding_records.is_sexed_semen is 'Sexed semen';
comment on column public.breeding_records.donor_id is 'Donor of the embryo';
comment on column public.breeding_records.heat_observed_at is 'Heat seen';
comment on column public.breeding_records.served_on is 'Served';
comment on column public.breeding_records.technician is 'Technician';
comment on column public.breeding_records.checked_on is 'Checked';
comment on column public.breeding_records.check_method is 'Checked by';
comment on column public.breeding_records.check_result is 'Found';
comment on column public.breeding_records.due_on is 'Due';
comment on column public.breeding_records.outcome is 'Outcome';
comment on column public.breeding_records.ended_on is 'Born or lost';
comment on column public.breeding_records.notes is 'Notes';
comment on column public.breeding_records.created_at is 'Created';
comment on column public.breeding_records.updated_at is 'Changed';
comment on column public.breeding_records.updated_by is 'Changed by';
comment on column public.breeding_records.updated_device is 'Changed on';
comment on column public.breeding_records.row_version is 'Version';

CREATE TABLE public.breeding_reports (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    reporter_id UUID,
    reported_id UUID,
    profile_id UUID,
    request_id UUID,
    kind public.breeding_report_kind NOT NULL,
    description TEXT NOT NULL,
    status public.breeding_report_status DEFAULT 'open' NOT NULL,
    handled_by UUID,
    handled_at TIMESTAMP WITH TIME ZONE,
    resolution TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_breeding_reports PRIMARY KEY (id),
    CONSTRAINT fk_breeding_reports_reporter_id FOREIGN KEY(reporter_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT fk_breeding_reports_reported_id FOREIGN KEY(reported_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT fk_breeding_reports_profile_id FOREIGN KEY(profile_id) REFERENCES public.breeding_profiles (id) ON DELETE SET NULL,
    CONSTRAINT fk_breeding_reports_request_id FOREIGN KEY(request_id) REFERENCES public.breeding_requests (id) ON DELETE SET NULL,
    CONSTRAINT fk_breeding_reports_handled_by FOREIGN KEY(handled_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_breeding_reports_handled_by ON public.breeding_reports (handled_by);
CREATE INDEX ix_breeding_reports_profile_id ON public.breeding_reports (profile_id);
CREATE INDEX ix_breeding_reports_reported_id ON public.breeding_reports (reported_id);
CREATE INDEX ix_breeding_reports_reporter_id ON public.breeding_reports (reporter_id);
CREATE INDEX ix_breeding_reports_request_id ON public.breeding_reports (request_id);
CREATE INDEX ix_breeding_reports_status ON public.breeding_reports (status, created_at);
comment on table public.breeding_reports is 'A complaint about a breeder, which the platform alone handles.';
comment on column public.breeding_reports.id is 'Id';
comment on column public.breeding_reports.reporter_id is 'Reported by';
comment on column public.breeding_reports.reported_id is 'Person reported';
comment on column public.breeding_reports.profile_id is 'Profile reported';
comment on column public.breeding_reports.request_id is 'Request reported';
comment on column public.breeding_reports.kind is 'About';
comment on column public.breeding_reports.description is 'What happened';
comment on column public.breeding_reports.status is 'Status';
comment on column public.breeding_reports.handled_by is 'Handled by';
comment on column public.breeding_reports.handled_at is 'Handled';
comment on column public.breeding_reports.resolution is 'Outcome';
comment on column public.breeding_reports.created_at is 'Created';
comment on column public.breeding_reports.updated_at is 'Changed';
comment on column public.breeding_reports.updated_by is 'Changed by';
comment on column public.breeding_reports.updated_device is 'Changed on';
comment on column public.breeding_reports.row_version is 'Version';

insert into sync.tables (name, position, kinds, belongs)
values ('breeding_records', 58, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

alter table public.breeding_prefs enable row level security;
alter table public.breeding_prefs force row level security;
revoke all on public.breeding_prefs from public, anon, authenticated;
grant select, insert, update, delete on public.breeding_prefs to service_role;
grant select (id, user_id, species, sex, breeds, min_age_months, max_age_months, max_distance_km, countries, max_fee, currency, max_inbreeding_percent, needs_registry, needs_health_tests, needs_verification, wants_suggestions, created_at, updated_at, updated_by, updated_device, row_version) on public.breeding_prefs to authenticated;
grant insert (id, user_id, species, sex, breeds, min_age_months, max_age_months, max_distance_km, countries, max_fee, currency, max_inbreeding_percent, needs_registry, needs_health_tests, needs_verification, wants_suggestions) on public.breeding_prefs to authenticated;
grant update (species, sex, breeds, min_age_months, max_age_months, max_distance_km, countries, max_fee, currency, max_inbreeding_percent, needs_registry, needs_health_tests, needs_verification, wants_suggestions) on public.breeding_prefs to authenticated;
grant delete on public.breeding_prefs to authenticated;

alter table public.breeding_blocklist enable row level security;
alter table public.breeding_blocklist force row level security;
revoke all on public.breeding_blocklist from public, anon, authenticated;
grant select, insert, update, delete on public.breeding_blocklist to service_role;
grant select (id, user_id, blocked_id, reason, created_at, updated_at, updated_by, updated_device, row_version) on public.breeding_blocklist to authenticated;
grant insert (id, user_id, blocked_id, reason) on public.breeding_blocklist to authenticated;
grant update (reason) on public.breeding_blocklist to authenticated;
grant delete on public.breeding_blocklist to authenticated;

alter table public.breeding_profiles enable row level security;
alter table public.breeding_profiles force row level security;
revoke all on public.breeding_profiles from public, anon, authenticated;
grant select, insert, update, delete on public.breeding_profiles to service_role;
grant select (id, pet_id, owner_id, name, species, breed, sex, born_on, colour, weight_kg, registered_with, registration_number, pedigree, inbreeding_percent, health_tests, litters, temperament, description, availability, fee, currency, city, country, latitude, longitude, status, is_verified, moderation, moderation_reason, created_at, updated_at, updated_by, updated_device, row_version) on public.breeding_profiles to authenticated;
grant insert (id, pet_id, owner_id, name, species, breed, sex, born_on, colour, weight_kg, registered_with, registration_number, pedigree, inbreeding_percent, health_tests, litters, temperament, description, availability, fee, currency, city, country, latitude, longitude, status) on public.breeding_profiles to authenticated;
grant update (name, species, breed, sex, born_on, colour, weight_kg, registered_with, registration_number, pedigree, inbreeding_percent, health_tests, litters, temperament, description, availability, fee, currency, city, country, latitude, longitude, status) on public.breeding_profiles to authenticated;
grant delete on public.breeding_profiles to authenticated;

alter table public.breeding_matches enable row level security;
alter table public.breeding_matches force row level security;
revoke all on public.breeding_matches from public, anon, authenticated;
grant select, insert, update, delete on public.breeding_matches to service_role;
grant select (id, female_profile_id, male_profile_id, score, reasons, expected_inbreeding_percent, status, matched_at, ended_at, female_owner_id, male_owner_id, created_at, updated_at, updated_by, updated_device, row_version) on public.breeding_matches to authenticated;

alter table public.breeding_requests enable row level security;
alter table public.breeding_requests force row level security;
revoke all on public.breeding_requests from public, anon, authenticated;
grant select, insert, update, delete on public.breeding_requests to service_role;
grant select (id, from_profile_id, to_profile_id, requester_id, recipient_id, method, message, terms, fee, currency, earliest_on, latest_on, status, reply, answered_at, created_at, updated_at, updated_by, updated_device, row_version) on public.breeding_requests to authenticated;
grant insert (id, from_profile_id, to_profile_id, requester_id, recipient_id, method, message, terms, fee, currency, earliest_on, latest_on) on public.breeding_requests to authenticated;

alter table public.breeding_swipes enable row level security;
alter table public.breeding_swipes force row level security;
revoke all on public.breeding_swipes from public, anon, authenticated;
grant select, insert, update, delete on public.breeding_swipes to service_role;
grant select (id, user_id, swiper_profile_id, target_profile_id, choice, created_at, updated_at, updated_by, updated_device, row_version) on public.breeding_swipes to authenticated;
grant insert (id, user_id, swiper_profile_id, target_profile_id, choice) on public.breeding_swipes to authenticated;
grant update (choice) on public.breeding_swipes to authenticated;
grant delete on public.breeding_swipes to authenticated;

alter table public.breeding_photos enable row level security;
alter table public.breeding_photos force row level security;
revoke all on public.breeding_photos from public, anon, authenticated;
grant select, insert, update, delete on public.breeding_photos to service_role;
grant select (id, profile_id, added_by, path, mime_type, size_bytes, width, height, caption, position, created_at, updated_at, updated_by, updated_device, row_version) on public.breeding_photos to authenticated;
grant insert (id, profile_id, added_by, path, mime_type, size_bytes, width, height, caption, position) on public.breeding_photos to authenticated;
grant update (path, mime_type, size_bytes, width, height, caption, position) on public.breeding_photos to authenticated;
grant delete on public.breeding_photos to authenticated;

alter table public.breeding_verifications enable row level security;
alter table public.breeding_verifications force row level security;
revoke all on public.breeding_verifications from public, anon, authenticated;
grant select, insert, update, delete on public.breeding_verifications to service_role;
grant select (id, profile_id, submitted_by, kind, path, issued_by, certificate_number, result, issued_on, valid_until, status, verified_by, verified_at, decision_note, created_at, updated_at, updated_by, updated_device, row_version) on public.breeding_verifications to authenticated;
grant insert (id, profile_id, submitted_by, kind, path, issued_by, certificate_number, result, issued_on, valid_until) on public.breeding_verifications to authenticated;
grant delete on public.breeding_verifications to authenticated;

alter table public.breeding_records enable row level security;
alter table public.breeding_records force row level security;
revoke all on public.breeding_records from public, anon, authenticated;
grant select, insert, update, delete on public.breeding_records to service_role;
grant select (id, organization_id, female_id, female_pet_id, method, male_id, male_pet_id, sire_name, semen_batch, is_sexed_semen, donor_id, heat_observed_at, served_on, technician, checked_on, check_method, check_result, due_on, outcome, ended_on, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.breeding_records to authenticated;
grant insert (id, organization_id, female_id, female_pet_id, method, male_id, male_pet_id, sire_name, semen_batch, is_sexed_semen, donor_id, heat_observed_at, served_on, technician, checked_on, check_method, check_result, due_on, outcome, ended_on, notes) on public.breeding_records to authenticated;
grant update (female_id, female_pet_id, method, male_id, male_pet_id, sire_name, semen_batch, is_sexed_semen, donor_id, heat_observed_at, served_on, technician, checked_on, check_method, check_result, due_on, outcome, ended_on, notes) on public.breeding_records to authenticated;
grant delete on public.breeding_records to authenticated;

alter table public.breeding_reports enable row level security;
alter table public.breeding_reports force row level security;
revoke all on public.breeding_reports from public, anon, authenticated;
grant select, insert, update, delete on public.breeding_reports to service_role;
grant select (id, reporter_id, reported_id, profile_id, request_id, kind, description, status, handled_by, handled_at, resolution, created_at, updated_at, updated_by, updated_device, row_version) on public.breeding_reports to authenticated;
grant insert (id, reporter_id, reported_id, profile_id, request_id, kind, description, status, handled_by, handled_at, resolution) on public.breeding_reports to authenticated;
grant update (reported_id, profile_id, request_id, kind, description, status, handled_by, handled_at, resolution) on public.breeding_reports to authenticated;

create function access.breeders_who_blocked_me() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select user_id from public.breeding_blocklist
    where blocked_id = auth.uid() and (true)
  );
end $$;
comment on function access.breeders_who_blocked_me() is 'Of the person who asks: breeders who blocked me.';
revoke all on function access.breeders_who_blocked_me() from public;
grant execute on function access.breeders_who_blocked_me() to authenticated;

create trigger update_breeding_prefs_updated_at before insert or update on public.breeding_prefs
  for each row execute function public.update_updated_at_column();

create trigger update_breeding_blocklist_updated_at before insert or update on public.breeding_blocklist
  for each row execute function public.update_updated_at_column();

create trigger update_breeding_profiles_updated_at before insert or update on public.breeding_profiles
  for each row execute function public.update_updated_at_column();

create trigger update_breeding_matches_updated_at before insert or update on public.breeding_matches
  for each row execute function public.update_updated_at_column();

create trigger update_breeding_requests_updated_at before insert or update on public.breeding_requests
  for each row execute function public.update_updated_at_column();
create trigger audit_breeding_requests_trigger after insert or update or delete on public.breeding_requests
  for each row execute function public.audit_trigger_function('');

create trigger update_breeding_swipes_updated_at before insert or update on public.breeding_swipes
  for each row execute function public.update_updated_at_column();

create trigger update_breeding_photos_updated_at before insert or update on public.breeding_photos
  for each row execute function public.update_updated_at_column();

create trigger update_breeding_verifications_updated_at before insert or update on public.breeding_verifications
  for each row execute function public.update_updated_at_column();
create trigger audit_breeding_verifications_trigger after insert or update or delete on public.breeding_verifications
  for each row execute function public.audit_trigger_function('');

create trigger update_breeding_records_updated_at before insert or update on public.breeding_records
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.breeding_records
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.breeding_records
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.breeding_records
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.breeding_records
  for each statement execute function sync.refuse_truncate();

create trigger update_breeding_reports_updated_at before insert or update on public.breeding_reports
  for each row execute function public.update_updated_at_column();
create trigger audit_breeding_reports_trigger after insert or update or delete on public.breeding_reports
  for each row execute function public.audit_trigger_function('');

create policy may_read on public.breeding_prefs for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    breeding_prefs.user_id = (select auth.uid())
  ));
create policy may_add on public.breeding_prefs for insert to authenticated
  with check (breeding_prefs.user_id = (select auth.uid()));
create policy may_change on public.breeding_prefs for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    breeding_prefs.user_id = (select auth.uid())
  ))
  with check (breeding_prefs.user_id = (select auth.uid()));
create policy may_delete on public.breeding_prefs for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    breeding_prefs.user_id = (select auth.uid())
  ));

create policy may_read on public.breeding_blocklist for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    breeding_blocklist.user_id = (select auth.uid())
  ));
create policy may_add on public.breeding_blocklist for insert to authenticated
  with check ((breeding_blocklist.user_id = (select auth.uid()) and (blocked_id <> user_id)));
create policy may_change on public.breeding_blocklist for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (breeding_blocklist.user_id = (select auth.uid()) and (blocked_id <> user_id))
  ))
  with check ((breeding_blocklist.user_id = (select auth.uid()) and (blocked_id <> user_id)));
create policy may_delete on public.breeding_blocklist for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    breeding_blocklist.user_id = (select auth.uid())
  ));

create policy may_read on public.breeding_profiles for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (((select auth.uid()) is not null and (status = 'active' and moderation = 'visible'))
    or breeding_profiles.owner_id = (select auth.uid())
    or (select access.is_platform_admin()))
    and not breeding_profiles.owner_id = any((select access.breeders_who_blocked_me())::uuid[])
  ));
create policy may_add on public.breeding_profiles for insert to authenticated
  with check ((breeding_profiles.owner_id = (select auth.uid())
      and breeding_profiles.pet_id = any((select access.pets_i_own())::uuid[])));
create policy may_change on public.breeding_profiles for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (((breeding_profiles.owner_id = (select auth.uid()) and (moderation = 'visible'))
      and breeding_profiles.pet_id = any((select access.pets_i_own())::uuid[])))
    and ((((select auth.uid()) is not null and (status = 'active' and moderation = 'visible'))
    or breeding_profiles.owner_id = (select auth.uid())
    or (select access.is_platform_admin()))
    and not breeding_profiles.owner_id = any((select access.breeders_who_blocked_me())::uuid[]))
  ))
  with check (((breeding_profiles.owner_id = (select auth.uid()) and (moderation = 'visible'))
      and breeding_profiles.pet_id = any((select access.pets_i_own())::uuid[])));
create policy may_delete on public.breeding_profiles for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (breeding_profiles.owner_id = (select auth.uid()))
    and ((((select auth.uid()) is not null and (status = 'active' and moderation = 'visible'))
    or breeding_profiles.owner_id = (select auth.uid())
    or (select access.is_platform_admin()))
    and not breeding_profiles.owner_id = any((select access.breeders_who_blocked_me())::uuid[]))
  ));

create policy may_read on public.breeding_matches for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    breeding_matches.female_owner_id = (select auth.uid())
    or breeding_matches.male_owner_id = (select auth.uid())
  ));

create policy may_read on public.breeding_requests for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    breeding_requests.requester_id = (select auth.uid())
    or breeding_requests.recipient_id = (select auth.uid())
  ));
create policy may_add on public.breeding_requests for insert to authenticated
  with check ((breeding_requests.requester_id = (select auth.uid())
      and exists (select from public.breeding_profiles where breeding_profiles.id = breeding_requests.from_profile_id
      and (((breeding_profiles.owner_id = (select auth.uid()) and (moderation = 'visible'))
      and breeding_profiles.pet_id = any((select access.pets_i_own())::uuid[]))))
      and exists (select from public.breeding_profiles where breeding_profiles.id = breeding_requests.to_profile_id)));

create policy may_read on public.breeding_swipes for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    breeding_swipes.user_id = (select auth.uid())
  ));
create policy may_add on public.breeding_swipes for insert to authenticated
  with check ((breeding_swipes.user_id = (select auth.uid())
      and exists (select from public.breeding_profiles where breeding_profiles.id = breeding_swipes.swiper_profile_id
      and (((breeding_profiles.owner_id = (select auth.uid()) and (moderation = 'visible'))
      and breeding_profiles.pet_id = any((select access.pets_i_own())::uuid[]))))
      and exists (select from public.breeding_profiles where breeding_profiles.id = breeding_swipes.target_profile_id)));
create policy may_change on public.breeding_swipes for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    breeding_swipes.user_id = (select auth.uid())
  ))
  with check (breeding_swipes.user_id = (select auth.uid()));
create policy may_delete on public.breeding_swipes for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    breeding_swipes.user_id = (select auth.uid())
  ));

create policy may_read on public.breeding_photos for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    exists (select from public.breeding_profiles where breeding_profiles.id = breeding_photos.profile_id)
  ));
create policy may_add on public.breeding_photos for insert to authenticated
  with check ((breeding_photos.added_by = (select auth.uid())
      and exists (select from public.breeding_profiles where breeding_profiles.id = breeding_photos.profile_id
      and (((breeding_profiles.owner_id = (select auth.uid()) and (moderation = 'visible'))
      and breeding_profiles.pet_id = any((select access.pets_i_own())::uuid[]))))));
create policy may_change on public.breeding_photos for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (breeding_photos.added_by = (select auth.uid())
      and exists (select from public.breeding_profiles where breeding_profiles.id = breeding_photos.profile_id
      and (((breeding_profiles.owner_id = (select auth.uid()) and (moderation = 'visible'))
      and breeding_profiles.pet_id = any((select access.pets_i_own())::uuid[])))))
  ))
  with check ((breeding_photos.added_by = (select auth.uid())
      and exists (select from public.breeding_profiles where breeding_profiles.id = breeding_photos.profile_id
      and (((breeding_profiles.owner_id = (select auth.uid()) and (moderation = 'visible'))
      and breeding_profiles.pet_id = any((select access.pets_i_own())::uuid[]))))));
create policy may_delete on public.breeding_photos for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (breeding_photos.added_by = (select auth.uid()))
    and (exists (select from public.breeding_profiles where breeding_profiles.id = breeding_photos.profile_id))
  ));

create policy may_read on public.breeding_verifications for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (select access.is_platform_admin())
    or exists (select from public.breeding_profiles where breeding_profiles.id = breeding_verifications.profile_id
      and (((breeding_profiles.owner_id = (select auth.uid()) and (moderation = 'visible'))
      and breeding_profiles.pet_id = any((select access.pets_i_own())::uuid[]))))
  ));
create policy may_add on public.breeding_verifications for insert to authenticated
  with check ((breeding_verifications.submitted_by = (select auth.uid())
      and exists (select from public.breeding_profiles where breeding_profiles.id = breeding_verifications.profile_id
      and (((breeding_profiles.owner_id = (select auth.uid()) and (moderation = 'visible'))
      and breeding_profiles.pet_id = any((select access.pets_i_own())::uuid[]))))));
create policy may_delete on public.breeding_verifications for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    ((breeding_verifications.submitted_by = (select auth.uid()) and (status = 'pending')))
    and ((select access.is_platform_admin())
    or exists (select from public.breeding_profiles where breeding_profiles.id = breeding_verifications.profile_id
      and (((breeding_profiles.owner_id = (select auth.uid()) and (moderation = 'visible'))
      and breeding_profiles.pet_id = any((select access.pets_i_own())::uuid[])))))
  ));

create policy may_read on public.breeding_records for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    breeding_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.breeding_records for insert to authenticated
  with check (breeding_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.breeding_records for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    breeding_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (breeding_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.breeding_records for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    breeding_records.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.breeding_reports for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    breeding_reports.reporter_id = (select auth.uid())
    or breeding_reports.id <= (select access.last_for_platform_admin())
  ));
create policy may_add on public.breeding_reports for insert to authenticated
  with check ((breeding_reports.reporter_id = (select auth.uid()) and (status = 'open' and handled_by is null and resolution is null)));
create policy may_change on public.breeding_reports for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (select access.is_platform_admin())
  ))
  with check ((select access.is_platform_admin()));

-- What was verified is verified no more once the owner says something else.
create function public.unverify_breeding_profile() returns trigger
language plpgsql set search_path = '' as $$
begin
  if (new.name, new.species, new.breed, new.sex, new.born_on, new.registered_with,
      new.registration_number, new.pedigree, new.health_tests)
    is distinct from
    (old.name, old.species, old.breed, old.sex, old.born_on, old.registered_with,
      old.registration_number, old.pedigree, old.health_tests) then
    new.is_verified := false;
  end if;
  return new;
end $$;
comment on function public.unverify_breeding_profile()
  is 'Take the mark of verification from a profile whose facts are changed.';
revoke all on function public.unverify_breeding_profile() from public;

create trigger unverify before update on public.breeding_profiles
  for each row execute function public.unverify_breeding_profile();

-- A pet that has changed hands or died is not offered by whoever had it.
create function public.retire_breeding_profiles() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.breeding_profiles b
  set status = 'retired'
  where b.pet_id = new.id
    and b.status <> 'retired'
    and (new.deceased_on is not null or b.owner_id is distinct from new.owner_id);
  return null;
end $$;
comment on function public.retire_breeding_profiles()
  is 'Retire the breeding profile of a pet that died or has another owner.';
revoke all on function public.retire_breeding_profiles() from public;

create trigger retire_breeding_profiles after update of owner_id, deceased_on on public.pets
  for each row execute function public.retire_breeding_profiles();

create function public.name_breeding_owners() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  select b.owner_id into new.female_owner_id
  from public.breeding_profiles b where b.id = new.female_profile_id;
  select b.owner_id into new.male_owner_id
  from public.breeding_profiles b where b.id = new.male_profile_id;
  return new;
end $$;
comment on function public.name_breeding_owners() is 'Name the owners of the profiles of a match.';
revoke all on function public.name_breeding_owners() from public;

create trigger name_owners
  before insert or update of female_profile_id, male_profile_id on public.breeding_matches
  for each row execute function public.name_breeding_owners();

create function public.name_breeding_recipient() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  select b.owner_id into new.recipient_id
  from public.breeding_profiles b where b.id = new.to_profile_id;
  return new;
end $$;
comment on function public.name_breeding_recipient()
  is 'Address a breeding request to the owner of the profile it is about.';
revoke all on function public.name_breeding_recipient() from public;

create trigger name_recipient before insert on public.breeding_requests
  for each row execute function public.name_breeding_recipient();

-- Two owners who both like the other's animal are told of each other; one who does not is alone
-- to know.
create function public.match_breeding_swipes() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_mine public.breeding_profiles;
  v_theirs public.breeding_profiles;
begin
  if new.choice = 'pass' or not exists (
    select from public.breeding_swipes s
    where s.swiper_profile_id = new.target_profile_id
      and s.target_profile_id = new.swiper_profile_id
      and s.choice <> 'pass'
  ) then
    return null;
  end if;
  select b.* into v_mine from public.breeding_profiles b where b.id = new.swiper_profile_id;
  select b.* into v_theirs from public.breeding_profiles b where b.id = new.target_profile_id;
  if v_mine.owner_id = v_theirs.owner_id
    or (v_mine.status, v_theirs.status) is distinct from ('active', 'active')
    or (v_mine.moderation, v_theirs.moderation) is distinct from ('visible', 'visible')
    or v_mine.species <> v_theirs.species
    or not (
      (v_mine.sex = 'female' and v_theirs.sex = 'male')
      or (v_mine.sex = 'male' and v_theirs.sex = 'female')
    )
    or exists (
      select from public.breeding_blocklist b
      where (b.user_id, b.blocked_id) in (
        (v_mine.owner_id, v_theirs.owner_id), (v_theirs.owner_id, v_mine.owner_id)
      )
    ) then
    return null;
  end if;
  insert into public.breeding_matches as m
    (female_profile_id, male_profile_id, status, matched_at)
  values (
    case when v_mine.sex = 'female' then v_mine.id else v_theirs.id end,
    case when v_mine.sex = 'female' then v_theirs.id else v_mine.id end,
    'matched',
    now()
  )
  on conflict (female_profile_id, male_profile_id) do update
  set status = 'matched', matched_at = now()
  where m.status = 'suggested';
  return null;
end $$;
comment on function public.match_breeding_swipes()
  is 'Match a female and a male whose owners like each other''s animal.';
revoke all on function public.match_breeding_swipes() from public;

create trigger match_swipes after insert or update of choice on public.breeding_swipes
  for each row execute function public.match_breeding_swipes();

create function public.end_breeding_match(p_match_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.breeding_matches m
  set status = 'ended', ended_at = coalesce(m.ended_at, now())
  where m.id = p_match_id and auth.uid() in (m.female_owner_id, m.male_owner_id);
  if not found then
    raise exception 'this match is not of an animal of yours' using errcode = '42501';
  end if;
end $$;
comment on function public.end_breeding_match(uuid) is 'End a match of one''s own animal.';
revoke all on function public.end_breeding_match(uuid) from public;
grant execute on function public.end_breeding_match(uuid) to authenticated;

-- Who blocks somebody has done with them: matches end, what is asked is answered.
create function public.part_blocked_breeders() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.breeding_matches m
  set status = 'ended', ended_at = now()
  where m.status <> 'ended'
    and (
      (m.female_owner_id = new.user_id and m.male_owner_id = new.blocked_id)
      or (m.female_owner_id = new.blocked_id and m.male_owner_id = new.user_id)
    );
  update public.breeding_requests r
  set status = case when r.requester_id = new.user_id then 'withdrawn'
      else 'declined' end::public.breeding_request_status,
    answered_at = now()
  where r.status = 'pending'
    and (
      (r.requester_id = new.user_id and r.recipient_id = new.blocked_id)
      or (r.requester_id = new.blocked_id and r.recipient_id = new.user_id)
    );
  return null;
end $$;
comment on function public.part_blocked_breeders()
  is 'End the matches and answer the requests between a person and whom they block.';
revoke all on function public.part_blocked_breeders() from public;

create trigger part_blocked after insert on public.breeding_blocklist
  for each row execute function public.part_blocked_breeders();

-- The recipient accepts or declines; the requester withdraws; what was accepted either ends.
create function public.answer_breeding_request(
  p_request_id uuid, p_status public.breeding_request_status, p_reply text
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_request public.breeding_requests;
begin
  select r.* into v_request
  from public.breeding_requests r
  where r.id = p_request_id and auth.uid() in (r.requester_id, r.recipient_id)
  for update;
  if not found then
    raise exception 'this request is not yours' using errcode = '42501';
  end if;
  if not (
    (v_request.status = 'pending' and v_request.recipient_id = auth.uid()
      and p_status in ('accepted', 'declined'))
    or (v_request.status = 'pending' and v_request.requester_id = auth.uid()
      and p_status = 'withdrawn')
    or (v_request.status = 'accepted' and p_status in ('completed', 'cancelled'))
  ) then
    raise exception 'a request that is % is not % by you', v_request.status, p_status
      using errcode = '42501', hint = 'The recipient answers; the requester may withdraw.';
  end if;
  if exists (
    select from public.breeding_blocklist b
    where b.user_id in (v_request.requester_id, v_request.recipient_id)
      and b.user_id <> auth.uid()
      and b.blocked_id = auth.uid()
  ) then
    raise exception 'this request is not yours' using errcode = '42501';
  end if;
  update public.breeding_requests r
  set status = p_status,
    reply = case when r.recipient_id = auth.uid()
      then coalesce(nullif(btrim(p_reply), ''), r.reply) else r.reply end,
    answered_at = now()
  where r.id = p_request_id;
end $$;
comment on function public.answer_breeding_request(
  uuid, public.breeding_request_status, text
) is 'Answer a breeding request, withdraw one''s own, or end one that was accepted.';
revoke all on function public.answer_breeding_request(
  uuid, public.breeding_request_status, text
) from public;
grant execute on function public.answer_breeding_request(
  uuid, public.breeding_request_status, text
) to authenticated;

-- The platform alone says that a document holds, and whether the profile is verified by it.
create function public.decide_breeding_verification(
  p_verification_id uuid,
  p_status public.breeding_verification_status,
  p_note text,
  p_profile_is_verified boolean
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_profile uuid;
begin
  if not access.is_platform_admin() then
    raise exception 'only the platform verifies' using errcode = '42501';
  end if;
  update public.breeding_verifications v
  set status = p_status,
    verified_by = auth.uid(),
    verified_at = now(),
    decision_note = nullif(btrim(p_note), '')
  where v.id = p_verification_id
  returning v.profile_id into v_profile;
  if not found then
    raise exception 'there is no such document' using errcode = 'P0002';
  end if;
  update public.breeding_profiles b
  set is_verified = p_profile_is_verified
  where b.id = v_profile and b.is_verified <> p_profile_is_verified;
end $$;
comment on function public.decide_breeding_verification(
  uuid, public.breeding_verification_status, text, boolean
) is 'Say what the platform found of a breeder''s document; for its administrators.';
revoke all on function public.decide_breeding_verification(
  uuid, public.breeding_verification_status, text, boolean
) from public;
grant execute on function public.decide_breeding_verification(
  uuid, public.breeding_verification_status, text, boolean
) to authenticated;

CREATE TABLE public.addresses (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID,
    organization_id UUID,
    kind public.address_kind DEFAULT 'home' NOT NULL,
    label TEXT,
    recipient TEXT,
    line1 TEXT NOT NULL,
    line2 TEXT,
    city TEXT NOT NULL,
    region TEXT,
    postal_code TEXT,
    country TEXT NOT NULL,
    phone TEXT,
    latitude NUMERIC(14, 6),
    longitude NUMERIC(14, 6),
    instructions TEXT,
    is_default BOOLEAN DEFAULT false NOT NULL,
    is_public BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_addresses PRIMARY KEY (id),
    CONSTRAINT ck_addresses_one_owner CHECK (num_nonnulls(user_id, organization_id) = 1),
    CONSTRAINT ck_addresses_country_code CHECK (country ~ '^[A-Z]{2}$'),
    CONSTRAINT ck_addresses_whole_position CHECK ((latitude is null) = (longitude is null)),
    CONSTRAINT ck_addresses_people_are_private CHECK (organization_id is not null or not is_public),
    CONSTRAINT ck_addresses_latitude_minimum CHECK (latitude >= -90),
    CONSTRAINT ck_addresses_latitude_maximum CHECK (latitude <= 90),
    CONSTRAINT ck_addresses_longitude_minimum CHECK (longitude >= -180),
    CONSTRAINT ck_addresses_longitude_maximum CHECK (longitude <= 180),
    CONSTRAINT fk_addresses_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_addresses_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
CREATE INDEX ix_addresses_organization_id ON public.addresses (organization_id);
CREATE INDEX ix_addresses_user_id ON public.addresses (user_id);
CREATE UNIQUE INDEX uq_addresses_default_of_organization ON public.addresses (organization_id) WHERE is_default;
CREATE UNIQUE INDEX uq_addresses_default_of_person ON public.addresses (user_id) WHERE is_default;
comment on table public.addresses is 'A place to live, to bill or to send to: of one person, or of one organization.';
comment on column public.addresses.id is 'Id';
comment on column public.addresses.user_id is 'Person';
comment on column public.addresses.organization_id is 'Organization';
comment on column public.addresses.kind is 'Kind';
comment on column public.addresses.label is 'Label';
comment on column public.addresses.recipient is 'Recipient';
comment on column public.addresses.line1 is 'Street and number';
comment on column public.addresses.line2 is 'Second line';
comment on column public.addresses.city is 'City';
comment on column public.addresses.region is 'Region';
comment on column public.addresses.postal_code is 'Postal code';
comment on column public.addresses.country is 'Country';
comment on column public.addresses.phone is 'Phone';
comment on column public.addresses.latitude is 'Latitude';
comment on column public.addresses.longitude is 'Longitude';
comment on column public.addresses.instructions is 'How to find it';
comment on column public.addresses.is_default is 'Default';
comment on column public.addresses.is_public is 'Public';
comment on column public.addresses.created_at is 'Created';
comment on column public.addresses.updated_at is 'Changed';
comment on column public.addresses.updated_by is 'Changed by';
comment on column public.addresses.updated_device is 'Changed on';
comment on column public.addresses.row_version is 'Version';

CREATE TABLE public.custom_fields (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    entity_table TEXT NOT NULL,
    entity_id UUID NOT NULL,
    name TEXT NOT NULL,
    kind public.custom_field_kind DEFAULT 'text' NOT NULL,
    unit TEXT,
    text_value TEXT,
    number_value NUMERIC(14, 4),
    date_value DATE,
    boolean_value BOOLEAN,
    position BIGINT DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_custom_fields PRIMARY KEY (id),
    CONSTRAINT uq_custom_fields_organization_id_entity_table_entity_id_name UNIQUE (organization_id, entity_table, entity_id, name),
    CONSTRAINT ck_custom_fields_value_of_its_kind CHECK (num_nonnulls(text_value, number_value, date_value, boolean_value) = 1 and case kind when 'text' then text_value is not null when 'number' then number_value is not null when 'date' then date_value is not null else boolean_value is not null end),
    CONSTRAINT ck_custom_fields_number_value_minimum CHECK (number_value >= -1000000000),
    CONSTRAINT ck_custom_fields_number_value_maximum CHECK (number_value <= 1000000000),
    CONSTRAINT ck_custom_fields_position_minimum CHECK (position >= 0),
    CONSTRAINT ck_custom_fields_position_maximum CHECK (position <= 1000),
    CONSTRAINT uq_custom_fields_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_custom_fields_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
comment on table public.custom_fields is 'One more fact that an organization keeps of a row of any table.';
comment on column public.custom_fields.id is 'Id';
comment on column public.custom_fields.organization_id is 'Organization';
comment on column public.custom_fields.entity_table is 'Of which table';
comment on column public.custom_fields.entity_id is 'Of which row';
comment on column public.custom_fields.name is 'Name';
comment on column public.custom_fields.kind is 'Kind';
comment on column public.custom_fields.unit is 'Unit';
comment on column public.custom_fields.text_value is 'Text';
comment on column public.custom_fields.number_value is 'Number';
comment on column public.custom_fields.date_value is 'Date';
comment on column public.custom_fields.boolean_value is 'Yes or no';
comment on column public.custom_fields.position is 'Place in the list';
comment on column public.custom_fields.created_at is 'Created';
comment on column public.custom_fields.updated_at is 'Changed';
comment on column public.custom_fields.updated_by is 'Changed by';
comment on column public.custom_fields.updated_device is 'Changed on';
comment on column public.custom_fields.row_version is 'Version';

CREATE TABLE public.custom_field_definitions (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    subject public.custom_field_subject DEFAULT 'animals' NOT NULL,
    kind public.custom_field_kind DEFAULT 'text' NOT NULL,
    unit TEXT,
    position BIGINT DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_custom_field_definitions PRIMARY KEY (id),
    CONSTRAINT uq_custom_field_definitions_organization_id_subject_name UNIQUE (organization_id, subject, name),
    CONSTRAINT ck_custom_field_definitions_position_minimum CHECK (position >= 0),
    CONSTRAINT ck_custom_field_definitions_position_maximum CHECK (position <= 1000),
    CONSTRAINT uq_custom_field_definitions_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_custom_field_definitions_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
comment on table public.custom_field_definitions is 'A fact that an organization wants to keep of each of its animals or flocks.';
comment on column public.custom_field_definitions.id is 'Id';
comment on column public.custom_field_definitions.organization_id is 'Organization';
comment on column public.custom_field_definitions.name is 'Name';
comment on column public.custom_field_definitions.subject is 'Of';
comment on column public.custom_field_definitions.kind is 'Kind';
comment on column public.custom_field_definitions.unit is 'Unit';
comment on column public.custom_field_definitions.position is 'Place in the list';
comment on column public.custom_field_definitions.created_at is 'Created';
comment on column public.custom_field_definitions.updated_at is 'Changed';
comment on column public.custom_field_definitions.updated_by is 'Changed by';
comment on column public.custom_field_definitions.updated_device is 'Changed on';
comment on column public.custom_field_definitions.row_version is 'Version';

CREATE TABLE public.media_files (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    media_type public.media_type DEFAULT 'image' NOT NULL,
    owner_id UUID NOT NULL,
    organization_id UUID,
    bucket TEXT NOT NULL,
    path TEXT NOT NULL,
    title TEXT,
    alt_text TEXT,
    mime_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    width BIGINT,
    height BIGINT,
    duration_seconds NUMERIC(14, 3),
    sha256 TEXT,
    visibility public.media_visibility DEFAULT 'private' NOT NULL,
    entity_table TEXT,
    entity_id UUID,
    taken_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_media_files PRIMARY KEY (id),
    CONSTRAINT uq_media_files_bucket_path UNIQUE (bucket, path),
    CONSTRAINT ck_media_files_path_of_owner CHECK (starts_with(path, owner_id::text || '/') or coalesce(starts_with(path, organization_id::text || '/'), false)),
    CONSTRAINT ck_media_files_path_stays_inside CHECK (path !~ '(^|/)[.][.](/|$)'),
    CONSTRAINT ck_media_files_whose_members CHECK (organization_id is not null or visibility <> 'organization'),
    CONSTRAINT ck_media_files_sha256_hex CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_media_files_whole_entity CHECK ((entity_table is null) = (entity_id is null)),
    CONSTRAINT ck_media_files_size_bytes_minimum CHECK (size_bytes >= 0),
    CONSTRAINT ck_media_files_width_minimum CHECK (width >= 1),
    CONSTRAINT ck_media_files_height_minimum CHECK (height >= 1),
    CONSTRAINT ck_media_files_duration_seconds_minimum CHECK (duration_seconds >= 0),
    CONSTRAINT fk_media_files_owner_id FOREIGN KEY(owner_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_media_files_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
CREATE INDEX ix_media_files_entity_id ON public.media_files (entity_id, entity_table);
CREATE INDEX ix_media_files_organization_id ON public.media_files (organization_id);
CREATE INDEX ix_media_files_owner_id ON public.media_files (owner_id);
comment on table public.media_files is 'A file in storage: of the person who put it there, or of the organization it names.';
comment on column public.media_files.id is 'Id';
comment on column public.media_files.media_type is 'Type';
comment on column public.media_files.owner_id is 'Put there by';
comment on column public.media_files.organization_id is 'Organization';
comment on column public.media_files.bucket is 'Bucket';
comment on column public.media_files.path is 'Path';
comment on column public.media_files.title is 'Title';
comment on column public.media_files.alt_text is 'In words, for who cannot see it';
comment on column public.media_files.mime_type is 'MIME type';
comment on column public.media_files.size_bytes is 'Size, B';
comment on column public.media_files.width is 'Width, px';
comment on column public.media_files.height is 'Height, px';
comment on column public.media_files.duration_seconds is 'Length, s';
comment on column public.media_files.sha256 is 'SHA-256';
comment on column public.media_files.visibility is 'Visible to';
comment on column public.media_files.entity_table is 'Of which table';
comment on column public.media_files.entity_id is 'Of which row';
comment on column public.media_files.taken_at is 'Taken';
comment on column public.media_files.created_at is 'Created';
comment on column public.media_files.updated_at is 'Changed';
comment on column public.media_files.updated_by is 'Changed by';
comment on column public.media_files.updated_device is 'Changed on';
comment on column public.media_files.row_version is 'Version';

CREATE TABLE public.attachments (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    title TEXT NOT NULL,
    animal_id UUID,
    pet_id UUID,
    kind public.attachment_kind DEFAULT 'photo' NOT NULL,
    media_type TEXT NOT NULL,
    taken_on DATE,
    size_bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_attachments PRIMARY KEY (id),
    CONSTRAINT ck_attachments_sha256_hex CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_attachments_pet_or_animal CHECK ((pet_id is null) <> (animal_id is null)),
    CONSTRAINT ck_attachments_size_bytes_minimum CHECK (size_bytes >= 1),
    CONSTRAINT ck_attachments_size_bytes_maximum CHECK (size_bytes <= 400000),
    CONSTRAINT uq_attachments_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_attachments_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_attachments_organization_id_animal_id FOREIGN KEY(organization_id, animal_id) REFERENCES public.livestock (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_attachments_organization_id_pet_id FOREIGN KEY(organization_id, pet_id) REFERENCES public.clinic_patients (organization_id, pet_id) ON DELETE CASCADE
);
CREATE INDEX ix_attachments_organization_id_animal_id ON public.attachments (organization_id, animal_id);
CREATE INDEX ix_attachments_organization_id_pet_id ON public.attachments (organization_id, pet_id);
comment on table public.attachments is 'A photo or a document of an animal or a patient; the file is an `AttachmentContent`.';
comment on column public.attachments.id is 'Id';
comment on column public.attachments.organization_id is 'Organization';
comment on column public.attachments.title is 'Title';
comment on column public.attachments.animal_id is 'Animal';
comment on column public.attachments.pet_id is 'Pet';
comment on column public.attachments.kind is 'Kind';
comment on column public.attachments.media_type is 'Type of file';
comment on column public.attachments.taken_on is 'Taken';
comment on column public.attachments.size_bytes is 'Size, B';
comment on column public.attachments.sha256 is 'SHA-256';
comment on column public.attachments.created_at is 'Created';
comment on column public.attachments.updated_at is 'Changed';
comment on column public.attachments.updated_by is 'Changed by';
comment on column public.attachments.updated_device is 'Changed on';
comment on column public.attachments.row_version is 'Version';

CREATE TABLE public.reviews (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    author_id UUID NOT NULL,
    service_id UUID,
    product_id UUID,
    booking_id UUID,
    order_id UUID,
    appointment_id UUID,
    rating BIGINT NOT NULL,
    title TEXT,
    body TEXT,
    status public.review_status DEFAULT 'published' NOT NULL,
    edited_at TIMESTAMP WITH TIME ZONE,
    works_there BOOLEAN DEFAULT false NOT NULL,
    answer TEXT,
    answered_at TIMESTAMP WITH TIME ZONE,
    answered_by UUID,
    helpful_count BIGINT DEFAULT 0 NOT NULL,
    moderated_at TIMESTAMP WITH TIME ZONE,
    moderation_reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_reviews PRIMARY KEY (id),
    CONSTRAINT ck_reviews_one_target CHECK (num_nonnulls(service_id, product_id) <= 1),
    CONSTRAINT ck_reviews_one_visit CHECK (num_nonnulls(booking_id, order_id, appointment_id) <= 1),
    CONSTRAINT ck_reviews_body_length CHECK (char_length(body) <= 10000),
    CONSTRAINT ck_reviews_answer_dated CHECK ((answer is null) = (answered_at is null)),
    CONSTRAINT uq_reviews_one_an_author_and_target UNIQUE NULLS NOT DISTINCT (organization_id, author_id, service_id, product_id),
    CONSTRAINT ck_reviews_rating_minimum CHECK (rating >= 1),
    CONSTRAINT ck_reviews_rating_maximum CHECK (rating <= 5),
    CONSTRAINT ck_reviews_helpful_count_minimum CHECK (helpful_count >= 0),
    CONSTRAINT uq_reviews_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_reviews_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_reviews_author_id FOREIGN KEY(author_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_reviews_organization_id_service_id FOREIGN KEY(organization_id, service_id) REFERENCES public.services (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_reviews_organization_id_product_id FOREIGN KEY(organization_id, product_id) REFERENCES public.products (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_reviews_organization_id_booking_id FOREIGN KEY(organization_id, booking_id) REFERENCES public.bookings (organization_id, id) ON DELETE SET NULL (booking_id),
    CONSTRAINT fk_reviews_organization_id_order_id FOREIGN KEY(organization_id, order_id) REFERENCES public.orders (organization_id, id) ON DELETE SET NULL (order_id),
    CONSTRAINT fk_reviews_organization_id_appointment_id FOREIGN KEY(organization_id, appointment_id) REFERENCES public.appointments (organization_id, id) ON DELETE SET NULL (appointment_id),
    CONSTRAINT fk_reviews_answered_by FOREIGN KEY(answered_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_reviews_answered_by ON public.reviews (answered_by);
CREATE INDEX ix_reviews_author_id ON public.reviews (author_id);
CREATE INDEX ix_reviews_organization_id_appointment_id ON public.reviews (organization_id, appointment_id);
CREATE INDEX ix_reviews_organization_id_booking_id ON public.reviews (organization_id, booking_id);
CREATE INDEX ix_reviews_organization_id_order_id ON public.reviews (organization_id, order_id);
CREATE INDEX ix_reviews_organization_id_product_id ON public.reviews (organization_id, product_id);
CREATE INDEX ix_reviews_organization_id_service_id ON public.reviews (organization_id, service_id);
CREATE INDEX ix_reviews_organization_id_status ON public.reviews (organization_id, status, created_at);
comment on table public.reviews is 'What one person thinks of an organization, or of one of its services or products.';
comment on column public.reviews.id is 'Id';
comment on column public.reviews.organization_id is 'Organization';
comment on column public.reviews.author_id is 'Author';
comment on column public.reviews.service_id is 'Service';
comment on column public.reviews.product_id is 'Product';
comment on column public.reviews.booking_id is 'Booking';
comment on column public.reviews.order_id is 'Order';
comment on column public.reviews.appointment_id is 'Appointment';
comment on column public.reviews.rating is 'Rating';
comment on column public.reviews.title is 'Title';
comment on column public.reviews.body is 'Review';
comment on column public.reviews.status is 'Status';
comment on column public.reviews.edited_at is 'Edited';
comment on column public.reviews.works_there is 'Author works there';
comment on column public.reviews.answer is 'Answer';
comment on column public.reviews.answered_at is 'Answered';
comment on column public.reviews.answered_by is 'Answered by';
comment on column public.reviews.helpful_count is 'Found helpful';
comment on column public.reviews.moderated_at is 'Moderated';
comment on column public.reviews.moderation_reason is 'Why it was moderated';
comment on column public.reviews.created_at is 'Created';
comment on column public.reviews.updated_at is 'Changed';
comment on column public.reviews.updated_by is 'Changed by';
comment on column public.reviews.updated_device is 'Changed on';
comment on column public.reviews.row_version is 'Version';

CREATE TABLE public.attachment_contents (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    attachment_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    content TEXT NOT NULL,
    CONSTRAINT pk_attachment_contents PRIMARY KEY (id),
    CONSTRAINT uq_attachment_contents_attachment_id UNIQUE (attachment_id),
    CONSTRAINT ck_attachment_contents_content_fits CHECK (octet_length(content) between 4 and 533336),
    CONSTRAINT ck_attachment_contents_content_base64 CHECK (content ~ '^[A-Za-z0-9+/]+={0,2}$' and mod(octet_length(content), 4) = 0),
    CONSTRAINT uq_attachment_contents_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_attachment_contents_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_attachment_contents_organization_id_attachment_id FOREIGN KEY(organization_id, attachment_id) REFERENCES public.attachments (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_attachment_contents_organization_id_attachment_id ON public.attachment_contents (organization_id, attachment_id);
comment on table public.attachment_contents is 'The bytes of an attached file in base64, apart from its title and never changed.';
comment on column public.attachment_contents.id is 'Id';
comment on column public.attachment_contents.organization_id is 'Organization';
comment on column public.attachment_contents.attachment_id is 'Attachment';
comment on column public.attachment_contents.created_at is 'Created';
comment on column public.attachment_contents.updated_at is 'Changed';
comment on column public.attachment_contents.updated_by is 'Changed by';
comment on column public.attachment_contents.updated_device is 'Changed on';
comment on column public.attachment_contents.row_version is 'Version';
comment on column public.attachment_contents.content is 'File';

insert into sync.tables (name, position, kinds, belongs)
values ('custom_fields', 20, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('custom_field_definitions', 21, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('attachments', 67, '{breeding_facility,farm,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs, heavy)
values ('attachment_contents', 77, '{breeding_facility,farm,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid', true);

alter table public.addresses enable row level security;
alter table public.addresses force row level security;
revoke all on public.addresses from public, anon, authenticated;
grant select, insert, update, delete on public.addresses to service_role;
grant select (id, user_id, organization_id, kind, label, recipient, line1, line2, city, region, postal_code, country, phone, latitude, longitude, instructions, is_default, is_public, created_at, updated_at, updated_by, updated_device, row_version) on public.addresses to authenticated;
grant select (id, user_id, organization_id, kind, label, recipient, line1, line2, city, region, postal_code, country, phone, latitude, longitude, instructions, is_default, is_public, created_at, updated_at, updated_by, updated_device, row_version) on public.addresses to anon;
grant insert (id, user_id, organization_id, kind, label, recipient, line1, line2, city, region, postal_code, country, phone, latitude, longitude, instructions, is_default, is_public) on public.addresses to authenticated;
grant update (kind, label, recipient, line1, line2, city, region, postal_code, country, phone, latitude, longitude, instructions, is_default, is_public) on public.addresses to authenticated;
grant delete on public.addresses to authenticated;

alter table public.custom_fields enable row level security;
alter table public.custom_fields force row level security;
revoke all on public.custom_fields from public, anon, authenticated;
grant select, insert, update, delete on public.custom_fields to service_role;
grant select (id, organization_id, entity_table, entity_id, name, kind, unit, text_value, number_value, date_value, boolean_value, position, created_at, updated_at, updated_by, updated_device, row_version) on public.custom_fields to authenticated;
grant insert (id, organization_id, entity_table, entity_id, name, kind, unit, text_value, number_value, date_value, boolean_value, position) on public.custom_fields to authenticated;
grant update (entity_table, entity_id, name, kind, unit, text_value, number_value, date_value, boolean_value, position) on public.custom_fields to authenticated;
grant delete on public.custom_fields to authenticated;

alter table public.custom_field_definitions enable row level security;
alter table public.custom_field_definitions force row level security;
revoke all on public.custom_field_definitions from public, anon, authenticated;
grant select, insert, update, delete on public.custom_field_definitions to service_role;
grant select (id, organization_id, name, subject, kind, unit, position, created_at, updated_at, updated_by, updated_device, row_version) on public.custom_field_definitions to authenticated;
grant insert (id, organization_id, name, subject, kind, unit, position) on public.custom_field_definitions to authenticated;
grant update (name, subject, kind, unit, position) on public.custom_field_definitions to authenticated;
grant delete on public.custom_field_definitions to authenticated;

alter table public.media_files enable row level security;
alter table public.media_files force row level security;
revoke all on public.media_files from public, anon, authenticated;
grant select, insert, update, delete on public.media_files to service_role;
grant select (id, media_type, owner_id, organization_id, bucket, path, title, alt_text, mime_type, size_bytes, width, height, duration_seconds, sha256, visibility, entity_table, entity_id, taken_at, created_at, updated_at, updated_by, updated_device, row_version) on public.media_files to authenticated;
grant select (id, media_type, owner_id, organization_id, bucket, path, title, alt_text, mime_type, size_bytes, width, height, duration_seconds, sha256, visibility, entity_table, entity_id, taken_at, created_at, updated_at, updated_by, updated_device, row_version) on public.media_files to anon;
grant insert (id, media_type, owner_id, organization_id, bucket, path, title, alt_text, mime_type, size_bytes, width, height, duration_seconds, sha256, visibility, entity_table, entity_id, taken_at) on public.media_files to authenticated;
grant update (media_type, bucket, path, title, alt_text, mime_type, size_bytes, width, height, duration_seconds, sha256, visibility, entity_table, entity_id, taken_at) on public.media_files to authenticated;
grant delete on public.media_files to authenticated;

alter table public.attachments enable row level security;
alter table public.attachments force row level security;
revoke all on public.attachments from public, anon, authenticated;
grant select, insert, update, delete on public.attachments to service_role;
grant select (id, organization_id, title, animal_id, pet_id, kind, media_type, taken_on, size_bytes, sha256, created_at, updated_at, updated_by, updated_device, row_version) on public.attachments to authenticated;
grant insert (id, organization_id, title, animal_id, pet_id, kind, media_type, taken_on, size_bytes, sha256) on public.attachments to authenticated;
grant update (title, animal_id, pet_id, kind, media_type, taken_on, size_bytes, sha256) on public.attachments to authenticated;
grant delete on public.attachments to authenticated;

alter table public.reviews enable row level security;
alter table public.reviews force row level security;
revoke all on public.reviews from public, anon, authenticated;
grant select, insert, update, delete on public.reviews to service_role;
grant select (id, organization_id, author_id, service_id, product_id, booking_id, order_id, appointment_id, rating, title, body, status, edited_at, works_there, answer, answered_at, answered_by, helpful_count, moderated_at, moderation_reason, created_at, updated_at, updated_by, updated_device, row_version) on public.reviews to authenticated;
grant select (id, organization_id, author_id, service_id, product_id, booking_id, order_id, appointment_id, rating, title, body, status, edited_at, works_there, answer, answered_at, answered_by, helpful_count, moderated_at, moderation_reason, created_at, updated_at, updated_by, updated_device, row_version) on public.reviews to anon;
grant insert (id, organization_id, author_id, service_id, product_id, booking_id, order_id, appointment_id, rating, title, body) on public.reviews to authenticated;
grant update (service_id, product_id, rating, title, body) on public.reviews to authenticated;
grant delete on public.reviews to authenticated;

alter table public.attachment_contents enable row level security;
alter table public.attachment_contents force row level security;
revoke all on public.attachment_contents from public, anon, authenticated;
grant select, insert, update, delete on public.attachment_contents to service_role;
grant select (id, organization_id, attachment_id, created_at, updated_at, updated_by, updated_device, row_version, content) on public.attachment_contents to authenticated;
grant insert (id, organization_id, attachment_id, content) on public.attachment_contents to authenticated;
grant delete on public.attachment_contents to authenticated;

ALTER TABLE public.community_groups ADD CONSTRAINT fk_community_groups_cover_id FOREIGN KEY(cover_id) REFERENCES public.media_files (id) ON DELETE SET NULL;

create trigger update_addresses_updated_at before insert or update on public.addresses
  for each row execute function public.update_updated_at_column();

create trigger update_custom_fields_updated_at before insert or update on public.custom_fields
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.custom_fields
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.custom_fields
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.custom_fields
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.custom_fields
  for each statement execute function sync.refuse_truncate();

create trigger update_custom_field_definitions_updated_at before insert or update on public.custom_field_definitions
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.custom_field_definitions
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.custom_field_definitions
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.custom_field_definitions
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.custom_field_definitions
  for each statement execute function sync.refuse_truncate();

create trigger update_media_files_updated_at before insert or update on public.media_files
  for each row execute function public.update_updated_at_column();

create trigger update_attachments_updated_at before insert or update on public.attachments
  for each row execute function public.update_updated_at_column();
create trigger audit_attachments_trigger after insert or update or delete on public.attachments
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.attachments
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.attachments
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.attachments
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.attachments
  for each statement execute function sync.refuse_truncate();

create trigger update_reviews_updated_at before insert or update on public.reviews
  for each row execute function public.update_updated_at_column();

create trigger update_attachment_contents_updated_at before insert or update on public.attachment_contents
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.attachment_contents
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.attachment_contents
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.attachment_contents
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.attachment_contents
  for each statement execute function sync.refuse_truncate();

create policy may_read on public.addresses for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (is_public)
    or addresses.user_id = (select auth.uid())
    or addresses.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.addresses for insert to authenticated
  with check (addresses.user_id = (select auth.uid())
    or addresses.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.addresses for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    addresses.user_id = (select auth.uid())
    or addresses.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (addresses.user_id = (select auth.uid())
    or addresses.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.addresses for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    addresses.user_id = (select auth.uid())
    or addresses.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
create policy anyone_may_read on public.addresses for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (is_public)
  ));

create policy may_read on public.custom_fields for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    custom_fields.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.custom_fields for insert to authenticated
  with check (custom_fields.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.custom_fields for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    custom_fields.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (custom_fields.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.custom_fields for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    custom_fields.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.custom_field_definitions for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    custom_field_definitions.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.custom_field_definitions for insert to authenticated
  with check (custom_field_definitions.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.custom_field_definitions for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    custom_field_definitions.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (custom_field_definitions.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.custom_field_definitions for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    custom_field_definitions.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

create policy may_read on public.media_files for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (visibility = 'public')
    or (media_files.owner_id = (select auth.uid()) and (organization_id is null))
    or (media_files.owner_id = (select auth.uid())
      and media_files.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    or (media_files.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[]) and (visibility = 'organization'))
    or media_files.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
create policy may_add on public.media_files for insert to authenticated
  with check ((media_files.owner_id = (select auth.uid()) and (organization_id is null))
    or (media_files.owner_id = (select auth.uid())
      and media_files.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])));
create policy may_change on public.media_files for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    ((media_files.owner_id = (select auth.uid()) and (organization_id is null))
    or (media_files.owner_id = (select auth.uid())
      and media_files.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    or media_files.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]))
    and ((visibility = 'public')
    or (media_files.owner_id = (select auth.uid()) and (organization_id is null))
    or (media_files.owner_id = (select auth.uid())
      and media_files.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    or (media_files.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[]) and (visibility = 'organization'))
    or media_files.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]))
  ))
  with check ((media_files.owner_id = (select auth.uid()) and (organization_id is null))
    or (media_files.owner_id = (select auth.uid())
      and media_files.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    or media_files.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.media_files for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    ((media_files.owner_id = (select auth.uid()) and (organization_id is null))
    or (media_files.owner_id = (select auth.uid())
      and media_files.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    or media_files.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
    or media_files.id <= (select access.last_for_platform_admin()))
    and ((visibility = 'public')
    or (media_files.owner_id = (select auth.uid()) and (organization_id is null))
    or (media_files.owner_id = (select auth.uid())
      and media_files.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    or (media_files.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[]) and (visibility = 'organization'))
    or media_files.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]))
  ));
create policy anyone_may_read on public.media_files for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (visibility = 'public')
  ));

create policy may_read on public.attachments for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    attachments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.attachments for insert to authenticated
  with check (attachments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.attachments for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    attachments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (attachments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.attachments for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    attachments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.reviews for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (status = 'published')
    or reviews.author_id = (select auth.uid())
    or reviews.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or (select access.is_platform_admin())
  ));
create policy may_add on public.reviews for insert to authenticated
  with check ((reviews.author_id = (select auth.uid()) and (booking_id is null and order_id is null and appointment_id is null))
    or (reviews.author_id = (select auth.uid())
      and exists (select from public.bookings where bookings.id = reviews.booking_id))
    or (reviews.author_id = (select auth.uid())
      and exists (select from public.orders where orders.id = reviews.order_id))
    or (reviews.author_id = (select auth.uid())
      and exists (select from public.appointments where appointments.id = reviews.appointment_id)));
create policy may_change on public.reviews for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (reviews.author_id = (select auth.uid()) and (status = 'published'))
  ))
  with check ((reviews.author_id = (select auth.uid()) and (status = 'published')));
create policy may_delete on public.reviews for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (reviews.author_id = (select auth.uid()) and (status = 'published'))
  ));
create policy anyone_may_read on public.reviews for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (status = 'published')
  ));

create policy may_read on public.attachment_contents for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    attachment_contents.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.attachment_contents for insert to authenticated
  with check (attachment_contents.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.attachment_contents for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    attachment_contents.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

-- What the author of a review does not decide: of what it is, and whether it was edited.
create function public.keep_review() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    new.works_there := exists (
      select from public.organization_users m
      where m.organization_id = new.organization_id
        and m.user_id = new.author_id
        and m.status = 'active'
    );
    return new;
  end if;
  if (new.service_id, new.product_id) is distinct from (old.service_id, old.product_id) then
    raise exception 'a review stays with what it was written of' using errcode = '23514',
      hint = 'Write another review.';
  end if;
  if (new.rating, new.title, new.body) is distinct from (old.rating, old.title, old.body) then
    new.edited_at := now();
  end if;
  return new;
end $$;
comment on function public.keep_review()
  is 'Note whether the author works there and when a review was edited; keep its target.';
revoke all on function public.keep_review() from public;

create trigger keep_review before insert or update on public.reviews
  for each row execute function public.keep_review();

-- The reviewed organization answers, and changes nothing else.
create function public.answer_review(p_review_id uuid, p_answer text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_answer text := nullif(btrim(p_answer), '');
begin
  if char_length(v_answer) > 10000 then
    raise exception 'the answer is too long' using errcode = '22001',
      hint = 'Keep it below 10000 characters.';
  end if;
  update public.reviews r
  set answer = v_answer,
    answered_at = case when v_answer is not null then now() end,
    answered_by = case when v_answer is not null then auth.uid() end
  where r.id = p_review_id
    and r.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]);
  if not found then
    raise exception 'there is no such review of your organization' using errcode = '42501',
      hint = 'An owner or a manager answers for the organization.';
  end if;
end $$;
comment on function public.answer_review(uuid, text)
  is 'Answer a review of an organization one keeps; an empty answer takes it back.';
revoke all on function public.answer_review(uuid, text) from public;
grant execute on function public.answer_review(uuid, text) to authenticated, service_role;

-- Moderation hides a review or shows it again, and says why.
create function public.moderate_review(
  p_review_id uuid, p_status public.review_status, p_reason text
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not access.is_platform_admin() then
    raise exception 'only the platform moderates reviews' using errcode = '42501',
      hint = 'Report the review instead.';
  end if;
  update public.reviews r
  set status = p_status, moderated_at = now(), moderation_reason = nullif(btrim(p_reason), '')
  where r.id = p_review_id;
  if not found then
    raise exception 'there is no such review' using errcode = 'P0002';
  end if;
end $$;
comment on function public.moderate_review(uuid, public.review_status, text)
  is 'Hide a review from the public, or show it again; for the platform''s administrators.';
revoke all on function public.moderate_review(uuid, public.review_status, text) from public;
grant execute on function public.moderate_review(uuid, public.review_status, text)
  to authenticated;

-- A new default takes the place of the old one.
create function public.keep_one_default_address() returns trigger
language plpgsql set search_path = '' as $$
begin
  update public.addresses a
  set is_default = false
  where a.is_default
    and a.id <> new.id
    and (a.user_id = new.user_id or a.organization_id = new.organization_id);
  return new;
end $$;
comment on function public.keep_one_default_address()
  is 'Take the mark of the default from the other addresses of the same owner.';
revoke all on function public.keep_one_default_address() from public;

create trigger keep_one_default before insert or update of is_default on public.addresses
  for each row when (new.is_default) execute function public.keep_one_default_address();

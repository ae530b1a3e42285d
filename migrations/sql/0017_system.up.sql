CREATE TABLE public.integrations (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    vendor TEXT,
    category public.integration_category DEFAULT 'other' NOT NULL,
    description TEXT,
    sign_in public.integration_sign_in DEFAULT 'none' NOT NULL,
    website_url TEXT,
    documentation_url TEXT,
    logo_url TEXT,
    countries TEXT[] DEFAULT '{}' NOT NULL,
    settings_schema JSONB DEFAULT '{}' NOT NULL,
    status public.status DEFAULT 'active' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_integrations PRIMARY KEY (id),
    CONSTRAINT uq_integrations_code UNIQUE (code)
);
comment on table public.integrations is 'A service of others that organizations may connect, such as a laboratory or a registry.';
comment on column public.integrations.id is 'Id';
comment on column public.integrations.code is 'Code';
comment on column public.integrations.name is 'Name';
comment on column public.integrations.vendor is 'Made by';
comment on column public.integrations.category is 'Kind';
comment on column public.integrations.description is 'What it does';
comment on column public.integrations.sign_in is 'Signs in by';
comment on column public.integrations.website_url is 'Website';
comment on column public.integrations.documentation_url is 'Instructions';
comment on column public.integrations.logo_url is 'Logo';
comment on column public.integrations.countries is 'Countries';
comment on column public.integrations.settings_schema is 'Settings it needs';
comment on column public.integrations.status is 'Status';
comment on column public.integrations.created_at is 'Created';
comment on column public.integrations.updated_at is 'Changed';
comment on column public.integrations.updated_by is 'Changed by';
comment on column public.integrations.updated_device is 'Changed on';
comment on column public.integrations.row_version is 'Version';

CREATE TABLE public.audit_logs (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID,
    actor_id UUID,
    action TEXT NOT NULL,
    entity_type TEXT NOT NULL,
    entity_id UUID NOT NULL,
    device TEXT,
    details JSONB,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_audit_logs PRIMARY KEY (id)
);
CREATE INDEX idx_audit_logs_actor_id ON public.audit_logs (actor_id);
CREATE INDEX idx_audit_logs_created_at ON public.audit_logs (created_at);
CREATE INDEX ix_audit_logs_entity ON public.audit_logs (entity_type, entity_id);
CREATE INDEX ix_audit_logs_organization_id_created_at ON public.audit_logs (organization_id, created_at);
comment on table public.audit_logs is 'One change to a sensitive row; written by central alone, never changed, and outlives it.';
comment on column public.audit_logs.id is 'Id';
comment on column public.audit_logs.organization_id is 'Organization';
comment on column public.audit_logs.actor_id is 'Who';
comment on column public.audit_logs.action is 'Action';
comment on column public.audit_logs.entity_type is 'Table';
comment on column public.audit_logs.entity_id is 'Row';
comment on column public.audit_logs.device is 'Device';
comment on column public.audit_logs.details is 'Before and after';
comment on column public.audit_logs.created_at is 'Created';
comment on column public.audit_logs.updated_at is 'Changed';
comment on column public.audit_logs.updated_by is 'Changed by';
comment on column public.audit_logs.updated_device is 'Changed on';
comment on column public.audit_logs.row_version is 'Version';

CREATE TABLE public.platform_settings (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    key TEXT NOT NULL,
    value_type public.setting_type DEFAULT 'object' NOT NULL,
    value JSONB DEFAULT '{}' NOT NULL,
    category TEXT DEFAULT 'general' NOT NULL,
    description TEXT,
    is_public BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_platform_settings PRIMARY KEY (id),
    CONSTRAINT uq_platform_settings_key UNIQUE (key),
    CONSTRAINT ck_platform_settings_value_is_of_its_type CHECK (jsonb_typeof(value) = value_type::text)
);
comment on table public.platform_settings is 'One setting of the whole platform.';
comment on column public.platform_settings.id is 'Id';
comment on column public.platform_settings.key is 'Key';
comment on column public.platform_settings.value_type is 'Type';
comment on column public.platform_settings.value is 'Value';
comment on column public.platform_settings.category is 'Group';
comment on column public.platform_settings.description is 'What it does';
comment on column public.platform_settings.is_public is 'Everybody may read it';
comment on column public.platform_settings.created_at is 'Created';
comment on column public.platform_settings.updated_at is 'Changed';
comment on column public.platform_settings.updated_by is 'Changed by';
comment on column public.platform_settings.updated_device is 'Changed on';
comment on column public.platform_settings.row_version is 'Version';

CREATE TABLE public.security_events (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID,
    email TEXT,
    kind public.security_event_kind NOT NULL,
    severity public.security_severity DEFAULT 'info' NOT NULL,
    succeeded BOOLEAN DEFAULT true NOT NULL,
    ip_address TEXT,
    country TEXT,
    user_agent TEXT,
    device TEXT,
    details JSONB DEFAULT '{}' NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_security_events PRIMARY KEY (id),
    CONSTRAINT fk_security_events_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX idx_security_events_user_id ON public.security_events (user_id);
CREATE INDEX ix_security_events_ip_address ON public.security_events (ip_address, occurred_at);
CREATE INDEX ix_security_events_occurred_at ON public.security_events (occurred_at);
comment on table public.security_events is 'Something that happened to an account, or was tried; added by the platform, never changed.';
comment on column public.security_events.id is 'Id';
comment on column public.security_events.user_id is 'Person';
comment on column public.security_events.email is 'E-mail tried';
comment on column public.security_events.kind is 'What happened';
comment on column public.security_events.severity is 'Severity';
comment on column public.security_events.succeeded is 'Succeeded';
comment on column public.security_events.ip_address is 'IP address';
comment on column public.security_events.country is 'Country';
comment on column public.security_events.user_agent is 'Program';
comment on column public.security_events.device is 'Device';
comment on column public.security_events.details is 'Details';
comment on column public.security_events.occurred_at is 'When';
comment on column public.security_events.created_at is 'Created';
comment on column public.security_events.updated_at is 'Changed';
comment on column public.security_events.updated_by is 'Changed by';
comment on column public.security_events.updated_device is 'Changed on';
comment on column public.security_events.row_version is 'Version';

CREATE TABLE public.reports (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    reporter_id UUID,
    target_table TEXT NOT NULL,
    target_id UUID NOT NULL,
    reason public.report_reason DEFAULT 'other' NOT NULL,
    description TEXT,
    evidence_url TEXT,
    status public.report_status DEFAULT 'open' NOT NULL,
    handled_by UUID,
    handled_at TIMESTAMP WITH TIME ZONE,
    resolution TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_reports PRIMARY KEY (id),
    CONSTRAINT ck_reports_target_table_is_a_name CHECK (target_table ~ '^[a-z_]+$'),
    CONSTRAINT fk_reports_reporter_id FOREIGN KEY(reporter_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT fk_reports_handled_by FOREIGN KEY(handled_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_reports_handled_by ON public.reports (handled_by);
CREATE INDEX ix_reports_reporter_id ON public.reports (reporter_id);
CREATE INDEX ix_reports_status ON public.reports (status, created_at);
CREATE INDEX ix_reports_target ON public.reports (target_table, target_id);
CREATE UNIQUE INDEX uq_reports_unsettled ON public.reports (reporter_id, target_table, target_id) WHERE status in ('open', 'in_review');
comment on table public.reports is 'A complaint of one person about a row, such as a post, a review or a provider.';
comment on column public.reports.id is 'Id';
comment on column public.reports.reporter_id is 'Reported by';
comment on column public.reports.target_table is 'Table';
comment on column public.reports.target_id is 'Row';
comment on column public.reports.reason is 'Reason';
comment on column public.reports.description is 'What is wrong';
comment on column public.reports.evidence_url is 'Evidence';
comment on column public.reports.status is 'Status';
comment on column public.reports.handled_by is 'Handled by';
comment on column public.reports.handled_at is 'Handled';
comment on column public.reports.resolution is 'Outcome';
comment on column public.reports.created_at is 'Created';
comment on column public.reports.updated_at is 'Changed';
comment on column public.reports.updated_by is 'Changed by';
comment on column public.reports.updated_device is 'Changed on';
comment on column public.reports.row_version is 'Version';

CREATE TABLE public.data_requests (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID,
    kind public.data_request_kind NOT NULL,
    description TEXT,
    status public.data_request_status DEFAULT 'received' NOT NULL,
    due_on DATE DEFAULT current_date + 30 NOT NULL,
    verified_at TIMESTAMP WITH TIME ZONE,
    handled_by UUID,
    completed_at TIMESTAMP WITH TIME ZONE,
    answer TEXT,
    result_url TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_data_requests PRIMARY KEY (id),
    CONSTRAINT ck_data_requests_completed_when_settled CHECK ((completed_at is not null) = (status in ('completed', 'refused'))),
    CONSTRAINT fk_data_requests_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT fk_data_requests_handled_by FOREIGN KEY(handled_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_data_requests_due_on ON public.data_requests (status, due_on);
CREATE INDEX ix_data_requests_handled_by ON public.data_requests (handled_by);
CREATE INDEX ix_data_requests_user_id ON public.data_requests (user_id);
CREATE UNIQUE INDEX uq_data_requests_unsettled ON public.data_requests (user_id, kind) WHERE status in ('received', 'in_progress');
comment on table public.data_requests is 'A person''s request about their own data; the record outlives the account it is about.';
comment on column public.data_requests.id is 'Id';
comment on column public.data_requests.user_id is 'Person';
comment on column public.data_requests.kind is 'What is asked';
comment on column public.data_requests.description is 'In the person''s words';
comment on column public.data_requests.status is 'Status';
comment on column public.data_requests.due_on is 'Due';
comment on column public.data_requests.verified_at is 'Identity verified';
comment on column public.data_requests.handled_by is 'Handled by';
comment on column public.data_requests.completed_at is 'Completed';
comment on column public.data_requests.answer is 'Answer';
comment on column public.data_requests.result_url is 'File with the data';
comment on column public.data_requests.created_at is 'Created';
comment on column public.data_requests.updated_at is 'Changed';
comment on column public.data_requests.updated_by is 'Changed by';
comment on column public.data_requests.updated_device is 'Changed on';
comment on column public.data_requests.row_version is 'Version';

CREATE TABLE public.api_keys (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID,
    user_id UUID,
    name TEXT NOT NULL,
    prefix TEXT DEFAULT '' NOT NULL,
    key_hash TEXT NOT NULL,
    scopes TEXT[] DEFAULT '{}' NOT NULL,
    made_by UUID,
    last_used_at TIMESTAMP WITH TIME ZONE,
    expires_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_api_keys PRIMARY KEY (id),
    CONSTRAINT ck_api_keys_one_owner CHECK (num_nonnulls(organization_id, user_id) = 1),
    CONSTRAINT uq_api_keys_key_hash UNIQUE (key_hash),
    CONSTRAINT fk_api_keys_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_api_keys_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_api_keys_made_by FOREIGN KEY(made_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_api_keys_made_by ON public.api_keys (made_by);
CREATE INDEX ix_api_keys_organization_id ON public.api_keys (organization_id);
CREATE INDEX ix_api_keys_user_id ON public.api_keys (user_id);
comment on table public.api_keys is 'A key by which a program acts for an organization or a person; only its hash is kept.';
comment on column public.api_keys.id is 'Id';
comment on column public.api_keys.organization_id is 'Organization';
comment on column public.api_keys.user_id is 'Person';
comment on column public.api_keys.name is 'Name';
comment on column public.api_keys.prefix is 'Begins with';
comment on column public.api_keys.key_hash is 'SHA-256 of the key';
comment on column public.api_keys.scopes is 'May do';
comment on column public.api_keys.made_by is 'Made by';
comment on column public.api_keys.last_used_at is 'Last used';
comment on column public.api_keys.expires_at is 'Ends';
comment on column public.api_keys.revoked_at is 'Revoked';
comment on column public.api_keys.created_at is 'Created';
comment on column public.api_keys.updated_at is 'Changed';
comment on column public.api_keys.updated_by is 'Changed by';
comment on column public.api_keys.updated_device is 'Changed on';
comment on column public.api_keys.row_version is 'Version';

CREATE TABLE public.async_jobs (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    kind TEXT NOT NULL,
    unique_key TEXT,
    payload JSONB DEFAULT '{}' NOT NULL,
    organization_id UUID,
    status public.job_status DEFAULT 'queued' NOT NULL,
    priority BIGINT DEFAULT 0 NOT NULL,
    attempts BIGINT DEFAULT 0 NOT NULL,
    max_attempts BIGINT DEFAULT 5 NOT NULL,
    run_after TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    locked_by TEXT,
    locked_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    result JSONB,
    error TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_async_jobs PRIMARY KEY (id),
    CONSTRAINT ck_async_jobs_locked_if_running CHECK ((status = 'running') = (locked_at is not null)),
    CONSTRAINT ck_async_jobs_attempts_minimum CHECK (attempts >= 0),
    CONSTRAINT ck_async_jobs_max_attempts_minimum CHECK (max_attempts >= 1),
    CONSTRAINT ck_async_jobs_max_attempts_maximum CHECK (max_attempts <= 100),
    CONSTRAINT fk_async_jobs_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
CREATE INDEX ix_async_jobs_organization_id ON public.async_jobs (organization_id);
CREATE INDEX ix_async_jobs_waiting ON public.async_jobs (status, run_after) WHERE status in ('queued', 'running');
CREATE UNIQUE INDEX uq_async_jobs_waiting_key ON public.async_jobs (kind, unique_key) WHERE status in ('queued', 'running');
comment on table public.async_jobs is 'A piece of work for the platform''s background services, and how it went.';
comment on column public.async_jobs.id is 'Id';
comment on column public.async_jobs.kind is 'Kind';
comment on column public.async_jobs.unique_key is 'Once for';
comment on column public.async_jobs.payload is 'Input';
comment on column public.async_jobs.organization_id is 'For';
comment on column public.async_jobs.status is 'Status';
comment on column public.async_jobs.priority is 'Priority';
comment on column public.async_jobs.attempts is 'Tries';
comment on column public.async_jobs.max_attempts is 'Tries at most';
comment on column public.async_jobs.run_after is 'Not before';
comment on column public.async_jobs.locked_by is 'Taken by';
comment on column public.async_jobs.locked_at is 'Taken';
comment on column public.async_jobs.finished_at is 'Finished';
comment on column public.async_jobs.result is 'Outcome';
comment on column public.async_jobs.error is 'Error';
comment on column public.async_jobs.created_at is 'Created';
comment on column public.async_jobs.updated_at is 'Changed';
comment on column public.async_jobs.updated_by is 'Changed by';
comment on column public.async_jobs.updated_device is 'Changed on';
comment on column public.async_jobs.row_version is 'Version';

CREATE TABLE public.signed_documents (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID,
    kind public.signed_document_kind DEFAULT 'other' NOT NULL,
    title TEXT NOT NULL,
    version TEXT DEFAULT '1' NOT NULL,
    language TEXT,
    file_url TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    signed_by UUID NOT NULL,
    valid_until DATE,
    signer_name TEXT,
    signed_at TIMESTAMP WITH TIME ZONE,
    ip_address TEXT,
    user_agent TEXT,
    revoked_at TIMESTAMP WITH TIME ZONE,
    revoked_by UUID,
    revoke_reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_signed_documents PRIMARY KEY (id),
    CONSTRAINT ck_signed_documents_sha256_is_hex CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_signed_documents_signed_before_revoked CHECK (revoked_at >= signed_at),
    CONSTRAINT fk_signed_documents_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE SET NULL,
    CONSTRAINT fk_signed_documents_signed_by FOREIGN KEY(signed_by) REFERENCES public.profiles (id) ON DELETE RESTRICT,
    CONSTRAINT fk_signed_documents_revoked_by FOREIGN KEY(revoked_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_signed_documents_organization_id ON public.signed_documents (organization_id);
CREATE INDEX ix_signed_documents_revoked_by ON public.signed_documents (revoked_by);
CREATE INDEX ix_signed_documents_signed_by ON public.signed_documents (signed_by);
comment on table public.signed_documents is 'A document one person is asked to sign; once signed it can only be revoked.';
comment on column public.signed_documents.id is 'Id';
comment on column public.signed_documents.organization_id is 'Asked by';
comment on column public.signed_documents.kind is 'Kind';
comment on column public.signed_documents.title is 'Title';
comment on column public.signed_documents.version is 'Version';
comment on column public.signed_documents.language is 'Language';
comment on column public.signed_documents.file_url is 'File';
comment on column public.signed_documents.sha256 is 'SHA-256 of the file';
comment on column public.signed_documents.signed_by is 'Signer';
comment on column public.signed_documents.valid_until is 'Valid until';
comment on column public.signed_documents.signer_name is 'Name as signed';
comment on column public.signed_documents.signed_at is 'Signed';
comment on column public.signed_documents.ip_address is 'Signed from';
comment on column public.signed_documents.user_agent is 'Signed with';
comment on column public.signed_documents.revoked_at is 'Revoked';
comment on column public.signed_documents.revoked_by is 'Revoked by';
comment on column public.signed_documents.revoke_reason is 'Why revoked';
comment on column public.signed_documents.created_at is 'Created';
comment on column public.signed_documents.updated_at is 'Changed';
comment on column public.signed_documents.updated_by is 'Changed by';
comment on column public.signed_documents.updated_device is 'Changed on';
comment on column public.signed_documents.row_version is 'Version';

CREATE TABLE public.moderation_logs (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    moderator_id UUID NOT NULL,
    action public.moderation_action NOT NULL,
    target_table TEXT NOT NULL,
    target_id UUID NOT NULL,
    person_id UUID,
    report_id UUID,
    reason public.report_reason DEFAULT 'other' NOT NULL,
    explanation TEXT,
    before JSONB,
    after JSONB,
    ends_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_moderation_logs PRIMARY KEY (id),
    CONSTRAINT ck_moderation_logs_target_table_is_a_name CHECK (target_table ~ '^[a-z_]+$'),
    CONSTRAINT fk_moderation_logs_moderator_id FOREIGN KEY(moderator_id) REFERENCES public.profiles (id) ON DELETE RESTRICT,
    CONSTRAINT fk_moderation_logs_person_id FOREIGN KEY(person_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT fk_moderation_logs_report_id FOREIGN KEY(report_id) REFERENCES public.reports (id) ON DELETE SET NULL
);
CREATE INDEX ix_moderation_logs_created_at ON public.moderation_logs (created_at);
CREATE INDEX ix_moderation_logs_moderator_id ON public.moderation_logs (moderator_id);
CREATE INDEX ix_moderation_logs_person_id ON public.moderation_logs (person_id);
CREATE INDEX ix_moderation_logs_report_id ON public.moderation_logs (report_id);
CREATE INDEX ix_moderation_logs_target ON public.moderation_logs (target_table, target_id);
comment on table public.moderation_logs is 'One decision of a moderator about a row or a person; never changed.';
comment on column public.moderation_logs.id is 'Id';
comment on column public.moderation_logs.moderator_id is 'Moderator';
comment on column public.moderation_logs.action is 'Decision';
comment on column public.moderation_logs.target_table is 'Table';
comment on column public.moderation_logs.target_id is 'Row';
comment on column public.moderation_logs.person_id is 'Whose it was';
comment on column public.moderation_logs.report_id is 'Report';
comment on column public.moderation_logs.reason is 'Reason';
comment on column public.moderation_logs.explanation is 'Explanation';
comment on column public.moderation_logs.before is 'Before';
comment on column public.moderation_logs.after is 'After';
comment on column public.moderation_logs.ends_at is 'Ends';
comment on column public.moderation_logs.created_at is 'Created';
comment on column public.moderation_logs.updated_at is 'Changed';
comment on column public.moderation_logs.updated_by is 'Changed by';
comment on column public.moderation_logs.updated_device is 'Changed on';
comment on column public.moderation_logs.row_version is 'Version';

alter table public.integrations enable row level security;
alter table public.integrations force row level security;
revoke all on public.integrations from public, anon, authenticated;
grant select, insert, update, delete on public.integrations to service_role;
grant select (id, code, name, vendor, category, description, sign_in, website_url, documentation_url, logo_url, countries, settings_schema, status, created_at, updated_at, updated_by, updated_device, row_version) on public.integrations to authenticated;
grant select (id, code, name, vendor, category, description, sign_in, website_url, documentation_url, logo_url, countries, settings_schema, status, created_at, updated_at, updated_by, updated_device, row_version) on public.integrations to anon;
grant insert (id, code, name, vendor, category, description, sign_in, website_url, documentation_url, logo_url, countries, settings_schema, status) on public.integrations to authenticated;
grant update (code, name, vendor, category, description, sign_in, website_url, documentation_url, logo_url, countries, settings_schema, status) on public.integrations to authenticated;
grant delete on public.integrations to authenticated;

alter table public.audit_logs enable row level security;
alter table public.audit_logs force row level security;
revoke all on public.audit_logs from public, anon, authenticated;
grant select, insert, update, delete on public.audit_logs to service_role;
grant select (id, organization_id, actor_id, action, entity_type, entity_id, device, details, created_at, updated_at, updated_by, updated_device, row_version) on public.audit_logs to authenticated;

alter table public.platform_settings enable row level security;
alter table public.platform_settings force row level security;
revoke all on public.platform_settings from public, anon, authenticated;
grant select, insert, update, delete on public.platform_settings to service_role;
grant select (id, key, value_type, value, category, description, is_public, created_at, updated_at, updated_by, updated_device, row_version) on public.platform_settings to authenticated;
grant select (id, key, value_type, value, category, description, is_public, created_at, updated_at, updated_by, updated_device, row_version) on public.platform_settings to anon;
grant insert (id, key, value_type, value, category, description, is_public) on public.platform_settings to authenticated;
grant update (key, value_type, value, category, description, is_public) on public.platform_settings to authenticated;
grant delete on public.platform_settings to authenticated;

alter table public.security_events enable row level security;
alter table public.security_events force row level security;
revoke all on public.security_events from public, anon, authenticated;
grant select, insert, update, delete on public.security_events to service_role;
grant select (id, user_id, email, kind, severity, succeeded, ip_address, country, user_agent, device, details, occurred_at, created_at, updated_at, updated_by, updated_device, row_version) on public.security_events to authenticated;

alter table public.reports enable row level security;
alter table public.reports force row level security;
revoke all on public.reports from public, anon, authenticated;
grant select, insert, update, delete on public.reports to service_role;
grant select (id, reporter_id, target_table, target_id, reason, description, evidence_url, status, handled_by, handled_at, resolution, created_at, updated_at, updated_by, updated_device, row_version) on public.reports to authenticated;
grant insert (id, reporter_id, target_table, target_id, reason, description, evidence_url, status, handled_by, handled_at, resolution) on public.reports to authenticated;
grant update (target_table, target_id, reason, description, evidence_url, status, handled_by, handled_at, resolution) on public.reports to authenticated;

alter table public.data_requests enable row level security;
alter table public.data_requests force row level security;
revoke all on public.data_requests from public, anon, authenticated;
grant select, insert, update, delete on public.data_requests to service_role;
grant select (id, user_id, kind, description, status, due_on, verified_at, handled_by, completed_at, answer, result_url, created_at, updated_at, updated_by, updated_device, row_version) on public.data_requests to authenticated;
grant insert (id, user_id, kind, description, status, due_on, verified_at, handled_by, completed_at, answer, result_url) on public.data_requests to authenticated;
grant update (kind, description, status, due_on, verified_at, handled_by, completed_at, answer, result_url) on public.data_requests to authenticated;

alter table public.api_keys enable row level security;
alter table public.api_keys force row level security;
revoke all on public.api_keys from public, anon, authenticated;
grant select, insert, update, delete on public.api_keys to service_role;
grant select (id, organization_id, user_id, name, prefix, scopes, made_by, last_used_at, expires_at, revoked_at, created_at, updated_at, updated_by, updated_device, row_version) on public.api_keys to authenticated;
grant update (name) on public.api_keys to authenticated;

alter table public.async_jobs enable row level security;
alter table public.async_jobs force row level security;
revoke all on public.async_jobs from public, anon, authenticated;
grant select, insert, update, delete on public.async_jobs to service_role;
grant select (id, kind, unique_key, payload, organization_id, status, priority, attempts, max_attempts, run_after, locked_by, locked_at, finished_at, result, error, created_at, updated_at, updated_by, updated_device, row_version) on public.async_jobs to authenticated;

alter table public.signed_documents enable row level security;
alter table public.signed_documents force row level security;
revoke all on public.signed_documents from public, anon, authenticated;
grant select, insert, update, delete on public.signed_documents to service_role;
grant select (id, organization_id, kind, title, version, language, file_url, sha256, signed_by, valid_until, signer_name, signed_at, ip_address, user_agent, revoked_at, revoked_by, revoke_reason, created_at, updated_at, updated_by, updated_device, row_version) on public.signed_documents to authenticated;
grant insert (id, organization_id, kind, title, version, language, file_url, sha256, signed_by, valid_until) on public.signed_documents to authenticated;
grant update (kind, title, version, language, file_url, sha256, valid_until) on public.signed_documents to authenticated;
grant delete on public.signed_documents to authenticated;

alter table public.moderation_logs enable row level security;
alter table public.moderation_logs force row level security;
revoke all on public.moderation_logs from public, anon, authenticated;
grant select, insert, update, delete on public.moderation_logs to service_role;
grant select (id, moderator_id, action, target_table, target_id, person_id, report_id, reason, explanation, before, after, ends_at, created_at, updated_at, updated_by, updated_device, row_version) on public.moderation_logs to authenticated;
grant insert (id, moderator_id, action, target_table, target_id, person_id, report_id, reason, explanation, before, after, ends_at) on public.moderation_logs to authenticated;

ALTER TABLE public.organization_integrations ADD CONSTRAINT fk_organization_integrations_integration_id FOREIGN KEY(integration_id) REFERENCES public.integrations (id) ON DELETE RESTRICT;

create trigger update_integrations_updated_at before insert or update on public.integrations
  for each row execute function public.update_updated_at_column();

create trigger update_audit_logs_updated_at before insert or update on public.audit_logs
  for each row execute function public.update_updated_at_column();

create trigger update_platform_settings_updated_at before insert or update on public.platform_settings
  for each row execute function public.update_updated_at_column();
create trigger audit_platform_settings_trigger after insert or update or delete on public.platform_settings
  for each row execute function public.audit_trigger_function('');

create trigger update_security_events_updated_at before insert or update on public.security_events
  for each row execute function public.update_updated_at_column();

create trigger update_reports_updated_at before insert or update on public.reports
  for each row execute function public.update_updated_at_column();

create trigger update_data_requests_updated_at before insert or update on public.data_requests
  for each row execute function public.update_updated_at_column();
create trigger audit_data_requests_trigger after insert or update or delete on public.data_requests
  for each row execute function public.audit_trigger_function('');

create trigger update_api_keys_updated_at before insert or update on public.api_keys
  for each row execute function public.update_updated_at_column();
create trigger audit_api_keys_trigger after insert or update or delete on public.api_keys
  for each row execute function public.audit_trigger_function('organization_id', 'key_hash');

create trigger update_async_jobs_updated_at before insert or update on public.async_jobs
  for each row execute function public.update_updated_at_column();

create trigger update_signed_documents_updated_at before insert or update on public.signed_documents
  for each row execute function public.update_updated_at_column();
create trigger audit_signed_documents_trigger after insert or update or delete on public.signed_documents
  for each row execute function public.audit_trigger_function('organization_id');

create trigger update_moderation_logs_updated_at before insert or update on public.moderation_logs
  for each row execute function public.update_updated_at_column();

create policy may_read on public.integrations for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (status = 'active')
    or (select access.is_platform_admin())
  ));
create policy may_add on public.integrations for insert to authenticated
  with check ((select access.is_platform_admin()));
create policy may_change on public.integrations for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (select access.is_platform_admin())
  ))
  with check ((select access.is_platform_admin()));
create policy may_delete on public.integrations for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (select access.is_platform_admin())
  ));
create policy anyone_may_read on public.integrations for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (status = 'active')
  ));

create policy may_read on public.audit_logs for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    audit_logs.organization_id = any((select access.organizations_as('{owner}'))::uuid[])
    or (audit_logs.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]) and (entity_type not in ('invites', 'invite_codes')))
    or (audit_logs.id <= (select access.last_for_platform_admin())
      and ((select auth.uid()) is not null and (entity_type in ('profile', 'profiles', 'organizations', 'platform_settings', 'data_requests', 'breeding_reports', 'breeding_verifications'))))
  ));

create policy may_read on public.platform_settings for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (is_public)
    or (select access.is_platform_admin())
  ));
create policy may_add on public.platform_settings for insert to authenticated
  with check ((select access.is_platform_admin()));
create policy may_change on public.platform_settings for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (select access.is_platform_admin())
  ))
  with check ((select access.is_platform_admin()));
create policy may_delete on public.platform_settings for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (select access.is_platform_admin())
  ));
create policy anyone_may_read on public.platform_settings for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (is_public)
  ));

create policy may_read on public.security_events for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    security_events.user_id = (select auth.uid())
    or security_events.id <= (select access.last_for_platform_admin())
  ));

create policy may_read on public.reports for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    reports.reporter_id = (select auth.uid())
    or reports.id <= (select access.last_for_platform_admin())
  ));
create policy may_add on public.reports for insert to authenticated
  with check ((reports.reporter_id = (select auth.uid()) and (status = 'open' and handled_by is null and resolution is null)));
create policy may_change on public.reports for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (select access.is_platform_admin())
  ))
  with check ((select access.is_platform_admin()));

create policy may_read on public.data_requests for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    data_requests.user_id = (select auth.uid())
    or data_requests.id <= (select access.last_for_platform_admin())
  ));
create policy may_add on public.data_requests for insert to authenticated
  with check ((data_requests.user_id = (select auth.uid()) and (status = 'received' and handled_by is null and completed_at is null and verified_at is null and answer is null and result_url is null and due_on = current_date + 30)));
create policy may_change on public.data_requests for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (select access.is_platform_admin())
  ))
  with check ((select access.is_platform_admin()));

create policy may_read on public.api_keys for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    api_keys.user_id = (select auth.uid())
    or api_keys.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
create policy may_change on public.api_keys for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    api_keys.user_id = (select auth.uid())
    or api_keys.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (api_keys.user_id = (select auth.uid())
    or api_keys.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));

create policy may_read on public.async_jobs for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (select access.is_platform_admin())
  ));

create policy may_read on public.signed_documents for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    signed_documents.signed_by = (select auth.uid())
    or signed_documents.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
create policy may_add on public.signed_documents for insert to authenticated
  with check ((signed_documents.signed_by = (select auth.uid()) and (organization_id is null))
    or signed_documents.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.signed_documents for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (signed_documents.signed_by = (select auth.uid()) and (signed_at is null and organization_id is null))
    or (signed_documents.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]) and (signed_at is null))
  ))
  with check ((signed_documents.signed_by = (select auth.uid()) and (signed_at is null and organization_id is null))
    or (signed_documents.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]) and (signed_at is null)));
create policy may_delete on public.signed_documents for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (signed_documents.signed_by = (select auth.uid()) and (signed_at is null and organization_id is null))
    or (signed_documents.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]) and (signed_at is null))
  ));

create policy may_read on public.moderation_logs for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (select access.is_platform_admin())
  ));
create policy may_add on public.moderation_logs for insert to authenticated
  with check (((select access.is_platform_admin())
      and moderation_logs.moderator_id = (select auth.uid())));

-- Trails, keys, jobs and signed documents: what may never be changed, and the few ways in.

-- A trail is added to. Nobody rewrites it: no administrator of the platform, none of its
-- services, only the owner of the table, who archives it (and clears links to people erased).
create function public.refuse_change() returns trigger
language plpgsql set search_path = '' as $$
begin
  if current_user <> (
    select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c where c.oid = tg_relid
  ) then
    raise exception '% is a trail: what it holds is neither changed nor deleted', tg_table_name
      using errcode = '42501', table = tg_table_name, schema = tg_table_schema;
  end if;
  return null;
end $$;
comment on function public.refuse_change() is 'Refuse changes to all but the owner of the table.';
revoke all on function public.refuse_change() from public;

create trigger refuse_change before update or delete or truncate on public.audit_logs
  for each statement execute function public.refuse_change();
create trigger refuse_change before update or delete or truncate on public.security_events
  for each statement execute function public.refuse_change();
create trigger refuse_change before update or delete or truncate on public.moderation_logs
  for each statement execute function public.refuse_change();

-- Keys by which programs act for an organization or a person.
create function public.create_api_key(
  p_name text,
  p_scopes text[],
  p_organization_id uuid default null,
  p_expires_at timestamptz default null
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_person uuid := auth.uid();
  v_prefix text := 'fp_' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 8);
  v_key text; -- two random uuids: 244 bits, so that a plain hash is enough
begin
  if v_person is null or not coalesce(
    p_organization_id is null
      or p_organization_id = any(access.organizations_as('{owner,manager}')),
    false
  ) then
    raise exception 'only owners and managers make keys for an organization'
      using errcode = '42501';
  end if;
  if coalesce(btrim(p_name), '') = '' then
    raise exception 'the key needs a name' using errcode = '22023', column = 'name';
  end if;
  if coalesce(cardinality(p_scopes), 0) = 0 or exists (
    select from unnest(p_scopes) as s(scope)
    where s.scope is null or s.scope !~ '^[a-z_]+:(read|write)$'
  ) then
    raise exception 'say what the key may do, as in {bookings:read,pets:write}'
      using errcode = '22023', column = 'scopes';
  end if;
  if p_expires_at <= now() then
    raise exception 'the key would have ended already'
      using errcode = '22023', column = 'expires_at';
  end if;
  v_key := v_prefix || '_'
    || replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
  insert into public.api_keys
    (organization_id, user_id, name, prefix, key_hash, scopes, made_by, expires_at)
  values (
    p_organization_id, case when p_organization_id is null then v_person end, btrim(p_name),
    v_prefix, encode(sha256(convert_to(v_key, 'UTF8')), 'hex'), p_scopes, v_person, p_expires_at
  );
  return v_key;
end $$;
comment on function public.create_api_key(text, text[], uuid, timestamptz)
  is 'Make a key for an organization or oneself, and return it this once.';

create function public.revoke_api_key(p_key_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.api_keys k set revoked_at = coalesce(k.revoked_at, now())
  where k.id = p_key_id
    and (
      k.user_id = auth.uid()
      or k.organization_id = any(access.organizations_as('{owner,manager}'))
    );
  if not found then
    raise exception 'there is no such key of yours' using errcode = '42501';
  end if;
end $$;
comment on function public.revoke_api_key(uuid) is 'End a key for good.';

create function public.use_api_key(p_key text)
returns table (key_id uuid, organization_id uuid, user_id uuid, scopes text[])
language plpgsql security definer set search_path = '' as $$
declare
  v_hash text := encode(sha256(convert_to(p_key, 'UTF8')), 'hex');
begin
  -- Once a day: each change is entered in the audit trail.
  update public.api_keys k set last_used_at = now()
  where k.key_hash = v_hash
    and k.revoked_at is null
    and (k.expires_at is null or k.expires_at > now())
    and (k.last_used_at is null or k.last_used_at < now() - interval '1 day');
  return query
    select k.id, k.organization_id, k.user_id, k.scopes from public.api_keys k
    where k.key_hash = v_hash
      and k.revoked_at is null
      and (k.expires_at is null or k.expires_at > now());
end $$;
comment on function public.use_api_key(text) is 'Whose a key is and what it may do; none if ended.';

-- The queue of background jobs. A job belongs to whoever took it, until it has taken too long.
create function public.claim_async_jobs(
  p_worker text,
  p_kinds text[] default null,
  p_limit integer default 1,
  p_timeout interval default interval '15 minutes'
) returns setof public.async_jobs
language plpgsql security definer set search_path = '' as $$
begin
  update public.async_jobs j set
    status = 'failed', locked_by = null, locked_at = null, finished_at = now(),
    error = 'was taken ' || j.attempts || ' times and never finished'
  where j.status = 'running' and j.locked_at < now() - p_timeout and j.attempts >= j.max_attempts;
  return query
    update public.async_jobs j set
      status = 'running', attempts = j.attempts + 1, locked_by = p_worker, locked_at = now()
    where j.id in (
      select w.id from public.async_jobs w
      where (p_kinds is null or w.kind = any(p_kinds))
        and (
          (w.status = 'queued' and w.run_after <= now())
          or (w.status = 'running' and w.locked_at < now() - p_timeout)
        )
      order by w.priority desc, w.run_after, w.id
      limit p_limit
      for update skip locked
    )
    returning j.*;
end $$;
comment on function public.claim_async_jobs(text, text[], integer, interval)
  is 'Take the next jobs for a worker; two workers never take the same.';

create function public.finish_async_job(
  p_job_id uuid,
  p_worker text,
  p_error text default null,
  p_result jsonb default null
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.async_jobs j set
    status = (case
      when p_error is null then 'succeeded'
      when j.attempts < j.max_attempts then 'queued'
      else 'failed'
    end)::public.job_status,
    run_after = case
      when p_error is null then j.run_after
      else now() + least(power(2, j.attempts), 1440) * interval '1 minute'
    end,
    finished_at = case when p_error is null or j.attempts >= j.max_attempts then now() end,
    locked_by = null, locked_at = null, error = p_error, result = p_result
  where j.id = p_job_id and j.status = 'running' and j.locked_by = p_worker;
  if not found then
    raise exception 'the job is not this worker''s any more' using errcode = '55000';
  end if;
end $$;
comment on function public.finish_async_job(uuid, text, text, jsonb)
  is 'Say how a job went; one that failed is tried again later, less and less often.';

-- Documents. Signing and revoking go through functions, so that no one signs for another.
create function public.keep_signed_document() returns trigger
language plpgsql set search_path = '' as $$
begin
  if old.signed_at is not null and current_user <> (
    select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c where c.oid = tg_relid
  ) then
    raise exception 'a signed document is neither changed nor deleted'
      using errcode = '42501', table = tg_table_name, schema = tg_table_schema,
      hint = 'Revoke it, and have a new one signed.';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
comment on function public.keep_signed_document() is 'Refuse changes to what was signed.';
revoke all on function public.keep_signed_document() from public;

create trigger keep_signed_document before update or delete on public.signed_documents
  for each row execute function public.keep_signed_document();
create trigger refuse_truncate before truncate on public.signed_documents
  for each statement execute function public.refuse_change();

create function public.sign_document(p_document_id uuid, p_sha256 text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_headers jsonb := case when session_user = 'authenticator'
    then nullif(current_setting('request.headers', true), '')::jsonb end;
begin
  update public.signed_documents d set
    signed_at = now(),
    signer_name = (
      select coalesce(p.full_name, p.email) from public.profiles p where p.id = d.signed_by
    ),
    ip_address = coalesce(
      split_part(v_headers ->> 'x-forwarded-for', ',', 1), host(inet_client_addr())
    ),
    user_agent = v_headers ->> 'user-agent'
  where d.id = p_document_id
    and d.signed_by = auth.uid()
    and d.signed_at is null
    and d.revoked_at is null
    and d.sha256 = lower(p_sha256) -- what the person has read is what is signed
    and (d.valid_until is null or d.valid_until >= current_date);
  if not found then
    raise exception 'there is no such document for you to sign' using errcode = '42501',
      hint = 'It may be signed already, ended, or differ from the file you read.';
  end if;
end $$;
comment on function public.sign_document(uuid, text)
  is 'Sign a document one is asked to sign, naming the hash of the file one has read.';

create function public.revoke_document(p_document_id uuid, p_reason text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if coalesce(btrim(p_reason), '') = '' then
    raise exception 'say why the document is revoked'
      using errcode = '22023', column = 'revoke_reason';
  end if;
  update public.signed_documents d set
    revoked_at = now(), revoked_by = auth.uid(), revoke_reason = btrim(p_reason)
  where d.id = p_document_id
    and d.revoked_at is null
    and (
      d.signed_by = auth.uid()
      or d.organization_id = any(access.organizations_as('{owner,manager}'))
    );
  if not found then
    raise exception 'there is no such document for you to revoke' using errcode = '42501';
  end if;
end $$;
comment on function public.revoke_document(uuid, text) is 'Revoke a document, saying why.';

revoke all on function
  public.create_api_key(text, text[], uuid, timestamptz),
  public.revoke_api_key(uuid),
  public.use_api_key(text),
  public.claim_async_jobs(text, text[], integer, interval),
  public.finish_async_job(uuid, text, text, jsonb),
  public.sign_document(uuid, text),
  public.revoke_document(uuid, text)
  from public;
grant execute on function
  public.create_api_key(text, text[], uuid, timestamptz),
  public.revoke_api_key(uuid),
  public.sign_document(uuid, text),
  public.revoke_document(uuid, text)
  to authenticated;
grant execute on function
  public.use_api_key(text),
  public.claim_async_jobs(text, text[], integer, interval),
  public.finish_async_job(uuid, text, text, jsonb)
  to service_role;

CREATE TABLE public.audit_logs (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
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
    CONSTRAINT pk_audit_logs PRIMARY KEY (id),
    CONSTRAINT uq_audit_logs_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_audit_logs_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
CREATE INDEX idx_audit_logs_actor_id ON public.audit_logs (actor_id);
CREATE INDEX idx_audit_logs_created_at ON public.audit_logs (organization_id, created_at);
comment on table public.audit_logs is 'One change to a sensitive row; written by central alone and never changed.';
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

create trigger update_audit_logs_updated_at before insert or update on public.audit_logs
  for each row execute function public.update_updated_at_column();

alter table public.audit_logs enable row level security;
alter table public.audit_logs force row level security;
revoke all on public.audit_logs from public, anon, authenticated;
grant select, insert, update, delete on public.audit_logs to service_role;
create policy members_read on public.audit_logs for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager}'))::uuid[])
  ));
grant select (id, organization_id, actor_id, action, entity_type, entity_id, device, details, created_at, updated_at, updated_by, updated_device, row_version) on public.audit_logs to authenticated;

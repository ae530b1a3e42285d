CREATE TABLE public.notification_preferences (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID DEFAULT auth.uid() NOT NULL,
    kind public.notification_kind DEFAULT 'reminder' NOT NULL,
    channel public.notification_channel DEFAULT 'push' NOT NULL,
    is_wanted BOOLEAN DEFAULT true NOT NULL,
    rhythm public.notification_rhythm DEFAULT 'at_once' NOT NULL,
    least_priority public.notification_priority DEFAULT 'low' NOT NULL,
    quiet_from BIGINT,
    quiet_until BIGINT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_notification_preferences PRIMARY KEY (id),
    CONSTRAINT uq_notification_preferences_user_id_kind_channel UNIQUE (user_id, kind, channel),
    CONSTRAINT ck_notification_preferences_quiet_hours_have_both_ends CHECK ((quiet_from is null) = (quiet_until is null)),
    CONSTRAINT ck_notification_preferences_quiet_from_minimum CHECK (quiet_from >= 0),
    CONSTRAINT ck_notification_preferences_quiet_from_maximum CHECK (quiet_from <= 1439),
    CONSTRAINT ck_notification_preferences_quiet_until_minimum CHECK (quiet_until >= 0),
    CONSTRAINT ck_notification_preferences_quiet_until_maximum CHECK (quiet_until <= 1439),
    CONSTRAINT fk_notification_preferences_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);
comment on table public.notification_preferences is 'Whether, how and when a person wants to be told about one kind of thing.';
comment on column public.notification_preferences.id is 'Id';
comment on column public.notification_preferences.user_id is 'Person';
comment on column public.notification_preferences.kind is 'About';
comment on column public.notification_preferences.channel is 'Channel';
comment on column public.notification_preferences.is_wanted is 'Wanted';
comment on column public.notification_preferences.rhythm is 'Sent';
comment on column public.notification_preferences.least_priority is 'Only from this priority';
comment on column public.notification_preferences.quiet_from is 'Quiet from, min';
comment on column public.notification_preferences.quiet_until is 'Quiet until, min';
comment on column public.notification_preferences.created_at is 'Created';
comment on column public.notification_preferences.updated_at is 'Changed';
comment on column public.notification_preferences.updated_by is 'Changed by';
comment on column public.notification_preferences.updated_device is 'Changed on';
comment on column public.notification_preferences.row_version is 'Version';

CREATE TABLE public.conversations (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    kind public.conversation_kind DEFAULT 'direct' NOT NULL,
    subject TEXT,
    picture_url TEXT,
    status public.conversation_status DEFAULT 'open' NOT NULL,
    organization_id UUID,
    started_by UUID,
    last_message_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_conversations PRIMARY KEY (id),
    CONSTRAINT fk_conversations_started_by FOREIGN KEY(started_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_conversations_last_message_at ON public.conversations (last_message_at);
CREATE INDEX ix_conversations_organization_id ON public.conversations (organization_id);
CREATE INDEX ix_conversations_started_by ON public.conversations (started_by);
comment on table public.conversations is 'A talk between people: two, a group, a clinic and its client, or with the platform''s support.';
comment on column public.conversations.id is 'Id';
comment on column public.conversations.kind is 'Kind';
comment on column public.conversations.subject is 'Subject';
comment on column public.conversations.picture_url is 'Picture';
comment on column public.conversations.status is 'Status';
comment on column public.conversations.organization_id is 'Clinic';
comment on column public.conversations.started_by is 'Started by';
comment on column public.conversations.last_message_at is 'Last message';
comment on column public.conversations.created_at is 'Created';
comment on column public.conversations.updated_at is 'Changed';
comment on column public.conversations.updated_by is 'Changed by';
comment on column public.conversations.updated_device is 'Changed on';
comment on column public.conversations.row_version is 'Version';

CREATE TABLE public.notifications (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID DEFAULT auth.uid() NOT NULL,
    kind public.notification_kind DEFAULT 'system' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    body TEXT,
    priority public.notification_priority DEFAULT 'normal' NOT NULL,
    channel public.notification_channel DEFAULT 'in_app' NOT NULL,
    organization_id UUID,
    target_table TEXT,
    target_id UUID,
    sent_at TIMESTAMP WITH TIME ZONE,
    expires_at TIMESTAMP WITH TIME ZONE,
    read_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_notifications PRIMARY KEY (id),
    CONSTRAINT fk_notifications_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);
CREATE INDEX idx_notifications_user_id ON public.notifications (user_id);
CREATE INDEX ix_notifications_organization_id ON public.notifications (organization_id);
comment on table public.notifications is 'Something the platform tells a person, by one channel.';
comment on column public.notifications.id is 'Id';
comment on column public.notifications.user_id is 'Person';
comment on column public.notifications.kind is 'About';
comment on column public.notifications.title is 'Title';
comment on column public.notifications.body is 'Text';
comment on column public.notifications.priority is 'Priority';
comment on column public.notifications.channel is 'Channel';
comment on column public.notifications.organization_id is 'Organization';
comment on column public.notifications.target_table is 'Leads to a row of';
comment on column public.notifications.target_id is 'Leads to the row';
comment on column public.notifications.sent_at is 'Sent';
comment on column public.notifications.expires_at is 'Of no use after';
comment on column public.notifications.read_at is 'Read';
comment on column public.notifications.created_at is 'Created';
comment on column public.notifications.updated_at is 'Changed';
comment on column public.notifications.updated_by is 'Changed by';
comment on column public.notifications.updated_device is 'Changed on';
comment on column public.notifications.row_version is 'Version';

CREATE TABLE public.conversation_participants (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    conversation_id UUID NOT NULL,
    user_id UUID NOT NULL,
    is_admin BOOLEAN DEFAULT false NOT NULL,
    joined_at TIMESTAMP WITH TIME ZONE,
    left_at TIMESTAMP WITH TIME ZONE,
    last_read_at TIMESTAMP WITH TIME ZONE,
    is_muted BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_conversation_participants PRIMARY KEY (id),
    CONSTRAINT uq_conversation_participants_user_id_conversation_id UNIQUE (user_id, conversation_id),
    CONSTRAINT fk_conversation_participants_conversation_id FOREIGN KEY(conversation_id) REFERENCES public.conversations (id) ON DELETE CASCADE,
    CONSTRAINT fk_conversation_participants_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);
CREATE INDEX ix_conversation_participants_conversation_id ON public.conversation_participants (conversation_id);
comment on table public.conversation_participants is 'A person''s part in one conversation, until they leave it.';
comment on column public.conversation_participants.id is 'Id';
comment on column public.conversation_participants.conversation_id is 'Conversation';
comment on column public.conversation_participants.user_id is 'Person';
comment on column public.conversation_participants.is_admin is 'Runs the conversation';
comment on column public.conversation_participants.joined_at is 'Joined';
comment on column public.conversation_participants.left_at is 'Left';
comment on column public.conversation_participants.last_read_at is 'Read until';
comment on column public.conversation_participants.is_muted is 'Muted';
comment on column public.conversation_participants.created_at is 'Created';
comment on column public.conversation_participants.updated_at is 'Changed';
comment on column public.conversation_participants.updated_by is 'Changed by';
comment on column public.conversation_participants.updated_device is 'Changed on';
comment on column public.conversation_participants.row_version is 'Version';

CREATE TABLE public.messages (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID,
    conversation_id UUID NOT NULL,
    sender_id UUID,
    kind public.message_kind DEFAULT 'text' NOT NULL,
    body TEXT,
    reply_to_id UUID,
    attachment_url TEXT,
    attachment_name TEXT,
    attachment_type TEXT,
    attachment_size BIGINT,
    edited_at TIMESTAMP WITH TIME ZONE,
    deleted_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_messages PRIMARY KEY (id),
    CONSTRAINT ck_messages_says_something CHECK (coalesce(body, attachment_url) is not null or deleted_at is not null),
    CONSTRAINT ck_messages_attachment_size_minimum CHECK (attachment_size >= 0),
    CONSTRAINT ck_messages_attachment_size_maximum CHECK (attachment_size <= 5000000000),
    CONSTRAINT fk_messages_conversation_id FOREIGN KEY(conversation_id) REFERENCES public.conversations (id) ON DELETE CASCADE,
    CONSTRAINT fk_messages_sender_id FOREIGN KEY(sender_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT fk_messages_reply_to_id FOREIGN KEY(reply_to_id) REFERENCES public.messages (id) ON DELETE SET NULL
);
CREATE INDEX idx_messages_conversation_id ON public.messages (conversation_id);
CREATE INDEX ix_messages_organization_id ON public.messages (organization_id);
CREATE INDEX ix_messages_reply_to_id ON public.messages (reply_to_id);
CREATE INDEX ix_messages_sender_id ON public.messages (sender_id);
comment on table public.messages is 'What one person says in a conversation; who takes it back leaves an empty place.';
comment on column public.messages.id is 'Id';
comment on column public.messages.organization_id is 'Clinic';
comment on column public.messages.conversation_id is 'Conversation';
comment on column public.messages.sender_id is 'From';
comment on column public.messages.kind is 'Kind';
comment on column public.messages.body is 'Text';
comment on column public.messages.reply_to_id is 'Answers';
comment on column public.messages.attachment_url is 'Attachment';
comment on column public.messages.attachment_name is 'File name';
comment on column public.messages.attachment_type is 'File type';
comment on column public.messages.attachment_size is 'File size, bytes';
comment on column public.messages.edited_at is 'Edited';
comment on column public.messages.deleted_at is 'Taken back';
comment on column public.messages.created_at is 'Created';
comment on column public.messages.updated_at is 'Changed';
comment on column public.messages.updated_by is 'Changed by';
comment on column public.messages.updated_device is 'Changed on';
comment on column public.messages.row_version is 'Version';

insert into sync.tables (name, position, kinds, belongs)
values ('notification_preferences', 8, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  't.user_id = (select auth.uid())');

insert into sync.tables (name, position, kinds, belongs)
values ('conversations', 14, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs, dated, recent)
values ('notifications', 15, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  't.user_id = (select auth.uid())', 'created_at',
  '(t.created_at >= ''0001-01-02 UTC'' and t.created_at < (%1$L || '' UTC'')::timestamptz and t.read_at >= ''0001-01-02 UTC'' and t.read_at < ''9999-12-31 UTC'') is not true');

insert into sync.tables (name, position, kinds, belongs)
values ('messages', 38, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

alter table public.notification_preferences enable row level security;
alter table public.notification_preferences force row level security;
revoke all on public.notification_preferences from public, anon, authenticated;
grant select, insert, update, delete on public.notification_preferences to service_role;
grant select (id, user_id, kind, channel, is_wanted, rhythm, least_priority, quiet_from, quiet_until, created_at, updated_at, updated_by, updated_device, row_version) on public.notification_preferences to authenticated;
grant insert (id, user_id, kind, channel, is_wanted, rhythm, least_priority, quiet_from, quiet_until) on public.notification_preferences to authenticated;
grant update (kind, channel, is_wanted, rhythm, least_priority, quiet_from, quiet_until) on public.notification_preferences to authenticated;
grant delete on public.notification_preferences to authenticated;

alter table public.conversations enable row level security;
alter table public.conversations force row level security;
revoke all on public.conversations from public, anon, authenticated;
grant select, insert, update, delete on public.conversations to service_role;
grant select (id, kind, subject, picture_url, status, organization_id, started_by, last_message_at, created_at, updated_at, updated_by, updated_device, row_version) on public.conversations to authenticated;
grant update (subject, picture_url, status) on public.conversations to authenticated;

alter table public.notifications enable row level security;
alter table public.notifications force row level security;
revoke all on public.notifications from public, anon, authenticated;
grant select, insert, update, delete on public.notifications to service_role;
grant select (id, user_id, kind, title, body, priority, channel, organization_id, target_table, target_id, sent_at, expires_at, read_at, created_at, updated_at, updated_by, updated_device, row_version) on public.notifications to authenticated;
grant update (read_at) on public.notifications to authenticated;
grant delete on public.notifications to authenticated;

alter table public.conversation_participants enable row level security;
alter table public.conversation_participants force row level security;
revoke all on public.conversation_participants from public, anon, authenticated;
grant select, insert, update, delete on public.conversation_participants to service_role;
grant select (id, conversation_id, user_id, is_admin, joined_at, left_at, last_read_at, is_muted, created_at, updated_at, updated_by, updated_device, row_version) on public.conversation_participants to authenticated;
grant update (last_read_at, is_muted) on public.conversation_participants to authenticated;

alter table public.messages enable row level security;
alter table public.messages force row level security;
revoke all on public.messages from public, anon, authenticated;
grant select, insert, update, delete on public.messages to service_role;
grant select (id, organization_id, conversation_id, sender_id, kind, body, reply_to_id, attachment_url, attachment_name, attachment_type, attachment_size, edited_at, deleted_at, created_at, updated_at, updated_by, updated_device, row_version) on public.messages to authenticated;
grant insert (id, organization_id, conversation_id, sender_id, kind, body, reply_to_id, attachment_url, attachment_name, attachment_type, attachment_size, deleted_at) on public.messages to authenticated;
grant update (kind, body, reply_to_id, attachment_url, attachment_name, attachment_type, attachment_size, deleted_at) on public.messages to authenticated;

create function access.conversations_i_am_in() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select conversation_id from public.conversation_participants
    where user_id = auth.uid() and (left_at is null)
  );
end $$;
comment on function access.conversations_i_am_in() is 'Of the person who asks: conversations i am in.';
revoke all on function access.conversations_i_am_in() from public;
grant execute on function access.conversations_i_am_in() to authenticated;

create function access.conversations_i_run() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select conversation_id from public.conversation_participants
    where user_id = auth.uid() and (left_at is null and is_admin)
  );
end $$;
comment on function access.conversations_i_run() is 'Of the person who asks: conversations i run.';
revoke all on function access.conversations_i_run() from public;
grant execute on function access.conversations_i_run() to authenticated;

create trigger update_notification_preferences_updated_at before insert or update on public.notification_preferences
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.notification_preferences
  referencing new table as new_rows
  for each statement execute function sync.log_mine();
create trigger log_update after update on public.notification_preferences
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_mine();
create trigger log_delete after delete on public.notification_preferences
  referencing old table as old_rows
  for each statement execute function sync.log_mine();
create trigger refuse_truncate before truncate on public.notification_preferences
  for each statement execute function sync.refuse_truncate();

create trigger update_conversations_updated_at before insert or update on public.conversations
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.conversations
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.conversations
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.conversations
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.conversations
  for each statement execute function sync.refuse_truncate();

create trigger update_notifications_updated_at before insert or update on public.notifications
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.notifications
  referencing new table as new_rows
  for each statement execute function sync.log_mine();
create trigger log_update after update on public.notifications
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_mine();
create trigger log_delete after delete on public.notifications
  referencing old table as old_rows
  for each statement execute function sync.log_mine();
create trigger refuse_truncate before truncate on public.notifications
  for each statement execute function sync.refuse_truncate();

create trigger update_conversation_participants_updated_at before insert or update on public.conversation_participants
  for each row execute function public.update_updated_at_column();

create trigger update_messages_updated_at before insert or update on public.messages
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.messages
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.messages
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.messages
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.messages
  for each statement execute function sync.refuse_truncate();

create policy may_read on public.notification_preferences for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    notification_preferences.user_id = (select auth.uid())
  ));
create policy may_add on public.notification_preferences for insert to authenticated
  with check (notification_preferences.user_id = (select auth.uid()));
create policy may_change on public.notification_preferences for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    notification_preferences.user_id = (select auth.uid())
  ))
  with check (notification_preferences.user_id = (select auth.uid()));
create policy may_delete on public.notification_preferences for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    notification_preferences.user_id = (select auth.uid())
  ));

create policy may_read on public.conversations for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    conversations.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
    or (conversations.id <= (select access.last_for_platform_admin())
      and ((select auth.uid()) is not null and (kind = 'support')))
    or conversations.id = any((select access.conversations_i_am_in())::uuid[])
  ));
create policy may_change on public.conversations for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    conversations.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
    or conversations.id = any((select access.conversations_i_run())::uuid[])
  ))
  with check (conversations.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
    or conversations.id = any((select access.conversations_i_run())::uuid[]));

create policy may_read on public.notifications for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    notifications.user_id = (select auth.uid())
  ));
create policy may_change on public.notifications for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    notifications.user_id = (select auth.uid())
  ))
  with check (notifications.user_id = (select auth.uid()));
create policy may_delete on public.notifications for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    notifications.user_id = (select auth.uid())
  ));

create policy may_read on public.conversation_participants for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    conversation_participants.user_id = (select auth.uid())
    or conversation_participants.conversation_id = any((select access.conversations_i_am_in())::uuid[])
  ));
create policy may_change on public.conversation_participants for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (conversation_participants.user_id = (select auth.uid()) and (left_at is null))
  ))
  with check ((conversation_participants.user_id = (select auth.uid()) and (left_at is null)));

create policy may_read on public.messages for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    messages.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
    or messages.conversation_id = any((select access.conversations_i_am_in())::uuid[])
  ));
create policy may_add on public.messages for insert to authenticated
  with check (((messages.sender_id = (select auth.uid()) and (kind <> 'system'))
      and messages.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    or ((messages.sender_id = (select auth.uid()) and (kind <> 'system'))
      and messages.conversation_id = any((select access.conversations_i_am_in())::uuid[])));
create policy may_change on public.messages for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    ((messages.sender_id = (select auth.uid()) and (kind <> 'system'))
      and messages.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    or ((messages.sender_id = (select auth.uid()) and (kind <> 'system'))
      and messages.conversation_id = any((select access.conversations_i_am_in())::uuid[]))
  ))
  with check (((messages.sender_id = (select auth.uid()) and (kind <> 'system'))
      and messages.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]))
    or ((messages.sender_id = (select auth.uid()) and (kind <> 'system'))
      and messages.conversation_id = any((select access.conversations_i_am_in())::uuid[])));

-- Conversations are begun, joined and left through these functions alone, so that nobody puts
-- themselves into somebody else's.

-- Begin a conversation and return its id; of two people there is one, which is returned again.
-- A clinic's own people name its client. A client names nobody: the clinic's owners and managers
-- take part, and bring in who is to answer. Support is joined by the platform's administrators.
create function public.start_conversation(
  p_user_ids uuid[] default '{}',
  p_subject text default null,
  p_kind public.conversation_kind default 'direct',
  p_organization_id uuid default null
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_me uuid := auth.uid();
  v_member boolean := p_organization_id = any(
    access.organizations_as('{owner,manager,veterinarian,staff}'));
  v_others uuid[];
  v_id uuid;
begin
  if v_me is null then
    raise exception 'only a person starts a conversation' using errcode = '42501';
  end if;
  if (p_organization_id is not null) <> (p_kind = 'clinic') then
    raise exception 'a clinic belongs to a conversation with a clinic, and to no other';
  end if;
  if p_kind = 'clinic' and not v_member then
    v_others := array(
      select m.user_id from public.organization_users m
      where m.organization_id = p_organization_id and m.status = 'active'
        and m.role in ('owner', 'manager') and m.user_id <> v_me
    );
  elsif p_kind <> 'support' then
    v_others := array(
      select p.id from public.profiles p where p.id = any(p_user_ids) and p.id <> v_me
    );
  end if;
  if p_kind <> 'support' and cardinality(v_others) = 0 then
    raise exception 'there is nobody to talk to';
  elsif cardinality(v_others) > 250 or p_kind = 'direct' and cardinality(v_others) > 1 then
    raise exception 'these are too many for one conversation';
  end if;
  if p_kind = 'direct' then
    select c.id into v_id
    from public.conversations c
    join public.conversation_participants mine
      on mine.conversation_id = c.id and mine.user_id = v_me and mine.left_at is null
    join public.conversation_participants other
      on other.conversation_id = c.id and other.user_id = v_others[1] and other.left_at is null
    where c.kind = 'direct'
    order by c.created_at limit 1;
    if v_id is not null then
      return v_id;
    end if;
  end if;
  insert into public.conversations (kind, subject, organization_id, started_by)
  values (p_kind, p_subject, p_organization_id, v_me)
  returning id into v_id;
  insert into public.conversation_participants (conversation_id, user_id, is_admin, joined_at)
  select v_id, v_me, p_kind <> 'clinic' or v_member, now()
  union all
  select v_id, u.id, p_kind = 'clinic' and not v_member, now() from unnest(v_others) as u(id);
  return v_id;
end $$;
comment on function public.start_conversation(uuid[], text, public.conversation_kind, uuid)
  is 'Begin a conversation with these people; between two, go on with the one there is.';

-- Bring people into a conversation that one runs; the platform's administrators come into those
-- with support.
create function public.add_to_conversation(p_conversation_id uuid, p_user_ids uuid[]) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (
    select from public.conversations c
    where c.id = p_conversation_id and c.kind <> 'direct' and (
      c.id = any(access.conversations_i_run())
      or c.kind = 'support' and access.is_platform_admin()
    )
  ) then
    raise exception 'this conversation is not yours to add people to' using errcode = '42501';
  end if;
  insert into public.conversation_participants as p
    (conversation_id, user_id, is_admin, joined_at)
  select c.id, u.id, c.kind = 'support' and u.role = 'platform_admin', now()
  from public.conversations c, public.profiles u
  where c.id = p_conversation_id and u.id = any(p_user_ids)
  on conflict (user_id, conversation_id) do update set joined_at = now(), left_at = null
    where p.left_at is not null;
end $$;
comment on function public.add_to_conversation(uuid, uuid[])
  is 'Bring people into a conversation that the person who asks runs.';

-- Where nobody is left who runs it, whoever has been there longest does.
create function access.take_out(p_conversation_id uuid, p_user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.conversation_participants
  set left_at = now(), is_admin = false
  where conversation_id = p_conversation_id and user_id = p_user_id and left_at is null;
  update public.conversation_participants
  set is_admin = true
  where id = (
    select p.id from public.conversation_participants p
    where p.conversation_id = p_conversation_id and p.left_at is null
    order by p.joined_at, p.id limit 1
  ) and not exists (
    select from public.conversation_participants p
    where p.conversation_id = p_conversation_id and p.left_at is null and p.is_admin
  );
end $$;
comment on function access.take_out(uuid, uuid) is 'Take a person out of a conversation.';
revoke all on function access.take_out(uuid, uuid) from public;

-- Leave a conversation or, running it, take somebody else out; of two, neither takes the talk away
-- from the other.
create function public.leave_conversation(p_conversation_id uuid, p_user_id uuid default null)
returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_who uuid := coalesce(p_user_id, auth.uid());
begin
  if v_who is distinct from auth.uid() and not exists (
    select from public.conversations c
    where c.id = p_conversation_id and c.kind <> 'direct'
      and c.id = any(access.conversations_i_run())
  ) then
    raise exception 'this conversation is not yours to take people out of' using errcode = '42501';
  end if;
  perform access.take_out(p_conversation_id, v_who);
end $$;
comment on function public.leave_conversation(uuid, uuid)
  is 'Leave a conversation or, running it, take somebody out of it.';

-- Whoever works for a clinic no more hears no more of its clients; what they asked it themselves, as
-- a client, stays theirs. So it is with the platform's support.
create function public.end_with_office() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_row constant jsonb := to_jsonb(old);
begin
  perform access.take_out(p.conversation_id, p.user_id)
  from public.conversation_participants p
  join public.conversations c on c.id = p.conversation_id
  where p.user_id = coalesce(v_row ->> 'user_id', v_row ->> 'id')::uuid
    and p.left_at is null
    and case tg_table_name
      when 'profiles' then c.kind = 'support'
      else c.organization_id = (v_row ->> 'organization_id')::uuid
    end
    and (c.started_by is distinct from p.user_id or c.kind = 'clinic' and p.is_admin);
  return null;
end $$;
comment on function public.end_with_office()
  is 'Take who works for a clinic, or the platform, no more out of its conversations.';

create trigger end_with_office after delete on public.organization_users
  for each row when (old.status = 'active') execute function public.end_with_office();
create trigger end_with_status after update on public.organization_users
  for each row when (old.status = 'active' and new.status <> 'active')
  execute function public.end_with_office();
create trigger end_with_role after update on public.profiles
  for each row when (old.role = 'platform_admin' and new.role <> 'platform_admin')
  execute function public.end_with_office();

-- An answer stays within its conversation, an edit shows, and what is taken back is gone.
create function public.tidy_message() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    new.deleted_at := null;
  elsif coalesce(old.deleted_at, new.deleted_at) is not null then
    new.deleted_at := coalesce(old.deleted_at, now());
    new.body := null;
    new.attachment_url := null;
    new.attachment_name := null;
    new.attachment_type := null;
    new.attachment_size := null;
  elsif new.body is distinct from old.body then
    new.edited_at := now();
  end if;
  if new.reply_to_id is not null and not exists (
    select from public.messages m
    where m.id = new.reply_to_id and m.conversation_id = new.conversation_id
  ) then
    raise exception 'what this answers is not in the conversation';
  end if;
  return new;
end $$;
comment on function public.tidy_message() is 'Keep answers, edits and what was taken back right.';

create trigger tidy_message before insert or update on public.messages
  for each row execute function public.tidy_message();

create function public.keep_last_message_at() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.conversations set last_message_at = now(), status = 'open'
  where id = new.conversation_id;
  return null;
end $$;
comment on function public.keep_last_message_at()
  is 'Note when a conversation was last spoken in, and open it again.';

create trigger keep_last_message_at after insert on public.messages
  for each row execute function public.keep_last_message_at();

revoke all on function
  public.start_conversation(uuid[], text, public.conversation_kind, uuid),
  public.add_to_conversation(uuid, uuid[]),
  public.leave_conversation(uuid, uuid),
  public.end_with_office(),
  public.tidy_message(),
  public.keep_last_message_at()
from public;
grant execute on function
  public.start_conversation(uuid[], text, public.conversation_kind, uuid),
  public.add_to_conversation(uuid, uuid[]),
  public.leave_conversation(uuid, uuid)
to authenticated;

-- A message lies where its conversation does, whatever its sender says.
create function public.place_message() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.organization_id := (
    select c.organization_id from public.conversations c where c.id = new.conversation_id
  );
  return new;
end $$;
comment on function public.place_message() is 'Name the organization of a message''s conversation.';
revoke all on function public.place_message() from public;

create trigger place_message before insert or update of conversation_id, organization_id
  on public.messages
  for each row execute function public.place_message();

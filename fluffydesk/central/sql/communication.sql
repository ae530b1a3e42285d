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

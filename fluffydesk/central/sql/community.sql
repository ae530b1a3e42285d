-- Whoever founds a group is its first administrator.
create function public.add_group_founder() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.group_members (group_id, user_id, role, status, joined_at)
  values (new.id, new.owner_id, 'admin', 'active', now());
  return null;
end $$;
comment on function public.add_group_founder() is 'Make the founder of a group its administrator.';
revoke all on function public.add_group_founder() from public;

create trigger add_founder after insert on public.community_groups
  for each row execute function public.add_group_founder();

-- People wrote for those who were in: a group may close, and its posts with it, but never open.
create function public.close_group() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.visibility < old.visibility then -- in the order of the list: open, closed, secret
    raise exception 'a group that was closed does not open again' using errcode = '23514',
      hint = 'Found an open group beside it.';
  end if;
  update public.community_posts p
  set visibility = 'group'
  where p.group_id = new.id and p.visibility in ('public', 'signed_in');
  return null;
end $$;
comment on function public.close_group()
  is 'Keep the posts of a group that closes within it; refuse to open one.';
revoke all on function public.close_group() from public;

create trigger close_group after update of visibility on public.community_groups
  for each row when (new.visibility <> old.visibility)
  execute function public.close_group();

-- Join a group, ask to, or accept an invitation; returns what one is there then.
create function public.join_group(p_group_id uuid) returns public.group_member_status
language plpgsql security definer set search_path = '' as $$
declare
  v_me uuid := auth.uid();
  v_group public.community_groups;
  v_status public.group_member_status;
begin
  select m.status into v_status
  from public.group_members m where m.group_id = p_group_id and m.user_id = v_me;
  select g.* into v_group
  from public.community_groups g
  where g.id = p_group_id
    and g.moderation = 'visible'
    and (g.visibility <> 'secret' or g.owner_id = v_me or v_status in ('invited', 'active'));
  if v_me is null or not found then
    raise exception 'there is no such group' using errcode = '42501',
      hint = 'A secret group is joined by invitation.';
  end if;
  insert into public.group_members as m (group_id, user_id, role, status, joined_at)
  values (
    p_group_id,
    v_me,
    case when v_group.owner_id = v_me then 'admin' else 'member' end::public.group_role,
    case when v_group.visibility = 'open' or v_group.owner_id = v_me then 'active'
      else 'pending' end::public.group_member_status,
    case when v_group.visibility = 'open' or v_group.owner_id = v_me then now() end
  )
  on conflict (group_id, user_id) do update
  set status = 'active', joined_at = now()
  where m.status = 'invited' or (m.status = 'pending' and v_group.visibility = 'open');
  select m.status into v_status
  from public.group_members m where m.group_id = p_group_id and m.user_id = v_me;
  return v_status;
end $$;
comment on function public.join_group(uuid)
  is 'Join an open group, ask to join a closed one, or accept an invitation.';
revoke all on function public.join_group(uuid) from public;
grant execute on function public.join_group(uuid) to authenticated;

-- Nobody is put into a group: a moderator invites, or lets in who has asked.
create function public.invite_to_group(p_group_id uuid, p_user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not p_group_id = any(access.groups_i_moderate()) then
    raise exception 'you do not moderate this group' using errcode = '42501',
      hint = 'Ask one of its moderators.';
  end if;
  insert into public.group_members as m (group_id, user_id, status, invited_by)
  values (p_group_id, p_user_id, 'invited', auth.uid())
  on conflict (group_id, user_id) do update
  set status = 'active', joined_at = now(), invited_by = excluded.invited_by
  where m.status = 'pending';
end $$;
comment on function public.invite_to_group(uuid, uuid)
  is 'Invite a person to a group one moderates; who has asked to join is in.';
revoke all on function public.invite_to_group(uuid, uuid) from public;
grant execute on function public.invite_to_group(uuid, uuid) to authenticated;

-- Moderators let in and ban plain members; administrators also give roles. The founder stays.
create function public.set_group_member(
  p_member_id uuid, p_status public.group_member_status, p_role public.group_role
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_member public.group_members;
begin
  select m.* into v_member from public.group_members m where m.id = p_member_id for update;
  if not found or not v_member.group_id = any(access.groups_i_moderate()) then
    raise exception 'you do not moderate this group' using errcode = '42501',
      hint = 'Ask one of its moderators.';
  end if;
  if exists (
    select from public.community_groups g
    where g.id = v_member.group_id and g.owner_id = v_member.user_id
  ) then
    raise exception 'the founder of a group keeps their place' using errcode = '42501';
  end if;
  if (v_member.role <> 'member' or p_role <> 'member')
    and not v_member.group_id = any(access.groups_i_administer()) then
    raise exception 'only administrators of a group give and take roles' using errcode = '42501',
      hint = 'Ask one of them.';
  end if;
  if p_status not in ('active', 'banned')
    or (p_status = 'active' and v_member.status <> 'pending' and v_member.joined_at is null) then
    raise exception 'who has not asked to join accepts an invitation' using errcode = '42501',
      hint = 'Let in, or ban.';
  end if;
  update public.group_members m
  set status = p_status,
    role = p_role,
    joined_at = case when p_status = 'active' then coalesce(m.joined_at, now())
      else m.joined_at end
  where m.id = p_member_id;
end $$;
comment on function public.set_group_member(
  uuid, public.group_member_status, public.group_role
) is 'Let somebody into a group, ban them, or give them a role there.';
revoke all on function public.set_group_member(
  uuid, public.group_member_status, public.group_role
) from public;
grant execute on function public.set_group_member(
  uuid, public.group_member_status, public.group_role
) to authenticated;

-- A founder who goes leaves the group to another administrator; the platform may do it too.
create function public.hand_over_group(p_group_id uuid, p_user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (
    select from public.community_groups g
    where g.id = p_group_id and (g.owner_id = auth.uid() or access.is_platform_admin())
  ) then
    raise exception 'this is not a group of yours' using errcode = '42501';
  end if;
  if not exists (
    select from public.group_members m
    where m.group_id = p_group_id
      and m.user_id = p_user_id
      and m.status = 'active'
      and m.role = 'admin'
  ) then
    raise exception 'a group is handed to an administrator of it' using errcode = '23514',
      hint = 'Give them the role first.';
  end if;
  update public.community_groups g set owner_id = p_user_id where g.id = p_group_id;
end $$;
comment on function public.hand_over_group(uuid, uuid)
  is 'Hand a group one founded to another of its administrators.';
revoke all on function public.hand_over_group(uuid, uuid) from public;
grant execute on function public.hand_over_group(uuid, uuid) to authenticated;

-- Runs as whoever writes: a group they may not see is refused by the policy that comes next.
create function public.keep_community_post() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.visibility in ('public', 'signed_in') and exists (
    select from public.community_groups g where g.id = new.group_id and g.visibility <> 'open'
  ) then
    raise exception 'posts of a closed group are for its members' using errcode = '23514',
      hint = 'Let the group read it.';
  end if;
  if new.status = 'published' then
    new.published_at := coalesce(new.published_at, now());
  end if;
  return new;
end $$;
comment on function public.keep_community_post()
  is 'Note when a post was first published; keep a closed group''s posts within it.';
revoke all on function public.keep_community_post() from public;

create trigger keep_post before insert or update on public.community_posts
  for each row execute function public.keep_community_post();

create function public.refuse_late_comment() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_closed boolean;
begin
  if tg_table_name = 'comments' then
    select p.comments_closed or p.moderation <> 'visible' into v_closed
    from public.community_posts p where p.id = new.post_id;
  else
    select p.locked or p.moderation <> 'visible' into v_closed
    from public.forum_posts p where p.id = new.post_id;
  end if;
  if v_closed then
    raise exception 'no more comments are taken here' using errcode = '23514';
  end if;
  return new;
end $$;
comment on function public.refuse_late_comment()
  is 'Refuse comments on what is closed, locked or moderated.';
revoke all on function public.refuse_late_comment() from public;

create trigger refuse_late before insert on public.comments
  for each row execute function public.refuse_late_comment();
create trigger refuse_late before insert on public.forum_comments
  for each row execute function public.refuse_late_comment();

-- A post is pinned by whoever's page it is on: its group's, its organization's, its author's.
create function public.pin_post(p_post_id uuid, p_pinned boolean) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.community_posts p
  set pinned = p_pinned
  where p.id = p_post_id
    and p.moderation = 'visible'
    and case
      when p.group_id is not null then p.group_id = any(access.groups_i_moderate())
      when p.organization_id is not null
        then p.organization_id = any(access.organizations_as('{owner,manager}'))
      else p.author_id = auth.uid()
    end;
  if not found then
    raise exception 'you cannot pin this post' using errcode = '42501',
      hint = 'It is pinned by those who keep the page it is on.';
  end if;
end $$;
comment on function public.pin_post(uuid, boolean) is 'Pin a post to the top of its page, or not.';
revoke all on function public.pin_post(uuid, boolean) from public;
grant execute on function public.pin_post(uuid, boolean) to authenticated;

create function public.set_thread(p_post_id uuid, p_pinned boolean, p_locked boolean) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.forum_posts p
  set pinned = p_pinned, locked = p_locked
  where p.id = p_post_id
    and (access.is_platform_admin() or p.group_id = any(access.groups_i_moderate()));
  if not found then
    raise exception 'you do not moderate this thread' using errcode = '42501';
  end if;
end $$;
comment on function public.set_thread(uuid, boolean, boolean)
  is 'Pin or lock a thread one moderates.';
revoke all on function public.set_thread(uuid, boolean, boolean) from public;
grant execute on function public.set_thread(uuid, boolean, boolean) to authenticated;

-- Moderators say whether something is seen; they never touch what somebody else wrote. Those of a
-- group hide and show what is in it; what the platform removed only the platform brings back.
create function public.moderate(
  p_table text,
  p_id uuid,
  p_state public.moderation_state,
  p_explanation text,
  p_reason public.report_reason default 'other'
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_admin boolean := access.is_platform_admin();
  v_author uuid;
  v_group uuid;
  v_before public.moderation_state;
begin
  case p_table
    when 'community_posts' then
      select p.author_id, p.group_id, p.moderation into v_author, v_group, v_before
      from public.community_posts p where p.id = p_id;
    when 'comments' then
      select c.author_id, p.group_id, c.moderation into v_author, v_group, v_before
      from public.comments c join public.community_posts p on p.id = c.post_id where c.id = p_id;
    when 'forum_posts' then
      select p.author_id, p.group_id, p.moderation into v_author, v_group, v_before
      from public.forum_posts p where p.id = p_id;
    when 'forum_comments' then
      select c.author_id, p.group_id, c.moderation into v_author, v_group, v_before
      from public.forum_comments c join public.forum_posts p on p.id = c.post_id where c.id = p_id;
    when 'community_groups' then
      select g.owner_id, g.moderation into v_author, v_before
      from public.community_groups g where g.id = p_id;
    when 'lf_reports' then
      select r.reporter_id, r.moderation into v_author, v_before
      from public.lf_reports r where r.id = p_id;
    when 'breeding_profiles' then
      select b.owner_id, b.moderation into v_author, v_before
      from public.breeding_profiles b where b.id = p_id;
    else
      raise exception 'nothing in % is moderated here', quote_ident(p_table)
        using errcode = '22023';
  end case;
  if not v_admin and (v_group is null or not v_group = any(access.groups_i_moderate())) then
    raise exception 'you do not moderate this' using errcode = '42501',
      hint = 'Report it instead.';
  end if;
  if v_before is null then
    raise exception 'there is no such row' using errcode = 'P0002';
  end if;
  if not v_admin and 'removed' in (v_before, p_state) then
    raise exception 'only the platform removes, and brings back' using errcode = '42501',
      hint = 'Hide it, or report it.';
  end if;
  execute format(
    'update public.%I set moderation = $1, moderation_reason = $2 where id = $3', p_table
  ) using p_state, nullif(btrim(p_explanation), ''), p_id;
  insert into public.moderation_logs
    (moderator_id, action, target_table, target_id, person_id, reason, explanation, before, after)
  values (
    auth.uid(),
    case p_state when 'visible' then 'restored' else p_state::text end::public.moderation_action,
    p_table,
    p_id,
    v_author,
    p_reason,
    nullif(btrim(p_explanation), ''),
    jsonb_build_object('moderation', v_before),
    jsonb_build_object('moderation', p_state)
  );
end $$;
comment on function public.moderate(
  text, uuid, public.moderation_state, text, public.report_reason
) is 'Hide or remove what somebody wrote, or show it again, and enter it in the moderation log.';
revoke all on function public.moderate(
  text, uuid, public.moderation_state, text, public.report_reason
) from public;
grant execute on function public.moderate(
  text, uuid, public.moderation_state, text, public.report_reason
) to authenticated;

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

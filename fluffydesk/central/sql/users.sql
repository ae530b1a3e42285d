-- A person who may sign in has a profile.
create function public.handle_new_user() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id, email, full_name, role)
  values (new.id, new.email, new.raw_user_meta_data ->> 'full_name', 'pet_owner');
  return null;
end $$;
comment on function public.handle_new_user() is 'Give a new user a profile.';
revoke all on function public.handle_new_user() from public;

create trigger on_auth_user_created after insert on auth.users
  for each row execute function public.handle_new_user();

-- Who leaves an organization knows the name of its channel, so it gets another.
create function sync.rename_channels() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update sync.channels c set channel = gen_random_uuid()
  from old_rows o
  where c.organization_id = o.organization_id
    and o.status = 'active'
    and not exists (
      select from public.organization_users m where m.id = o.id and m.status = 'active'
    );
  return null;
end $$;
comment on function sync.rename_channels() is 'Change the channel of an organization someone left.';
revoke all on function sync.rename_channels() from public;

create trigger rename_channels_on_update after update on public.organization_users
  referencing old table as old_rows
  for each statement execute function sync.rename_channels();
create trigger rename_channels_on_delete after delete on public.organization_users
  referencing old table as old_rows
  for each statement execute function sync.rename_channels();

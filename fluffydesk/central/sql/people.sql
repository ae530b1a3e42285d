-- Who signed up before this database was set up has a profile, too.
insert into public.profiles (id, email, full_name, avatar_url, role)
select
  u.id,
  lower(u.email),
  coalesce(u.raw_user_meta_data ->> 'full_name', u.raw_user_meta_data ->> 'name'),
  u.raw_user_meta_data ->> 'avatar_url',
  'pet_owner'
from auth.users u
where not exists (select from public.profiles p where p.id = u.id)
on conflict (id) do nothing;

drop table public.organization_users cascade;
drop table public.profiles cascade;
drop table public.organizations cascade;
delete from sync.tables where name in ('organizations', 'profiles', 'organization_users');
drop trigger on_auth_user_created on auth.users;
drop function public.handle_new_user();
drop function sync.rename_channels() cascade;
drop function sync.profiles_scopes(jsonb), sync.log_profiles();
drop function sync.log_organization_users_links(), sync.guard_organization_users_link();

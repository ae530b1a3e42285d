drop function public.unverify_provider() cascade;
drop table public.organization_services cascade;
drop table public.staff_shifts cascade;
drop table public.provider_profiles cascade;
drop table public.organization_integrations cascade;
drop table public.organizations cascade;
delete from sync.tables where name in ('organizations', 'organization_integrations', 'provider_profiles', 'staff_shifts', 'organization_services');

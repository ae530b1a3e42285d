drop table public.clinic_patients cascade;
drop table public.pets cascade;
drop table public.clinic_clients cascade;
delete from sync.tables where name in ('clinic_clients', 'pets', 'clinic_patients');
drop function sync.pets_scopes(jsonb), sync.log_pets();
drop function sync.log_clinic_patients_links(), sync.guard_clinic_patients_link();

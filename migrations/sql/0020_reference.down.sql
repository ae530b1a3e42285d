drop table public.compliance_records cascade;
drop table public.companion_breeds cascade;
drop table public.vaccine_schedules cascade;
drop table public.breed_reference cascade;
drop table public.automation_rules cascade;
drop table public.measurement_units cascade;
drop table public.companion_species cascade;
drop table public.species_reference cascade;
delete from sync.tables where name in ('species_reference', 'companion_species', 'measurement_units', 'automation_rules', 'breed_reference', 'vaccine_schedules', 'companion_breeds', 'compliance_records');

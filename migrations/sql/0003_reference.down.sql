drop table public.livestock_breeds cascade;
drop table public.livestock_species cascade;
drop table public.companion_breeds cascade;
drop table public.companion_species cascade;
delete from sync.tables where name in ('companion_species', 'companion_breeds', 'livestock_species', 'livestock_breeds');

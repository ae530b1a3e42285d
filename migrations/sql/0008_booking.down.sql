drop table public.appointments cascade;
drop table public.rooms cascade;
drop table public.services cascade;
delete from sync.tables where name in ('services', 'rooms', 'appointments');

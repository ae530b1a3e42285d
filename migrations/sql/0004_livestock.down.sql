drop table public.poultry_batches cascade;
drop table public.flocks cascade;
drop table public.livestock cascade;
drop table public.livestock_batches cascade;
delete from sync.tables where name in ('livestock_batches', 'livestock', 'flocks', 'poultry_batches');

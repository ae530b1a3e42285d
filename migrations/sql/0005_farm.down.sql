drop table public.mortality_logs cascade;
drop table public.weight_logs cascade;
drop table public.poultry_feed_logs cascade;
drop table public.feed_logs cascade;
drop table public.egg_production_logs cascade;
drop table public.milk_production_logs cascade;
delete from sync.tables where name in ('milk_production_logs', 'egg_production_logs', 'feed_logs', 'poultry_feed_logs', 'weight_logs', 'mortality_logs');

drop table public.inventory_transactions cascade;
drop table public.farm_inventory cascade;
delete from sync.tables where name in ('farm_inventory', 'inventory_transactions');

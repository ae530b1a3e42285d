drop table public.farm_expenses cascade;
drop table public.inventory_transactions cascade;
drop table public.farm_revenues cascade;
drop table public.farm_product_sales cascade;
drop table public.resource_transactions cascade;
drop table public.resources cascade;
drop table public.farm_inventory cascade;
delete from sync.tables where name in ('farm_inventory', 'resources', 'resource_transactions', 'farm_product_sales', 'farm_revenues', 'inventory_transactions', 'farm_expenses');

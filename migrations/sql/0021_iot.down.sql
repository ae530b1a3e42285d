drop table public.iot_device_logs cascade;
drop table public.geo_events cascade;
delete from sync.tables where name in ('geo_events', 'iot_device_logs');

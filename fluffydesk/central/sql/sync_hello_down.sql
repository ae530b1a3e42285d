drop function sync.hello(uuid, jsonb), sync.my_organizations();

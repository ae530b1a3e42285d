drop function sync.poll(uuid, jsonb, jsonb), sync.hello(uuid, jsonb),
  sync.note_device(uuid, jsonb, bigint), sync.my_organizations();

drop function sync.pull(uuid, jsonb, jsonb, jsonb, int), sync.due(uuid, pg_snapshot, pg_snapshot),
  sync.can_follow(jsonb), sync.keys(uuid, text, text[]), sync.digest(uuid, text, text[]),
  sync.images(uuid, text, text[], uuid[]), sync.images_by_id(uuid, text, text[], uuid[]),
  sync.select_for(uuid, text, text[], uuid);

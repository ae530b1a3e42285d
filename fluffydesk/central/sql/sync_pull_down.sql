drop function sync.pull(uuid, jsonb, jsonb, jsonb, int), sync.room_for(text, uuid[], bigint),
  sync.changed_rows(uuid, text, text[], uuid[], boolean[], boolean[]),
  sync.due(uuid, pg_snapshot, pg_snapshot), sync.can_follow(jsonb),
  sync.beyond(uuid, text, text[], date, text, uuid, int),
  sync.keys(uuid, text, text[], uuid, uuid, date),
  sync.digest(uuid, text, text[], uuid, date, int),
  sync.images(uuid, text, text[], uuid[]), sync.images_by_id(uuid, text, text[], uuid[]),
  sync.select_together(uuid, jsonb, date), sync.counts(uuid, text[], date),
  sync.select_for(uuid, text, text[], uuid, date);

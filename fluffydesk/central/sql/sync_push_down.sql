drop function sync.push(uuid, jsonb, jsonb), sync.insert_together(uuid, uuid, jsonb),
  sync.apply_parcel(uuid, jsonb),
  sync.change_row(uuid, jsonb), sync.insert_rows(uuid, text, jsonb),
  sync.stale_rows(uuid, jsonb), sync.image(uuid, text, uuid);

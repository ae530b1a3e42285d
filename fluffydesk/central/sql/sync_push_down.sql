drop function sync.push(uuid, jsonb, jsonb), sync.runs(jsonb, jsonb), sync.added(jsonb),
  sync.apply_run(uuid, uuid, jsonb, text[]),
  sync.apply_together(uuid, uuid, jsonb, text[]), sync.write_together(uuid, jsonb, text, boolean),
  sync.apply_parcel(uuid, jsonb),
  sync.change_row(uuid, jsonb), sync.insert_rows(uuid, text, jsonb),
  sync.stale_rows(uuid, jsonb), sync.image(uuid, text, uuid);

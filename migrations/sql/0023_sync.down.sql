drop function sync.poll(uuid, jsonb, jsonb), sync.hello(uuid, jsonb),
  sync.note_device(uuid, jsonb, bigint), sync.my_organizations();
drop function sync.numbers(uuid, jsonb, jsonb, jsonb), sync.may_number(uuid, text),
  sync.number_gaps(uuid, text), sync.give_up_numbers(uuid, uuid),
  sync.note_numbers(uuid, jsonb, jsonb), sync.reserve_numbers(uuid, jsonb, uuid, text, int),
  sync.take_numbers(uuid, text, int), sync.numbers_used(uuid, text),
  sync.number_text(text, bigint);
drop table sync.number_blocks, sync.number_series, sync.number_kinds;
drop function sync.push(uuid, jsonb, jsonb), sync.runs(jsonb, jsonb), sync.added(jsonb),
  sync.apply_run(uuid, uuid, jsonb, text[]),
  sync.apply_together(uuid, uuid, jsonb, text[]), sync.write_together(uuid, jsonb, text, boolean),
  sync.apply_parcel(uuid, jsonb),
  sync.change_row(uuid, jsonb), sync.insert_rows(uuid, text, jsonb),
  sync.stale_rows(uuid, jsonb), sync.image(uuid, text, uuid);
drop function sync.pull(uuid, jsonb, jsonb, jsonb, int), sync.room_for(text, uuid[], bigint),
  sync.changed_rows(uuid, text, text[], uuid[], boolean[], boolean[]),
  sync.due(uuid, pg_snapshot, pg_snapshot), sync.can_follow(jsonb),
  sync.beyond(uuid, text, text[], date, text, uuid, int),
  sync.keys(uuid, text, text[], uuid, uuid, date),
  sync.digest(uuid, text, text[], uuid, date, int),
  sync.images(uuid, text, text[], uuid[]), sync.images_by_id(uuid, text, text[], uuid[]),
  sync.select_together(uuid, jsonb, date), sync.counts(uuid, text[], date),
  sync.select_for(uuid, text, text[], uuid, date);
drop function sync.belongs(text, uuid, text, date), sync.recent(text, date),
  sync.row_text(text, text[]), sync.known_columns(text, text[]),
  sync.select_list(text, text[]), sync.columns(text), sync.places(int),
  sync.inward(text, oid, int), sync.outward(text, oid, int), sync.require_member(uuid);

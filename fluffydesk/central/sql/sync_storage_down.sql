drop function sync.belongs(text, uuid, text, date), sync.recent(text, date),
  sync.row_text(text, text[]), sync.known_columns(text, text[]),
  sync.select_list(text, text[]), sync.columns(text), sync.places(int),
  sync.inward(text, oid, int), sync.outward(text, oid, int), sync.require_member(uuid);

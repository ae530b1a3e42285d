drop function sync.numbers(uuid, jsonb, jsonb, jsonb), sync.may_number(uuid, text),
  sync.number_gaps(uuid, text), sync.give_up_numbers(uuid, uuid),
  sync.note_numbers(uuid, jsonb, jsonb), sync.reserve_numbers(uuid, jsonb, uuid, text, int),
  sync.take_numbers(uuid, text, int), sync.numbers_used(uuid, text),
  sync.number_text(text, bigint);
drop table sync.number_blocks, sync.number_series, sync.number_kinds;
